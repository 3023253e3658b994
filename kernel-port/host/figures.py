# SPDX-License-Identifier: GPL-2.0-only
"""
What a step costs the kernel, and for how long there is no image.

The first is counted in instructions, so that neither the host nor what else runs on
it has a say: QEMU makes the guest's clock one (-icount) that goes on by a nanosecond
an instruction, and kprobes on entry and return of the kernel's functions read it. CPUs
take turns then, so the second needs a run of its own: a CPU of the guest looks at
kexec_crash_image all the time, as a CPU that crashes would. Shorter times than it takes
between two looks may be missed.
"""

import re

from .problem import Problem

TRACING = "/sys/kernel/tracing"
# The generic handler, which holds the kexec lock all the time; the architecture's; and
# core's two notifiers, which stock kernels do not have.
FUNCTIONS = ("crash_handle_hotplug_event", "arch_crash_handle_hotplug_event",
             "memory_changed", "live_tree_changed")
LINE = re.compile(r"-(\d+) +\[\d+\] \S+ +(\d+)\.(\d{6}): (in|out)_(\w+): ")


class Instructions:
    """Between begin() and end(), of each call; for a guest with `QEMU`."""

    QEMU = ["-icount", "shift=0,sleep=off"]

    def __init__(self, guest):
        self.guest = guest
        self.seen = 0
        known = {line.split()[2] for line in
                 guest.must("symbols " + " ".join(FUNCTIONS))}
        if FUNCTIONS[0] not in known:
            raise Problem(f"guest: no function {FUNCTIONS[0]} to probe")
        guest.must(f"put {TRACING}/trace_clock mono")
        for name in FUNCTIONS:
            if name in known:
                guest.must(f"put {TRACING}/kprobe_events p:hp/in_{name} {name}")
                guest.must(f"put {TRACING}/kprobe_events r:hp/out_{name} {name}")
        guest.must(f"put {TRACING}/events/hp/enable 1")

    def begin(self):
        """There is nothing to begin: end() goes on from the one before."""

    def end(self):
        """{function: [thousands of instructions]}, for the manifest"""
        lines = [line.split("\t", 1)[1] for line in
                 self.guest.must(f"cat {TRACING}/trace")]
        calls = [match for match in map(LINE.search, lines) if match]
        new, self.seen = calls[self.seen:], len(calls)
        entered, took = {}, {}
        for task, s, us, which, name in (match.groups() for match in new):
            at = int(s + us)
            if which == "in":
                entered[task, name] = at
            elif (task, name) in entered:
                took.setdefault(name, []).append(at - entered.pop((task, name)))
        return {"kiloinstructions": took}


class Watch:
    """Between begin() and end(); `pointer` is kexec_crash_image's place in memory."""

    def __init__(self, guest, pointer, cpu):
        self.guest = guest
        self.pointer = pointer
        self.cpu = cpu

    def begin(self):
        self.guest.must(f"watch {self.pointer:x} {self.cpu}")

    def end(self):
        """For how long there was no image, for the manifest"""
        lines = self.guest.must("watched")
        words = lines[0].split()
        looks, ns = int(words[1]), int(words[3])
        return {"hidden_ns": [int(line) for line in lines[1:]],
                "ns_between_looks": round(ns / looks, 1) if looks else None}


def text_of(figures):
    """For the person who watches."""
    took = figures.get("kiloinstructions")
    if took is not None:
        return ", ".join(f"{name} {'+'.join(map(str, n))}"
                         for name, n in took.items()) or "no event"
    if not figures["hidden_ns"]:
        return "an image at each look"
    return f"no image for {'+'.join(map(str, figures['hidden_ns']))} ns"
