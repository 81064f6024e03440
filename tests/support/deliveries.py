"""Results on their way to people: made by the real converter, brought by the real deliverer."""

import asyncio
import contextlib
import os
import secrets
import subprocess
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.app import App, open_app
from bot.jobs.messenger import OnBytes
from bot.jobs.model import Job, Phase, Receipt, Source
from bot.jobs.work.delivery import Course, deliver
from bot.telegram.sending.deliver import TelegramDeliverer
from bot.telegram.wire.uploads import IDLE
from converter.convert import Result
from converter.formats import TARGETS, Kind
from converter.request import Request
from converter.shots import Shots
from standin import SeenMessage, StandIn, User
from tests.support.bench import Bench
from tests.support.engines import Engine, unique
from tests.support.receipts import Ledger
from tests.support.stage import FAST, Stage

SECONDS = 2
SIZE = (320, 180)
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Counter:
    """Where results are handed out: a deliverer with its receipts, before one stand-in."""

    standin: StandIn
    app: App
    ledger: Ledger
    deliverer: TelegramDeliverer

    async def job(self, target: str, *, status: bool = True, name: str = "film.mkv") -> Job:
        """A job of a new person who has sent a file, and whose status message stands there."""
        user = self.standin.user()
        sent = await user.send_text("my film")
        shown = await self.app.bot.send_message(user.id, "Sending…") if status else None
        return Job(
            id=secrets.token_hex(8),
            platform="telegram",
            user_id=str(user.id),
            chat_id=str(user.id),
            message_id=str(sent.id),
            locale="en",
            source=Source("file", "unique", name, 1),
            request=Request(target),
            group=False,
            phase=Phase.SENDING,
            attempt=1,
            failures=0,
            deaths=0,
            receipt=Receipt.NONE,
            status_message_id=str(shown.message_id) if shown is not None else None,
            error_code=None,
            created_at=datetime.now(UTC),
        )

    async def deliver(
        self, job: Job, result: Result | Shots, on_bytes: OnBytes | None = None
    ) -> None:
        """As an attempt does: into the message that the board knows, again after trouble."""
        await deliver(self.app.board, self.deliverer, job, result, Course(), on_bytes)

    def person(self, job: Job) -> User:
        """Whose job it is."""
        [user] = [user for user in self.standin.users if user.id == int(job.user_id)]
        return user

    def seen(self, job: Job) -> list[SeenMessage]:
        """What the bot shows them."""
        return self.person(job).bot_messages


@contextlib.asynccontextmanager
async def counter(stage: Stage, folder: Path, *, idle: float = IDLE) -> AsyncIterator[Counter]:
    """A counter that is open; nothing polls and nothing works but for the deliverer."""
    ledger = Ledger(folder / "receipts.sqlite3")
    try:
        async with open_app(stage.settings(), pace=FAST) as app:
            deliverer = TelegramDeliverer(app.bot, ledger, idle)
            yield Counter(stage.standin, app, ledger, deliverer)
            await app.board.close(1.0)
    finally:
        ledger.close()


def convert(targets: Iterable[str], folder: Path) -> dict[str, Result]:
    """A short film, or for targets of sound alone a song, made into each of these by the real
    converter."""
    film, song = folder / "film.mkv", folder / "song.flac"
    _make_film(film)
    _make_song(song)
    return {
        target: _convert(
            target, song if TARGETS[target].kind is Kind.SOUND else film, folder / target
        )
        for target in targets
    }


def grown(result: Result, folder: Path, size: int) -> Result:
    """The same result with zeros behind it, too large for what a network holds on the way."""
    path = folder / f"grown{result.path.suffix}"
    path.write_bytes(result.path.read_bytes())
    os.truncate(path, size)
    return replace(result, path=path)


def _convert(target: str, source: Path, folder: Path) -> Result:
    base = folder / unique("work")
    base.mkdir(parents=True)
    bench = Bench(Engine("plain"), folder, unique("test"), base)
    return asyncio.run(bench.convert(source, request=Request(target=target)))


def _make_film(path: Path) -> None:
    size = "x".join(map(str, SIZE))
    picture = ["-f", "lavfi", "-i", f"testsrc2=size={size}:rate=25:duration={SECONDS}"]
    _ffmpeg([*picture, *_TONE, "-c:v", "mpeg4", "-c:a", "mp2", str(path)])


def _make_song(path: Path) -> None:
    _ffmpeg([*_TONE, "-metadata", "title=Песня", "-metadata", "artist=Someone", str(path)])


_TONE = ("-f", "lavfi", "-i", f"sine=frequency=440:duration={SECONDS}")


def _ffmpeg(arguments: list[str]) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *arguments], check=True)
