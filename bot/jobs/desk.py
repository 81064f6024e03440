"""What a front end may ask of the jobs: hand one in, look, cancel, try again."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import structlog

from bot.jobs.answers import Accepted, Answer, OverQuota, QueueFull, Repeated
from bot.jobs.archive import Archive
from bot.jobs.board import Board
from bot.jobs.model import Job, NewJob, Phase
from bot.jobs.places import show_place, show_places
from bot.jobs.quota import Quota
from bot.jobs.status import State, Status
from bot.jobs.store import UNBOUNDED, Also, JobStore
from bot.jobs.worker import Worker

log = structlog.get_logger(__name__)


class TapResult(StrEnum):
    """How a request about an existing job ended."""

    DONE = "done"
    NOT_YOURS = "not_yours"
    TOO_LATE = "too_late"
    ON_ITS_WAY = "on_its_way"
    FULL = "full"
    ALREADY = "already"
    OVER_QUOTA = "over_quota"


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


@dataclass(frozen=True, slots=True)
class Desk:
    """The jobs as a front end sees them. `max_waiting` is how many jobs of one user may wait;
    `busy` says that every place is taken; `allowance` how much a person may ask for."""

    store: JobStore
    board: Board
    worker: Worker
    max_waiting: int
    busy: Callable[[], bool]
    allowance: Callable[[tuple[str, str]], Quota] = lambda _owner: UNBOUNDED

    async def hand_in(self, new: NewJob, also: Also | None = None) -> Answer:
        """Save a job, durably, before this returns; its status message follows by itself. `also`
        writes more in the same transaction."""
        owner = (new.platform, new.user_id)
        answer = await self.store.add(
            new, max_waiting=self.max_waiting, also=also, allowed=self.allowance(owner)
        )
        if isinstance(answer, Accepted):
            log.info("job accepted", job=answer.job.id, user=new.user_id, bytes=new.source.size)
            await self._welcome(answer.job)
        elif isinstance(answer, Repeated) and answer.job.phase is Phase.QUEUED:
            await show_place(self.store, self.board, answer.job)
        else:
            log.info("job not accepted", answer=type(answer).__name__, user=new.user_id)
        return answer

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
        """Stop all that somebody asked for, wherever. How many jobs that were."""
        live = await self.store.live_of_user(platform, user_id)
        for job in reversed(live):
            await self.cancel(job.id, Person(user_id, job.chat_id, platform))
        return len(live)

    async def forget(self, person: Person) -> int:
        """Stop all that this person asked for, wherever, and delete what is known of it. How many
        jobs that were."""
        await self.stop_all(person.platform, person.user_id)
        return await self.archive.forget(person.platform, person.user_id)

    async def get(self, job_id: str) -> Job | None:
        """A job, live or ended."""
        return await self.store.get(job_id)

    async def cancel(
        self, job_id: str, person: Person, *, told: bool = True, also: Also | None = None
    ) -> TapResult:
        """End a job for its owner alone. When this returns nothing of it runs any more; what has
        left us already can't be stopped, and then nothing is. Unless `told`, nothing more is said
        in its message: it is another's now. `also` writes more in the same transaction."""
        job = await self.store.get(job_id)
        if job is None or job.phase.final:
            return TapResult.TOO_LATE
        if not person.owns(job):
            return TapResult.NOT_YOURS
        if self.worker.past_recall(job_id):
            return TapResult.ON_ITS_WAY
        if await self.store.cancel(job_id, also) is None:
            return TapResult.TOO_LATE
        log.info("job cancelled", job=job_id, user=job.user_id, phase=job.phase)
        await self.worker.interrupt(job_id)
        latest = await self.store.get(job_id)
        if told:
            self.board.show(latest or job, Status(State.CANCELLED))
        else:
            await self.board.quiet(job)
        await show_places(self.store, self.board)
        return TapResult.DONE

    async def retry(self, job_id: str, person: Person) -> TapResult:
        """Try a failed job again, for its owner alone."""
        job = await self.store.get(job_id)
        if job is None:
            return TapResult.TOO_LATE
        if not person.owns(job):
            return TapResult.NOT_YOURS
        answer = await self.store.retry(
            job_id, max_waiting=self.max_waiting, allowed=self.allowance(job.owner)
        )
        if isinstance(answer, QueueFull):
            return TapResult.FULL
        if isinstance(answer, OverQuota):
            return TapResult.OVER_QUOTA
        if answer is None:
            return TapResult.TOO_LATE
        log.info("job tried again", job=job_id, user=job.user_id)
        await self._welcome(answer.job)
        return TapResult.DONE

    async def _welcome(self, job: Job) -> None:
        mine = await self.store.live_of_user(*job.owner)
        if len(mine) > 1 or self.busy():
            await show_place(self.store, self.board, job)
        else:
            self.board.show(job, Status(State.ACCEPTED))
