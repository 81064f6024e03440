"""Where ffmpeg runs. One Protocol, two engines (`docker_runner`, `host_runner`), one contract
suite that both pass (tests/contract/test_runner_contract.py)."""

from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from converter.engines.process import Completed, OnLine
from converter.engines.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Resources:
    """What one conversion may use. Bytes; `cpus` 0 means all; `seconds`, above a
    conversion's own limit, ends programs that nobody watches any more."""

    memory: int = 2 * 1024**3
    cpus: float = 0.0
    pids: int = 256
    file_size: int = 4 * 1024**3
    seconds: float = 300.0


@dataclass(frozen=True, slots=True)
class GpuAccess:
    """Which NVIDIA cards a session sees: the one that the driver numbers `device`, or, with None,
    every card there is."""

    device: int | None = None


class Session(Protocol):
    """A place where the programs of one conversion run, closed off from everything else."""

    @property
    def input_url(self) -> str:
        """What ffmpeg opens to read the workspace's input."""
        ...

    def output_url(self, name: str) -> str:
        """What ffmpeg opens to write `name` into the workspace's output folder."""
        ...

    async def run(
        self, argv: Sequence[str], *, on_line: OnLine | None = None, max_stdout: int = 1024 * 1024
    ) -> Completed:
        """Run one program to its end. ``python3`` is one with Pillow, where there is any.

        When this is cancelled the program itself is dead before the cancellation goes on. Raises
        Unavailable (ENGINE) when the place is gone, the session has ended, or the program can't
        be started.
        """
        ...


class Runner(Protocol):
    """An engine that gives sessions."""

    @property
    def kind(self) -> str:
        """``docker`` or ``host``."""
        ...

    @property
    def owner(self) -> int | None:
        """The user id that sessions run as, None when it is our own."""
        ...

    def open(
        self, workspace: Workspace, *, gpu: GpuAccess | None = None
    ) -> AbstractAsyncContextManager[Session]:
        """A session on `workspace`, with the cards that `gpu` names or without any. On leaving,
        every program in it is dead and its container gone. Raises Unavailable (ENGINE)."""
        ...

    async def identity(self) -> str:
        """Which ffmpeg its sessions have: another text when another build took its place. Raises
        Unavailable (ENGINE)."""
        ...

    async def sweep(self, keep: Collection[str] = ()) -> int:
        """End what a dead process of this installation left running, but for the workspaces named
        in `keep`. Returns how many sessions were ended. Raises Unavailable (ENGINE)."""
        ...
