# SPDX-License-Identifier: GPL-2.0-only
"""
A pseries partition. Cores and DIMMs that QEMU adds come online by themselves: the
kernel does what firmware's hotplug events ask for (DLPAR).
"""

import re

from .devtree import Tree, from_listing

QEMU = "qemu-system-ppc64"
MEMORY = "2G"
CRASHKERNEL = "512M"
CPUS_COME_ONLINE = True
LIVE_TREE = "/sys/firmware/devicetree/base"

AGENT_TTY = "hvc1"
CONSOLE = "hvc0"
CMDLINE = ("dyndbg=\"file kernel/crash_core.c +p; "
           "file arch/powerpc/kexec/ranges.c +p\"")
CRASH_CMDLINE = "console=hvc0 maxcpus=1 reset_devices numa=off"

NOT_DUMPED = []

# TCG has no mitigations to offer
MACHINE = "pseries,cap-cfpc=broken,cap-sbbc=broken,cap-ibs=broken,cap-ccf-assist=off"


def qemu_arguments(options):
    """The machine, without kernel and connections."""
    threads = options.threads
    # A crash with several threads of a core hangs under multi-threaded TCG.
    accel = "single" if threads > 1 or options.instructions else "multi"
    return ["-M", MACHINE, "-cpu", "POWER9", "-accel", f"tcg,thread={accel}",
            "-smp", f"{options.cpus},sockets=1,cores={options.max_cpus // threads},"
                    f"threads={threads},maxcpus={options.max_cpus}"]


def serial_arguments():
    return (["-device", "spapr-vty,chardev=con,reg=0x30000000",
             "-device", "spapr-vty,chardev=ag,reg=0x30001000"])


def cpu_number(props):
    """What a step calls a hot-pluggable CPU: the core's id."""
    return props["core-id"]


def cpu_event(number):
    return f"cpu-add-core{number}", f"cpu-del-core{number}", f"core{number}"


def _region(start, size):
    return {"start": f"0x{start:x}", "end": f"0x{start + size - 1:x}",
            "size": f"0x{size:x}"} if size else None


def state(guest, manifest):
    """Fill in what only this architecture tells; the live tree, flattened."""
    live = from_listing(guest.must(f"hex {LIVE_TREE}"))
    tree = Tree(live)
    for name in ("memory", "reserved"):
        lines, _ = guest.ask(f"cat /sys/kernel/debug/memblock/{name}")
        manifest[f"memblock_{name}"] = [line.split("\t", 1)[1] for line in lines]
    manifest["crashkernel"] = _region(
        tree.number("/chosen", "linux,crashkernel-base") or 0,
        tree.number("/chosen", "linux,crashkernel-size") or 0)
    manifest["crashkernel_low"] = None
    base = tree.number("/rtas", "linux,rtas-base")
    manifest["rtas"] = None if base is None else {
        "base": f"0x{base:x}",
        "size": f"0x{tree.number('/rtas', 'rtas-size'):x}"}
    return live


def memory(manifest):
    """What RAM there is: [(start, end)], ends exclusive."""
    found = []
    for line in manifest["memblock_memory"]:
        start, end = line.split()[1].split("..")
        found.append((int(start, 16), int(end, 16) + 1))
    return found


def also_dumped(manifest):
    """
    Memory of the crash kernel's region that a dump holds all the same: the
    firmware that runs in it.
    """
    rtas = manifest["rtas"]
    if not rtas:
        return []
    base = int(rtas["base"], 16)
    return [(base, base + int(rtas["size"], 16))]


def crash_cpus(lines):
    """The CPUs that a capture kernel found in its FDT, "" where it does not say."""
    for line in lines:
        match = re.search(r"^CAP online: .* present: (\S*)", line)
        if match:
            return match[1]
    return ""


def is_alias(_):
    """Is it the kernel's image, which the linear map has too? There is none."""
    return False
