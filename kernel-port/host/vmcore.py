# SPDX-License-Identifier: GPL-2.0-only
"""What a capture kernel said of /proc/vmcore, beside what the machine had."""

import re

from . import ranges

UP, DONE = "CAPTURE-KERNEL-UP", "CAPTURE-KERNEL-DONE"
PHDR = re.compile(r"CAP phdr\[\d+\] type=(\d+) .* vaddr=(0x\w+) paddr=(0x\w+) "
                  r"filesz=0x\w+ memsz=(0x\w+)(.*)")
PT_LOAD = 1


def report(console):
    """The lines of the capture kernel's report."""
    lines = [line.strip() for line in console.splitlines()]
    return [line for line in lines if line in (UP, DONE) or line.startswith("CAP ")]


def _matches(lines):
    """Of the PT_LOADs."""
    found = [PHDR.search(line) for line in lines]
    return [match for match in found if match and int(match[1]) == PT_LOAD]


def loads(machine, lines):
    """[(start, end)] of the memory that the vmcore lists."""
    return [(int(m[3], 16), int(m[3], 16) + int(m[4], 16))
            for m in _matches(lines) if not machine.is_alias(int(m[2], 16))]


def unreadable(lines):
    """Lines of memory that is listed, of which a read did not give what it should."""
    bad = []
    for match in _matches(lines):
        reads = re.findall(r" (@\+\w+|last):(-?\d+)", match[5])
        if any(int(got) != (1 if where == "last" else 16) for where, got in reads):
            bad.append(match[0])
    return bad


def expected(machine, manifest):
    """
    What a dump of this machine has to list: memory that is there and online, but
    for the crash kernel's own, whatever any kernel's header says.
    """
    block = int(manifest["block_size_bytes"], 16)
    offline = []
    for line in manifest["memory_blocks"]:
        number, state = line.split()[:2]
        if state != "online":
            offline.append((int(number) * block, (int(number) + 1) * block))
    own = [(int(region["start"], 16), int(region["end"], 16) + 1)
           for region in (manifest["crashkernel"], manifest["crashkernel_low"])
           if region]
    memory = ranges.without(machine.memory(manifest), own + machine.NOT_DUMPED)
    memory = ranges.joined(memory + machine.also_dumped(manifest))
    return ranges.without(memory, offline)


def difference(machine, manifest, lines):
    """What the vmcore lists wrongly, one line; "" when it is exactly the memory."""
    have, want = loads(machine, lines), expected(machine, manifest)
    missing = ranges.without(want, have)
    beyond = ranges.without(have, want)
    twice = sum(b - a for a, b in have) != sum(b - a for a, b in
                                               ranges.joined(have))
    found = [f"lacks {ranges.text(missing)}" if missing else "",
             f"lists {ranges.text(beyond)}, which is not there" if beyond else "",
             "lists memory twice" if twice else ""]
    return "; ".join(part for part in found if part)
