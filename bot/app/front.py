"""What talks with people."""

import asyncio
import contextlib
import shutil
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.app.base import PLATFORM, Base
from bot.app.pages import in_chat
from bot.app.shop import Shop
from bot.dialog.admin.office import Eyes, Office
from bot.dialog.counter.album_menus import AlbumMenus
from bot.dialog.counter.counter import Counter
from bot.dialog.counter.crier import Crier
from bot.dialog.counter.gatherer import Gatherer
from bot.dialog.counter.intake import Intake
from bot.dialog.counter.sheets import Sheets
from bot.dialog.forecast import Forecast
from bot.dialog.stores.audience import Audience
from bot.dialog.stores.broadcasts import BroadcastStore
from bot.dialog.stores.conversations import Conversations
from bot.dialog.stores.drafts import DraftStore
from bot.dialog.stores.gathering import Gatherings
from bot.dialog.stores.inbox import Inbox
from bot.house_rules import bounds_of
from bot.jobs.desk import Desk
from bot.jobs.gate import Gate
from bot.jobs.house.house import House, Space
from bot.jobs.house.room import Room
from bot.jobs.processes import members
from bot.jobs.relay import Relay
from bot.jobs.seeing.overview import Overview
from bot.jobs.seeing.stored import StoredOverview
from bot.jobs.store.durable import Durable
from bot.jobs.work.departed import Departed
from bot.jobs.work.hands import FarHands
from bot.jobs.work.larder import Larder
from bot.jobs.work.looking import Looker
from bot.jobs.work.worker import MOST_SENDING
from bot.logs.reading import lines_about
from bot.logs.redaction import Redactor
from bot.serving import Back, Front
from bot.settings import Settings
from bot.storage.leadership import Alone, Elected
from bot.telegram.dispatcher import make_dispatcher
from bot.telegram.reading.albums import Albums
from bot.telegram.reading.storage import DatabaseStorage
from bot.telegram.sending.voice import TelegramVoice
from bot.telegram.showing.cards import TelegramCards
from bot.telegram.updates.feed import Feed
from bot.telegram.updates.mailroom import Mailroom
from bot.telegram.ways.pending import Pending, served
from bot.telegram.ways.polling import Poller
from bot.telegram.ways.terms import terms_of
from bot.telegram.ways.ways import Way
from bot.telegram.ways.webhook import Webhook


async def make_front(
    base: Base, shop: Shop, back: Back | None, stack: contextlib.AsyncExitStack
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
    eyes, shown = _eyes(settings), in_chat(settings)
    office = Office(desk, base.doorkeeper, base.allowances, eyes, voice.tell, dashboard=shown)
    gate.on_drained = office.drained
    audience = Audience(desk.archive, base.doorkeeper)
    broadcasts = BroadcastStore(store.transactions)
    crier = Crier(broadcasts, voice, audience, base.pace, base.chats)
    storage = DatabaseStorage(Conversations(store.transactions))
    dispatcher = make_dispatcher(
        desk, counter, base.people, intake, office, crier, storage, shop.shelf
    )
    feed = Feed(bot, dispatcher)
    mailroom = Mailroom(_inbox(base), feed, _living, base.contact.came)
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
        overview=_overview(base),
        office=office,
    )


def _overview(base: Base) -> Overview:
    """All of it is in the database, but for what one process alone has on its board."""
    if base.store.shared:
        return StoredOverview(base.store.transactions)
    return StoredOverview(base.store.transactions, base.board.latest)


def _counter(
    stack: contextlib.AsyncExitStack,
    base: Base,
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


async def _way(base: Base, mailroom: Mailroom) -> Way:
    """How updates come. Raises StartError or StorageError."""
    settings, store = base.settings, base.store
    first = not (store.shared and await _served(base))
    pending = Pending(settings.drop_pending_updates and first, among_others=store.shared)
    if settings.updates == "webhook":
        terms = await asyncio.to_thread(terms_of, settings)
        return Webhook(base.bot, mailroom, terms, pending)
    wait, most = settings.polling_timeout, settings.polling_limit
    return Poller(base.bot, mailroom, timeout=wait, limit=most, pending=pending)


async def _served(base: Base) -> bool:
    """Whether another front end is there. Those that were killed are still written down, until
    somebody who lives looks after them."""
    tx = base.store.transactions
    async with tx.read() as db:
        return served(await members.everybody(db), await tx.now(db) - base.store.lease.lasts)


def _inbox(base: Base) -> Inbox:
    account = f"{PLATFORM} {base.bot.id}"
    return Inbox(base.store.transactions, account, base.store.member.holder)


async def _living(db: AsyncConnection) -> list[str]:
    """Who is there, as a transaction sees it."""
    return [seen.member.holder for seen in await members.everybody(db)]


async def _busy(base: Base, back: Back | None) -> bool:
    """Whether every place is taken, so that whatever comes now has to wait."""
    if back is not None and not base.store.shared:
        return back.dispatch.busy
    return await base.store.running() >= await base.store.slots()


def _eyes(settings: Settings) -> Eyes:
    def free() -> int | None:
        try:
            return shutil.disk_usage(settings.data_dir).free
        except OSError:
            return None

    redact = Redactor(settings.secrets())
    return Eyes(free, partial(lines_about, settings.log_dir), redact)


async def _house(settings: Settings, room: Room | None) -> House:
    """What there is room for, of everybody's together; without `room` the files will lie on other
    hosts, whose disks nobody knows here."""
    free = await room.free() if room is not None else None
    at_once = settings.max_concurrent_conversions + MOST_SENDING
    return House(settings.max_queued, None if free is None else Space(free, at_once))
