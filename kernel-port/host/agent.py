# SPDX-License-Identifier: GPL-2.0-only
"""The program in the guest (guest/agent.c), asked over a serial line."""

import socket
import time

from .problem import Gone, Problem


class Agent:
    """A connection; every answer has to come within `timeout` seconds."""

    def __init__(self, path, timeout):
        self.timeout = timeout
        self.rest = b""
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)

    def _line(self, deadline, what):
        while b"\n" not in self.rest:
            left = deadline - time.monotonic()
            try:
                if left <= 0:
                    raise TimeoutError
                self.socket.settimeout(left)
                data = self.socket.recv(1 << 16)
            except TimeoutError:
                raise Problem(f"guest: {what}: no answer in {self.timeout} s") from None
            except OSError as error:
                raise Gone(f"guest: {what}: {error.strerror}") from None
            if not data:
                raise Gone(f"guest: {what}: it went away")
            self.rest += data
        line, self.rest = self.rest.split(b"\n", 1)
        return line.decode(errors="replace").rstrip("\r")

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
