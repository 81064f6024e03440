"""What the jobs need of a messenger, as Protocols, and the bundle of them for each platform."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.jobs.batch import Batch
from bot.jobs.made import Kept, Sent
from bot.jobs.model import Job, Source
from bot.jobs.pieces import Piece
from bot.jobs.status import Status
from converter.convert import Result
from converter.shots import Shots

OnBytes = Callable[[int, int], None]
"""Hears of bytes so far and of bytes in all, 0 where nobody knows."""
Quiet = Callable[[], Awaitable[object]]
"""Returns once nothing more is said in the job's message."""


class Downloader(Protocol):
    """Brings a person's file here."""

    async def download(self, source: Source, to: Path, *, on_bytes: OnBytes) -> int:
        """Put the whole file at `to` and return its size in bytes. It may be a link to a file that
        the messenger has on this disk, good as long as somebody is `lending` it.

        Raises TransferError; then, or when cancelled, nothing is left at `to`.
        """
        ...

    def lending(self, folder: Path, *, again: bool = False) -> AbstractAsyncContextManager[object]:
        """What is downloaded into `folder`, or any folder in it, while this lasts is let go with
        its end; `again`: it may be asked for once more, soon."""
        ...


class Deliverer(Protocol):
    """Brings the result to the person."""

    async def deliver(
        self,
        job: Job,
        result: Result,
        message_id: str | None,
        *,
        on_bytes: OnBytes,
        before_last: Quiet,
    ) -> Sent | None:
        """Make the job's status message `message_id` become the result; or send it, where there is
        no such message or the result is of a kind that can't be edited in. Doing it twice shows one
        result. `on_bytes` hears how much was taken for the upload; `before_last` is awaited before
        the last of it, which is when the message may become the result. Returns what the messenger
        calls it, None where that isn't known.

        Raises TransferError.
        """
        ...

    async def deliver_shots(
        self,
        job: Job,
        shots: Shots,
        message_id: str | None,
        *,
        on_bytes: OnBytes,
        before_last: Quiet,
    ) -> None:
        """The same for several pictures that are seen together: sent beside the status message,
        which then says what they are. No second ones follow unasked.

        Raises TransferError.
        """
        ...

    async def deliver_kept(
        self, job: Job, kept: Kept, message_id: str | None, *, before_last: Quiet
    ) -> Sent:
        """The same with a result that the messenger has already.

        Raises TransferError, or KeptRefusedError where it won't have it: then nothing was sent.
        """
        ...

    def albums(self, pieces: Sequence[Piece]) -> list[list[Piece]]:
        """Those of these results that fit into albums, album by album."""
        ...

    async def deliver_album(self, batch: Batch, pieces: Sequence[Piece]) -> None:
        """Send these results once more, as one album, and take the single messages away. Raises
        TransferError; then they stay."""
        ...

    async def announce(self, job: Job) -> None:
        """Tell the person, with a sound, that the result is there. Never raises."""
        ...


@dataclass(frozen=True, slots=True)
class Painted:
    """How showing a status ended: it is seen, as message `message_id`; or in `wait` seconds it may
    be tried again; `gone`: that message is no more; `blocked`: nobody is there to see anything."""

    message_id: str | None = None
    wait: float | None = None
    gone: bool = False
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A job of a batch, and what was heard of it since, None where its phase says all."""

    job: Job
    status: Status | None = None


class Painter(Protocol):
    """Shows in the chat how jobs get on."""

    async def paint(self, job: Job, status: Status, message_id: str | None) -> Painted:
        """Edit the message, or send the first one. A `wait` of 0 means that nobody knows how long
        the trouble lasts. Never raises for trouble of the messenger's."""
        ...

    async def paint_batch(
        self, batch: Batch, lines: Sequence[Line], message_id: str | None
    ) -> Painted:
        """The same for a batch, in its one message."""
        ...


@dataclass(frozen=True, slots=True)
class Messenger:
    """One platform's doors."""

    downloader: Downloader
    deliverer: Deliverer
    painter: Painter
