"""A file on its way in: what becomes of it, for any messenger to say."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.dialog.bounds import Bounds
from bot.dialog.counter.album_menus import AlbumMenus
from bot.dialog.counter.counter import Counter
from bot.dialog.counter.gatherer import Gatherer
from bot.dialog.draft import MOST_OPEN, Draft
from bot.dialog.screens.preferences import Preferences
from bot.dialog.screens.screens import COPY_PAGE
from bot.dialog.stores.gathering import Added, Album
from bot.jobs.answers import AcceptedAll, Answer, Closed
from bot.jobs.desk import Desk
from bot.jobs.model import NewJob, Source
from bot.texts import Texts


@dataclass(frozen=True, slots=True)
class TooLarge:
    """Nothing was saved; `words` say why."""

    words: str


@dataclass(frozen=True, slots=True)
class TooManyOpen:
    """The person has so many menus open already: nothing was saved."""

    limit: int


Taken = TooLarge | TooManyOpen | Draft | Answer | AcceptedAll


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes files. What counts is what is inside: nothing is judged by its name or type here."""

    desk: Desk
    counter: Counter
    albums: AlbumMenus
    bounds: Bounds
    gatherer: Gatherer

    async def take(
        self,
        new: NewJob,
        preferences: Preferences,
        texts: Texts,
        copies: Sequence[Source] = (),
    ) -> Taken:
        """Save a file as a job, or as a draft where its person wants to be asked. Durable before
        this returns. One that is too large is asked about where one of its smaller `copies`
        isn't."""
        refused = await self.refused(new, texts)
        fitting = [copy for copy in copies if 0 < copy.size <= self.bounds.input_bytes]
        if isinstance(refused, TooLarge) and fitting and not await self.counter.full(new):
            best = max(fitting, key=lambda copy: copy.size)
            page = f"{COPY_PAGE}{new.source.size}"
            return await self.counter.open(replace(new, source=best), page)
        if refused is not None:
            return refused
        if preferences.ask and not new.origin:
            if await self.counter.full(new):
                return TooManyOpen(MOST_OPEN)
            return await self.counter.open(new)
        return await self.desk.hand_in(new)

    async def refused(self, new: NewJob, texts: Texts) -> TooLarge | Closed | None:
        """Why a file can't be taken, whatever is to become of it."""
        if not await self.desk.accepts(new.user_id):
            return Closed()
        refusal = self.bounds.too_large(texts, new.source.size)
        return None if refusal is None else TooLarge(refusal)

    async def gather(
        self, new: NewJob, album: str, preferences: Preferences, *, file: bool = True
    ) -> bool:
        """Keep a file, durably, until all of its album is here. False where it stands for itself;
        not `file`: the message brings nothing to convert."""
        if self.bounds.input_bytes < new.source.size:
            return False
        added = await self.gatherer.add(new, album, ask=preferences.ask, file=file)
        return added is not Added.LATE

    async def take_album(self, album: Album, preferences: Preferences, texts: Texts) -> Taken:
        """The same for all that was sent together, once it is whole. Doing it twice changes
        nothing."""
        news = album.news()
        if len(news) == 1:
            return await self.take(news[0], replace(preferences, ask=album.ask), texts)
        if not await self.desk.accepts(album.first.user_id):
            return Closed()
        if album.ask and await self.counter.full(news[0]):
            return TooManyOpen(MOST_OPEN)
        if album.ask:
            return await self.albums.open(news, album.id)
        return await self.albums.start(news, album.id)

    async def take_as(self, new: NewJob, command_id: str, texts: Texts) -> Taken:
        """The same for a file that a command, the message `command_id`, says what to make of: there
        is nothing to ask. The same file may be asked for by several commands."""
        return await self.take(replace(new, origin=f"c{command_id}"), Preferences(), texts)
