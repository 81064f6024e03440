"""Jobs that live a life in a store, with a clock that is moved between its steps."""

import itertools
from dataclasses import dataclass, replace
from typing import Final

from bot.jobs.answers import Accepted
from bot.jobs.model import Job, NewJob, Phase, Source
from bot.jobs.store.admission import Terms
from bot.jobs.store.store import JobStore
from bot.jobs.traces.facts import Conversion
from bot.jobs.traces.records import Work
from converter.request import Request
from tests.support.clock import Clock

_numbers = itertools.count(1)
ENCODED: Final = Conversion(
    action="encode",
    device="cpu",
    seconds=4.0,
    plan=("→ mp4: encode on cpu", "  because      codec"),
    commands=("ffmpeg -i file:/in/input file:/out/partial",),
    before="1.0 kB, mkv",
    after="400 B, mp4",
)


@dataclass(frozen=True, slots=True)
class Lives:
    """Leads jobs through a store."""

    store: JobStore
    clock: Clock

    async def asked(self, user: str = "1", name: str = "holiday.mkv", target: str = "mp4") -> Job:
        """A job is accepted."""
        number = str(next(_numbers))
        source = Source(f"file{number}", f"unique{number}", name, 1000)
        new = NewJob(user, f"chat-{user}", number, "en", source, Request(target=target))
        answer = await self.store.add(new, Terms(100))
        assert isinstance(answer, Accepted)
        return answer.job

    async def taken(self, wait: float = 0.0) -> Job:
        """The next one is taken, so many seconds from now."""
        self.clock.move(seconds=wait)
        job = await self.store.take()
        assert job is not None
        return job

    async def ended(
        self,
        outcome: Phase = Phase.DONE,
        code: str | None = None,
        *,
        wait: float = 0.0,
        conversion: Conversion | None = ENCODED,
        after: int = 400,
        video: float = 8.0,
        **asked: str,
    ) -> Job:
        """One from its beginning to its end: a second in each phase after `wait`."""
        await self.asked(**asked)
        job = await self.taken(wait)
        work = Work(conversion, 1000, after, video)
        if outcome is not Phase.REFUSED:
            for phase in (Phase.CONVERTING, Phase.SENDING):
                self.clock.move(seconds=1)
                job = await self.store.advance(job, phase, work)
        else:
            work = Work()
        self.clock.move(seconds=1)
        return await self.store.finish(job, outcome, error_code=code, work=work)


def encoded(seconds: float, device: str = "cpu", action: str = "encode") -> Conversion:
    """One that took so long."""
    return replace(ENCODED, seconds=seconds, device=device, action=action)
