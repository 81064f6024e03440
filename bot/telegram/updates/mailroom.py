"""What Telegram brings, kept before anything is done about it, whichever way it came.

Updates that come together are kept in one transaction, with the marks of those that are done by
then: the more there are, the less each costs. Each is handed to the feed once. What a dead process
left undone is handed to it too.
"""

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

import structlog

from bot.dialog.stores.inbox import Inbox, Kept, Living, Mail
from bot.storage.errors import StorageError
from bot.telegram.updates.feed import LONGEST_TURN, Feed, Heard, Raw, whose

log = structlog.get_logger(__name__)

# Seconds: how long marks wait for company, and how long after a failure.
_GATHER: Final = 0.02
_TROUBLE: Final = 0.5
_AT_ONCE: Final = 200
# How often an update looks whether the one before it, in another process, is done.
_LOOK: Final = 0.1
_AMONG_OTHERS: Final = 5.0
_ALONE: Final = 60.0
_FORGET: Final = 3600.0
# So many in hand are enough: whoever brings more may bring them again.
MOST_IN_HAND: Final = 1000

_LARGEST: Final = 2**63 - 1


class _Coming:
    """An update on its way into the inbox."""

    def __init__(self, mail: Mail) -> None:
        self.mail = mail
        self.kept: asyncio.Future[Kept] = asyncio.get_running_loop().create_future()


class Mailroom:
    """Between the ways that updates come and the feed. `living` says which processes live;
    `on_update` hears that one has come."""

    def __init__(
        self,
        inbox: Inbox,
        feed: Feed,
        living: Living,
        on_update: Callable[[], None] = lambda: None,
    ) -> None:
        self._inbox = inbox
        self.feed = feed
        self._living = living
        self._on_update = on_update
        self._in_hand: set[int] = set()
        self._coming: list[_Coming] = []
        self._done: set[int] = set()
        self._handlers: set[asyncio.Task[None]] = set()
        self._stirred = asyncio.Event()
        self._writing: asyncio.Task[None] | None = None
        # Kept, and about to be handed on.
        self._posted: deque[tuple[Raw, int, bool]] = deque()
        self._feeding: asyncio.Task[None] | None = None
        self._draining = False

    @property
    def full(self) -> bool:
        """Whether there is so much to do that more had better come later."""
        return self.in_hand >= MOST_IN_HAND

    @property
    def in_hand(self) -> int:
        """How many came here and aren't known to be done."""
        return len(self._in_hand)

    async def take(self, raw: Raw) -> Heard | None:
        """Keep an update, durably once this returns, and hand it on. None for one that was known.
        Raises StorageError: nothing is certain, let it come again; or ValueError: it can't be
        kept."""
        mail = _mail(raw, None)
        kept = await self._keep(mail, raw)
        if kept is None:
            return None
        return self._hand_on(raw, mail.update_id, behind=mail.whose in kept.others)

    async def post(self, raw: Raw, text: str) -> None:
        """The same for whoever waits for no more than that it is kept: it is handed on by and by,
        so that nobody waits for the handling of others. `text` is its JSON."""
        mail = _mail(raw, text)
        kept = await self._keep(mail, raw)
        if kept is None:
            return
        self._posted.append((raw, mail.update_id, mail.whose in kept.others))
        if self._feeding is None or self._feeding.done():
            self._feeding = asyncio.create_task(self._feed(), name="mailroom")

    async def _feed(self) -> None:
        while self._posted:
            raw, number, behind = self._posted.popleft()
            self._hand_on(raw, number, behind=behind)
            await asyncio.sleep(0)

    async def _keep(self, mail: Mail, raw: Raw) -> Kept | None:
        """Keep it; None when it was known."""
        self._on_update()
        number = mail.update_id
        known = number in self._in_hand
        self._in_hand.add(number)
        coming = _Coming(mail)
        self._coming.append(coming)
        self._stirred.set()
        self._go_on_writing()
        try:
            kept = await asyncio.shield(coming.kept)
        except StorageError:
            if not known:
                self._in_hand.discard(number)
            raise
        except asyncio.CancelledError:
            if not known:
                coming.kept.add_done_callback(lambda _: self._left(coming, raw))
            raise
        if known:
            return None
        if number not in kept.fresh | kept.undone:
            self._in_hand.discard(number)
            return None
        return kept

    def _left(self, coming: _Coming, raw: Raw) -> None:
        """Whoever brought this waits no more for it to be kept, as when another front end leads
        now. If it is, it would come again for nothing: it is known."""
        if self._draining:
            return
        number = coming.mail.update_id
        kept = coming.kept.result() if coming.kept.exception() is None else Kept()
        if number in kept.fresh | kept.undone:
            self._hand_on(raw, number, behind=coming.mail.whose in kept.others)
        else:
            self._in_hand.discard(number)

    def pass_on(self, raw: Raw) -> Heard:
        """Hand an update on that can't be kept: whoever brought it has to wait until it is safe."""
        try:
            number = _mail(raw, "").update_id
        except ValueError:
            return self.feed.accept(raw)
        self._in_hand.add(number)
        # It may have been kept, and only the word of that been lost.
        return self._hand_on(raw, number, behind=False, kept=False)

    async def resume(self) -> None:
        """Take up what nobody has in hand. Raises StorageError."""
        found = await self._inbox.take_up(self._in_hand, self._living)
        for number in found.given_up:
            log.error("update given up: it ends its process each time", update=number)
        for mail in found.mails:
            log.info("update taken up", update=mail.update_id)
            self._in_hand.add(mail.update_id)
            shared = self._inbox.shared
            raw = json.loads(mail.raw)
            self._hand_on(raw, mail.update_id, behind=shared, overdue=True)

    async def watch(self) -> None:
        """Look after what others leave, until cancelled."""
        pause = _AMONG_OTHERS if self._inbox.shared else _ALONE
        clock = asyncio.get_running_loop().time
        forget_at = clock()
        while True:
            with contextlib.suppress(StorageError):
                if clock() >= forget_at:
                    await self._inbox.forget_old()
                    forget_at = clock() + _FORGET
                await self.resume()
            await asyncio.sleep(pause)

    async def drain(self, seconds: float) -> None:
        """Let handlers end; what is not done by then is let go of."""
        self._draining = True
        clock = asyncio.get_running_loop().time
        until = clock() + seconds
        if self._feeding is not None:
            await self._feeding
        await self.feed.drain(max(0.0, until - clock()))
        try:
            async with asyncio.timeout(max(1.0, until - clock())):
                await asyncio.gather(*self._handlers, return_exceptions=True)
                if self._writing is not None:
                    await asyncio.wait({self._writing})
                await self._inbox.let_go(self._in_hand - self._done, self._done)
        except (StorageError, TimeoutError) as error:
            log.warning("updates not let go of", cause=str(error), updates=len(self._in_hand))
        finally:
            if self._writing is not None:
                self._writing.cancel()

    def _hand_on(
        self, raw: Raw, number: int, *, behind: bool, overdue: bool = False, kept: bool = True
    ) -> Heard:
        async def turn() -> bool:
            if behind:
                await self._others_first(number)
            # Frozen for long enough, this process is dead to the others.
            return await self._inbox.holds(number, self._living)

        in_turn = turn if kept and self._inbox.shared else None
        heard = self.feed.accept(raw, in_turn, overdue=overdue, kept=kept)
        self._handlers.add(heard.handler)

        def ended(handler: asyncio.Task[None]) -> None:
            self._handlers.discard(handler)
            if not handler.cancelled():
                self._done.add(number)
                self._go_on_writing()

        heard.handler.add_done_callback(ended)
        return heard

    async def _others_first(self, number: int) -> None:
        """Until what another process has in hand of the same person is done, but not for ever."""
        with contextlib.suppress(TimeoutError, StorageError):
            async with asyncio.timeout(LONGEST_TURN):
                while await self._inbox.behind(number):  # noqa: ASYNC110 - nobody tells us
                    await asyncio.sleep(_LOOK)

    def _go_on_writing(self) -> None:
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write(), name="inbox")

    async def _write(self) -> None:
        """Until there is nothing to be written."""
        pause = _GATHER
        while self._coming or self._done:
            if not self._coming:
                await self._company(pause)
            coming, self._coming = self._coming[:_AT_ONCE], self._coming[_AT_ONCE:]
            done = sorted(self._done)[:_AT_ONCE]
            try:
                kept = await self._kept(coming, done)
            except StorageError as error:
                log.warning("updates not kept", cause=str(error), updates=len(coming))
                for one in coming:
                    one.kept.set_exception(error)
                    one.kept.exception()  # its owner may have gone
                pause = _TROUBLE
            else:
                for one in coming:
                    one.kept.set_result(kept)
                self._done -= set(done)
                self._in_hand -= set(done)
                pause = _GATHER

    async def _kept(self, coming: Sequence[_Coming], done: Sequence[int]) -> Kept:
        # The same update may have come twice at once.
        mails = list({one.mail.update_id: one.mail for one in coming}.values())
        try:
            return await self._inbox.keep(mails, done)
        except StorageError:
            # Another process may have kept one of them a moment ago.
            return await self._inbox.keep(mails, done)

    async def _company(self, seconds: float) -> None:
        """Until an update comes, but not for longer."""
        self._stirred.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stirred.wait(), seconds)


def _mail(raw: Raw, text: str | None) -> Mail:
    """Raises ValueError for what has no number, or can't be written."""
    number = raw.get("update_id")
    if type(number) is not int or not 0 <= number <= _LARGEST:
        raise ValueError("an update without a number")
    try:
        return Mail.of(number, whose(raw), json.dumps(raw) if text is None else text)
    except (RecursionError, TypeError) as error:
        raise ValueError("an update that can't be written") from error
