# SPDX-License-Identifier: GPL-2.0-only
"""Crashes in the middle of an update, after one store and the next."""

import re

from . import proof

PANIC = re.compile(r"crash hp: after store (\d+), image (in sight|hidden)")

# what a crash gives: a dump of the machine as it was, or as it is; of both, where
# one cannot tell; none, and the image was hidden; or something else
BEFORE, AFTER, SAME, LOST, WRONG = "before", "after", "same", "lost", "wrong"
TEXT = {BEFORE: "a dump of the machine before the event",
        AFTER: "a dump of the machine after the event",
        SAME: "a dump; the machine is the same before and after the event",
        LOST: "no dump: the image is hidden"}


def first_stores(stores, most):
    """
    After which of so many stores to crash at first: all; or the first, the last, and
    around the middle, where an update of two slots changes from one to the other.
    """
    middle = stores // 2
    some = [1, stores, middle - 8, middle + 8, 2, stores - 1, stores // 4,
            stores - stores // 4]
    if stores <= most:
        return list(range(1, stores + 1))
    return sorted({store for store in some[:most] if 0 < store <= stores})


class Event:
    """
    What crashes after its stores gave, for one kind of event. `before` and `after`
    are manifests of a guest in which it was not disturbed.
    """

    def __init__(self, machine, before, after):
        self.machine = machine
        self.before = before
        self.after = after
        self.stores = after["stores"]
        self.found = {}
        self.wrong = []

    def add(self, store, manifest):
        """A guest has crashed; what came of it, one line."""
        self.found[store], text = self._outcome(store, manifest)
        if self.found[store] == WRONG:
            self.wrong.append(f"store {store}: {text}")
        return text

    def _outcome(self, store, manifest):
        panic = PANIC.match(manifest["panic"] or "")
        if not panic or int(panic[1]) != store:
            return WRONG, "it did not crash there"
        if panic[2] == "hidden" and self._has_slots():
            return WRONG, "the image is hidden, though it has two slots"
        if panic[2] == "hidden" and not manifest["capture_up"]:
            return LOST, TEXT[LOST]
        old, new = (self._differs(state, manifest)
                    for state in (self.before, self.after))
        if old and new:
            return WRONG, f"{old}; and of the machine after the event: {new}"
        word = AFTER if old else BEFORE if new else SAME
        return word, TEXT[word]

    def _has_slots(self):
        return "dt_offset" in self.before or "rsi" in self.before

    def _differs(self, state, manifest):
        """Where the dump is not of the machine in that state."""
        wrong = proof.crash(self.machine, state, manifest)
        cpus = self.machine.crash_cpus(manifest["cap_lines"])
        if not wrong and cpus is not None and cpus != state["cpu_present"]:
            wrong = f"its FDT has CPUs {cpus}, not {state['cpu_present']}"
        return wrong

    def next_store(self):
        """Halfway between the last old state and the first new one, 0: they are next
        to each other."""
        old = [store for store, word in self.found.items() if word == BEFORE]
        new = [store for store, word in self.found.items() if word == AFTER]
        if not old or not new or abs(min(new) - max(old)) < 2:
            return 0
        return (min(new) + max(old)) // 2

    def summary(self):
        """One line."""
        words = list(self.found.values())
        dumps = [f"{words.count(word)} {text}" for word, text in
                 ((BEFORE, "old"), (AFTER, "new"), (SAME, "the same"))
                 if word in words]
        lost = sorted(store for store, word in self.found.items() if word == LOST)
        return (f"{self.stores} stores, a crash after {len(words)} of them: "
                f"{len(words) - len(lost) - len(self.wrong)} dumps"
                f"{' (' + ', '.join(dumps) + ')' if dumps else ''}, {len(lost)} lost"
                f"{' with the image hidden' if lost else ''}")
