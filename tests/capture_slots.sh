#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# capture-kernel and an image with two slots, without a guest: which segments it sees
# on x86_64, and which word of purgatory selects one.
set -eu

cd "${CRASH_HP_SOURCE:?the source directory}/kernel-port"
PYTHONPATH=../tests exec python3 -B - <<'END'
import struct

from host_lib import end, expect

from host import segments
from host.problem import Problem

# --- both elfcorehdrs in one segment

HEADER, PARAMS, LAST = 0x2f000000, 0x3eff9000, 0x3eff7000


def image(*names):
    places = {"elfcorehdr": HEADER, "boot_param": PARAMS}
    return [{"bufsz": "0x1000", "mem": f"0x{places.get(name, LAST):x}",
             "memsz": "0x1c2000", **({"name": name} if name else {})}
            for name in names]


def is_at(address):
    """A guest with boot parameters at one place."""
    return lambda at: b"HdrS" if at == address + 0x202 else b"\0" * 64


HALF = {"bufsz": "0x1000", "mem": "0x2f0e1000", "memsz": "0xe1000",
        "name": "elfcorehdr-1"}
for what, names, params, half, last in (
        ("two slots", ("elfcorehdr", "boot_param", None), LAST, HALF, "boot_param-1"),
        ("cut at the load before", ("elfcorehdr", "boot_param", "boot_param-1"), LAST,
         HALF, "boot_param-1"),
        ("the initrd is last", ("elfcorehdr", "boot_param", "initrd"), LAST, None,
         "initrd"),
        ("something else is last", ("elfcorehdr", "boot_param", None), PARAMS, None,
         None)):
    found = image(*names)
    expect(what, half, segments.cut_header(found, is_at(params)))
    expect(f"{what}: its half", "0xe1000" if half else "0x1c2000", found[0]["memsz"])
    expect(f"{what}: the last", last, found[-1].get("name"))

# --- the word

FIRST = {"mem": f"0x{PARAMS:x}", "memsz": "0x2000", "name": "boot_param"}
for what, words, expected in (
        ("rsi", [1, PARAMS, 0x2000, 2, PARAMS, 0], 32),
        ("the last word", [PARAMS, 0x2000, PARAMS], 16),
        ("none", [PARAMS, 0x2000, 3], "0 words of purgatory may select a slot"),
        ("two", [PARAMS, 0, PARAMS, 0], "2 words of purgatory may select a slot")):
    try:
        got = segments.selector(struct.pack(f"<{len(words)}Q", *words), FIRST)
    except Problem as problem:
        got = str(problem).removeprefix("guest: ").partition(", with")[0]
    expect(what, expected, got)

end()
END
