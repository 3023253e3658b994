# SPDX-License-Identifier: GPL-2.0-only
"""QEMU's machine protocol (QMP): one JSON object a line, over a unix socket."""

import json
import time

from .lines import Lines
from .problem import Gone, Problem


class Qmp(Lines):
    """A connection; every wait ends after `timeout` seconds at the latest."""

    def __init__(self, path, timeout):
        super().__init__(path, timeout, "QMP", "nothing came",
                         "QEMU closed the connection")
        self.events = []
        greeting = self._receive(time.monotonic() + timeout, "its greeting")
        if "QMP" not in greeting:
            raise Problem(f"QMP: the greeting is {json.dumps(greeting)[:80]}")
        self.command("qmp_capabilities")

    def _receive(self, deadline, what):
        line = self.next(deadline, what)
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
