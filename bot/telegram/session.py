"""How requests to the Bot API are made to survive: retries, timeouts that fit, no token leaked.

aiogram retries only getUpdates; 429 and 5xx on every other method are ours.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import structlog
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
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
    EditMessageMedia,
    EditMessageText,
    SendChatAction,
    SendMessage,
    TelegramMethod,
)
from aiogram.methods.base import Response, TelegramType

from bot.telegram.kinds import KINDS
from bot.telegram.network import Session

log = structlog.get_logger(__name__)


class GetRawUpdates(TelegramMethod[list[Any]]):
    """getUpdates whose answer is taken as it comes: one update that can't be read must not cost the
    others (see `feed`)."""

    __returning__ = list[Any]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int | None = None
    timeout: int | None = None
    allowed_updates: list[str] | None = None


class SendStatus(SendMessage):
    """A job's first status message: when it can't be sent, the board itself tries again, with what
    is true by then."""


REQUEST_SECONDS: Final = 30.0
# The last bound of an upload, its tries together: silence ends it long before (see `uploads`).
_SLOWEST_UPLOAD: Final = 16 * 1024
_UPLOAD_PATIENCE: Final = 600.0
_LONGEST_UPLOAD: Final = 12 * 3600.0
_TRIES: Final = 5
_LONGEST_WAIT: Final = 120.0
_FIRST_WAIT: Final = 0.5
# Whatever a request may raise: a gateway's web page instead of JSON is no TelegramAPIError.
TROUBLE: Final = (TelegramAPIError, ClientDecodeError)
PASSING: Final = (TelegramServerError, TelegramNetworkError, ClientDecodeError)

# Their callers know better: the poller has its own pace, the board wants only its newest state
# sent, a callback's answer and a chat action are worthless later, files are watched on their way,
# and a second sendVideo could show a second result.
_NOT_OURS: Final[tuple[type, ...]] = (
    GetRawUpdates,
    EditMessageText,
    AnswerCallbackQuery,
    SendChatAction,
    SendStatus,
    EditMessageMedia,
    *(kind.send for kind in KINDS),
)

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]


async def tried(
    make: Callable[[], Awaitable[T]],
    name: str,
    *,
    until: float = float("inf"),
    sleep: Sleep = asyncio.sleep,
) -> T:
    """What `make` gives, made again after 429 (when Telegram says), 5xx and broken connections
    (with jittered, doubling pauses): five times at most, and no more once the loop's clock will
    have passed `until`."""
    for attempt in range(1, _TRIES):
        try:
            return await make()
        except TelegramRetryAfter as error:
            pause = error.retry_after + random.random()  # noqa: S311 - jitter
            if error.retry_after > _LONGEST_WAIT or _passed(until, pause):
                raise
            cause = f"429, retry after {error.retry_after} s"
        except PASSING as error:
            pause = _FIRST_WAIT * 2 ** (attempt - 1) * (0.5 + random.random())  # noqa: S311
            if isinstance(error, TelegramEntityTooLarge) or _passed(until, pause):
                raise
            cause = f"{type(error).__name__}: {error}"
        log.warning("request tried again", method=name, attempt=attempt, cause=cause)
        await sleep(pause)
    return await make()


def _passed(until: float, pause: float) -> bool:
    return asyncio.get_running_loop().time() + pause > until


class RetryRequests(BaseRequestMiddleware):
    """Tries requests again that may be, see `tried`."""

    def __init__(self, sleep: Sleep = asyncio.sleep) -> None:
        self._sleep = sleep

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Make the request, again when that can help."""
        if isinstance(method, _NOT_OURS):
            return await make_request(bot, method)
        name = type(method).__name__
        return await tried(lambda: make_request(bot, method), name, sleep=self._sleep)


def make_bot(token: str, api_url: str, proxy: str | None = None) -> Bot:
    """A Bot for the API server at `api_url`, with our retries and HTML texts."""
    session = Session(api_url, proxy, REQUEST_SECONDS)
    session.middleware(RetryRequests())
    return Bot(token, session=session, default=DefaultBotProperties(parse_mode=ParseMode.HTML))


def upload_seconds(size: int) -> float:
    """How long an upload of so many bytes may take, all its tries together."""
    return min(_LONGEST_UPLOAD, _UPLOAD_PATIENCE + size / _SLOWEST_UPLOAD)


def wait_of(error: Exception) -> float:
    """How many seconds Telegram wants us to wait, 0 when it doesn't say."""
    return float(error.retry_after) if isinstance(error, TelegramRetryAfter) else 0.0


def is_about(error: Exception, *texts: str) -> bool:
    """Whether Telegram's description of an error contains one of `texts`."""
    description = str(error).lower()
    return any(text.lower() in description for text in texts)
