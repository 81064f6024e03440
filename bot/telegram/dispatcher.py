"""The dialog put together: which router hears what, in which order."""

from aiogram import Dispatcher
from aiogram.fsm.storage.base import BaseStorage

from bot.dialog.admin.office import Office
from bot.dialog.counter.counter import Counter
from bot.dialog.counter.crier import Crier
from bot.dialog.counter.intake import Intake
from bot.dialog.stores.people import People
from bot.jobs.desk import Desk
from bot.jobs.work.shelf import Shelf
from bot.telegram.door import Door
from bot.telegram.middleware import PersonMiddleware
from bot.telegram.reading.throttle import Throttle
from bot.telegram.routers import (
    admin,
    broadcast,
    cards,
    choose,
    errors,
    extras,
    intake,
    join,
    mine,
    orders,
    share,
    start,
)


def make_dispatcher(
    desk: Desk,
    counter: Counter,
    people: People,
    files: Intake,
    office: Office,
    crier: Crier,
    storage: BaseStorage,
    shelf: Shelf,
) -> Dispatcher:
    """A dispatcher for one bot."""
    dispatcher = Dispatcher(
        storage=storage,
        desk=desk,
        counter=counter,
        people=people,
        intake=files,
        office=office,
        crier=crier,
        doorkeeper=office.doorkeeper,
        shelf=shelf,
    )
    person = PersonMiddleware(people, Door(office.doorkeeper), Throttle())
    dispatcher.message.outer_middleware(person)
    dispatcher.channel_post.outer_middleware(person)
    dispatcher.callback_query.outer_middleware(person)
    dispatcher.inline_query.outer_middleware(person)
    dispatcher.include_routers(
        errors.router(),
        admin.router(),
        orders.router(),
        broadcast.router(),
        start.router(),
        mine.router(),
        choose.router(),
        cards.router(),
        share.router(),
        extras.router(),
        join.router(),
        intake.router(),
        start.fallback(),
        choose.leftover(),
    )
    return dispatcher
