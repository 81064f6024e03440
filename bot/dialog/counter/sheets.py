"""The picture beside a menu that shows the moments of its film: there as long as the menu asks for
a moment. One that can't be had costs nothing but itself: the buttons say the times as well."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from bot.dialog.draft import Draft
from bot.dialog.screens import moments
from bot.dialog.stores.drafts import DraftStore
from bot.jobs.work.looking import Looker, Moments


class Pictures(Protocol):
    """Shows pictures beside the cards of one messenger."""

    async def put_picture(self, draft: Draft, path: Path) -> str | None:
        """Send it as an answer to the draft's card. Its message's id, None where it wasn't
        taken."""
        ...

    async def take_picture(self, draft: Draft, message_id: str) -> None:
        """Take that message away."""
        ...


@dataclass(frozen=True, slots=True)
class Sheets:
    """Methods may raise StorageError."""

    store: DraftStore
    looker: Looker
    pictures: Pictures

    async def follow(self, draft: Draft) -> None:
        """Have the picture made, some time soon, where the draft's page wants one; else take it
        away."""
        if not _wanted(draft):
            await self.away(draft)
        elif draft.seen is not None and draft.sheet_id is None:
            wanted = Moments(draft.seen.info, moments.offered(draft), moments.labels(draft))
            show = partial(self._show, draft.id)
            self.looker.picture(draft.id, draft.owner, draft.source, wanted, show)

    async def away(self, draft: Draft) -> None:
        """Make none any more, and take away the one that is there."""
        self.looker.leave_picture(draft.id)
        if draft.sheet_id is not None:
            await self.store.sheeted(draft.id, None)
            await self.pictures.take_picture(draft, draft.sheet_id)

    async def _show(self, draft_id: str, path: Path) -> None:
        draft = await self.store.get(draft_id)
        if draft is None or not _wanted(draft):
            return
        sheet_id = await self.pictures.put_picture(draft, path)
        if sheet_id is None:
            return
        await self.store.sheeted(draft_id, sheet_id)
        now = await self.store.get(draft_id)
        if now is None or not _wanted(now):
            # The page was left meanwhile, by somebody who knew of no picture.
            await self.away(replace(draft, sheet_id=sheet_id))


def _wanted(draft: Draft) -> bool:
    return draft.open and moments.is_page(draft.page)
