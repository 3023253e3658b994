# SPDX-License-Identifier: GPL-2.0-only
"""
A guest, running or recorded.

All that is known of one comes through Guest.call(), so that a recording of the
calls and their results is as good as the guest: what is made of them can be
tested without QEMU.
"""

import base64
import gzip
import json
import os
import subprocess
import time

from .agent import Agent
from .problem import Gone, Problem
from .qmp import Qmp


class Guest:
    """What can be asked. All of it may raise Problem."""

    def call(self, kind, *arguments):
        raise NotImplementedError

    def facts(self):
        """{"qemu": the command line, "qemu_version": one line}"""
        return self.call("facts")

    def ask(self, command):
        """Lines and errno of a command to the program in the guest."""
        return self.call("ask", command)

    def must(self, command):
        """Lines of a command that has to succeed."""
        lines, rc = self.ask(command)
        if rc:
            raise Problem(f"guest: {command[:80]}: {os.strerror(rc)}")
        return lines

    def command(self, name, **arguments):
        """What a QMP command returns; `_` in names of arguments is `-`."""
        return self.call("command", name,
                         {key.replace("_", "-"): value
                          for key, value in arguments.items()})

    def event(self, names, device):
        """Wait for one of QEMU's events about a device: which it was."""
        return self.call("event", names, device)

    def memory(self, address, size):
        """Bytes of guest memory, read from outside."""
        return base64.b64decode(self.call("memory", address, size))

    def console(self):
        """All that the console has shown."""
        return self.call("console")

    def ended(self):
        """Wait for QEMU's end: False if that takes too long."""
        return self.call("ended")

    def until(self, what, test):
        """Ask again until test() is true; `what` is not the case if it never is."""
        self.call("begin")
        while not test():
            if not self.call("pause"):
                raise Problem(f"guest: {what}")


class Running(Guest):
    """
    A QEMU process of ours.

    `arguments` is QEMU's command line without what connects us to it, `agent` the
    options for the agent's serial line, `folder` where sockets and console go.
    """

    def __init__(self, arguments, agent, folder, timeout):
        self.folder = folder
        self.timeout = timeout
        self.tape = []
        self.process = self.qmp = self.agent = None
        self.shown = arguments + agent
        path = folder + "/"
        self.arguments = arguments + agent + [
            "-chardev", f"file,id=con,path={path}console.log",
            "-chardev", f"socket,id=ag,path={path}agent,server=on,wait=off",
            "-qmp", f"unix:{path}qmp,server=on,wait=off", "-no-reboot"]

    def __enter__(self):
        with open(self.folder + "/qemu.log", "wb") as log:
            try:
                self.process = subprocess.Popen(self.arguments, stdout=log,
                                                stdin=subprocess.DEVNULL,
                                                stderr=subprocess.STDOUT)
            except OSError as error:
                raise Problem(f"{self.arguments[0]}: {error.strerror}") from None
        try:
            self._await_socket("qmp")
            self.qmp = Qmp(self.folder + "/qmp", self.timeout)
            self.agent = Agent(self.folder + "/agent", self.timeout)
        except BaseException as error:
            why = self._why(error) if isinstance(error, Problem) else error
            self.__exit__()
            raise why from None
        return self

    def __exit__(self, *_):
        for connection in (self.qmp, self.agent):
            if connection:
                connection.close()
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def _last_words(self):
        with open(self.folder + "/qemu.log", errors="replace") as log:
            lines = log.read().strip().splitlines()
        return lines[-1] if lines else "without a word"

    def _why(self, problem):
        """A connection that ends is the first to tell of QEMU's own end."""
        try:
            if isinstance(problem, Gone) and self.process.wait(5):
                return Problem(f"{self.arguments[0]} ended with status "
                               f"{self.process.returncode}: {self._last_words()}")
        except subprocess.TimeoutExpired:
            pass
        return problem

    def _await_socket(self, name):
        deadline = time.monotonic() + self.timeout
        while not os.path.exists(f"{self.folder}/{name}"):
            if self.process.poll() is not None:
                raise Problem(f"{self.arguments[0]} ended with status "
                              f"{self.process.returncode}: {self._last_words()}")
            if time.monotonic() > deadline:
                raise Problem(f"{self.arguments[0]}: no socket in {self.timeout} s")
            time.sleep(0.05)

    def call(self, kind, *arguments):
        try:
            result = getattr(self, "_" + kind)(*arguments)
        except Problem as problem:
            problem = self._why(problem)
            self.tape.append([kind, list(arguments), {"problem": str(problem)}])
            raise problem from None
        self.tape.append([kind, list(arguments), result])
        return result

    def _facts(self):
        version = subprocess.run([self.arguments[0], "--version"], check=False,
                                 capture_output=True, text=True, timeout=60)
        if version.returncode or not version.stdout:
            raise Problem(f"{self.arguments[0]} --version: status "
                          f"{version.returncode}")
        # Of files the names only: paths are this machine's.
        words = [os.path.basename(word) if word.startswith("/") else word
                 for word in self.shown]
        return {"qemu": words, "qemu_version": version.stdout.splitlines()[0]}

    def _ready(self):
        return list(self.agent.answer("its start"))

    def _ask(self, command):
        return list(self.agent.ask(command))

    def _command(self, name, arguments):
        return self.qmp.command(name, arguments)

    def _event(self, names, device):
        return self.qmp.wait(names, device)

    def _memory(self, address, size):
        path = self.folder + "/memory"
        self.qmp.command("pmemsave", {"val": address, "size": size,
                                      "filename": path})
        with open(path, "rb") as file:
            data = file.read()
        if len(data) != size:
            raise Problem(f"QMP: pmemsave: {len(data)} of {size} bytes at "
                          f"0x{address:x}")
        return base64.b64encode(data).decode()

    def _console(self):
        try:
            with open(self.folder + "/console.log", "rb") as file:
                return file.read().decode(errors="replace").replace("\r", "")
        except FileNotFoundError:
            return ""

    def _ended(self):
        try:
            self.process.wait(self.timeout)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _begin(self):
        self.deadline = time.monotonic() + self.timeout

    def _pause(self):
        time.sleep(0.2)
        return time.monotonic() < self.deadline

    def save(self, path):
        with gzip.GzipFile(path, "wb", mtime=0) as file:
            for entry in self.tape:
                file.write(json.dumps(entry).encode() + b"\n")


class Recorded(Guest):
    """A guest that ran before: the same questions in the same order."""

    def __init__(self, path):
        self.path = path
        self.at = 0
        try:
            with gzip.open(path, "rt") as file:
                self.tape = [json.loads(line) for line in file]
        except (OSError, EOFError, ValueError) as error:
            why = error.strerror if getattr(error, "errno", None) else error
            raise Problem(f"{path}: {why}") from None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def call(self, kind, *arguments):
        asked = [kind, list(arguments)]
        if self.at >= len(self.tape):
            raise Problem(f"{self.path}: it ends before {self._show(asked)}")
        entry = self.tape[self.at]
        if entry[:2] != asked:
            raise Problem(f"{self.path}: call {self.at} is {self._show(entry)}, "
                          f"not {self._show(asked)}")
        self.at += 1
        if isinstance(entry[2], dict) and "problem" in entry[2]:
            raise Problem(entry[2]["problem"])
        return entry[2]

    @staticmethod
    def _show(call):
        return json.dumps(call[:2])[:80]

    def save(self, path):
        raise Problem(f"{path}: a recording is not recorded again")
