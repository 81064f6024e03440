"""The dialog put together: which router hears what, in which order."""

from aiogram import Dispatcher
from aiogram.fsm.storage.base import BaseStorage

from bot.dialog.counter import Counter
from bot.dialog.doorkeeper import Doorkeeper
from bot.dialog.intake import Intake
from bot.dialog.people import People
from bot.jobs.desk import Desk
from bot.telegram.door import Door
from bot.telegram.middleware import PersonMiddleware
from bot.telegram.routers import admin, cards, choose, errors, extras, intake, mine, start


def make_dispatcher(
    desk: Desk,
    counter: Counter,
    people: People,
    files: Intake,
    doorkeeper: Doorkeeper,
    storage: BaseStorage,
) -> Dispatcher:
    """A dispatcher for one bot."""
    dispatcher = Dispatcher(
        storage=storage,
        desk=desk,
        counter=counter,
        people=people,
        intake=files,
        doorkeeper=doorkeeper,
    )
    person = PersonMiddleware(people, Door(doorkeeper))
    dispatcher.message.outer_middleware(person)
    dispatcher.callback_query.outer_middleware(person)
    dispatcher.include_routers(
        errors.router(),
        admin.router(),
        start.router(),
        mine.router(),
        choose.router(),
        cards.router(),
        extras.router(),
        intake.router(),
        start.fallback(),
        choose.leftover(),
    )
    return dispatcher
