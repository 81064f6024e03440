"""The composition root: the only place that chooses concrete classes and puts them together."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import aiohttp
import structlog
from aiogram import Bot
from sqlalchemy.ext.asyncio import AsyncConnection

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
from bot.dialog.inbox import Inbox
from bot.dialog.intake import Intake
from bot.dialog.people import People
from bot.dialog.sheets import Sheets
from bot.house_rules import bounds_of, quota_of, rules_of, threads_of
from bot.jobs import members
from bot.jobs.attempt import Attempt
from bot.jobs.batches import BatchStore
from bot.jobs.board import Board
from bot.jobs.bulletins import Bulletins
from bot.jobs.departed import Departed
from bot.jobs.desk import Desk
from bot.jobs.dispatch import Source
from bot.jobs.dispatch.embedded import ReadyLine
from bot.jobs.dispatch.loop import Loop
from bot.jobs.dispatch.procrastinate import ProcrastinateQueue, Tickets
from bot.jobs.durable import Durable
from bot.jobs.gate import Gate
from bot.jobs.hands import FarHands
from bot.jobs.herald import Herald
from bot.jobs.larder import Larder
from bot.jobs.looking import Looker
from bot.jobs.members import Member, Part
from bot.jobs.messenger import Messenger, Painted
from bot.jobs.model import Job
from bot.jobs.notices import Boards, Notices
from bot.jobs.pace import ChatPaces, Pace
from bot.jobs.places import Places
from bot.jobs.pulse import Pulse
from bot.jobs.quota import Allowance, Quota
from bot.jobs.ready import Ready
from bot.jobs.relay import Relay
from bot.jobs.shelf import Shelf
from bot.jobs.speed import Speeds
from bot.jobs.status import Status
from bot.jobs.store import JobStore
from bot.jobs.summaries import Summaries
from bot.jobs.together import Together
from bot.jobs.worker import Worker
from bot.logs.reading import lines_about
from bot.logs.redaction import Redactor
from bot.serving import App, Back, Front
from bot.settings import Settings
from bot.storage.errors import StorageError
from bot.storage.leadership import Alone, Elected
from bot.storage.own_folder import claim
from bot.telegram.albums import Albums
from bot.telegram.cards import TelegramCards
from bot.telegram.deliver import Manners, TelegramDeliverer
from bot.telegram.dispatcher import make_dispatcher
from bot.telegram.download import TelegramDownloader
from bot.telegram.feed import Feed
from bot.telegram.introduction import Inline
from bot.telegram.mailroom import Mailroom
from bot.telegram.painter import TelegramPainter
from bot.telegram.polling import Poller
from bot.telegram.proxy import client, proxy_for
from bot.telegram.session import make_bot
from bot.telegram.storage import DatabaseStorage
from bot.telegram.terms import terms_of
from bot.telegram.voice import TelegramVoice
from bot.telegram.ways import Way
from bot.telegram.webhook import Webhook
from bot.version import version
from converter.converter import Converter
from converter.limits import Limits

log = structlog.get_logger(__name__)

PLATFORM: Final = "telegram"

__all__ = ["App", "Part", "StartError", "converter_for", "limits_of", "open_app"]


@contextlib.asynccontextmanager
async def open_app(
    settings: Settings,
    *,
    part: Part = Part.BOTH,
    pace: Pace | None = None,
    limits: Limits | None = None,
) -> AsyncIterator[App]:
    """Put a bot together from settings that hold a token, or a part of it. `limits` instead of
    those that follow from the settings. Raises StartError, or StorageError when another bot uses
    the same DATA_DIR."""
    limits = limits or limits_of(settings)
    async with contextlib.AsyncExitStack() as stack:
        if settings.database_url is not None:
            folder, lock = claim(settings.data_dir, part.value)
            stack.callback(lock.release)
            settings = settings.model_copy(update={"data_dir": folder})
        house = await _house(settings, part, limits, pace or Pace(), stack)
        # Whoever works on jobs looks at files; a front end looks at them for its menus.
        converter = await converter_for(settings, limits)
        larder = Larder(settings.data_dir / "kept", settings.max_kept_bytes)
        await stack.enter_async_context(larder.in_use())
        accounts = {PLATFORM: str(house.bot.id)}
        recipe = _recipe(converter, limits)
        shelf = Shelf(house.store.transactions, accounts, recipe)
        shop = _Shop(converter, larder, shelf, Together(house.batches, shelf, house.messengers))
        back = None if part is Part.FRONTEND else await _back(house, shop, stack)
        front = None if part is Part.WORKER else await _front(house, shop, back, stack)
        held = back.worker.held if back is not None else frozenset()
        pulse = Pulse(house.store, house.board, lambda: back.worker.held if back else held)
        await pulse.start()
        yield App(house.bot, house.board, pulse, back, front)


@dataclass(frozen=True, slots=True)
class _House:
    """What every part stands on."""

    settings: Settings
    limits: Limits
    store: JobStore
    bot: Bot
    messengers: Mapping[str, Messenger]
    people: People
    inline: Inline
    chats: ChatPaces
    pace: Pace
    boards: Boards
    board: Notices
    speeds: Speeds
    doorkeeper: Doorkeeper
    allowances: Allowances

    @property
    def url(self) -> str | None:
        """The PostgreSQL database, None where it is a file."""
        return _database_url(self.settings)

    @property
    def batches(self) -> BatchStore:
        """Files that were sent together."""
        return BatchStore(self.store.transactions)

    @property
    def allowance(self) -> Allowance:
        """How much somebody may ask for."""
        return partial(_allowance, self.allowances, self.doorkeeper)

    async def slots(self) -> int:
        """How many conversions run at once, wherever."""
        if self.store.shared:
            return await self.store.slots()
        return self.settings.max_concurrent_conversions

    @property
    def places(self) -> Places:
        """Where waiting jobs stand."""
        return Places(self.store, self.board, self.speeds, self.slots)


@dataclass(frozen=True, slots=True)
class _Shop:
    """What files are worked on with."""

    converter: Converter
    larder: Larder
    shelf: Shelf
    together: Together


async def _house(
    settings: Settings,
    part: Part,
    limits: Limits,
    pace: Pace,
    stack: contextlib.AsyncExitStack,
) -> _House:
    slots = 0 if part is Part.FRONTEND else settings.max_concurrent_conversions
    url, member = _database_url(settings), Member(part, slots)
    if url is None:
        store = await JobStore.open(settings.data_dir / "jobs.sqlite3", member=member)
    else:
        store = await JobStore.open(url, member=member, queue=ProcrastinateQueue())
    stack.push_async_callback(store.close)
    bot, http = await _clients(settings, stack)
    people, inline = People(store.transactions), Inline()
    messengers = {PLATFORM: _messenger(settings, limits, bot, http, store, people, inline)}
    chats = ChatPaces(pace)
    boards = _boards(store, messengers, pace, chats)
    herald = Herald(store, Bulletins(store.transactions))
    return _House(
        settings=settings,
        limits=limits,
        store=store,
        bot=bot,
        messengers=messengers,
        people=people,
        inline=inline,
        chats=chats,
        pace=pace,
        boards=boards,
        board=herald if store.shared else boards,
        speeds=Speeds(),
        doorkeeper=Doorkeeper(store.transactions, rules_of(settings)),
        allowances=Allowances(store.transactions, quota_of(settings)),
    )


async def _back(house: _House, shop: _Shop, stack: contextlib.AsyncExitStack) -> Back:
    settings, store = house.settings, house.store
    source: Source = ReadyLine(store)
    if house.url is not None:
        tickets = Tickets.open(store, house.url, settings.max_running)
        source = await stack.enter_async_context(tickets)
    dispatch = Loop(store, source, settings.max_concurrent_conversions)
    attempt = Attempt(
        store=Durable(store),
        converter=shop.converter,
        messengers=house.messengers,
        board=house.board,
        limits=house.limits,
        threads=lambda: threads_of(settings, dispatch.running),
        larder=shop.larder,
        speeds=house.speeds,
        ready=Ready(shop.shelf, house.board, settings.reuse_results),
        allowance=house.allowance,
    )
    return Back(dispatch, Worker(store, attempt, house.board, house.places, shop.together))


async def _front(
    house: _House, shop: _Shop, back: Back | None, stack: contextlib.AsyncExitStack
) -> Front:
    settings, store, bot = house.settings, house.store, house.bot
    far = FarHands(shop.together) if back is None else None
    hands = far or (back.worker if back is not None else FarHands(shop.together))
    house.boards.hear_of_blocked(Departed(Durable(store), house.board, hands).hear)
    gate = Gate(store)
    desk = Desk(
        store,
        house.board,
        hands,
        house.places,
        settings.max_queued_per_user,
        busy=partial(_busy, house, back),
        gate=gate,
        allowance=house.allowance,
        trusted=house.doorkeeper.is_admin,
    )
    looker = Looker(shop.converter, house.messengers, shop.larder, house.limits)
    forecast = Forecast(house.limits, lambda: shop.converter.capabilities, house.speeds)
    counter = _counter(stack, house, desk, looker, shop.larder, forecast)
    gatherer = Gatherer(Gatherings(store.transactions))
    stack.push_async_callback(gatherer.close)
    bounds = bounds_of(settings, house.limits)
    intake = Intake(desk, counter, AlbumMenus(counter), bounds, gatherer)
    gatherer.on_closed = Albums(bot, intake).closed
    voice = TelegramVoice(bot)
    office = Office(desk, house.doorkeeper, house.allowances, _eyes(settings), voice.tell)
    gate.on_drained = office.drained
    audience = Audience(desk.archive, house.doorkeeper)
    broadcasts = BroadcastStore(store.transactions)
    crier = Crier(broadcasts, voice, audience, house.pace, house.chats)
    storage = DatabaseStorage(Conversations(store.transactions))
    dispatcher = make_dispatcher(
        desk, counter, house.people, intake, office, crier, storage, shop.shelf
    )
    feed = Feed(bot, dispatcher)
    mailroom = Mailroom(_inbox(house), feed, _living)
    bulletins = Bulletins(store.transactions)
    return Front(
        bot=bot,
        feed=feed,
        way=await _way(settings, bot, mailroom),
        inline=house.inline,
        gate=gate,
        crier=crier,
        counter=counter,
        gatherer=gatherer,
        together=shop.together,
        leadership=Alone() if house.url is None else Elected(house.url),
        relay=Relay(store.transactions, bulletins, house.boards) if store.shared else None,
        far=far,
    )


def _inbox(house: _House) -> Inbox:
    account = f"{PLATFORM} {house.bot.id}"
    return Inbox(house.store.transactions, account, house.store.member.holder)


async def _living(db: AsyncConnection) -> list[str]:
    """Who is there, as a transaction sees it."""
    return [seen.member.holder for seen in await members.everybody(db)]


async def _way(settings: Settings, bot: Bot, mailroom: Mailroom) -> Way:
    """How updates come. Raises StartError."""
    drop = settings.drop_pending_updates
    if settings.updates == "webhook":
        terms = await asyncio.to_thread(terms_of, settings)
        return Webhook(bot, mailroom, terms, drop_pending=drop)
    wait, most = settings.polling_timeout, settings.polling_limit
    return Poller(bot, mailroom, timeout=wait, limit=most, drop_pending=drop)


async def _busy(house: _House, back: Back | None) -> bool:
    """Whether every place is taken, so that whatever comes now has to wait."""
    if back is not None and not house.store.shared:
        return back.dispatch.busy
    return await house.store.running() >= await house.store.slots()


def _database_url(settings: Settings) -> str | None:
    return settings.database_url.get_secret_value() if settings.database_url is not None else None


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


def _messenger(
    settings: Settings,
    limits: Limits,
    bot: Bot,
    http: aiohttp.ClientSession,
    store: JobStore,
    people: People,
    inline: Inline,
) -> Messenger:
    """Telegram's doors for jobs."""
    downloader = TelegramDownloader(
        bot,
        http,
        idle=settings.download_idle_timeout,
        max_bytes=settings.max_input_bytes,
        local=settings.telegram_local,
    )
    deliverer = TelegramDeliverer(
        bot, store, manners=partial(_manners, people), shared=lambda: inline.on
    )
    return Messenger(downloader, deliverer, TelegramPainter(bot, limits.max_output_bytes))


def _counter(
    stack: contextlib.AsyncExitStack,
    house: _House,
    desk: Desk,
    looker: Looker,
    larder: Larder,
    forecast: Forecast,
) -> Counter:
    """Where drafts are changed."""
    drafts = DraftStore(desk.store.transactions)
    cards = TelegramCards(house.bot, drafts, house.chats)
    stack.push_async_callback(cards.close)
    stack.push_async_callback(looker.close)
    sheets = Sheets(drafts, looker, cards)
    counter = Counter(drafts, desk, looker, larder, forecast, cards, sheets)
    cards.render = counter.screen
    return counter


async def _manners(people: People, job: Job) -> Manners:
    """How a job's person wants its result."""
    try:
        wanted = await people.preferences(*job.owner)
    except StorageError:
        return Manners()
    # What is told in a group is everybody's to read.
    return Manners(wanted.quiet, None if job.group else wanted.caption)


def _boards(
    store: JobStore, messengers: Mapping[str, Messenger], pace: Pace, chats: ChatPaces
) -> Boards:
    painters = {platform: messenger.painter for platform, messenger in messengers.items()}

    async def paint(job: Job, status: Status, message_id: str | None) -> Painted:
        return await painters[job.platform].paint(job, status, message_id)

    own = Board[Job, Status](store, paint, pace=pace, chats=chats)
    batches = Summaries(BatchStore(store.transactions), painters, pace=pace, chats=chats)
    return Boards(own, batches)


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
