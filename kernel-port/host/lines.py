# SPDX-License-Identifier: GPL-2.0-only
"""A unix socket on which the other side writes lines."""

import socket
import time

from .problem import Gone, Problem


class Lines:
    """A connection; `who` is at the other end, `silent` and `closed` say in
    messages that nothing came from there, or that it has gone."""

    def __init__(self, path, timeout, who, silent, closed):
        self.timeout = timeout
        self.who = who
        self.silent = silent
        self.closed = closed
        self.rest = b""
        self._connect(path, time.monotonic() + timeout)

    def _connect(self, path, deadline):
        # the socket is there a moment before anybody listens on it
        while True:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(self.timeout)
            try:
                return self.socket.connect(path)
            except ConnectionRefusedError:
                self.socket.close()
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def next(self, deadline, what):
        """The next line, without its end; `what` it is part of."""
        while b"\n" not in self.rest:
            left = deadline - time.monotonic()
            try:
                if left <= 0:
                    raise TimeoutError
                self.socket.settimeout(left)
                data = self.socket.recv(1 << 16)
            except TimeoutError:
                raise Problem(f"{self.who}: {what}: {self.silent} in {self.timeout} s") from None
            except OSError as error:
                raise Gone(f"{self.who}: {what}: {error.strerror}") from None
            if not data:
                raise Gone(f"{self.who}: {what}: {self.closed}")
            self.rest += data
        line, self.rest = self.rest.split(b"\n", 1)
        return line
