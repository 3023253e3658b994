# SPDX-License-Identifier: GPL-2.0-only
"""
A q35 PC. Memory comes online because the kernel is told so on its command line,
CPUs when somebody asks for it.
"""

QEMU = "qemu-system-x86_64"
MEMORY = "1G"
CRASHKERNEL = "256M"
CPUS_COME_ONLINE = False

AGENT_TTY = "ttyS1"
CONSOLE = "ttyS0,115200"
# Addresses are the same from run to run without KASLR. Clocks that a busy host makes
# look unsteady are not given up.
CMDLINE = ("nokaslr tsc=reliable dyndbg=\"file kernel/crash_core.c +p; "
           "file arch/x86/kernel/crash.c +p\"")
# The DIMMs of the crashed kernel are not the capture kernel's to bring online.
CRASH_CMDLINE = ("console=ttyS0,115200 maxcpus=1 nr_cpus=1 reset_devices irqpoll "
                 "nokaslr tsc=unstable acpi_no_memhotplug")

# The first MiB is the capture kernel's to start CPUs with, in every header since
# Linux 5.11 (elf_header_exclude_ranges(), arch/x86/kernel/crash.c, 6.12).
NOT_DUMPED = [(0, 1 << 20)]
START_KERNEL_MAP = 0xffffffff80000000

SYMBOLS = ("_text", "page_offset_base", "vmcoreinfo_note", "crash_notes", "_end")


def qemu_arguments(options):
    """The machine, without kernel and connections."""
    accel = "single" if options.instructions else "multi"
    # A CPU that may come later is possible only if the kernel knows the
    # hypervisor, and it does not know TCG: pass for one that it knows.
    return ["-M", "q35,hpet=off,vmport=on", "-smbios", "type=1,serial=VMware-guest",
            "-cpu", "qemu64,-hypervisor", "-accel", f"tcg,thread={accel}", "-vga", "none",
            "-smp", f"{options.cpus},sockets={options.max_cpus},cores=1,threads=1,"
                    f"maxcpus={options.max_cpus}"]


def serial_arguments():
    return ["-serial", "chardev:con", "-serial", "chardev:ag"]


def cpu_number(props):
    """What a step calls a hot-pluggable CPU: its socket."""
    return props["socket-id"]


def cpu_event(number):
    return f"cpu-add-{number}", f"cpu-del-{number}", f"cpu-s{number}-c0-t0"


def _regions(manifest, name):
    found = []
    for line in manifest["iomem"]:
        span, _, what = line.strip().partition(" : ")
        if what == name:
            start, end = span.split("-")
            found.append((int(start, 16), int(end, 16) + 1))
    return found


def state(guest, manifest):
    """Fill in what only this architecture tells; there is no live tree."""
    regions = [{"start": f"0x{start:x}", "end": f"0x{end - 1:x}"}
               for start, end in _regions(manifest, "Crash kernel")]
    manifest["crashkernel"] = regions[-1] if regions else None
    manifest["crashkernel_low"] = regions[0] if len(regions) > 1 else None
    manifest["memblock_memory"] = manifest["memblock_reserved"] = None
    manifest["kallsyms"] = guest.must("symbols " + " ".join(SYMBOLS))


def memory(manifest):
    """What RAM there is: [(start, end)], ends exclusive."""
    return _regions(manifest, "System RAM")


def also_dumped(_):
    """Memory of the crash kernel's region that a dump holds all the same: none."""
    return []


def crash_cpus(_):
    """The CPUs that a capture kernel was told of by the image: by firmware alone."""
    return None


def is_alias(vaddr):
    """Is it the kernel's image, which the linear map has too?"""
    return vaddr >= START_KERNEL_MAP
