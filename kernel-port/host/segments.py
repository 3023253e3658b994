# SPDX-License-Identifier: GPL-2.0-only
"""
The segments of a loaded crash kernel: where they are, as the kernel's debug
output of kexec_file_load(2) has it, and what two of them hold.
"""

import hashlib
import re
import struct

from . import devtree
from .problem import Problem

EHDR = struct.Struct("16sHHIQQQIHHHHHH")
PHDR = struct.Struct("IIQQQQQQ")
ET_CORE = 4
# of the setup header, in boot parameters as in a bzImage
SETUP_MAGIC_AT = 0x202
PT_NOTE = 4

# "kexec_file: segment[3]: buf=... bufsz=0x1000 mem=0x21740000 memsz=0x20000"
SEGMENT = re.compile(r"segment\[(\d+)\]: buf=\S+ bufsz=(\S+) mem=(\S+) memsz=(\S+)")
COUNT = re.compile(r"kexec_file: nr_segments = (\d+)")
PLACES = (
    ("kernel", re.compile(r"Loaded the kernel at (0x\w+)")),
    ("kernel", re.compile(r"Loaded 64bit kernel at (0x\w+)")),
    ("purgatory", re.compile(r"Loaded purgatory at (0x\w+)")),
    ("backup", re.compile(r"Loaded the backup region at (0x\w+)")),
    ("initrd", re.compile(r"Loaded initrd at (0x\w+)")),
    ("boot_param", re.compile(r"Loaded boot_param, .* at (0x\w+)")),
)


def of_load(log):
    """Segments and {name: address} out of the log of a load, the last one's."""
    segments, addresses, count = [], {}, 0
    for line in log:
        if match := COUNT.search(line):
            segments, count = [], int(match[1])
        elif match := SEGMENT.search(line):
            segments.append({"index": int(match[1]), "bufsz": match[2],
                             "mem": match[3], "memsz": match[4]})
        for name, place in PLACES:
            if match := place.search(line):
                addresses[name] = match[1]
    if not segments or len(segments) != count:
        raise Problem("guest: the kernel does not say where the segments are: "
                      "kexec_file_load has no debug flag before Linux 6.8")
    return segments, addresses


def name_all(segments, addresses, begin):
    """
    Give segments their names: the kernel's word, and for the two that follow the
    machine what they begin with, as begin(address) reads it. Where an image has
    them twice the second ones are called "elfcorehdr-1" and "fdt-1".
    """
    named = {address: name for name, address in addresses.items()}
    for segment in segments:
        first = begin(int(segment["mem"], 16))
        name = named.get(segment["mem"])
        if devtree.total_size(first):
            name = "fdt"
        elif first[:4] == b"\x7fELF" and EHDR.unpack(first)[1] == ET_CORE:
            name = "elfcorehdr"
        if name in addresses and addresses[name] != segment["mem"]:
            name += "-1"
        if name:
            segment["name"] = name
            addresses[name] = segment["mem"]
    for name in ("elfcorehdr",):
        if name not in addresses:
            raise Problem(f"guest: no segment is the {name}")


def cut_header(all_segments, begin):
    """
    On x86 both slots' elfcorehdrs are in one segment. Where a second slot's boot
    parameters come last, this gives them their name and makes the elfcorehdr's
    segment the first one's, of half the size; the other half is returned.
    """
    header, last = named(all_segments, "elfcorehdr"), all_segments[-1]
    if last.get("name") not in (None, "boot_param-1") or \
       begin(int(last["mem"], 16) + SETUP_MAGIC_AT)[:4] != b"HdrS":
        return None
    last["name"] = "boot_param-1"
    start, half = int(header["mem"], 16), int(header["memsz"], 16) // 2
    header["memsz"] = f"0x{half:x}"
    return {"bufsz": header["bufsz"], "mem": f"0x{start + half:x}",
            "memsz": header["memsz"], "name": "elfcorehdr-1"}


def selector(purgatory, segment):
    """
    Where in purgatory's bytes the word is that says which FDT is read, on x86 which
    boot parameters: it was loaded with the address of `segment`, the first slot's.
    Purgatory's list for the digest, addresses and sizes of segments, has the address
    as well.
    """
    address, size = int(segment["mem"], 16), int(segment["memsz"], 16)
    words = struct.unpack_from(f"<{len(purgatory) // 8}Q", purgatory)
    found = [8 * i for i, pair in enumerate(zip(words, (*words[1:], 0)))
             if pair[0] == address and pair[1] != size]
    if len(found) != 1:
        raise Problem(f"guest: {len(found)} words of purgatory may select a slot, with "
                      f"the address of the {segment['name']}, 0x{address:x}")
    return found[0]


def named(segments, name):
    for segment in segments:
        if segment.get("name") == name:
            return segment
    return None


def program_headers(data, order="<"):
    """e_phnum, e_phoff, e_flags and the entries."""
    ehdr = struct.unpack_from(order + EHDR.format, data)
    phnum, phoff = ehdr[10], ehdr[5]
    if phoff + phnum * PHDR.size > len(data):
        raise Problem(f"elfcorehdr: {phnum} program headers do not fit into "
                      f"{len(data)} bytes")
    entries = [struct.unpack_from(order + PHDR.format, data, phoff + i * PHDR.size)
               for i in range(phnum)]
    return phnum, phoff, ehdr[7], entries


def describe_elfcorehdr(data, segment, before):
    phnum, phoff, flags, entries = program_headers(data)
    used = phoff + phnum * PHDR.size
    return {
        "segment": segment, "sha256": hashlib.sha256(data).hexdigest(),
        "header_bytes": used,
        "stale_bytes_after_header": len(data) - used - data[used:].count(0),
        "parsed": {
            "e_phnum": phnum, "e_phoff": phoff, "e_flags": flags, "size": used,
            "phdrs": [{"type": p[0], "flags": p[1], "offset": f"0x{p[2]:x}",
                       "vaddr": f"0x{p[3]:x}", "paddr": f"0x{p[4]:x}",
                       "filesz": f"0x{p[5]:x}", "memsz": f"0x{p[6]:x}",
                       "align": p[7]} for p in entries]},
        "changed": before is not None and before != data,
    }


def describe_fdt(data, segment, before):
    tree = devtree.Tree(data)
    used = max(tree.off_dt_strings + tree.size_dt_strings,
               tree.off_dt_struct + tree.size_dt_struct)
    nodes = []
    for path, props in tree.nodes.items():
        if path.rpartition("/")[0] != "/cpus" or "reg" not in props:
            continue
        nodes.append({
            "node": path.rpartition("/")[2], "props": len(props),
            "threads": tree.cells(path, "ibm,ppc-interrupt-server#s"),
            "device_type": props.get("device_type", b"").rstrip(b"\0").decode(),
            "reg": tree.number(path, "reg")})
    return {
        "segment": segment, "totalsize": tree.totalsize,
        "off_dt_struct": tree.off_dt_struct,
        "size_dt_struct": tree.size_dt_struct,
        "off_dt_strings": tree.off_dt_strings,
        "size_dt_strings": tree.size_dt_strings,
        "off_mem_rsvmap": tree.off_mem_rsvmap,
        "boot_cpuid_phys": tree.boot_cpuid_phys, "version": tree.version,
        "free_bytes": tree.totalsize - used,
        "sha256": hashlib.sha256(data).hexdigest(),
        "changed": before is not None and before != data,
        "cpu_nodes": nodes,
        "mem_reserve": [[f"0x{a:x}", f"0x{b:x}"] for a, b in tree.reserved],
    }
