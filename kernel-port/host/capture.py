# SPDX-License-Identifier: GPL-2.0-only
"""
A capture: one folder a step, in the format that `crash-hp conform` reads
(fixtures/captures/README.md).
"""

import gzip
import json
import os
import re

from . import devtree, segments, vmcore
from .problem import Problem
from .steps import CPU, MEMORY, read, read_one

CONSOLE_MAX = 400_000
# looking for a log in memory
PIECE, LOG_MAX = 16 << 20, 6 << 10
PANIC = re.compile(rb"Kernel panic - not syncing: [^%]")
TEXT = re.compile(rb"[\x20-\x7e]{12,}")


def _write_gz(path, data):
    with gzip.GzipFile(path, "wb", mtime=0) as file:
        file.write(data)


class Capture:
    """Writes the steps of one guest; each is there whole or not at all."""

    def __init__(self, folder, name, guest, machine, options):
        self.folder = folder
        self.name = name
        self.guest = guest
        self.machine = machine
        self.options = options
        self.steps = []
        self.segments = self.addresses = self.selector = self.half = None
        self.content = {}
        try:
            os.makedirs(folder, exist_ok=True)
            if os.listdir(folder):
                raise Problem(f"{folder}: not empty")
        except OSError as error:
            raise Problem(f"{folder}: {error.strerror}") from None

    # --- the state of the machine

    def _cpu_state(self, manifest):
        for name in ("possible", "present", "online"):
            manifest[f"cpu_{name}"] = read_one(self.guest, f"{CPU}/{name}")
        notes = read(self.guest, CPU + "/cpu[0-9]*/crash_notes*")
        found = []
        for path, lines in notes.items():
            match = re.search(r"/cpu(\d+)/crash_notes$", path)
            if match:
                found.append((int(match[1]), lines[0],
                              notes.get(path + "_size", ["0"])[0]))
        manifest["crash_notes"] = [" ".join(map(str, note))
                                   for note in sorted(found)]

    def _memory_state(self, manifest):
        manifest["iomem"] = [line for lines in
                             read(self.guest, "/proc/iomem").values()
                             for line in lines]
        blocks = {}
        for path, lines in read(self.guest, MEMORY + "/memory[0-9]*/"
                                "[spv][tha][ayl]*").items():
            number, name = path.split("/")[-2:]
            blocks.setdefault(int(number[6:]), {})[name] = lines[0]
        manifest["memory_blocks"] = [
            f"{number} {block['state']} phys_index={block['phys_index']}" +
            (f" zones={block['valid_zones']}" if "valid_zones" in block else "")
            for number, block in sorted(blocks.items())]
        manifest["block_size_bytes"] = read_one(self.guest,
                                                MEMORY + "/block_size_bytes")
        manifest["dimms"] = [device["data"] for device in
                             self.guest.command("query-memory-devices")]
        manifest["meminfo"] = [line for lines in
                               read(self.guest, "/proc/meminfo").values()
                               for line in lines[:3]]

    def _kernel_state(self, manifest):
        sysfs = {}
        for name, path in (("cpu_crash_hotplug", CPU + "/crash_hotplug"),
                           ("memory_crash_hotplug", MEMORY + "/crash_hotplug"),
                           ("memory_auto_online_blocks",
                            MEMORY + "/auto_online_blocks"),
                           ("crash_elfcorehdr_size",
                            "/sys/kernel/crash_elfcorehdr_size"),
                           ("kexec_crash_loaded", "/sys/kernel/kexec_crash_loaded"),
                           ("kexec_crash_size", "/sys/kernel/kexec_crash_size")):
            value = read_one(self.guest, path)
            if value:
                sysfs[name] = value
        manifest["sysfs"] = sysfs
        manifest["vmcoreinfo"] = read_one(self.guest, "/sys/kernel/vmcoreinfo")

    # --- the image

    def _image(self, manifest, log, loaded):
        if loaded:
            self.segments, self.addresses = segments.of_load(log)

            def begin(address):
                return self.guest.memory(address, 64)

            segments.name_all(self.segments, self.addresses, begin)
            self.half = None
            if segments.named(self.segments, "boot_param"):
                self.half = segments.cut_header(self.segments, begin)
        manifest["segments"] = self.segments
        manifest["addresses"] = self.addresses

    def _read(self, segment):
        return self.guest.memory(int(segment["mem"], 16), int(segment["memsz"], 16))

    def _segment(self, manifest, name, slot, describe):
        """Read a segment that is in use; its bytes, None where the image has none."""
        segment = segments.named(self.segments, name + slot)
        if name + slot == "elfcorehdr-1":
            segment = segment or self.half
        if not segment:
            return None
        data = self._read(segment)
        if name == "fdt":
            size = devtree.total_size(data)
            if not size or size > len(data):
                raise Problem(f"guest: the FDT at {segment['mem']} is none any more")
            data = data[:size]
        manifest[name] = describe(data, segment, self.content.get(name))
        self.content[name] = data
        return data

    def _selected(self, manifest, name, word, loaded):
        """"" or "-1": of two segments, the one whose address is in purgatory's word."""
        place, first, second = (segments.named(self.segments, each) for each in
                                ("purgatory", name, name + "-1"))
        purgatory = self._read(place)
        if loaded:
            self.selector = segments.selector(purgatory, first)
        at = self.selector
        value = int.from_bytes(purgatory[at:at + 8], "little")
        manifest[word] = {"address": f"0x{int(place['mem'], 16) + at:x}",
                          "value": f"0x{value:x}"}
        if value not in (int(first["mem"], 16), int(second["mem"], 16)):
            raise Problem(f"guest: purgatory's {word} is 0x{value:x}, where no {name} is")
        return "" if value == int(first["mem"], 16) else "-1"

    def _slots(self, manifest, loaded):
        """
        An image may have two of what changes, and a word of purgatory that says
        which FDT is read: what names the two that are, and the files of the rest. On
        x86 nothing changes but the elfcorehdr, and what is read of it is enough.
        """
        if self.half:
            used = self._selected(manifest, "boot_param", "rsi", loaded)
            return used, {}
        place = {name: segments.named(self.segments, name)
                 for name in ("purgatory", "fdt", "fdt-1", "elfcorehdr-1")}
        if not all(place.values()):
            return "", {}
        used = self._selected(manifest, "fdt", "dt_offset", loaded)
        spare = "" if used else "-1"
        return used, {
            "purgatory.bin.gz": self._read(place["purgatory"]),
            "elfcorehdr-spare.bin.gz":
                self._read(segments.named(self.segments, "elfcorehdr" + spare)),
            "fdt-spare.dtb.gz":
                self._read(segments.named(self.segments, "fdt" + spare))}

    # --- the folders

    def _put(self, manifest, files):
        name = f"step-{len(self.steps):02d}-{manifest['event']}"
        path = f"{self.folder}/{name}"
        os.mkdir(path + ".new")
        for file, data in files.items():
            if data is not None:
                _write_gz(f"{path}.new/{file}", data)
        with open(f"{path}.new/manifest.json", "w", encoding="ascii") as file:
            json.dump(manifest, file, indent=1)
            file.write("\n")
        os.rename(path + ".new", path)
        self.steps.append(manifest)
        return manifest

    def _head(self, event, detail):
        return {"scenario": self.name, "step": len(self.steps), "event": event,
                "detail": detail}

    def step(self, event, detail, log, figures=None, stores=None):
        """What the machine is like now; `log`: what the kernel said since."""
        manifest = self._head(event, detail)
        if stores is not None:
            manifest["stores"] = stores
        if figures:
            manifest["figures"] = figures
        loaded = detail["kind"] in ("load", "reload")
        manifest["kernel"] = read_one(self.guest, "/proc/version")
        manifest.update(self.guest.facts())
        manifest["cmdline"] = read_one(self.guest, "/proc/cmdline")
        manifest["kdump_cmdline"] = self.options.crash_cmdline
        manifest["page_size"] = self.options.page_size
        manifest["load_flags"] = None
        if detail["kind"] == "load":
            manifest["kunit"] = [line for lines in read(
                self.guest, "/sys/kernel/debug/kunit/*/results").values()
                                 for line in lines]
        self._image(manifest, log, loaded)
        slot, rest = self._slots(manifest, loaded)
        header = self._segment(manifest, "elfcorehdr", slot,
                               segments.describe_elfcorehdr)
        fdt = self._segment(manifest, "fdt", slot, segments.describe_fdt)
        self._memory_state(manifest)
        self._cpu_state(manifest)
        live = self.machine.state(self.guest, manifest)
        self._kernel_state(manifest)
        manifest["dmesg"] = log
        manifest["dmesg_full_lines"] = len(log)
        return self._put(manifest, {"elfcorehdr.bin.gz": header,
                                    "fdt.dtb.gz": fdt,
                                    "live-tree.dtb.gz": live, **rest})

    def _early_log(self):
        """
        What a capture kernel that shows nothing has printed: its log buffer is
        somewhere in its memory, where the words of a panic are.
        """
        region = self.steps[-1]["crashkernel"]
        start, end = (int(region[key], 16) for key in ("start", "end"))
        for at in range(start, end, PIECE):
            data = self.guest.memory(at, min(PIECE, end + 1 - at))
            match = PANIC.search(data)
            if match:
                near = data[max(0, match.start() - LOG_MAX):match.end() + LOG_MAX]
                return [text.decode() for text in TEXT.findall(near)]
        return []

    def crash(self, event, detail, shown):
        """The end: `shown` is the console before the crash."""
        up = self.guest.ended()
        console = self.guest.console()
        rest = console[len(shown):]
        lines = vmcore.report(rest)
        manifest = self._head(event, detail)
        manifest["how"] = "kexec_file_load"
        manifest["outcome"] = "up" if up and vmcore.DONE in lines else "timeout"
        manifest["capture_up"] = vmcore.UP in lines
        manifest["cap_lines"] = lines
        manifest["panic"] = next((line.partition("not syncing: ")[2] for line in
                                  rest.splitlines() if "Kernel panic" in line), None)
        manifest["console_tail"] = rest.splitlines()[-80:]
        if not up and vmcore.UP not in lines:
            manifest["capture_kernel_log_buffer_strings"] = self._early_log()
            manifest["registers"] = self.guest.command(
                "human-monitor-command",
                command_line="info registers -a").splitlines()
        return self._put(manifest, {"console.txt.gz": rest.encode()})

    def close(self):
        """The console of it all."""
        text = self.guest.console().encode()[:CONSOLE_MAX]
        _write_gz(self.folder + "/console.txt.gz", text)
