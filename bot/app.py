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
from bot.dialog.outlook import DraftOutlook
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
from bot.jobs.gate import Gate, Passage
from bot.jobs.hands import FarHands
from bot.jobs.herald import Herald
from bot.jobs.house import House, Space
from bot.jobs.larder import Larder
from bot.jobs.living import StoredLiving, of_places
from bot.jobs.looking import Looker
from bot.jobs.members import Member, Part
from bot.jobs.messenger import Messenger, Painted
from bot.jobs.meter import Meter
from bot.jobs.model import Job
from bot.jobs.notices import Boards, Notices
from bot.jobs.orphans import swept
from bot.jobs.pace import ChatPaces, Pace
from bot.jobs.places import Places
from bot.jobs.pulse import Pulse
from bot.jobs.quota import Allowance, Quota
from bot.jobs.ready import Ready
from bot.jobs.relay import Relay
from bot.jobs.room import DiskRoom, Room
from bot.jobs.shelf import Shelf
from bot.jobs.speed import Speeds
from bot.jobs.speed_store import SpeedStore
from bot.jobs.status import Status
from bot.jobs.store import JobStore
from bot.jobs.summaries import Summaries
from bot.jobs.together import Together
from bot.jobs.worker import MOST_SENDING, Worker
from bot.logs.reading import lines_about
from bot.logs.redaction import Redactor
from bot.seeing import Backlog, Inside
from bot.serving import App, Back, Front
from bot.settings import Settings
from bot.storage.errors import StorageError
from bot.storage.leadership import Alone, Elected
from bot.telegram.albums import Albums
from bot.telegram.cards import TelegramCards
from bot.telegram.contact import Contact
from bot.telegram.deliver import Manners, TelegramDeliverer
from bot.telegram.dispatcher import make_dispatcher
from bot.telegram.download import TelegramDownloader
from bot.telegram.feed import Feed
from bot.telegram.introduction import Inline
from bot.telegram.mailroom import Mailroom
from bot.telegram.own_server import OwnServer, own_server
from bot.telegram.painter import TelegramPainter
from bot.telegram.pending import Pending, served
from bot.telegram.polling import Poller
from bot.telegram.proxy import client, proxy_for
from bot.telegram.session import make_bot
from bot.telegram.storage import DatabaseStorage
from bot.telegram.terms import terms_of
from bot.telegram.voice import TelegramVoice
from bot.telegram.ways import Way
from bot.telegram.webhook import Webhook
from bot.version import version
from bot.web.metrics import Metrics
from converter.converter import Converter
from converter.limits import Limits
from converter.sweeping import Sweeper

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
        base = await _base(settings, part, limits, pace or Pace(), stack)
        # Whoever works on jobs looks at files; a front end looks at them for its menus.
        shop = await _shop(base, stack)
        back = None if part is Part.FRONTEND else await _back(base, shop, stack)
        front = None if part is Part.WORKER else await _front(base, shop, back, stack)
        pulse = Pulse(base.store, lambda: back.worker.held if back else frozenset())
        await pulse.start()
        if front is not None and not base.store.shared:
            await front.gate.move(Passage.OPEN)  # whoever starts a bot wants it to work
        await stack.enter_async_context(_inside(base, shop, back).seen())
        yield App(base.bot, base.board, pulse, back, front)


@dataclass(frozen=True, slots=True)
class _Base:
    """What every part stands on."""

    settings: Settings
    limits: Limits
    store: JobStore
    bot: Bot
    metrics: Metrics
    contact: Contact
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


@dataclass(frozen=True, slots=True)
class _Shop:
    """What files are worked on with."""

    converter: Converter
    larder: Larder
    room: Room
    shelf: Shelf
    together: Together
    forecast: Forecast
    places: Places


async def _base(
    settings: Settings,
    part: Part,
    limits: Limits,
    pace: Pace,
    stack: contextlib.AsyncExitStack,
) -> _Base:
    slots = 0 if part is Part.FRONTEND else settings.max_concurrent_conversions
    url, member = _database_url(settings), Member(part, slots)
    metrics, contact = Metrics(version(), part), Contact()
    if url is None:
        where = settings.data_dir / "jobs.sqlite3"
        store = await JobStore.open(where, member=member, meter=metrics)
    else:
        queue = ProcrastinateQueue()
        store = await JobStore.open(url, member=member, queue=queue, meter=metrics)
    stack.push_async_callback(store.close)
    bot, http = await _clients(settings, stack, metrics, contact)
    people, inline = People(store.transactions), Inline()
    own = await _own_server(settings, bot, stack)
    telegram = _messenger(
        settings, limits, bot, http, store, people, inline=inline, own=own, meter=metrics
    )
    messengers = {PLATFORM: telegram}
    chats = ChatPaces(pace)
    boards = _boards(store, messengers, pace, chats)
    herald = Herald(store, Bulletins(store.transactions))
    return _Base(
        settings=settings,
        limits=limits,
        store=store,
        bot=bot,
        metrics=metrics,
        contact=contact,
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


async def _shop(base: _Base, stack: contextlib.AsyncExitStack) -> _Shop:
    settings, transactions = base.settings, base.store.transactions
    converter = await _converter(settings, base.limits, stack)
    larder = await _clean_house(settings, stack, converter, base.store)
    await stack.enter_async_context(SpeedStore(transactions, base.speeds).in_use())
    forecast = Forecast(base.limits, lambda: converter.capabilities, base.speeds)
    outlook = DraftOutlook(DraftStore(transactions), forecast)
    accounts = {PLATFORM: str(base.bot.id)}
    shelf = Shelf(transactions, accounts, _recipe(converter, base.limits))
    return _Shop(
        converter=converter,
        larder=larder,
        room=DiskRoom(converter.base, settings.min_free_bytes),
        shelf=shelf,
        together=Together(base.batches, shelf, base.messengers),
        forecast=forecast,
        places=Places(base.store, base.board, base.speeds, base.slots, outlook, base.metrics),
    )


async def _back(base: _Base, shop: _Shop, stack: contextlib.AsyncExitStack) -> Back:
    settings, store = base.settings, base.store
    source: Source = ReadyLine(store)
    backlog: Backlog | None = None
    if base.url is not None:
        tickets = Tickets.open(store, base.url, settings.max_running)
        source = queue = await stack.enter_async_context(tickets)
        backlog = queue.backlog
    dispatch = Loop(store, source, settings.max_concurrent_conversions)
    attempt = Attempt(
        store=Durable(store),
        converter=shop.converter,
        messengers=base.messengers,
        board=base.board,
        limits=base.limits,
        threads=lambda: threads_of(settings, dispatch.running),
        larder=shop.larder,
        speeds=base.speeds,
        ready=Ready(shop.shelf, base.board, settings.reuse_results),
        allowance=base.allowance,
        room=shop.room,
        meter=base.metrics,
    )
    worker = Worker(store, attempt, base.board, shop.places, shop.together)
    return Back(dispatch, worker, backlog)


async def _front(
    base: _Base, shop: _Shop, back: Back | None, stack: contextlib.AsyncExitStack
) -> Front:
    settings, store, bot = base.settings, base.store, base.bot
    far = FarHands(shop.together) if back is None else None
    hands = far or (back.worker if back is not None else FarHands(shop.together))
    base.boards.hear_of_blocked(Departed(Durable(store), base.board, hands).hear)
    gate = Gate(store)
    desk = Desk(
        store,
        base.board,
        hands,
        shop.places,
        settings.max_queued_per_user,
        busy=partial(_busy, base, back),
        gate=gate,
        allowance=base.allowance,
        trusted=base.doorkeeper.is_admin,
        house=partial(_house, settings, shop.room if back is not None else None),
    )
    looker = Looker(shop.converter, base.messengers, shop.larder, base.limits, shop.room)
    counter = _counter(stack, base, desk, looker, shop.larder, shop.forecast)
    gatherer = Gatherer(Gatherings(store.transactions))
    stack.push_async_callback(gatherer.close)
    bounds = bounds_of(settings, base.limits)
    intake = Intake(desk, counter, AlbumMenus(counter), bounds, gatherer)
    gatherer.on_closed = Albums(bot, intake).closed
    voice = TelegramVoice(bot)
    office = Office(desk, base.doorkeeper, base.allowances, _eyes(settings), voice.tell)
    gate.on_drained = office.drained
    audience = Audience(desk.archive, base.doorkeeper)
    broadcasts = BroadcastStore(store.transactions)
    crier = Crier(broadcasts, voice, audience, base.pace, base.chats)
    storage = DatabaseStorage(Conversations(store.transactions))
    dispatcher = make_dispatcher(
        desk, counter, base.people, intake, office, crier, storage, shop.shelf
    )
    feed = Feed(bot, dispatcher)
    mailroom = Mailroom(_inbox(base), feed, _living)
    relay = Relay(store.transactions, base.boards, hands, shop.places)
    way = await _way(base, mailroom)
    return Front(
        bot=bot,
        feed=feed,
        way=way,
        inline=base.inline,
        gate=gate,
        crier=crier,
        counter=counter,
        gatherer=gatherer,
        together=shop.together,
        leadership=Alone() if base.url is None else Elected(base.url),
        relay=relay,
        far=far,
    )


def _inside(base: _Base, shop: _Shop, back: Back | None) -> Inside:
    return Inside(
        settings=base.settings,
        store=base.store,
        converter=shop.converter,
        bot=base.bot,
        contact=base.contact,
        metrics=base.metrics,
        backlog=back.backlog if back is not None else None,
    )


def _inbox(base: _Base) -> Inbox:
    account = f"{PLATFORM} {base.bot.id}"
    return Inbox(base.store.transactions, account, base.store.member.holder)


async def _living(db: AsyncConnection) -> list[str]:
    """Who is there, as a transaction sees it."""
    return [seen.member.holder for seen in await members.everybody(db)]


async def _way(base: _Base, mailroom: Mailroom) -> Way:
    """How updates come. Raises StartError or StorageError."""
    settings, store = base.settings, base.store
    first = not (store.shared and served(await store.members()))
    pending = Pending(settings.drop_pending_updates and first, among_others=store.shared)
    if settings.updates == "webhook":
        terms = await asyncio.to_thread(terms_of, settings)
        return Webhook(base.bot, mailroom, terms, pending)
    wait, most = settings.polling_timeout, settings.polling_limit
    return Poller(base.bot, mailroom, timeout=wait, limit=most, pending=pending)


async def _busy(base: _Base, back: Back | None) -> bool:
    """Whether every place is taken, so that whatever comes now has to wait."""
    if back is not None and not base.store.shared:
        return back.dispatch.busy
    return await base.store.running() >= await base.store.slots()


def _database_url(settings: Settings) -> str | None:
    return settings.database_url.get_secret_value() if settings.database_url is not None else None


async def _converter(
    settings: Settings, limits: Limits, stack: contextlib.AsyncExitStack
) -> Converter:
    """Open until the bot ends. Raises StartError."""
    converter = await converter_for(settings, limits)
    stack.callback(converter.close)
    return converter


async def _clients(
    settings: Settings, stack: contextlib.AsyncExitStack, metrics: Metrics, contact: Contact
) -> tuple[Bot, aiohttp.ClientSession]:
    """The ways to Telegram: for requests, and for files. Raises StartError."""
    if settings.telegram_bot_token is None:
        raise StartError("there is no TELEGRAM_BOT_TOKEN")
    chosen = settings.telegram_proxy
    proxy = proxy_for(
        settings.telegram_api_url, chosen.get_secret_value() if chosen is not None else None
    )
    token = settings.telegram_bot_token.get_secret_value()
    bot = make_bot(token, settings.telegram_api_url, proxy, meter=metrics, contact=contact)
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
    *,
    inline: Inline,
    own: OwnServer | None,
    meter: Meter,
) -> Messenger:
    """Telegram's doors for jobs."""
    downloader = TelegramDownloader(
        bot,
        http,
        idle=settings.download_idle_timeout,
        max_bytes=settings.max_input_bytes,
        server_files=own.files if own is not None else None,
        meter=meter,
    )
    deliverer = TelegramDeliverer(
        bot,
        Durable(store),
        outbox=own.outbox if own is not None else None,
        manners=partial(_manners, people),
        shared=lambda: inline.on,
    )
    return Messenger(downloader, deliverer, TelegramPainter(bot, limits.max_output_bytes))


def _counter(
    stack: contextlib.AsyncExitStack,
    base: _Base,
    desk: Desk,
    looker: Looker,
    larder: Larder,
    forecast: Forecast,
) -> Counter:
    """Where drafts are changed."""
    drafts = DraftStore(desk.store.transactions)
    cards = TelegramCards(base.bot, drafts, base.chats)
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


async def _clean_house(
    settings: Settings, stack: contextlib.AsyncExitStack, converter: Converter, store: JobStore
) -> Larder:
    """The files of open menus, in a folder of this process; and nothing of dead ones anywhere."""
    kept = settings.data_dir / "kept"
    larder = Larder(kept / converter.base.name, settings.max_kept_bytes)
    await stack.enter_async_context(larder.in_use())
    lives = of_places(StoredLiving(store.transactions))
    await stack.enter_async_context(swept(Sweeper(converter, lives, places=[kept])))
    return larder


async def _house(settings: Settings, room: Room | None) -> House:
    """What there is room for, of everybody's together; without `room` the files will lie on other
    hosts, whose disks nobody knows here."""
    free = await room.free() if room is not None else None
    at_once = settings.max_concurrent_conversions + MOST_SENDING
    return House(settings.max_queued, None if free is None else Space(free, at_once))


async def _allowance(
    allowances: Allowances, doorkeeper: Doorkeeper, owner: tuple[str, str]
) -> Quota:
    """How much somebody may ask for: admins as much as they like."""
    return Quota() if doorkeeper.is_admin(owner[1]) else await allowances.of(*owner)
