"""The dialog put together: which router hears what, in which order."""

from aiogram import Dispatcher

from bot.dialog.bounds import Bounds
from bot.jobs.desk import Desk
from bot.telegram.middleware import PersonMiddleware
from bot.telegram.routers import choose, errors, intake, start


def make_dispatcher(desk: Desk, bounds: Bounds) -> Dispatcher:
    """A dispatcher for one bot."""
    dispatcher = Dispatcher(disable_fsm=True, desk=desk, bounds=bounds)
    person = PersonMiddleware()
    dispatcher.message.outer_middleware(person)
    dispatcher.callback_query.outer_middleware(person)
    dispatcher.include_routers(
        errors.router(),
        start.router(),
        choose.router(),
        intake.router(),
        start.fallback(),
        choose.leftover(),
    )
    return dispatcher
