"""The end of sd_notify's line that systemd has: a real datagram socket."""

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from tests.support.waiting import eventually


class ServiceManager:
    """Hears what a service says."""

    def __init__(self, address: str) -> None:
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._line.bind(address)
        self._line.setblocking(False)
        self.heard: list[str] = []

    @classmethod
    @contextlib.contextmanager
    def at(cls, address: str | Path) -> Iterator[Self]:
        """Listening within the block; an address that begins with NUL is outside the file
        system."""
        manager = cls(str(address))
        try:
            yield manager
        finally:
            manager._line.close()

    def listen(self) -> list[str]:
        """What was said since the last time; all of it stays in `heard`."""
        new = []
        with contextlib.suppress(BlockingIOError):
            while True:
                new.append(self._line.recv(4096).decode("ascii"))
        self.heard += new
        return new

    def hears(self, word: str, times: int = 1) -> bool:
        """Whether this comes, so often, from now on. Blocks."""
        before = self.heard.count(word)

        def enough() -> bool:
            self.listen()
            return self.heard.count(word) - before >= times

        return eventually(enough, seconds=100.0)
