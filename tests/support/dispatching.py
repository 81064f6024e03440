"""A dispatcher at work in this process, on a real database: its jobs end when the test says so."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.jobs.answers import Accepted
from bot.jobs.dispatch import Dispatch, Place
from bot.jobs.dispatch.embedded import ReadyLine
from bot.jobs.dispatch.loop import Loop
from bot.jobs.dispatch.procrastinate import ProcrastinateQueue, Tickets
from bot.jobs.model import Job, NewJob, Phase, Source
from bot.jobs.processes.members import Member, Part
from bot.jobs.store.admission import Terms
from bot.jobs.store.store import JobStore

_numbers = itertools.count(1)


@dataclass(slots=True)
class House:
    """A dispatcher at work: what it started, in order, and what is going on; a job ends when the
    test says so."""

    store: JobStore
    dispatch: Dispatch
    started: list[Job] = field(default_factory=list)
    now: dict[str, asyncio.Event] = field(default_factory=dict)
    most: int = 0
    sending: bool = False
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def carry(self, job: Job, place: Place) -> None:
        """See dispatch.Carry."""
        self.started.append(job)
        self.now[job.id] = end = asyncio.Event()
        self.most = max(self.most, len(self.now))
        if self.sending:
            place.free()
            place.free()
        await self._tell()
        await end.wait()
        for phase in (Phase.CONVERTING, Phase.SENDING):
            job = await self.store.advance(job, phase)
        await self.store.finish(job, Phase.DONE)
        place.free()
        del self.now[job.id]
        await self._tell()

    async def add(self, user: int) -> Job:
        """A job of that user's."""
        number = str(next(_numbers))
        source = Source(f"f{number}", f"u{number}", "x.mp4", 1)
        new = NewJob(str(user), str(user), number, "en", source)
        answer = await self.store.add(new, Terms(100))
        assert isinstance(answer, Accepted)
        return answer.job

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something that starting or ending a job may bring."""
        async with asyncio.timeout(60), self.changed:
            await self.changed.wait_for(condition)

    def end(self, user: int) -> None:
        """Let the running job of that user end."""
        [job] = [j for j in self.started if j.id in self.now and j.user_id == str(user)]
        self.now[job.id].set()

    async def _tell(self) -> None:
        async with self.changed:
            self.changed.notify_all()


@contextlib.asynccontextmanager
async def opened(where: Path | str, slots: int, most: int = 0) -> AsyncIterator[House]:
    """A house whose dispatcher is at work."""
    member = Member(Part.WORKER, slots)
    async with contextlib.AsyncExitStack() as stack:
        if isinstance(where, str):
            store = await JobStore.open(where, queue=ProcrastinateQueue(), member=member)
            source = await stack.enter_async_context(Tickets.open(store, where, most))
            house = House(store, Loop(store, source, slots))
        else:
            store = await JobStore.open(where, member=member)
            house = House(store, Loop(store, ReadyLine(store), slots))
        await store.recover()
        running = asyncio.create_task(house.dispatch.run(house.carry))
        yield house
        house.dispatch.stop()
        async with asyncio.timeout(20):
            await running
        for end in house.now.values():
            end.set()
        await house.until(lambda: not house.now)
        await store.close()
