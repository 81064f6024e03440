"""Results on their way to people: made by the real converter, brought by the real deliverer."""

import asyncio
import contextlib
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.app import App, open_app
from bot.jobs.model import Job, Phase, Source
from bot.telegram.deliver import TelegramDeliverer
from bot.telegram.uploads import IDLE
from converter.convert import Result
from converter.formats import TARGETS, Kind
from converter.request import Request
from standin import SeenMessage, StandIn, User
from tests.support.bench import Bench
from tests.support.engines import Engine, unique
from tests.support.receipts import Ledger
from tests.support.stage import FAST, Stage

SECONDS = 2
SIZE = (320, 180)
MEBIBYTE = 1024 * 1024
LARGE = 24 * MEBIBYTE


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
            id=unique("job"),
            user_id=user.id,
            chat_id=user.id,
            message_id=sent.id,
            locale="en",
            source=Source("file", "unique", name, 1),
            request={"target": target},
            group=False,
            phase=Phase.SENDING,
            attempt=1,
            failures=0,
            status_message_id=shown.message_id if shown is not None else None,
            error_code=None,
            created_at=datetime.now(UTC),
        )

    def person(self, job: Job) -> User:
        """Whose job it is."""
        [user] = [user for user in self.standin.users if user.id == job.user_id]
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
            deliverer = TelegramDeliverer(app.bot, app.board, ledger, idle)
            yield Counter(stage.standin, app, ledger, deliverer)
            await app.board.close(1.0)
    finally:
        ledger.close()


class Results:
    """A short film, or for targets of sound alone a song, made into what is asked for by the real
    converter, once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made: dict[str, Result] = {}

    async def of(self, target: str) -> Result:
        """The result for a target."""
        if target not in self._made:
            self._made[target] = await self._make(target)
        return self._made[target]

    async def large(self, target: str) -> Result:
        """The same with zeros behind it, more than a connection takes in while nobody reads."""
        result = await self.of(target)
        path = self.folder / f"large {target}{result.path.suffix}"
        shutil.copyfile(result.path, path)
        os.truncate(path, LARGE)
        return replace(result, path=path)

    async def _make(self, target: str) -> Result:
        sound = TARGETS[target].kind is Kind.SOUND
        source = self.folder / ("song.flac" if sound else "film.mkv")
        if not source.exists():
            await asyncio.to_thread(_make_song if sound else _make_film, source)
        folder = self.folder / target
        base = folder / unique("work")
        base.mkdir(parents=True)
        bench = Bench(Engine("plain"), folder, unique("test"), base)
        return await bench.convert(source, request=Request(target=target))


def _make_film(path: Path) -> None:
    size = "x".join(map(str, SIZE))
    picture = ["-f", "lavfi", "-i", f"testsrc2=size={size}:rate=25:duration={SECONDS}"]
    _ffmpeg([*picture, *_TONE, "-c:v", "mpeg4", "-c:a", "mp2", str(path)])


def _make_song(path: Path) -> None:
    _ffmpeg([*_TONE, "-metadata", "title=Песня", "-metadata", "artist=Someone", str(path)])


_TONE = ("-f", "lavfi", "-i", f"sine=frequency=440:duration={SECONDS}")


def _ffmpeg(arguments: list[str]) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *arguments], check=True)
