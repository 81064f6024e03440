"""The counter where drafts are opened, changed and made into jobs; the messenger shows them."""

from dataclasses import dataclass, replace
from typing import Final

import structlog

from bot.dialog.counter.sheets import Sheets
from bot.dialog.draft import JOIN_PAGE, MAIN, MOST_OPEN, Draft
from bot.dialog.forecast import Forecast
from bot.dialog.screen import Screen
from bot.dialog.screens import joining, pieces, screens, steps
from bot.dialog.screens.reaction import Cards, Ending, Reaction
from bot.dialog.screens.room import room_page
from bot.dialog.screens.steps import Step, Then
from bot.dialog.screens.view import View
from bot.dialog.stores.drafts import DraftStore
from bot.jobs.answers import (
    Accepted,
    AcceptedAll,
    Answer,
    Closed,
    Crowded,
    Duplicate,
    NoSpace,
    OverQuota,
    QueueFull,
    Repeated,
)
from bot.jobs.desk import TOO_MUCH, Desk, Person, TapResult
from bot.jobs.model import Extra, Job, NewJob, Role
from bot.jobs.work.larder import Larder
from bot.jobs.work.looking import Looker, Sight
from bot.texts import Texts
from converter.errors import Refused
from converter.join import MOST as MOST_PARTS
from converter.request import Request

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Counter:
    """Everything that people do with drafts."""

    store: DraftStore
    desk: Desk
    looker: Looker
    larder: Larder
    forecast: Forecast
    cards: Cards
    sheets: Sheets

    def screen(self, draft: Draft) -> Screen:
        """What a draft's message says and offers."""
        planned = draft.planned
        view = View(Texts(draft.locale), draft, lambda wish: self.forecast.of(planned, wish))
        return screens.screen(view)

    async def full(self, new: NewJob) -> bool:
        """Whether its person has as many menus open as one may, this file's not among them."""
        mine = await self.store.of_user(new.platform, new.user_id)
        return len(mine) >= MOST_OPEN and all(
            (draft.chat_id, draft.message_id) != (new.chat_id, new.message_id) for draft in mine
        )

    async def open(self, new: NewJob, page: str = MAIN) -> Draft:
        """A file came and its person wants to be asked. Saved, durably, before this returns."""
        return await self.opened(Draft.of(new, self.store.clock(), page), anew=False)

    async def opened(self, draft: Draft, *, anew: bool) -> Draft:
        """Save a new draft and show it. The same update makes none twice, unless it is asked for
        `anew`."""
        draft = await self.store.add(draft, anew=anew)
        if draft.open:
            self.show(draft)
        return draft

    def show(self, draft: Draft) -> None:
        """Show a draft that is saved, and look at its file where nobody has."""
        self.cards.show(draft)
        self._look(draft)

    async def again(self, job: Job, page: str = MAIN) -> Draft:
        """The same file once more, in another form."""
        return await self.opened(Draft.again(job, self.store.clock(), page), anew=True)

    async def meant(self, person: Person, message_id: str) -> Draft | Job | None:
        """What an answer to that message is about: an open draft, or what became of one. Without a
        message ("") the newest open draft, unless something else was asked for since."""
        owner = (person.platform, person.user_id)
        draft = await self.store.meant(owner, person.chat_id, message_id)
        if message_id:
            return draft or await self.desk.of_message(person, message_id)
        since = await self.desk.history(person, 1) if draft is not None else []
        later = any(draft is not None and job.created_at > draft.created_at for job in since)
        return None if later else draft

    async def attach(self, to: Draft | Job | NewJob, extra: Extra) -> Draft:
        """A file came that belongs beside another: its draft says so from now on; one is opened
        where there is none. Durable before this returns."""
        match to:
            case Draft() if await self.store.attach(to.id, extra):
                draft = await self.store.get(to.id) or to
                self.cards.move(draft)
            case Draft():
                # It was started a moment ago.
                fresh = Draft.of(to.job(), self.store.clock())
                draft = await self.opened(fresh.beside(extra), anew=True)
            case Job():
                again = Draft.again(to, self.store.clock())
                draft = await self.opened(again.beside(extra), anew=True)
            case NewJob():
                fresh = Draft.of(to, self.store.clock())
                draft = await self.opened(fresh.beside(extra), anew=True)
        self.looker.try_extra(draft.id, draft.platform, extra, self._tried)
        return draft

    async def collect(
        self, draft_id: str, person: Person, part: Extra, most_bytes: int
    ) -> Reaction:
        """A video came that is to follow a draft's, durably; `most_bytes` is for all together. The
        same message adds one."""
        draft = await self.store.get(draft_id)
        if (wrong := _wrong(draft, person)) is not None or draft is None:
            return Reaction(wrong or Ending.GONE)
        after = joining.added(draft, part)
        if after != draft and len(joining.parts(after)) > MOST_PARTS:
            return Reaction(Ending.FULL_OF_PARTS, draft)
        if joining.bytes_of(after) > most_bytes:
            return Reaction(Ending.TOO_LARGE, after)
        changed = await self.store.arrange(draft_id, lambda there: joining.added(there, part))
        if changed is None:
            return Reaction(Ending.ALREADY)
        self.cards.move(changed)
        return Reaction(Ending.COLLECTING, changed)

    async def as_file(self, job: Job) -> TapResult:
        """The same once more, as a plain file."""
        draft = replace(Draft.again(job, self.store.clock()), as_file=True)
        answer = await self.desk.hand_in(draft.job())
        match answer:
            case QueueFull() | Crowded() | NoSpace() | OverQuota() as full:
                return TOO_MUCH[type(full)]
            case Closed():
                return TapResult.CLOSED
            case Accepted():
                return TapResult.DONE
        return TapResult.ALREADY

    async def change(self, job_id: str, person: Person, page: str = MAIN) -> TapResult:
        """Stop a job and show its menu in its own message."""
        job = await self.desk.get(job_id)
        if job is None:
            return TapResult.TOO_LATE
        if person.owns(job) and not await self.desk.accepts(person.user_id):
            # It would be stopped and could not be started again.
            return TapResult.CLOSED
        draft = Draft.again(job, self.store.clock(), page)
        draft = replace(draft, card_id=job.status_message_id)
        if person.owns(job):
            await self.larder.keep_offered(job.source.unique_id)
        also = self.store.adding(draft)
        outcome = await self.desk.cancel(job_id, person, told=False, also=also)
        if outcome is TapResult.DONE:
            latest = await self.desk.get(job_id)
            if latest is not None and latest.status_message_id != draft.card_id:
                draft = replace(draft, card_id=latest.status_message_id)
                await self.store.carded(draft.id, draft.card_id)
            self.show(draft)
        return outcome

    async def forget(self, person: Person) -> None:
        """Take away a person's open menus, and the files that are kept for them."""
        for draft in await self.store.of_user(person.platform, person.user_id):
            await self._away(draft)

    async def draft(self, draft_id: str) -> Draft | None:
        """A draft, open or used."""
        return await self.store.get(draft_id)

    async def tap(self, draft_id: str, person: Person, action: str) -> Reaction:
        """A button of a draft's message was tapped."""
        draft = await self.store.get(draft_id)
        if (wrong := _wrong(draft, person)) is not None or draft is None:
            return Reaction(wrong or Ending.GONE)
        try:
            step = steps.tap(draft, action)
        except Refused as error:
            return Reaction(Ending.SENSELESS, draft, refused=error)
        return Reaction(Ending.UNKNOWN, draft) if step is None else await self._follow(step)

    async def type_in(self, draft_id: str, person: Person, field: str, text: str) -> Reaction:
        """Something was typed for a draft. Raises ValueError for what can't be understood."""
        draft = await self.store.get(draft_id)
        if (wrong := _wrong(draft, person)) is not None or draft is None:
            return Reaction(wrong or Ending.GONE)
        try:
            step = steps.type_in(draft, field, text)
        except Refused as error:
            return Reaction(Ending.SENSELESS, draft, refused=error)
        await self.store.save(step.draft)
        self.cards.move(step.draft)
        return Reaction(Ending.SHOWN, step.draft)

    async def resume(self) -> None:
        """After a start: show what was never shown, look at what nobody has looked at yet."""
        for draft in await self.store.unfinished():
            if draft.card_id is None:
                self.cards.show(draft)
            self._look(draft)

    def _look(self, draft: Draft) -> None:
        if draft.seen is None and not draft.trouble and not draft.files:
            self.looker.look(draft.id, draft.owner, draft.source, self._saw)

    async def _saw(self, draft_id: str, sight: Sight) -> None:
        await self.store.saw(draft_id, sight.seen, sight.code)
        draft = await self.store.get(draft_id)
        if draft is not None and draft.open:
            self.cards.show(draft)

    async def _tried(self, draft_id: str, extra: Extra, trouble: str) -> None:
        if not trouble:
            return
        await self.store.tried(draft_id, extra, trouble)
        draft = await self.store.get(draft_id)
        if draft is None or not draft.open:
            return
        if extra.role is Role.SUBTITLE:
            draft = steps.unworded(draft)
            await self.store.save(draft)
        self.cards.move(draft)

    async def _follow(self, step: Step) -> Reaction:
        draft = step.draft
        match step.then:
            case Then.START:
                return await self._start(draft, step.wishes)
            case Then.CLOSE:
                await self._away(draft)
                return Reaction(Ending.CLOSED, draft)
            case Then.DETACH:
                await self.store.detach(draft.id, Role(step.field))
        await self.store.save(draft)
        if step.then is Then.ARRANGE:
            return await self._arrange(draft, step.field)
        # With what was seen meanwhile.
        draft = await self.store.get(draft.id) or draft
        self.cards.show(draft)
        await self.sheets.follow(draft)
        return Reaction(_FOLLOWED.get(step.then, Ending.SHOWN), draft, step.field)

    async def _arrange(self, draft: Draft, words: str) -> Reaction:
        after = joining.arranged(draft, words)
        if after is not None and after.source != draft.source:
            # Another is the first now: what is seen of the old one would be taken for it.
            await self.looker.forget(draft.id)
        draft = await self.store.arrange(draft.id, lambda d: joining.arranged(d, words)) or draft
        self.show(draft)
        collecting = draft.page == JOIN_PAGE
        return Reaction(Ending.COLLECTING if collecting else Ending.SHOWN, draft)

    async def _away(self, draft: Draft) -> None:
        """Nothing is made of it any more."""
        await self.store.close(draft.id)
        await self.sheets.away(draft)
        await self.looker.forget(draft.id)
        await self.larder.drop(draft.source.unique_id)
        await self.cards.remove(draft)

    async def _start(self, draft: Draft, wishes: tuple[Request, ...]) -> Reaction:
        """From a draft to a job, in one transaction: nothing makes it twice or loses it."""
        draft = replace(draft, card_id=await self.cards.release(draft))
        used = self.store.used(draft.id)
        answer: Answer | AcceptedAll
        if draft.files or wishes:
            news = pieces.jobs(draft, wishes) if wishes else draft.jobs()
            answer = await self.desk.hand_in_all(draft.batch(), news, also=used)
        else:
            answer = await self.desk.hand_in(draft.job(), also=used)
        match answer:
            case Accepted() | AcceptedAll():
                await self.looker.forget(draft.id)
                await self.sheets.away(draft)
            case QueueFull() | Crowded() | NoSpace() | OverQuota() | Duplicate() | Closed():
                # With all of its files, though only the first were to be started; and what one tap
                # made of the wish for several pictures is no wish of its own.
                there = await self.store.get(draft.id) or draft
                request = there.request if draft.shots else draft.request
                draft = replace(draft, files=there.files, request=request, shots=0)
                if isinstance(answer, QueueFull | Crowded) and draft.files:
                    draft = draft.at(room_page(answer))
                await self.store.save(draft)
                self.cards.show(draft)
        seconds = answer.seconds if isinstance(answer, Crowded) else None
        return Reaction(_ENDINGS[type(answer)], draft, seconds=seconds)


_FOLLOWED: Final = {
    Then.TYPE: Ending.TYPING,
    Then.DETACH: Ending.TAKEN_OFF,
    Then.COLLECT: Ending.COLLECTING,
}
_ENDINGS: Final = {
    Accepted: Ending.STARTED,
    AcceptedAll: Ending.STARTED,
    Repeated: Ending.ALREADY,
    QueueFull: Ending.FULL,
    Crowded: Ending.CROWDED,
    NoSpace: Ending.NO_SPACE,
    Duplicate: Ending.DUPLICATE,
    OverQuota: Ending.OVER_QUOTA,
    Closed: Ending.SHUT,
}


def _wrong(draft: Draft | None, person: Person) -> Ending | None:
    """Why this person can't do anything with it."""
    if draft is None:
        return Ending.GONE
    if draft.owner != (person.platform, person.user_id):
        return Ending.NOT_YOURS
    return None if draft.open else Ending.ALREADY
