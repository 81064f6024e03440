"""What becomes of requests to Telegram: counted, and remembered whether anybody answers."""

import time
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from aiogram import Bot
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetMe, TelegramMethod
from aiogram.methods.base import Response, TelegramType

from bot.jobs.processes import vitals
from bot.storage.clock import utc_now

# Whoever was heard within so many seconds is there; a poll takes as long where nobody writes.
_FRESH: Final = 60.0
_PATIENCE: Final = 5


class Answer(StrEnum):
    """How a request ended."""

    OK = "ok"
    TOO_MANY_REQUESTS = "too_many_requests"
    BAD_REQUEST = "bad_request"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    TOO_LARGE = "too_large"
    SERVER_ERROR = "server_error"
    UNREADABLE = "unreadable"
    NO_ANSWER = "no_answer"
    OTHER = "other"


# The narrower before the wider.
_KINDS: Final[tuple[tuple[type[Exception], Answer], ...]] = (
    (TelegramRetryAfter, Answer.TOO_MANY_REQUESTS),
    (TelegramEntityTooLarge, Answer.TOO_LARGE),
    (TelegramBadRequest, Answer.BAD_REQUEST),
    (TelegramUnauthorizedError, Answer.UNAUTHORIZED),
    (TelegramForbiddenError, Answer.FORBIDDEN),
    (TelegramNotFound, Answer.NOT_FOUND),
    (TelegramConflictError, Answer.CONFLICT),
    (TelegramServerError, Answer.SERVER_ERROR),
    (ClientDecodeError, Answer.UNREADABLE),
    (TelegramNetworkError, Answer.NO_ANSWER),
)
# No Bot API server, or one that doesn't know us, is as good as none.
_NOBODY: Final = frozenset(
    {
        Answer.NO_ANSWER,
        Answer.SERVER_ERROR,
        Answer.UNREADABLE,
        Answer.NOT_FOUND,
        Answer.UNAUTHORIZED,
    }
)


class RequestMeter(Protocol):
    """Hears of requests by the API's own names of methods. Never raises, never waits."""

    def answered(self, method: str, answer: Answer) -> None:
        """A request, each try by itself, ended so."""
        ...

    def tried_again(self, method: str) -> None:
        """A request that failed is made once more."""
        ...


class NoRequests:
    """Nobody listens."""

    def answered(self, method: str, answer: Answer) -> None:
        """See RequestMeter."""

    def tried_again(self, method: str) -> None:
        """See RequestMeter."""


class AreYouThere(GetMe):
    """Asked once, whatever comes of it."""


class Contact:
    """Whether Telegram is there, and how one gets on with it, as the requests tell that are made
    anyway; who has heard nothing for long asks. `clock` in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._heard: float | None = None
        self._slowed = 0
        self._repeated = 0
        self._last_update_at: datetime | None = None

    @property
    def told(self) -> vitals.Contact:
        """How it was so far."""
        return vitals.Contact(self._slowed, self._repeated, self._last_update_at)

    def came(self) -> None:
        """An update has come."""
        self._last_update_at = utc_now()

    def tried_again(self) -> None:
        """A request that failed is made once more."""
        self._repeated += 1

    def note(self, answer: Answer) -> None:
        """A request ended so."""
        self._heard = None if answer in _NOBODY else self._clock()
        self._slowed += answer is Answer.TOO_MANY_REQUESTS

    async def reachable(self, bot: Bot) -> bool:
        """Whether it answers. Takes a few seconds at most."""
        if self._heard is not None and self._clock() - self._heard < _FRESH:
            return True
        try:
            await bot(AreYouThere(), request_timeout=_PATIENCE)
        except (TelegramAPIError, ClientDecodeError) as error:
            return kind_of(error) not in _NOBODY
        return True


class CountRequests(BaseRequestMiddleware):
    """The innermost: sees each try."""

    def __init__(self, meter: RequestMeter, contact: Contact) -> None:
        self._meter = meter
        self._contact = contact

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Make the request."""
        try:
            response = await make_request(bot, method)
        except (TelegramAPIError, ClientDecodeError) as error:
            self._note(method, kind_of(error))
            raise
        self._note(method, Answer.OK)
        return response

    def _note(self, method: TelegramMethod[TelegramType], answer: Answer) -> None:
        self._meter.answered(method.__api_method__, answer)
        self._contact.note(answer)


def kind_of(error: Exception) -> Answer:
    """What an error says of its request."""
    found = (answer for kind, answer in _KINDS if isinstance(error, kind))
    return next(found, Answer.OTHER)
