"""What a front end may ask of the jobs: hand one in, look, cancel, try again."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import structlog

from bot.jobs.answers import (
    Accepted,
    AcceptedAll,
    Answer,
    Closed,
    Crowded,
    Duplicate,
    Full,
    NoSpace,
    OnItsWay,
    OverQuota,
    QueueFull,
    Repeated,
)
from bot.jobs.batch import Batch
from bot.jobs.gate import Gate
from bot.jobs.house.house import ANY_HOUSE, House
from bot.jobs.model import Job, NewJob, Phase
from bot.jobs.showing.notices import Notices
from bot.jobs.showing.places import Places
from bot.jobs.status import State, Status
from bot.jobs.store.admission import UNBOUNDED, Terms
from bot.jobs.store.archive import Archive
from bot.jobs.store.batches import BatchStore
from bot.jobs.store.quota import Allowance, Quota
from bot.jobs.store.store import Also, JobStore
from bot.jobs.work.hands import Hands
from bot.storage.errors import StorageError

log = structlog.get_logger(__name__)


class TapResult(StrEnum):
    """How a request about an existing job ended."""

    DONE = "done"
    NOT_YOURS = "not_yours"
    TOO_LATE = "too_late"
    ON_ITS_WAY = "on_its_way"
    FULL = "full"
    CROWDED = "crowded"
    NO_SPACE = "no_space"
    ALREADY = "already"
    OVER_QUOTA = "over_quota"
    CLOSED = "closed"


TOO_MUCH: Final[Mapping[type[Full], TapResult]] = {
    QueueFull: TapResult.FULL,
    Crowded: TapResult.CROWDED,
    NoSpace: TapResult.NO_SPACE,
    OverQuota: TapResult.OVER_QUOTA,
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a platform, and the chat they speak in: what was asked for elsewhere is nobody's
    business here."""

    user_id: str
    chat_id: str
    platform: str = "telegram"

    def owns(self, job: Job) -> bool:
        """Whether they asked for it."""
        return job.owner == (self.platform, self.user_id)


async def _unbounded(_owner: tuple[str, str]) -> Quota:
    return UNBOUNDED


async def _any_house() -> House:
    return ANY_HOUSE


@dataclass(frozen=True, slots=True)
class Desk:
    """The jobs as a front end sees them. `max_waiting` is how many jobs of one user may wait;
    `busy` says that every place is taken; `allowance` how much a person may ask for; `trusted`
    that their id is an admin's; `house` what there is room for, of everybody's together."""

    store: JobStore
    board: Notices
    hands: Hands
    places: Places
    max_waiting: int
    busy: Callable[[], Awaitable[bool]]
    gate: Gate
    allowance: Allowance = _unbounded
    trusted: Callable[[str], bool] = lambda _user_id: False
    house: Callable[[], Awaitable[House]] = _any_house

    async def accepts(self, user_id: str) -> bool:
        """Whether something new of this person's may come in now."""
        return await self.gate.lets_in(trusted=self.trusted(user_id))

    async def hand_in(self, new: NewJob, also: Also | None = None) -> Answer:
        """Save a job, durably, before this returns; its status message follows by itself. `also`
        writes more in the same transaction."""
        if not await self.accepts(new.user_id):
            return Closed()
        terms = await self._terms((new.platform, new.user_id))
        answer = await self.store.add(new, terms, also)
        if isinstance(answer, Accepted):
            log.info("job accepted", job=answer.job.id, user=new.user_id, bytes=new.source.size)
            await self._welcome(answer.job)
        elif isinstance(answer, Repeated) and answer.job.phase is Phase.QUEUED:
            await self.places.show(answer.job)
        else:
            log.info("job not accepted", answer=type(answer).__name__, user=new.user_id)
        return await self.places.when(answer) if isinstance(answer, Crowded) else answer

    async def hand_in_all(
        self, batch: Batch, news: Sequence[NewJob], also: Also | None = None
    ) -> AcceptedAll | Repeated | Duplicate | Full | Closed:
        """The same for a batch: all of it, or nothing."""
        if not await self.accepts(batch.user_id):
            return Closed()
        answer = await self.store.add_all(batch, news, await self._terms(batch.owner), also)
        if isinstance(answer, AcceptedAll):
            log.info("batch accepted", batch=batch.id, user=batch.user_id, jobs=len(answer.jobs))
            for job in answer.jobs:
                await self._welcome(job)
        else:
            log.info("batch not accepted", answer=type(answer).__name__, user=batch.user_id)
        return await self.places.when(answer) if isinstance(answer, Crowded) else answer

    async def cancel_batch(
        self, batch_id: str, person: Person, *, also: Also | None = None, at_once: bool = False
    ) -> TapResult:
        """Stop what is left of a batch, for its owner alone; DONE when anything was. `also` writes
        more with the first that is ended. See `cancel`."""
        batch = await self.batches.get(batch_id)
        if batch is None:
            return TapResult.TOO_LATE
        if batch.owner != (person.platform, person.user_id):
            return TapResult.NOT_YOURS
        # Those that wait go first, or each would start as the one before it ends.
        jobs = [job for job in await self.batches.jobs(batch_id) if not job.phase.final]
        outcomes: set[TapResult] = set()
        for job in reversed(jobs):
            first = also if TapResult.DONE not in outcomes else None
            outcomes.add(await self.cancel(job.id, person, also=first, at_once=at_once))
        for outcome in (TapResult.DONE, TapResult.ON_ITS_WAY):
            if outcome in outcomes:
                return outcome
        return TapResult.TOO_LATE

    @property
    def batches(self) -> BatchStore:
        """Files that were sent together."""
        return BatchStore(self.store.transactions)

    async def of_person(self, person: Person) -> list[Job]:
        """The live jobs that this person asked for in this chat, the running one first."""
        jobs = await self.store.live_of_user(person.platform, person.user_id)
        return [job for job in jobs if job.chat_id == person.chat_id]

    @property
    def archive(self) -> Archive:
        """What was."""
        return Archive(self.store.transactions)

    async def history(self, person: Person, limit: int) -> list[Job]:
        """What this person last asked for in this chat, newest first."""
        return await self.archive.history(person.platform, person.user_id, person.chat_id, limit)

    async def of_message(self, person: Person, message_id: str) -> Job | None:
        """What this person asked for with that message of this chat, or got as it."""
        return await self.archive.of_message(
            person.platform, person.user_id, person.chat_id, message_id
        )

    async def stop_all(self, platform: str, user_id: str) -> int:
        """The operator stops all that somebody asked for, wherever. How many jobs that were."""
        live = await self.store.live_of_user(platform, user_id)
        for job in reversed(live):
            await self.stop(job.id)
        return len(live)

    async def stop(self, job_id: str) -> TapResult:
        """The operator ends somebody's job, and its person hears so. See `cancel`."""
        job = await self.store.get(job_id)
        return TapResult.TOO_LATE if job is None else await self._end(job, State.STOPPED)

    async def forget(self, person: Person) -> int:
        """Stop all that this person asked for, wherever, and delete what is known of it, of what
        can't be stopped any more too. How many jobs that were."""
        live = await self.store.live_of_user(person.platform, person.user_id)
        outcomes = {job.id: await self._end(job, State.CANCELLED) for job in reversed(live)}
        leaving = [one for one, outcome in outcomes.items() if outcome is TapResult.ON_ITS_WAY]
        return await self.archive.forget(person.platform, person.user_id, leaving)

    async def get(self, job_id: str) -> Job | None:
        """A job, live or ended."""
        return await self.store.get(job_id)

    async def cancel(
        self,
        job_id: str,
        person: Person,
        *,
        told: bool = True,
        also: Also | None = None,
        at_once: bool = False,
    ) -> TapResult:
        """End a job for its owner alone. What has left us already can't be stopped, and then
        nothing is. When this returns nothing of it runs any more; `at_once`: as soon as it is
        certain, what runs ends right afterwards. Unless `told`, nothing more is said in its
        message: it is another's now. `also` writes more in the same transaction."""
        job = await self.store.get(job_id)
        if job is None or job.phase.final:
            return TapResult.TOO_LATE
        if not person.owns(job):
            return TapResult.NOT_YOURS
        state = State.CANCELLED if told else None
        return await self._end(job, state, also, at_once=at_once)

    async def _end(
        self, job: Job, told: State | None, also: Also | None = None, *, at_once: bool = False
    ) -> TapResult:
        """End a live job and say so, where anything is to be said in its message."""
        last = None if told is None else Status(told)
        match await self.store.cancel(job.id, also, last):
            case OnItsWay():
                return TapResult.ON_ITS_WAY
            case None:
                return TapResult.TOO_LATE
        self.hands.drop(job)
        log.info("job cancelled", job=job.id, user=job.user_id, phase=job.phase)
        rest = self.hands.afterwards(self._wind_up(job, told=told is not None))
        if not at_once:
            await asyncio.shield(rest)
        return TapResult.DONE

    async def _wind_up(self, job: Job, *, told: bool) -> None:
        """What follows from the end of a job, once nothing of it runs; whoever shows the bulletins
        shows its last word."""
        await self.hands.gone(job)
        self.hands.ended(job)
        if not told:
            await self.board.quiet(job)
        with contextlib.suppress(StorageError):
            await self.places.show_all()

    async def retry(self, job_id: str, person: Person) -> TapResult:
        """Try a failed job again, for its owner alone."""
        job = await self.store.get(job_id)
        if job is None or not person.owns(job):
            return TapResult.TOO_LATE if job is None else TapResult.NOT_YOURS
        if not await self.accepts(job.user_id):
            return TapResult.CLOSED
        match await self.store.retry(job_id, await self._terms(job.owner)):
            case QueueFull() | Crowded() | NoSpace() | OverQuota() as full:
                return TOO_MUCH[type(full)]
            case Duplicate():
                return TapResult.ALREADY
            case Accepted(job=again):
                log.info("job tried again", job=job_id, user=job.user_id)
                await self._welcome(again)
                return TapResult.DONE
        return TapResult.TOO_LATE

    async def _terms(self, owner: tuple[str, str]) -> Terms:
        return Terms(self.max_waiting, await self.allowance(owner), await self.house())

    async def _welcome(self, job: Job) -> None:
        mine = await self.store.live_of_user(*job.owner)
        if job.id not in {live.id for live in mine}:
            # What was there already may be delivered by now: there is nothing to wait for.
            return
        if len(mine) > 1 or await self.busy():
            await self.places.show(job)
        else:
            self.board.show(job, Status(State.ACCEPTED))
