"""Menus of several files together, and batches of jobs that become such menus again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.dialog.counter.counter import Counter
from bot.dialog.draft import MAIN, Draft, fresh_id
from bot.dialog.screens.room import room_page
from bot.jobs.answers import AcceptedAll, Closed, Crowded, Duplicate, Full, QueueFull, Repeated
from bot.jobs.desk import Person, TapResult
from bot.jobs.model import Job, NewJob


@dataclass(frozen=True, slots=True)
class AlbumMenus:
    """What a Counter does with one file, for albums."""

    counter: Counter

    async def open(self, news: Sequence[NewJob], draft_id: str, page: str = MAIN) -> Draft:
        """Several files came and their person wants to be asked. Saved, durably, as the draft with
        this id before this returns."""
        draft = Draft.of_album(news, draft_id, self.counter.store.clock(), page)
        return await self.counter.opened(draft, anew=False)

    async def start(
        self, news: Sequence[NewJob], draft_id: str
    ) -> Draft | AcceptedAll | Repeated | Duplicate | Full | Closed:
        """Convert several files at once; a menu opens only where there is no room for all."""
        draft = Draft.of_album(news, draft_id, self.counter.store.clock(), MAIN)
        answer = await self.counter.desk.hand_in_all(draft.batch(), draft.jobs())
        if isinstance(answer, QueueFull | Crowded):
            return await self.open(news, draft_id, room_page(answer))
        return answer

    async def change(self, batch_id: str, person: Person) -> TapResult:
        """Stop what is left of a batch, and show a menu of these files: saved with the first end,
        so that nothing loses them."""
        desk = self.counter.desk
        batch = await desk.batches.get(batch_id)
        left = [job for job in await desk.batches.jobs(batch_id) if not job.phase.final]
        if batch is None or not left:
            return TapResult.TOO_LATE
        if batch.owner != (person.platform, person.user_id):
            return TapResult.NOT_YOURS
        if not await desk.accepts(person.user_id):
            # It would be stopped and could not be started again.
            return TapResult.CLOSED
        for job in left:
            await self.counter.larder.keep_offered(job.source.unique_id)
        draft = self._again(left, "format")
        outcome = await desk.cancel_batch(batch_id, person, also=self.counter.store.adding(draft))
        if outcome is TapResult.DONE:
            self.counter.show(draft)
        return outcome

    async def again(self, batch_id: str, person: Person) -> TapResult:
        """A menu of the files of a batch, in another form."""
        desk = self.counter.desk
        batch = await desk.batches.get(batch_id)
        jobs = await desk.batches.jobs(batch_id)
        if batch is None or not jobs:
            return TapResult.TOO_LATE
        if batch.owner != (person.platform, person.user_id):
            return TapResult.NOT_YOURS
        await self.counter.opened(self._again(jobs, MAIN), anew=True)
        return TapResult.DONE

    def _again(self, jobs: Sequence[Job], page: str) -> Draft:
        """Each file once, from the first to the last of the parts that were made of it."""
        now = self.counter.store.clock()
        news: dict[str, NewJob] = {}
        for new in (Draft.again(job, now).job() for job in jobs):
            first = news.get(new.message_id, new)
            whole = replace(first.request, end=new.request.end)
            news[new.message_id] = replace(first, request=whole)
        files = list(news.values())
        if len(files) == 1:
            return Draft.of(files[0], now, page)
        return Draft.of_album(files, fresh_id(), now, page)
