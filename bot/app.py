"""The composition root: the only place that chooses concrete classes and puts them together."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Final

import aiohttp
import structlog
from aiogram import Bot

from bot.conversions import StartError, converter_for, limits_of
from bot.dialog.admin.office import Eyes, Office
from bot.dialog.album_menus import AlbumMenus
from bot.dialog.allowances import Allowances
from bot.dialog.audience import Audience
from bot.dialog.broadcasts import BroadcastStore
from bot.dialog.conversations import Conversations
from bot.dialog.counter import Counter
from bot.dialog.crier import Crier
from bot.dialog.doorkeeper import Doorkeeper
from bot.dialog.drafts import DraftStore
from bot.dialog.forecast import Forecast
from bot.dialog.gatherer import Gatherer
from bot.dialog.gathering import Gatherings
from bot.dialog.intake import Intake
from bot.dialog.people import People
from bot.dialog.sheets import Sheets
from bot.house_rules import bounds_of, quota_of, rules_of, threads_of
from bot.jobs.attempt import Attempt
from bot.jobs.batches import BatchStore
from bot.jobs.board import Board
from bot.jobs.desk import Desk
from bot.jobs.dispatch.embedded import EmbeddedDispatch
from bot.jobs.durable import Durable
from bot.jobs.gate import Gate
from bot.jobs.larder import Larder
from bot.jobs.looking import Looker
from bot.jobs.messenger import Messenger, Painted
from bot.jobs.model import Job, Phase
from bot.jobs.notices import Notices
from bot.jobs.pace import ChatPaces, Pace
from bot.jobs.places import Places
from bot.jobs.quota import Quota
from bot.jobs.ready import Ready
from bot.jobs.shelf import Shelf
from bot.jobs.speed import Speeds
from bot.jobs.status import State, Status
from bot.jobs.store import JobStore
from bot.jobs.summaries import Summaries
from bot.jobs.together import Together
from bot.jobs.worker import Worker
from bot.logs.reading import lines_about
from bot.logs.redaction import Redactor
from bot.serving import App
from bot.settings import Settings
from bot.storage.errors import StorageError
from bot.telegram.albums import Albums
from bot.telegram.cards import TelegramCards
from bot.telegram.deliver import Manners, TelegramDeliverer
from bot.telegram.dispatcher import make_dispatcher
from bot.telegram.download import TelegramDownloader
from bot.telegram.feed import Feed
from bot.telegram.introduction import Inline
from bot.telegram.own_server import OwnServer, own_server
from bot.telegram.painter import TelegramPainter
from bot.telegram.polling import Poller
from bot.telegram.proxy import client, proxy_for
from bot.telegram.session import make_bot
from bot.telegram.storage import DatabaseStorage
from bot.telegram.voice import TelegramVoice
from bot.version import version
from converter.converter import Converter
from converter.limits import Limits

log = structlog.get_logger(__name__)

PLATFORM: Final = "telegram"

__all__ = ["App", "StartError", "converter_for", "limits_of", "open_app"]


@contextlib.asynccontextmanager
async def open_app(
    settings: Settings, *, pace: Pace | None = None, limits: Limits | None = None
) -> AsyncIterator[App]:
    """Put a bot together from settings that hold a token. `limits` instead of those that follow
    from the settings. Raises StartError, or StorageError when another bot uses the same
    DATA_DIR."""
    limits = limits or limits_of(settings)
    async with contextlib.AsyncExitStack() as stack:
        store = await JobStore.open(settings.data_dir / "jobs.sqlite3")
        stack.push_async_callback(store.close)
        converter = await converter_for(settings, limits)
        bot, http = await _clients(settings, stack)
        people = People(store.transactions)
        inline = Inline()
        own = await _own_server(settings, bot, stack)
        messengers = {PLATFORM: _messenger(settings, limits, bot, http, store, people, inline, own)}
        larder = Larder(settings.data_dir / "kept", settings.max_kept_bytes)
        await stack.enter_async_context(larder.in_use())
        speeds, pace = Speeds(), pace or Pace()
        chats = ChatPaces(pace)
        shelf = Shelf(store.transactions, {PLATFORM: str(bot.id)}, _recipe(converter, limits))
        board = _notices(store, messengers, pace, chats)
        doorkeeper = Doorkeeper(store.transactions, rules_of(settings))
        allowances = Allowances(store.transactions, quota_of(settings))
        allowance = partial(_allowance, allowances, doorkeeper)
        dispatch = EmbeddedDispatch(store, settings.max_concurrent_conversions)
        attempt = Attempt(
            store=Durable(store),
            converter=converter,
            messengers=messengers,
            board=board,
            limits=limits,
            threads=lambda: threads_of(settings, dispatch.running),
            larder=larder,
            speeds=speeds,
            ready=Ready(shelf, board, settings.reuse_results),
            allowance=allowance,
        )
        places = Places(store, board, speeds, settings.max_concurrent_conversions)
        together = Together(BatchStore(store.transactions), shelf, messengers)
        worker = Worker(store, attempt, board, places, together)
        gate = Gate(store)
        desk = Desk(
            store,
            board,
            worker,
            places,
            settings.max_queued_per_user,
            busy=lambda: dispatch.busy,
            gate=gate,
            allowance=allowance,
            trusted=doorkeeper.is_admin,
        )
        await _recover(store, board)
        uniting = asyncio.create_task(together.resume(), name="together")
        stack.callback(uniting.cancel)
        looker = Looker(converter, messengers, larder, limits)
        forecast = Forecast(limits, lambda: converter.capabilities, speeds)
        counter = await _counter(stack, bot, chats, desk, looker, larder, forecast)
        gatherer = Gatherer(Gatherings(store.transactions))
        stack.push_async_callback(gatherer.close)
        intake = Intake(desk, counter, AlbumMenus(counter), bounds_of(settings, limits), gatherer)
        gatherer.on_closed = Albums(bot, intake).closed
        await gatherer.resume()
        voice = TelegramVoice(bot)
        office = Office(desk, doorkeeper, allowances, _eyes(settings), voice.tell)
        gate.on_drained = office.drained
        audience = Audience(desk.archive, doorkeeper)
        crier = Crier(BroadcastStore(store.transactions), voice, audience, pace, chats)
        storage = DatabaseStorage(Conversations(store.transactions))
        dispatcher = make_dispatcher(desk, counter, people, intake, office, crier, storage, shelf)
        feed = Feed(bot, dispatcher)
        poller = Poller(bot, feed, timeout=settings.polling_timeout, limit=settings.polling_limit)
        drop = settings.drop_pending_updates
        yield App(bot, poller, dispatch, worker, board, inline, gate, crier, drop)


async def _clients(
    settings: Settings, stack: contextlib.AsyncExitStack
) -> tuple[Bot, aiohttp.ClientSession]:
    """The ways to Telegram: for requests, and for files. Raises StartError."""
    if settings.telegram_bot_token is None:
        raise StartError("there is no TELEGRAM_BOT_TOKEN")
    chosen = settings.telegram_proxy
    proxy = proxy_for(
        settings.telegram_api_url, chosen.get_secret_value() if chosen is not None else None
    )
    token = settings.telegram_bot_token.get_secret_value()
    bot = make_bot(token, settings.telegram_api_url, proxy)
    stack.push_async_callback(bot.session.close)
    return bot, await stack.enter_async_context(client(proxy, auto_decompress=False))


async def _own_server(
    settings: Settings, bot: Bot, stack: contextlib.AsyncExitStack
) -> OwnServer | None:
    """A server of the operator's own whose disk we see."""
    if not settings.telegram_local:
        return None
    kept, outgoing = settings.max_kept_bytes, settings.local_files_dir
    return await stack.enter_async_context(
        own_server(bot.token, kept_bytes=kept, outgoing=outgoing)
    )


def _messenger(
    settings: Settings,
    limits: Limits,
    bot: Bot,
    http: aiohttp.ClientSession,
    store: JobStore,
    people: People,
    inline: Inline,
    own: OwnServer | None,
) -> Messenger:
    """Telegram's doors for jobs."""
    downloader = TelegramDownloader(
        bot,
        http,
        idle=settings.download_idle_timeout,
        max_bytes=settings.max_input_bytes,
        server_files=own.files if own is not None else None,
    )
    deliverer = TelegramDeliverer(
        bot,
        store,
        outbox=own.outbox if own is not None else None,
        manners=partial(_manners, people),
        shared=lambda: inline.on,
    )
    return Messenger(downloader, deliverer, TelegramPainter(bot, limits.max_output_bytes))


async def _counter(
    stack: contextlib.AsyncExitStack,
    bot: Bot,
    chats: ChatPaces,
    desk: Desk,
    looker: Looker,
    larder: Larder,
    forecast: Forecast,
) -> Counter:
    """Where drafts are changed, with what a dead process left of them."""
    drafts = DraftStore(desk.store.transactions)
    cards = TelegramCards(bot, drafts, chats)
    stack.push_async_callback(cards.close)
    stack.push_async_callback(looker.close)
    sheets = Sheets(drafts, looker, cards)
    counter = Counter(drafts, desk, looker, larder, forecast, cards, sheets)
    cards.render = counter.screen
    await counter.resume()
    return counter


async def _manners(people: People, job: Job) -> Manners:
    """How a job's person wants its result."""
    try:
        wanted = await people.preferences(*job.owner)
    except StorageError:
        return Manners()
    # What is told in a group is everybody's to read.
    return Manners(wanted.quiet, None if job.group else wanted.caption)


def _notices(
    store: JobStore, messengers: Mapping[str, Messenger], pace: Pace, chats: ChatPaces
) -> Notices:
    painters = {platform: messenger.painter for platform, messenger in messengers.items()}

    async def paint(job: Job, status: Status, message_id: str | None) -> Painted:
        return await painters[job.platform].paint(job, status, message_id)

    own = Board[Job, Status](store, paint, pace=pace, chats=chats)
    batches = Summaries(BatchStore(store.transactions), painters, pace=pace, chats=chats)
    return Notices(own, batches)


async def _recover(store: JobStore, board: Notices) -> None:
    """Go on with what a dead process left, and say so in the same status messages."""
    for job in await store.recover():
        log.info("job recovered", job=job.id, user=job.user_id, phase=job.phase)
        if job.phase is Phase.FAILED:
            code = job.error_code or ""
            status = Status(State.FAILED, code=code, can_retry=True, trace=job.trace)
            board.show(job, status)


def _recipe(converter: Converter, limits: Limits) -> str:
    """Changes whenever the same wish may come out differently: with our version, with ffmpeg's,
    with what a result may weigh."""
    return f"{version()}/{converter.capabilities.version}/{limits.max_output_bytes}"


def _eyes(settings: Settings) -> Eyes:
    def free() -> int | None:
        try:
            return shutil.disk_usage(settings.data_dir).free
        except OSError:
            return None

    redact = Redactor(settings.secrets())
    return Eyes(free, partial(lines_about, settings.log_dir), redact)


async def _allowance(
    allowances: Allowances, doorkeeper: Doorkeeper, owner: tuple[str, str]
) -> Quota:
    """How much somebody may ask for: admins as much as they like."""
    return Quota() if doorkeeper.is_admin(owner[1]) else await allowances.of(*owner)
