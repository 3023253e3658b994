# SPDX-License-Identifier: GPL-2.0-only
"""QEMU's machine protocol (QMP): one JSON object a line, over a unix socket."""

import json
import socket
import time

from .problem import Gone, Problem


class Qmp:
    """A connection; every wait ends after `timeout` seconds at the latest."""

    def __init__(self, path, timeout):
        self.timeout = timeout
        self.events = []
        self.rest = b""
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(timeout)
        self.socket.connect(path)
        greeting = self._receive(time.monotonic() + timeout, "its greeting")
        if "QMP" not in greeting:
            raise Problem(f"QMP: the greeting is {json.dumps(greeting)[:80]}")
        self.command("qmp_capabilities")

    def _receive(self, deadline, what):
        while b"\n" not in self.rest:
            left = deadline - time.monotonic()
            try:
                if left <= 0:
                    raise TimeoutError
                self.socket.settimeout(left)
                data = self.socket.recv(1 << 16)
            except TimeoutError:
                raise Problem(f"QMP: {what}: nothing came in {self.timeout} s") from None
            except OSError as error:
                raise Gone(f"QMP: {what}: {error.strerror}") from None
            if not data:
                raise Gone(f"QMP: {what}: QEMU closed the connection")
            self.rest += data
        line, self.rest = self.rest.split(b"\n", 1)
        try:
            message = json.loads(line)
        except ValueError:
            message = None
        if not isinstance(message, dict):
            raise Problem(f"QMP: {what}: not a JSON object: {line[:60]!r}")
        return message

    def command(self, name, arguments=None):
        """What the command returns."""
        request = {"execute": name}
        if arguments:
            request["arguments"] = arguments
        try:
            self.socket.sendall(json.dumps(request).encode() + b"\n")
        except OSError as error:
            raise Gone(f"QMP: {name}: {error.strerror}") from None
        deadline = time.monotonic() + self.timeout
        while True:
            message = self._receive(deadline, name)
            if "event" in message:
                self.events.append(message)
            elif "return" in message:
                return message["return"]
            elif "error" in message:
                error = message["error"]
                why = error.get("desc") if isinstance(error, dict) else error
                raise Problem(f"QMP: {name}: {why}")
            else:
                raise Problem(f"QMP: {name}: neither return nor error: "
                              f"{json.dumps(message)[:80]}")

    def wait(self, names, device):
        """The next event about `device` that has one of `names`."""
        deadline = time.monotonic() + self.timeout
        while True:
            for event in self.events:
                if event["event"] in names and \
                   event.get("data", {}).get("device") == device:
                    self.events.remove(event)
                    return event["event"]
            message = self._receive(deadline, f"{names[0]} of {device}")
            if "event" in message:
                self.events.append(message)

    def close(self):
        self.socket.close()
