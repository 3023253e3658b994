# SPDX-License-Identifier: GPL-2.0-only
"""What port-boot has guests do: options of capture-kernel, and steps."""

# QEMU, 7.2 as 10.0, may die when memory goes after a CPU went: under TCG that CPU's
# thread is not quite gone. So CPUs go last.

# "crash on a CPU that was added", after all other kinds of events
HOTPLUG = {
    "ppc64le": ([], [
        "cpu-add 1", "cpu-add 2", "mem-add m1 256M", "mem-add m2 512M",
        "mem-add m3 256M", "cpu-offline 2", "cpu-online 2",
        "block-offline 9", "mem-del m3", "block-online 9", "mem-add m4 256M",
        "reload", "cpu-del 1", "cpu-add 3", "crash 1"]),
    "x86_64": ([], [
        "cpu-add 1", "cpu-online 1", "cpu-add 4", "cpu-online 4",
        "mem-add m1 256M", "mem-add m2 512M", "mem-add m3 256M",
        "cpu-offline 1", "cpu-online 1", "block-offline 34", "mem-del m3",
        "block-online 34", "mem-add m4 256M", "reload", "cpu-add 2",
        "cpu-online 2", "crash 2"]),
}

# a thread of a core of several, none of which was there at the load
THREAD = {
    # One host thread for all CPUs, of which most only spin after the crash: slow.
    "ppc64le": (["--cpus", "2", "--threads", "2", "--max-cpus", "8", "--timeout",
                 "900"],
                ["cpu-add 2", "cpu-offline 3", "cpu-online 3", "crash 3"]),
}

# KB-02: the stock kernel lists a byte that is gone (powerpc); KB-20 (x86)
MIDDLE = {
    arch: ([], ["mem-add m1 256M", "mem-add m2 256M", "mem-add m3 256M",
                "mem-del m2", "crash 0"])
    for arch in ("ppc64le", "x86_64")
}

# for figures. CPUs that take turns must not go: QEMU ends.
INSTRUCTIONS = {
    "ppc64le": (["--instructions"], [
        *[f"cpu-add {n}" for n in (1, 2, 3, 4)],
        *[f"mem-add m{n} 256M" for n in (1, 2, 3, 4)],
        *["block-offline 9", "block-online 9"] * 3,
        *["cpu-offline 2", "cpu-online 2"] * 3,
        "mem-del m3", "mem-del m4"]),
    "x86_64": (["--instructions"], [
        "cpu-add 1", "cpu-online 1", "cpu-add 2", "cpu-online 2",
        *[f"mem-add m{n} 128M" for n in (1, 2, 3, 4)],
        *["block-offline 33", "block-online 33"] * 3,
        *["cpu-offline 2", "cpu-online 2"] * 3,
        "mem-del m3", "mem-del m4"]),
}

# CPU 1 looks, the others act
WATCH = {
    arch: (["--cpus", "2", "--watch", "1"],
           [step for step in todo if step not in ("cpu-add 1", "cpu-online 1")])
    for arch, (_, todo) in INSTRUCTIONS.items()
}

# What comes first, an event in the middle of which the guest crashes, and on which CPU:
# None is the one that updates the image, and there is one only. Memory of one block:
# there is a state before it and one after it, and no third.
AT_STORE = {
    "ppc64le": [([], "cpu-add 1", None), ([], "mem-add m1 256M", None),
                # not when a CPU comes: QEMU's H_SIGNAL_SYS_RESET, by which one CPU
                # stops the others, starts one that is plugged and not started yet
                (["mem-add m1 256M"], "mem-add m2 256M", 1)],
    # the entries behind the one that goes move up, which no single store can do
    "x86_64": [([], "mem-add m1 128M", None),
               (["mem-add m1 128M", "mem-add m2 128M"], "mem-del m1", None),
               (["mem-add m1 128M", "mem-add m2 128M"], "mem-del m1", 1)],
}
