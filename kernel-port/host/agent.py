# SPDX-License-Identifier: GPL-2.0-only
"""The program in the guest (guest/agent.c), asked over a serial line."""

import time

from .lines import Lines
from .problem import Gone, Problem


class Agent(Lines):
    """A connection; every answer has to come within `timeout` seconds."""

    def __init__(self, path, timeout):
        super().__init__(path, timeout, "guest", "no answer", "it went away")

    def _line(self, deadline, what):
        return self.next(deadline, what).decode(errors="replace").rstrip("\r")

    def answer(self, what):
        """The lines of an answer, and 0 or the guest's errno."""
        deadline = time.monotonic() + self.timeout
        lines = []
        while True:
            line = self._line(deadline, what)
            if line.startswith(".."):
                lines.append(line[1:])
            elif not line.startswith("."):
                lines.append(line)
            elif line[1:].isdigit():
                return lines, int(line[1:])
            else:
                raise Problem(f"guest: {what}: an answer ends with {line[:60]!r}")

    def ask(self, command):
        try:
            self.socket.settimeout(self.timeout)
            self.socket.sendall(command.encode() + b"\n")
        except OSError as error:
            raise Gone(f"guest: {command[:60]}: {error.strerror}") from None
        return self.answer(command[:60])

    def close(self):
        self.socket.close()
