# SPDX-License-Identifier: GPL-2.0-only
"""What a capture has to show of a kernel that has core in it."""

import json
import os
import re
import subprocess

from . import ranges, vmcore
from .problem import Problem

# TAP, as the kernel's KUnit reports: the suite's own line has no blanks before it
SUITE = re.compile(r"^(not )?ok \d+ (\S+)")
# ... and that of a test has, and may be a row of a table with blanks in its name
TEST = re.compile(r"^ +(not )?ok \d+ (.*?)( # SKIP.*)?$")


def steps(folder):
    """The manifests, in order."""
    names = sorted(name for name in os.listdir(folder) if name.startswith("step-"))
    found = []
    for name in names:
        with open(f"{folder}/{name}/manifest.json", encoding="ascii") as file:
            found.append(json.load(file))
    return found


def kunit(manifest):
    """(what passed, [what failed])"""
    suites, tests, failed = 0, 0, []
    for line in manifest.get("kunit", []):
        for match, suite in ((SUITE.match(line), True), (TEST.match(line), False)):
            if match and match[1]:
                failed.append(match[2])
            elif match:
                suites += suite
                tests += not suite
    return f"{suites} suites, {tests} tests", failed


def conform(program, folder, *options):
    """[(step, result, text)] of what is not equal, and the number of steps."""
    run = subprocess.run([program, "conform", "--json", *options, folder],
                         capture_output=True, text=True, check=False)
    if run.returncode not in (0, 1):
        raise Problem(run.stderr.strip() or f"{program}: status {run.returncode}")
    found = []
    capture = json.loads(run.stdout)["captures"][0]
    for step in capture["steps"]:
        for reason in step["reasons"]:
            found.append((step["name"], reason["result"], reason["text"]))
    return found, len(capture["steps"])


def crash(machine, before, manifest):
    """What is wrong with how the capture kernel fared, "" for nothing."""
    lines = manifest["cap_lines"]
    if not manifest["capture_up"]:
        return "the capture kernel did not come up"
    wrong = vmcore.difference(machine, before, lines)
    if wrong:
        return f"/proc/vmcore {wrong}"
    bad = vmcore.unreadable(lines)
    if bad:
        return f"/proc/vmcore cannot be read: {bad[0]}"
    if manifest["outcome"] != "up":
        return "the capture kernel did not come to its end"
    return ""


def vmcore_ranges(machine, manifest):
    return ranges.text(ranges.joined(vmcore.loads(machine, manifest["cap_lines"])))


def instructions(manifests):
    """{function: {kind of step: [thousands of instructions]}}"""
    found = {}
    for manifest in manifests:
        for name, took in manifest.get("figures", {}).get("kiloinstructions",
                                                          {}).items():
            kinds = found.setdefault(name, {})
            kinds.setdefault(manifest["detail"]["kind"], []).extend(took)
    return found


def hidden(manifests):
    """{kind of step: [ns without an image]}, [ns between two looks]"""
    found, looks = {}, []
    for manifest in manifests:
        one = manifest.get("figures")
        if one:
            found.setdefault(manifest["detail"]["kind"],
                             []).extend(one["hidden_ns"])
            looks.append(one["ns_between_looks"])
    return found, looks


def spread(numbers):
    """"min/median/max of N", "none" for none"""
    if not numbers:
        return "none"
    ordered = sorted(numbers)
    return (f"{ordered[0]}/{ordered[len(ordered) // 2]}/{ordered[-1]} "
            f"of {len(ordered)}")


def qemu_version(program):
    """(major, minor)"""
    try:
        run = subprocess.run([program, "--version"], capture_output=True, text=True,
                             check=False)
    except OSError as error:
        raise Problem(f"{program}: {error.strerror}") from None
    match = re.search(r"version (\d+)\.(\d+)", run.stdout)
    if not match:
        raise Problem(f"{program}: --version names none")
    return int(match[1]), int(match[2])
