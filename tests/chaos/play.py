"""One storm: people hand in files while processes are killed, the database restarts and the
messenger has a bad day; then it is calm, and what is left is counted."""

import asyncio
import contextlib
import itertools
import random
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from standin import SeenMessage, StandIn, User
from tests.chaos.crew import ALONE, SEVERAL, Crew
from tests.chaos.faults import bad_day
from tests.chaos.ledger import FileLedger, Ledger, Page, PostgresLedger
from tests.chaos.takeovers import Takeovers
from tests.chaos.verdict import Verdict, judge
from tests.support import postgres
from tests.support.footage import Footage
from tests.support.postgres import Server
from tests.support.running import running
from tests.support.stage import UNPACED, Stage
from tests.support.stub_engine import Stub

# Files of one person that wait for their end at once.
_AT_ONCE: Final = 6
_LOOK: Final = 0.3
_KILLS: Final = (1.0, 5.0)
_RESTARTS: Final = (20.0, 40.0)
_CALM_FROM: Final = 0.97
# How long after the last end its last word may come, and whatever it left may go.
_LAST_WORDS: Final = 90.0
_TIDY: Final = 60.0


@dataclass(frozen=True, slots=True)
class Plan:
    """`jobs` stub jobs and `real` real ones of `people`; the storm lasts until nearly all of them
    have ended, `storm` seconds at most. Then the end is waited for, `patience` seconds."""

    jobs: int
    real: int
    people: int
    storm: float
    patience: float
    seed: int = 1


@dataclass(slots=True)
class Outcome:
    """How it went; bytes and `orphans` are what was left a minute after the last end."""

    dispatch: str
    seconds: float
    verdict: Verdict
    takeovers: Takeovers
    kills: int
    own_ends: int
    restarts: int
    orphans: list[str]
    bytes_left: int

    @property
    def clean(self) -> bool:
        """Nothing was lost, nothing came twice, nothing lies about."""
        found = self.verdict
        return not (found.lost or found.unheard or found.twice or self.orphans or self.bytes_left)


@dataclass(slots=True)
class _Storm:
    plan: Plan
    stage: Stage
    crew: Crew
    ledger: Ledger
    people: list[User]
    chance: random.Random
    sent: dict[int, list[SeenMessage]] = field(default_factory=dict)
    page: Page = field(default_factory=lambda: Page((), {}))
    ended: dict[int, int] = field(default_factory=dict)
    restarts: int = 0
    began: float = field(default_factory=time.monotonic)

    @property
    def total(self) -> int:
        return self.plan.jobs + self.plan.real

    @property
    def done(self) -> int:
        return sum(self.ended.values())

    async def watch(self) -> None:
        """Know what the database says, until cancelled."""
        while True:
            page = await asyncio.to_thread(self.ledger.page)
            if page is not None:
                self.page = page
                self.crew.takeovers.look(page)
                self.ended = {person.id: self._ended(person, page) for person in self.people}
            await asyncio.sleep(_LOOK)

    def _ended(self, person: User, page: Page) -> int:
        """How many of a person's files have ended: as jobs, or with an answer and no job."""
        theirs = {job.message_id: job for job in page.jobs if job.user_id == str(person.id)}
        answered = {message.reply_to for message in person.bot_messages}
        refused = sum(f.id in answered and f.id not in theirs for f in self.sent[person.id])
        return refused + sum(job.ended for job in theirs.values())

    async def hand_in(self, person: User, files: Iterator[Path]) -> None:
        """One after the other, a few at once."""
        sent = self.sent[person.id]
        for file in files:
            while len(sent) - self.ended[person.id] >= _AT_ONCE:  # noqa: ASYNC110 - see `watch`
                await asyncio.sleep(_LOOK)
            sent.append(await person.send_document(file))

    async def restart(self, server: Server) -> None:
        """The database, now and then while there is somebody to feel it, in good order or not,
        until cancelled."""
        while True:
            await asyncio.sleep(self.chance.uniform(*_RESTARTS))
            while not self.crew.complete(self.page):  # noqa: ASYNC110 - see `watch`
                await asyncio.sleep(_LOOK)
            mode = self.chance.choice(("fast", "immediate"))
            restart = asyncio.create_task(asyncio.to_thread(_restart, server, mode))
            try:
                await asyncio.shield(restart)
            except asyncio.CancelledError:
                await restart
                raise
            self.restarts += 1

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self.began

    async def wait(self, condition: Callable[[], bool], seconds: float) -> None:
        """Until it comes true, so long at most."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not condition():  # noqa: ASYNC110 - the processes are others
                    await asyncio.sleep(_LOOK)

    def verdict(self) -> Verdict:
        """So far."""
        return judge(self.people, self.sent, self.page.jobs)

    def settled(self) -> bool:
        """Every end is seen."""
        found = self.verdict()
        return not (found.lost or found.unheard or found.left_over)


def _restart(server: Server, mode: str) -> None:
    server.stop(mode)
    server.start()


async def play(
    dispatch: str,
    plan: Plan,
    folder: Path,
    stub: Stub,
    footage: Footage,
    say: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """The whole of it, for "postgres" or "sqlite"."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    async with contextlib.AsyncExitStack() as stack:
        server = None
        if dispatch == "postgres":
            server = stack.enter_context(postgres.server(careful=True))
        standin = StandIn(folder=folder / "telegram", pace=UNPACED)
        await stack.enter_async_context(standin)
        storm = _storm(plan, standin, folder, server)
        files = _files(plan, stub, footage)
        hands = [storm.hand_in(person, files) for person in storm.people]
        async with _beside(storm.crew.work(), storm.watch(), *hands, _tell(storm, say)):
            await _rage(storm, server)
            say(f"calm after {storm.seconds:.0f} s: {storm.done} of {storm.total} have ended")
            await storm.wait(lambda: storm.done >= storm.total, plan.patience)
            seconds = storm.seconds
            say(f"{storm.done} of {storm.total} have ended after {seconds:.0f} s")
            await storm.wait(storm.settled, _LAST_WORDS)
            await storm.wait(lambda: _is_clean(storm.stage), _TIDY)
            bytes_left = _bytes(storm.stage)
        return Outcome(
            dispatch=dispatch,
            seconds=seconds,
            verdict=storm.verdict(),
            takeovers=storm.crew.takeovers,
            kills=storm.crew.kills,
            own_ends=storm.crew.own_ends,
            restarts=storm.restarts,
            orphans=running(storm.stage),
            bytes_left=bytes_left,
        )


def _storm(plan: Plan, standin: StandIn, folder: Path, server: Server | None) -> _Storm:
    stage = Stage(standin, folder / "bot", max_queued_per_user=_AT_ONCE * 2)
    chance = random.Random(plan.seed)  # noqa: S311 - moments, not secrets
    ledger: Ledger = FileLedger(stage.data / "jobs.sqlite3")
    settings, roles = stage.settings(), ALONE
    if server is not None:
        url = server.database()
        ledger, roles = PostgresLedger(url), SEVERAL
        settings = stage.settings(database_url=url)
    people = [standin.user(name=f"person{number}") for number in range(plan.people)]
    crew = Crew(stage, settings, roles, ledger, Takeovers(), chance)
    storm = _Storm(plan, stage, crew, ledger, people, chance)
    storm.sent = {person.id: [] for person in people}
    storm.ended = dict.fromkeys(storm.sent, 0)
    return storm


async def _rage(storm: _Storm, server: Server | None) -> None:
    """Until nearly all have ended, or it has lasted long enough."""
    violence = [storm.crew.shoot(*_KILLS)]
    if server is not None:
        violence.append(storm.restart(server))
    bad_day(storm.stage.standin, storm.chance)
    # On a busy machine a start alone may take longer than a short storm.
    await storm.wait(lambda: storm.crew.complete(storm.page), storm.plan.patience)
    async with _beside(*violence):
        enough = storm.total * _CALM_FROM
        await storm.wait(lambda: storm.done >= enough, storm.plan.storm)
    storm.stage.standin.faults.clear()


async def _tell(storm: _Storm, say: Callable[[str], None]) -> None:
    while True:
        await asyncio.sleep(20.0)
        say(
            f"{storm.done} of {storm.total} have ended, {storm.crew.kills} kills,"
            f" {storm.restarts} restarts of the database"
        )


def _files(plan: Plan, stub: Stub, footage: Footage) -> Iterator[Path]:
    """All of them, the real ones spread evenly: whoever has a hand free sends the next."""
    clips = stub.clips()
    real = itertools.cycle((footage.quick, footage.remux, footage.medium, footage.fine))
    every = (plan.jobs + plan.real) / plan.real if plan.real else 0.0
    turns = {int(number * every) for number in range(plan.real)}
    for number in range(plan.jobs + plan.real):
        if number not in turns:
            yield next(clips)
            continue
        clip = next(real)
        path = stub.folder / "clips" / f"real-{number:05d}{clip.suffix}"
        path.unlink(missing_ok=True)
        path.hardlink_to(clip)
        yield path


def _is_clean(stage: Stage) -> bool:
    return not (running(stage) or _bytes(stage))


def _bytes(stage: Stage) -> int:
    """What lies in the work folders of all its processes, and in those of kept files."""
    found = 0
    for pattern in ("work", "*/work", "kept", "*/kept"):
        for folder in stage.data.glob(pattern):
            for path in folder.rglob("*"):
                with contextlib.suppress(OSError):
                    found += path.stat().st_size if path.is_file() else 0
    return found


@contextlib.asynccontextmanager
async def _beside(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """These run as long as the block does; one that breaks is told of at its end."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for error in ended:
        if isinstance(error, Exception):
            raise error
