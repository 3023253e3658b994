# SPDX-License-Identifier: GPL-2.0-only
"""
What can be done to a guest. A step is a line of words:

  cpu-add N           plug core N (ppc64le: QEMU's core-id; x86_64: socket)
  cpu-del N           unplug it
  cpu-online N        the kernel's CPU N
  cpu-offline N
  mem-add NAME SIZE [NODE]
  mem-del NAME
  block-online N      the kernel's memory block N
  block-offline N
  reload              load the crash kernel once more
  crash N             panic on CPU N, and see what the capture kernel gets
  at-store N[/CPU] STEP  panic after the Nth store that STEP makes to the image,
                      likewise; on that CPU, while the one that updates stands still.
                      STEP is cpu-add, mem-add or mem-del
"""

import os
import re

from .problem import Problem
from .ranges import cpu_list

CPU = "/sys/devices/system/cpu"
MEMORY = "/sys/devices/system/memory"
# a kernel with CONFIG_CRASH_HP_PANIC_AT_STORE
PARAMETERS = "/sys/module/crash_hp/parameters"
UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def read(guest, pattern):
    """{path: [lines]} of the files of the guest that fit the pattern."""
    found = {}
    lines, _ = guest.ask(f"cat {pattern}")
    for line in lines:
        path, _, rest = line.partition("\t")
        found.setdefault(path, []).append(rest)
    return found


def read_one(guest, path):
    """The first line of a file, "" where there is none."""
    return read(guest, path).get(path, [""])[0]


def online(guest):
    return cpu_list(read_one(guest, CPU + "/online"))


def present(guest):
    return cpu_list(read_one(guest, CPU + "/present"))


def number(word, what):
    if not word.isdigit():
        raise Problem(f"step: '{word}' is no {what}")
    return int(word)


def size(word):
    match = re.fullmatch(r"(\d+)([KMG]?)", word)
    if not match:
        raise Problem(f"step: '{word}' is no size such as 256M")
    return int(match[1]) * UNITS[match[2]]


class Steps:
    """Does steps; each returns the event's name and the manifest's `detail`."""

    def __init__(self, guest, machine, crash_cmdline):
        self.guest = guest
        self.machine = machine
        self.crash_cmdline = crash_cmdline

    @staticmethod
    def check(words):
        """Is this a step? Before anything is started."""
        wanted = {"cpu-add": (1,), "cpu-del": (1,), "cpu-online": (1,),
                  "cpu-offline": (1,), "mem-add": (2, 3), "mem-del": (1,),
                  "block-online": (1,), "block-offline": (1,), "reload": (0,),
                  "crash": (1,), "at-store": (3, 4, 5)}
        if not words or words[0] not in wanted:
            raise Problem(f"step: no step '{' '.join(words)}'")
        if len(words) - 1 not in wanted[words[0]]:
            raise Problem(f"step: {words[0]}: {len(words) - 1} arguments")
        if words[0] == "at-store":
            if words[2] not in ("cpu-add", "mem-add", "mem-del"):
                raise Problem(f"step: at-store: not in the middle of {words[2]}")
            Steps.check(words[2:])
            for word in words[1].split("/", 1):
                number(word, "number")
        elif words[0] == "mem-add":
            size(words[2])
        elif words[0] not in ("mem-del", "reload"):
            number(words[1], "number")

    def do(self, words):
        return getattr(self, "_" + words[0].replace("-", "_"))(*words[1:])

    # --- the image

    def _load(self):
        lines, rc = self.guest.ask(f"load {self.crash_cmdline}")
        if rc:
            raise Problem(f"guest: kexec_file_load: {os.strerror(rc)}")
        return lines

    def load(self):
        self._load()
        return "loaded", {"kind": "load"}

    def _reload(self):
        self._load()
        return "reload", {"kind": "reload"}

    # --- CPUs

    def _slot(self, core):
        """The place of a core, as QEMU lists it."""
        for slot in self.guest.command("query-hotpluggable-cpus"):
            if self.machine.cpu_number(slot["props"]) == core:
                return slot
        raise Problem(f"step: the machine has no place for core {core}")

    def _free_slot(self, core):
        slot = self._slot(core)
        if "qom-path" in slot:
            raise Problem(f"step: core {core} is there already")
        return slot

    def _plug_core(self, core, slot):
        self.guest.command("device_add", driver=slot["type"],
                           id=self.machine.cpu_event(core)[2], **slot["props"])

    def _cpu_add(self, word):
        core = number(word, "core")
        event, _, name = self.machine.cpu_event(core)
        slot = self._free_slot(core)
        before, was = online(self.guest), present(self.guest)
        count = slot["vcpus-count"]
        self._plug_core(core, slot)
        look, known = (online, before) if self.machine.CPUS_COME_ONLINE else \
                      (present, was)
        self.guest.until(f"core {core} did not come",
                         lambda: len(look(self.guest)) >= len(known) + count)
        cpus = [cpu for cpu in present(self.guest) if cpu not in was]
        return event, {"kind": "cpu-add", "id": name, "core_id": core,
                       "threads": count, "cpus": cpus,
                       "online_before": before,
                       "online_after": online(self.guest), "ok": True}

    def _cpu_del(self, word):
        core = number(word, "core")
        _, event, name = self.machine.cpu_event(core)
        if "qom-path" not in self._slot(core):
            raise Problem(f"step: core {core} is not there")
        before = online(self.guest)
        self._unplug(name)
        return event, {"kind": "cpu-del", "id": name, "core_id": core,
                       "online_before": before,
                       "online_after": online(self.guest), "ok": True}

    def _unplug(self, name):
        self.guest.command("device_del", id=name)
        event = self.guest.event(["DEVICE_DELETED", "DEVICE_UNPLUG_GUEST_ERROR",
                                  "MEM_UNPLUG_ERROR"], name)
        if event != "DEVICE_DELETED":
            raise Problem(f"guest: does not let {name} go")

    def _cpu_state(self, word, value, kind):
        cpu = number(word, "CPU")
        lines, rc = self.guest.ask(f"put {CPU}/cpu{cpu}/online {value}")
        if rc:
            raise Problem(f"guest: {kind} {cpu}: {os.strerror(rc)}")
        return {"kind": kind, "cpu": cpu, "rc": rc, "out": "",
                "write_ns": int(lines[0])}

    def _cpu_online(self, word):
        return f"cpu{word}-online", self._cpu_state(word, 1, "cpu-online")

    def _cpu_offline(self, word):
        return f"cpu{word}-offline", self._cpu_state(word, 0, "cpu-offline")

    # --- memory

    def _blocks(self):
        """{number: state}"""
        found = read(self.guest, MEMORY + "/memory[0-9]*/state")
        return {int(path.split("/")[-2][6:]): lines[0]
                for path, lines in found.items()}

    def _dimm(self, name):
        for device in self.guest.command("query-memory-devices"):
            if device["data"].get("id") == name:
                return device["data"]
        return None

    def _span(self, dimm):
        block = int(read_one(self.guest, MEMORY + "/block_size_bytes"), 16)
        first = dimm["addr"] // block
        return range(first, (dimm["addr"] + dimm["size"] + block - 1) // block)

    def _plug_dimm(self, name, word, node="0"):
        if self._dimm(name):
            raise Problem(f"step: DIMM {name} is there already")
        self.guest.command("object-add", qom_type="memory-backend-ram",
                           id=f"mem-{name}", size=size(word))
        self.guest.command("device_add", driver="pc-dimm", id=name,
                           memdev=f"mem-{name}", node=number(node, "node"))

    def _mem_add(self, name, word, node="0"):
        nbytes = size(word)
        self._plug_dimm(name, word, node)
        dimm = self._dimm(name)
        span = self._span(dimm)
        self.guest.until(
            f"DIMM {name} did not come online",
            lambda: all(self._blocks().get(b) == "online" for b in span))
        return f"mem-add-{name}-{dimm['addr']:x}", {
            "kind": "mem-add", "id": name, "size": f"0x{nbytes:x}",
            "addr": f"0x{dimm['addr']:x}", "ok": True}

    def _mem_del(self, name):
        dimm = self._dimm(name)
        if not dimm:
            raise Problem(f"step: no DIMM {name}")
        span = self._span(dimm)
        self._unplug(name)
        self.guest.command("object-del", id=f"mem-{name}")
        self.guest.until(f"blocks of DIMM {name} did not go",
                         lambda: not any(b in self._blocks() for b in span))
        return f"mem-del-{name}-{dimm['addr']:x}", {
            "kind": "mem-del", "id": name, "addr": f"0x{dimm['addr']:x}",
            "size": f"0x{dimm['size']:x}", "ok": True,
            "blocks_removed": list(span), "blocks_offlined": []}

    def _block_state(self, word, state):
        block = number(word, "block")
        lines, rc = self.guest.ask(f"put {MEMORY}/memory{block}/state {state}")
        if rc:
            raise Problem(f"guest: memory block {block} does not go {state}: "
                          f"{os.strerror(rc)}")
        return {"kind": f"block-{state}", "block": block, "state": state,
                "rc": rc, "out": "", "write_ns": int(lines[0])}

    def _block_online(self, word):
        return f"block{word}-online", self._block_state(word, "online")

    def _block_offline(self, word):
        return f"block{word}-offline", self._block_state(word, "offline")

    # --- the end

    def _crash(self, word):
        cpu = number(word, "CPU")
        if cpu not in online(self.guest):
            raise Problem(f"step: CPU {cpu} is not online, and cannot crash")
        self.guest.must(f"crash {cpu}")
        return f"crash-cpu{cpu}", {"kind": "crash", "cpu": cpu}

    def _at_store(self, word, kind, *words):
        store, _, cpu = word.partition("/")
        if cpu and number(cpu, "CPU") not in online(self.guest):
            raise Problem(f"step: CPU {cpu} is not online, and cannot crash")
        self.set_panic(store, cpu or "-1")
        if kind == "cpu-add":
            core = number(words[0], "core")
            self._plug_core(core, self._free_slot(core))
        elif kind == "mem-add":
            self._plug_dimm(*words)
        else:
            self.guest.command("device_del", id=words[0])
        return f"crash-store{store}", {"kind": "crash", "store": int(store),
                                       "during": " ".join((kind, *words))}

    # --- stores

    def set_panic(self, store, cpu="-1"):
        """Count stores from here on; panic after that one, 0: after none."""
        for name, value in (("panic_on_cpu", cpu), ("panic_at_store", store)):
            _, rc = self.guest.ask(f"put {PARAMETERS}/{name} {value}")
            if rc:
                raise Problem(f"guest: {PARAMETERS}/{name}: {os.strerror(rc)}: "
                              "CONFIG_CRASH_HP_PANIC_AT_STORE is not in the kernel")

    def stores(self):
        """How many there were."""
        return int(read_one(self.guest, f"{PARAMETERS}/stores"))
