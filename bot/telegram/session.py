"""How requests to the Bot API are made to survive: retries, timeouts that fit, no token leaked.

aiogram retries only getUpdates; 429 and 5xx on every other method are ours.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import structlog
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramEntityTooLarge,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageText,
    SendMessage,
    SendVideo,
    TelegramMethod,
)
from aiogram.methods.base import Response, TelegramType

log = structlog.get_logger(__name__)


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates whose answer is taken as it comes: one update that can't be read must not cost the
    others (see `feed`)."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int | None = None
    timeout: int | None = None
    allowed_updates: list[str] | None = None


class SendStatus(SendMessage):
    """A job's first status message: when it can't be sent, the board itself tries again, with what
    is true by then."""


REQUEST_SECONDS: Final = 30.0
# A connection slower than this can't be told from a dead one.
SLOWEST_UPLOAD: Final = 64 * 1024
_TRIES: Final = 5
_LONGEST_WAIT: Final = 120.0
_FIRST_WAIT: Final = 0.5
# Whatever a request may raise: a gateway's web page instead of JSON is no TelegramAPIError.
TROUBLE: Final = (TelegramAPIError, ClientDecodeError)
PASSING: Final = (TelegramServerError, TelegramNetworkError, ClientDecodeError)

# Their callers know better: the poller has its own pace, the board wants only its newest state
# sent, a callback's answer is worthless later, and a second sendVideo could show a second result.
_NOT_OURS: Final = (GetRawUpdates, EditMessageText, AnswerCallbackQuery, SendVideo, SendStatus)

Sleep = Callable[[float], Awaitable[None]]


class RetryRequests(BaseRequestMiddleware):
    """Tries a request again after 429 (when Telegram says), 5xx and broken connections (with
    jittered, doubling pauses), five times at most."""

    def __init__(self, sleep: Sleep = asyncio.sleep) -> None:
        self._sleep = sleep

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Make the request, again when that can help."""
        tries = 1 if isinstance(method, _NOT_OURS) else _TRIES
        for attempt in range(1, tries):
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as error:
                if error.retry_after > _LONGEST_WAIT:
                    raise
                pause = error.retry_after + random.random()  # noqa: S311 - jitter
                cause = f"429, retry after {error.retry_after} s"
            except PASSING as error:
                if isinstance(error, TelegramEntityTooLarge):
                    raise
                pause = _FIRST_WAIT * 2 ** (attempt - 1) * (0.5 + random.random())  # noqa: S311
                cause = f"{type(error).__name__}: {error}"
            log.warning(
                "request tried again", method=type(method).__name__, attempt=attempt, cause=cause
            )
            await self._sleep(pause)
        return await make_request(bot, method)


def make_bot(token: str, api_url: str) -> Bot:
    """A Bot for the API server at `api_url`, with our retries and HTML texts."""
    session = AiohttpSession(
        api=TelegramAPIServer.from_base(api_url.rstrip("/")), timeout=REQUEST_SECONDS
    )
    session.middleware(RetryRequests())
    return Bot(token, session=session, default=DefaultBotProperties(parse_mode=ParseMode.HTML))


def upload_seconds(*paths: Path | None) -> int:
    """A request timeout that fits what is uploaded with it."""
    size = sum(path.stat().st_size for path in paths if path is not None)
    return int(REQUEST_SECONDS + size / SLOWEST_UPLOAD)


def wait_of(error: Exception) -> float:
    """How many seconds Telegram wants us to wait, 0 when it doesn't say."""
    return float(error.retry_after) if isinstance(error, TelegramRetryAfter) else 0.0


def is_about(error: Exception, *texts: str) -> bool:
    """Whether Telegram's description of an error contains one of `texts`."""
    description = str(error).lower()
    return any(text.lower() in description for text in texts)
