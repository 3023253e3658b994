# SPDX-License-Identifier: GPL-2.0-only
"""
How long an event takes in the guest, and for how long there is no image.

The first is measured by kprobes on entry and return of the kernel's functions:
the generic handler, which holds the kexec lock all the time, and core's two
notifiers, which stock kernels do not have. The second by a CPU of the guest that
looks at kexec_crash_image all the time, as a CPU that crashes would: shorter
times than it takes between two looks may be missed. Both are guest time under
TCG: good for comparing two kernels on one computer.
"""

import re

from .problem import Problem

TRACING = "/sys/kernel/tracing"
FUNCTIONS = ("crash_handle_hotplug_event", "memory_changed", "live_tree_changed")
LINE = re.compile(r"-(\d+) +\[\d+\] \S+ +(\d+\.\d+): (in|out)_(\w+): ")


class Figures:
    """Between two steps; `pointer` is kexec_crash_image's place in memory."""

    def __init__(self, guest, pointer, cpu):
        self.guest = guest
        self.pointer = pointer
        self.cpu = cpu
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
        self.guest.must(f"watch {self.pointer:x} {self.cpu}")

    def _events(self):
        """{function: [microseconds]} of what returned since the last time"""
        lines = [line.split("\t", 1)[1] for line in
                 self.guest.must(f"cat {TRACING}/trace")]
        calls = [match for match in map(LINE.search, lines) if match]
        new, self.seen = calls[self.seen:], len(calls)
        entered, took = {}, {}
        for task, at, which, name in (match.groups() for match in new):
            if which == "in":
                entered[task, name] = float(at)
            elif (task, name) in entered:
                took.setdefault(name, []).append(
                    round((float(at) - entered.pop((task, name))) * 1e6))
        return took

    def end(self):
        """What the step took, for the manifest."""
        lines = self.guest.must("watched")
        words = lines[0].split()
        looks, ns = int(words[1]), int(words[3])
        return {"took_us": self._events(),
                "hidden_ns": [int(line) for line in lines[1:]],
                "ns_between_looks": round(ns / looks, 1) if looks else None}
