#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# port-boot's run at-store without guests: after which stores it crashes one, and what
# it makes of what the capture kernel said.
set -eu

cd "${CRASH_HP_SOURCE:?the source directory}/kernel-port"
PYTHONPATH=../tests exec python3 -B - <<'END'
from host_lib import end, expect

from host import at_store, machine_ppc64le, machine_x86_64
from host.at_store import first_stores

# --- after which stores

for stores, most, expected in (
        (0, 16, []), (1, 16, [1]), (5, 5, [1, 2, 3, 4, 5]),
        (5, 4, [1, 5]), (17, 4, [1, 16, 17]), (40, 4, [1, 12, 28, 40]),
        (3601, 2, [1, 3601]),
        (3601, 4, [1, 1792, 1808, 3601]),
        (3601, 16, [1, 2, 900, 1792, 1808, 2701, 3600, 3601])):
    expect(f"{stores} stores, {most} boots", expected, first_stores(stores, most))


# --- what came of it

GIB = 1 << 30


def state(cpus, gib, **more):
    """A manifest: so much memory, in blocks of 1 GiB."""
    return {**more, "block_size_bytes": f"{GIB:x}", "cpu_present": cpus, "stores": 100,
            "memory_blocks": [f"{n} online" for n in range(gib)],
            "memblock_memory": [f" 0: 0x0..0x{gib * GIB - 1:x}"],
            "iomem": [f"0-{gib * GIB - 1:x} : System RAM"],
            "crashkernel": None, "crashkernel_low": None, "rtas": None}


def crash(gib=2, cpus="0", panic="after store 1, image in sight", up=True, start=0,
          bad=False):
    """... of a crash: what the capture kernel said."""
    size = gib * GIB - start
    lines = ["CAPTURE-KERNEL-UP", f"CAP online: 0 present: {cpus} possible: 0-7",
             f"CAP phdr[1] type=1 off=0x0 vaddr=0xc000000000000000 paddr=0x{start:x} "
             f"filesz=0x{size:x} memsz=0x{size:x} @+0x0:{3 if bad else 16} last:1",
             "CAPTURE-KERNEL-DONE"]
    return {"capture_up": up, "outcome": "up", "cap_lines": lines if up else [],
            "panic": panic and f"crash hp: {panic}"}


HIDDEN = "after store 1, image hidden"
ppc, pc, MIB = machine_ppc64le, machine_x86_64, 1 << 20
for what, machine, before, after, manifest, expected in (
        ("memory: old", ppc, ("0", 2), ("0", 3), crash(2), "before"),
        ("memory: new", ppc, ("0", 2), ("0", 3), crash(3), "after"),
        ("memory: neither", ppc, ("0", 2), ("0", 3), crash(4), "wrong"),
        ("CPU: old", ppc, ("0", 2), ("0-1", 2), crash(2, "0"), "before"),
        ("CPU: new", ppc, ("0", 2), ("0-1", 2), crash(2, "0-1"), "after"),
        ("CPU: neither", ppc, ("0", 2), ("0-1", 2), crash(2, "0-2"), "wrong"),
        ("both: half of each", ppc, ("0", 2), ("0-1", 3), crash(3, "0"), "wrong"),
        ("no difference", ppc, ("0", 2), ("0", 2), crash(2), "same"),
        ("cannot be read", ppc, ("0", 2), ("0", 3), crash(2, bad=True), "wrong"),
        ("lost", ppc, ("0", 2), ("0", 3), crash(up=False), "wrong"),
        ("lost while hidden", pc, ("0", 2), ("0", 3), crash(panic=HIDDEN, up=False),
         "lost"),
        ("another crash", ppc, ("0", 2), ("0", 3), crash(panic="after store 2, image "
                                                        "in sight"), "wrong"),
        ("no crash", ppc, ("0", 2), ("0", 3), crash(panic=None), "wrong"),
        ("x86: CPUs do not count", pc, ("0", 2), ("0-1", 3),
         crash(2, "0-9", start=MIB), "before")):
    event = at_store.Event(machine, state(*before), state(*after))
    event.add(1, manifest)
    expect(what, expected, event.found[1])
    expect(f"{what}: told", expected == "wrong", bool(event.wrong))

for word in ("dt_offset", "rsi"):
    event = at_store.Event(pc, state("0", 2, **{word: {}}), state("0", 3))
    event.add(1, crash(panic=HIDDEN, up=False))
    expect(f"hidden, with slots: {word}", "wrong", event.found[1])

# --- where the old state ends

event = at_store.Event(ppc, state("0", 2), state("0", 3))
event.found = {1: "before", 50: "before", 60: "after", 100: "after"}
expect("between old and new", 55, event.next_store())
expect("summary", "100 stores, a crash after 4 of them: 4 dumps (2 old, 2 new), 0 lost",
       event.summary())
event.found = {1: "before", 54: "before", 55: "after"}
expect("next to each other", 0, event.next_store())
event.found = {1: "lost", 2: "same"}
expect("nothing to tell apart", 0, event.next_store())
expect("summary of those", "100 stores, a crash after 2 of them: 1 dumps (1 the same), "
       "1 lost with the image hidden", event.summary())

end()
END
