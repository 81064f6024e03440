"""A file on its way in: what becomes of it, for any messenger to say."""

from dataclasses import dataclass, replace

from bot.dialog.bounds import Bounds
from bot.dialog.counter import Counter
from bot.dialog.doorkeeper import Doorkeeper
from bot.dialog.draft import Draft
from bot.dialog.preferences import Preferences
from bot.jobs.answers import Answer
from bot.jobs.desk import Desk
from bot.jobs.model import NewJob
from bot.texts import Texts


@dataclass(frozen=True, slots=True)
class TooLarge:
    """Nothing was saved; `words` say why."""

    words: str


@dataclass(frozen=True, slots=True)
class Closed:
    """An admin lets no new files in for now."""


Taken = TooLarge | Closed | Draft | Answer


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes files. What counts is what is inside: nothing is judged by its name or type here."""

    desk: Desk
    counter: Counter
    bounds: Bounds
    doorkeeper: Doorkeeper

    async def take(self, new: NewJob, preferences: Preferences, texts: Texts) -> Taken:
        """Save a file as a job, or as a draft where its person wants to be asked. Durable before
        this returns."""
        if (refused := self.refused(new, texts)) is not None:
            return refused
        if preferences.ask and not new.origin:
            return await self.counter.open(new)
        return await self.desk.hand_in(new)

    def refused(self, new: NewJob, texts: Texts) -> TooLarge | Closed | None:
        """Why a file can't be taken, whatever is to become of it."""
        if not self.doorkeeper.accepting and not self.doorkeeper.is_admin(new.user_id):
            return Closed()
        refusal = self.bounds.too_large(texts, new.source.size)
        return None if refusal is None else TooLarge(refusal)

    async def take_as(self, new: NewJob, command_id: str, texts: Texts) -> Taken:
        """The same for a file that a command, the message `command_id`, says what to make of: there
        is nothing to ask. The same file may be asked for by several commands."""
        return await self.take(replace(new, origin=f"c{command_id}"), Preferences(), texts)
