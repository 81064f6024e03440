"""A file on its way in: what becomes of it, for any messenger to say."""

from dataclasses import dataclass, replace

from bot.dialog.bounds import Bounds
from bot.dialog.counter import Counter
from bot.dialog.draft import Draft
from bot.dialog.preferences import Preferences
from bot.jobs.answers import Answer, Closed
from bot.jobs.desk import Desk
from bot.jobs.model import NewJob
from bot.texts import Texts


@dataclass(frozen=True, slots=True)
class TooLarge:
    """Nothing was saved; `words` say why."""

    words: str


Taken = TooLarge | Draft | Answer


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes files. What counts is what is inside: nothing is judged by its name or type here."""

    desk: Desk
    counter: Counter
    bounds: Bounds

    async def take(self, new: NewJob, preferences: Preferences, texts: Texts) -> Taken:
        """Save a file as a job, or as a draft where its person wants to be asked. Durable before
        this returns."""
        if not self.desk.accepts(new.user_id):
            return Closed()
        refusal = self.bounds.too_large(texts, new.source.size)
        if refusal is not None:
            return TooLarge(refusal)
        if preferences.ask and not new.origin:
            return await self.counter.open(new)
        return await self.desk.hand_in(new)

    async def take_as(self, new: NewJob, command_id: str, texts: Texts) -> Taken:
        """The same for a file that a command, the message `command_id`, says what to make of: there
        is nothing to ask. The same file may be asked for by several commands."""
        return await self.take(replace(new, origin=f"c{command_id}"), Preferences(), texts)
