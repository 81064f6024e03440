"""The queue of updates: long polling, confirmation by offset, one poller at a time; or a webhook,
to which the courier brings them."""

import asyncio
import time
from typing import Any

from standin.errors import ApiError
from standin.hooks import Hook
from standin.signal import Signal

Update = dict[str, Any]

LONGEST_POLL = 50
MOST_UPDATES = 100
# How many that were delivered can be repeated.
_REMEMBERED = 10_000
_OTHER_POLLER = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)
_WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
_ON_DEMAND = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class UpdateQueue:
    """Updates that the bot has not confirmed yet, oldest first."""

    def __init__(self, changed: Signal, first_id: int = 500_000_000) -> None:
        self._changed = changed
        self.news = asyncio.Event()
        self.problems: list[str] = []
        self._next_id = first_id
        self._pending: list[Update] = []
        self._extra: list[Update] = []  # repeated or out of order: delivered once, never confirmed
        self._sent: dict[int, Update] = {}
        self._first_of_answer: set[int] = set()
        self._allowed: frozenset[str] | None = None
        self._poll: asyncio.Future[ApiError | None] | None = None
        self._hook: Hook | None = None
        self._came: dict[int, float] = {}

    @property
    def hook(self) -> Hook | None:
        """Where updates are brought, None while they are to be fetched."""
        return self._hook

    @hook.setter
    def hook(self, hook: Hook | None) -> None:
        self._hook = hook
        self.news.set()
        self._changed.fire()

    @property
    def pending(self) -> list[Update]:
        """What a getUpdates without an offset would return now."""
        return [*self._extra, *self._pending]

    @property
    def is_polled(self) -> bool:
        """Whether somebody waits for updates now."""
        return self._poll is not None

    def push(self, kind: str, payload: dict[str, Any]) -> int | None:
        """Queue an update and return its id, or None if `allowed_updates` leaves it out."""
        allowed = kind not in _ON_DEMAND if self._allowed is None else kind in self._allowed
        if not allowed:
            return None
        update_id = self._next_id
        self._queue({"update_id": update_id, kind: payload})
        return update_id

    def inject(self, update: Update) -> int:
        """Queue a raw update. Without an `update_id` it gets the next; with one it is kept."""
        if "update_id" not in update or update["update_id"] == self._next_id:
            update = {**update, "update_id": self._next_id}
            self._queue(update)
        else:
            self._extra.append(update)
            self._remember(update)
            self._wake()
        return int(update["update_id"])

    def end_answer(self) -> None:
        """What is queued from here on comes in another answer than what waits now."""
        self._first_of_answer.add(self._next_id)

    def repeat(self, update_id: int) -> None:
        """Deliver an update once more, confirmed or not; KeyError if it never existed."""
        self._extra.append(self._sent[update_id])
        self._wake()

    def restart_ids(self, first_id: int) -> None:
        """Go on with other ids, lower ones too, as Telegram does after an idle week."""
        self._next_id = first_id

    def delivered(self, update: Update) -> None:
        """A webhook has taken it."""
        for updates in (self._extra, self._pending):
            if update in updates:
                updates.remove(update)
                break
        self._changed.fire()

    def drop_older_than(self, seconds: float) -> None:
        """Forget what has waited for longer."""
        since = time.monotonic() - seconds
        for updates in (self._extra, self._pending):
            updates[:] = [u for u in updates if self._came.get(u["update_id"], since) >= since]

    def drop_pending(self) -> None:
        """Forget everything that was not delivered."""
        self._pending.clear()
        self._extra.clear()

    def allow(self, kinds: list[str] | None) -> None:
        """Keep only these kinds from now on; an empty list is the default set, None no change."""
        if kinds is not None:
            self._allowed = frozenset(kinds) or None

    async def take(self, offset: int, limit: int, timeout: float) -> list[Update]:
        """Up to `limit` updates; waits up to `timeout` seconds (50 at most) for the first.

        A positive `offset` confirms everything below it, a negative one keeps only so many of
        the newest. ApiError 409 while a webhook is set, or as soon as somebody else polls.
        """
        if self._hook is not None:
            raise ApiError(409, _WEBHOOK_ACTIVE)
        self.interrupt(ApiError(409, _OTHER_POLLER))
        self._confirm(offset)
        count = limit if 0 < limit < MOST_UPDATES else MOST_UPDATES
        if not self.pending and timeout > 0:
            await self._wait(min(timeout, LONGEST_POLL))
        found = self.pending[:count]
        del self._extra[:count]
        return self._up_to_end(found)

    def interrupt(self, error: ApiError) -> None:
        """End the poll that waits now with this error."""
        self._end_poll(error)

    def _queue(self, update: Update) -> None:
        self._next_id = update["update_id"] + 1
        self._pending.append(update)
        self._remember(update)
        self._wake()

    def _remember(self, update: Update) -> None:
        number = update["update_id"]
        self._sent[number], self._came[number] = update, time.monotonic()
        if len(self._sent) > _REMEMBERED:
            oldest = next(iter(self._sent))
            del self._sent[oldest], self._came[oldest]

    def _wake(self) -> None:
        self.news.set()
        self._end_poll(None)

    def _end_poll(self, error: ApiError | None) -> None:
        poll, self._poll = self._poll, None
        if poll is not None and not poll.done():
            poll.set_result(error)

    def _up_to_end(self, found: list[Update]) -> list[Update]:
        """Without what belongs to a later answer."""
        firsts = (at for at, u in enumerate(found) if u["update_id"] in self._first_of_answer)
        return found[: next((at for at in firsts if at > 0), len(found))]

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self._pending = self._pending[offset:]
        elif offset <= self._next_id:  # above it: left over from before the ids restarted
            self._pending = [u for u in self._pending if u["update_id"] >= offset]

    async def _wait(self, timeout: float) -> None:
        poll: asyncio.Future[ApiError | None] = asyncio.get_running_loop().create_future()
        self._poll = poll
        self._changed.fire()
        error = None
        try:
            async with asyncio.timeout(timeout):
                error = await poll
        except TimeoutError:
            pass
        finally:
            if self._poll is poll:
                self._poll = None
        if error is not None:
            raise error
