"""What every part of a bot stands on: the store, the doors to the messenger, the boards."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import aiohttp
from aiogram import Bot

from bot.conversions import StartError
from bot.dialog.stores.allowances import Allowances
from bot.dialog.stores.doorkeeper import Doorkeeper
from bot.dialog.stores.people import People
from bot.house_rules import quota_of, rules_of
from bot.jobs.dispatch.procrastinate import ProcrastinateQueue
from bot.jobs.house.speed import Speeds
from bot.jobs.messenger import Messenger, Painted
from bot.jobs.meter import Meter
from bot.jobs.model import Job
from bot.jobs.processes.members import Member, Part
from bot.jobs.showing.board import Board
from bot.jobs.showing.herald import Herald
from bot.jobs.showing.notices import Boards, Notices
from bot.jobs.showing.pace import ChatPaces, Pace
from bot.jobs.showing.summaries import Summaries
from bot.jobs.status import Status
from bot.jobs.store.batches import BatchStore
from bot.jobs.store.bulletins import Bulletins
from bot.jobs.store.durable import Durable
from bot.jobs.store.quota import Allowance, Quota
from bot.jobs.store.store import JobStore
from bot.settings import Settings
from bot.storage.errors import StorageError
from bot.telegram.files.download import TelegramDownloader
from bot.telegram.files.own_server import OwnServer, own_server
from bot.telegram.sending.deliver import Manners, TelegramDeliverer
from bot.telegram.showing.painter import TelegramPainter
from bot.telegram.ways.introduction import Inline
from bot.telegram.wire.contact import Contact
from bot.telegram.wire.proxy import client, proxy_for
from bot.telegram.wire.session import make_bot
from bot.version import version
from bot.web.metrics import Metrics
from converter.limits import Limits

PLATFORM: Final = "telegram"


@dataclass(frozen=True, slots=True)
class Base:
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


async def make_base(
    settings: Settings,
    part: Part,
    limits: Limits,
    pace: Pace,
    stack: contextlib.AsyncExitStack,
) -> Base:
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
    return Base(
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


def _database_url(settings: Settings) -> str | None:
    return settings.database_url.get_secret_value() if settings.database_url is not None else None


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


async def _allowance(
    allowances: Allowances, doorkeeper: Doorkeeper, owner: tuple[str, str]
) -> Quota:
    """How much somebody may ask for: admins as much as they like."""
    return Quota() if doorkeeper.is_admin(owner[1]) else await allowances.of(*owner)
