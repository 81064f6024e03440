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
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import (
    AnswerCallbackQuery,
    AnswerInlineQuery,
    CopyMessage,
    EditMessageMedia,
    EditMessageText,
    SendChatAction,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
    SetMessageReaction,
    TelegramMethod,
)
from aiogram.methods.base import Response, TelegramType

from bot.jobs.store.retry import REQUESTS
from bot.telegram.wire.contact import AreYouThere, Contact, CountRequests, NoRequests, RequestMeter
from bot.telegram.wire.kinds import KINDS
from bot.telegram.wire.markup import RenderTexts
from bot.telegram.wire.network import Session

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


class SendCard(SendMessage):
    """A draft's card: the one that shows cards tries again by itself, with the newest state."""


class SendStatus(SendMessage):
    """A job's first status message: when it can't be sent, the board itself tries again, with what
    is true by then."""


class SendSheet(SendPhoto):
    """A picture beside a card: one that isn't taken is done without, and two would be one too
    many."""


class SayToMany(SendMessage):
    """A broadcast's words to one person: said once, whatever comes of it."""


class CopyToMany(CopyMessage):
    """The same for a message."""


REQUEST_SECONDS: Final = 30.0
# The last bound of an upload, its tries together: silence ends it long before (see `uploads`).
_SLOWEST_UPLOAD: Final = 16 * 1024
_UPLOAD_PATIENCE: Final = 600.0
_LONGEST_UPLOAD: Final = 12 * 3600.0
# Whatever a request may raise: a gateway's web page instead of JSON is no TelegramAPIError.
TROUBLE: Final = (TelegramAPIError, ClientDecodeError)
_NO_CHAT: Final = "chat not found"
PASSING: Final = (TelegramServerError, TelegramNetworkError, ClientDecodeError)
# What is answered to a file_id that means nothing, or no file of that kind.
UNKNOWN_FILE: Final = (
    "wrong file identifier",
    "wrong remote file identifier",
    "wrong file_id",
    "file_id_invalid",
    "file_reference_",
    "type of file mismatch",
)

# Their callers know better: the poller has its own pace, the board wants only its newest state
# sent, a callback's or an inline query's answer, a chat action and a reaction are worthless later,
# files are watched on their way, and a second sendVideo could show a second result; so could a
# second broadcast.
_NOT_OURS: Final[tuple[type, ...]] = (
    GetRawUpdates,
    AreYouThere,
    EditMessageText,
    AnswerCallbackQuery,
    AnswerInlineQuery,
    SendChatAction,
    SetMessageReaction,
    SendStatus,
    SendCard,
    SendSheet,
    SayToMany,
    CopyToMany,
    EditMessageMedia,
    SendMediaGroup,
    *(kind.send for kind in KINDS),
)

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]


async def tried(
    make: Callable[[], Awaitable[T]],
    name: str,
    *,
    sleep: Sleep = asyncio.sleep,
    on_again: Callable[[], None] = lambda: None,
) -> T:
    """What `make` gives, made again after 429 (when Telegram says), 5xx and broken connections, as
    long as the policy for requests allows. `on_again` hears of each further try."""
    clock = asyncio.get_running_loop().time
    began, tries = clock(), 0
    while True:
        try:
            return await make()
        except TelegramEntityTooLarge:
            raise
        except (TelegramRetryAfter, *PASSING) as error:
            tries += 1
            pause = REQUESTS.wait(
                tries,
                clock() - began,
                asked=wait_of(error),
                jitter=random.random(),  # noqa: S311 - no secret
            )
            if pause is None:
                raise
            cause = f"{type(error).__name__}: {error}"
        on_again()
        log.warning("request tried again", method=name, attempt=tries, cause=cause)
        await sleep(pause)


class RetryRequests(BaseRequestMiddleware):
    """Tries requests again that may be, see `tried`."""

    def __init__(
        self,
        sleep: Sleep = asyncio.sleep,
        meter: RequestMeter | None = None,
        contact: Contact | None = None,
    ) -> None:
        self._sleep = sleep
        self._meter = meter or NoRequests()
        self._contact = contact or Contact()

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Make the request, again when that can help."""
        name, clock = type(method).__name__, asyncio.get_running_loop().time
        began = clock()
        try:
            if isinstance(method, _NOT_OURS):
                return await make_request(bot, method)
            return await tried(
                lambda: make_request(bot, method),
                name,
                sleep=self._sleep,
                on_again=lambda: self._again(method.__api_method__),
            )
        finally:
            log.debug("request", method=name, seconds=round(clock() - began, 3))

    def _again(self, method: str) -> None:
        self._meter.tried_again(method)
        self._contact.tried_again()


def make_bot(
    token: str,
    api_url: str,
    proxy: str | None = None,
    *,
    meter: RequestMeter | None = None,
    contact: Contact | None = None,
) -> Bot:
    """A Bot for the API server at `api_url`, with our retries and HTML texts. `meter` and `contact`
    hear of its requests."""
    session = Session(api_url, proxy, REQUEST_SECONDS)
    session.middleware(RenderTexts())
    contact = contact or Contact()
    session.middleware(RetryRequests(meter=meter, contact=contact))
    session.middleware(CountRequests(meter or NoRequests(), contact))
    return Bot(token, session=session, default=DefaultBotProperties(parse_mode=ParseMode.HTML))


def upload_seconds(size: int) -> float:
    """How long an upload of so many bytes may take, all its tries together."""
    return min(_LONGEST_UPLOAD, _UPLOAD_PATIENCE + size / _SLOWEST_UPLOAD)


def wait_of(error: Exception) -> float:
    """How many seconds Telegram wants us to wait, 0 when it doesn't say."""
    return float(error.retry_after) if isinstance(error, TelegramRetryAfter) else 0.0


def nobody_there(error: Exception) -> bool:
    """Whether a person blocked the bot or their chat is no more: nobody would see anything."""
    no_chat = isinstance(error, TelegramBadRequest) and is_about(error, _NO_CHAT)
    return no_chat or isinstance(error, TelegramForbiddenError)


def is_about(error: Exception, *texts: str) -> bool:
    """Whether Telegram's description of an error contains one of `texts`."""
    description = str(error).lower()
    return any(text.lower() in description for text in texts)
