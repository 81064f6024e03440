"""The operator's pages, put together."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Protocol

from bot.app.base import Base
from bot.conversions import StartError
from bot.dialog.stores.doorkeeper import Doorkeeper
from bot.origins import origins_of
from bot.serving import Front
from bot.settings import WEB_OFF, Settings
from bot.telegram.sending.voice import TelegramVoice
from bot.version import version
from bot.web.dashboard.address import Address, AddressError
from bot.web.dashboard.links import CONSOLE
from bot.web.dashboard.parts import Check, Parts, Setting
from bot.web.dashboard.server import served


class Found(Protocol):
    """A row of whoever examines the machine."""

    @property
    def name(self) -> str:
        """What was looked at."""
        ...

    @property
    def level(self) -> str:
        """See `parts.Check`."""
        ...

    @property
    def detail(self) -> str:
        """What was found."""
        ...

    @property
    def fix(self) -> str:
        """What to do about it."""
        ...


Examine = Callable[[Settings], Awaitable[Sequence[Found]]]


def address_of(settings: Settings) -> Address | None:
    """Where the pages are; None where there are none. Raises StartError."""
    if settings.web_listen == WEB_OFF:
        return None
    try:
        return Address.of(settings.web_listen, settings.web_url)
    except AddressError as error:
        raise StartError(str(error)) from error


def in_chat(settings: Settings) -> str:
    """Where a chat can open them, "" where it can't. Raises StartError."""
    address = address_of(settings)
    return f"{address.home}/app" if address is not None and address.public else ""


def pages(
    base: Base, front: Front, address: Address, examine: Examine | None
) -> contextlib.AbstractAsyncContextManager[None]:
    """Within it they are served."""
    token = base.settings.telegram_bot_token
    return served(
        Parts(
            address=address,
            overview=front.overview,
            office=front.office,
            crier=front.crier,
            transactions=base.store.transactions,
            may_enter=partial(_may_enter, base.doorkeeper, base.settings),
            token=token.get_secret_value() if token is not None else "",
            bot_id=str(base.bot.id),
            version=version(),
            open_report=TelegramVoice(base.bot).open_report,
            settings=partial(_settings, base.settings),
            doctor=None if examine is None else partial(_checks, examine, base.settings),
        )
    )


def _may_enter(doorkeeper: Doorkeeper, settings: Settings, user_id: str) -> bool:
    """Admins; where there are none, whoever can start programs on this machine."""
    return doorkeeper.is_admin(user_id) or (user_id == CONSOLE and not settings.admins)


async def _settings(settings: Settings) -> Sequence[Setting]:
    return [
        Setting(one.name, one.value, one.source, one.file)
        for one in await asyncio.to_thread(origins_of, settings)
    ]


async def _checks(examine: Examine, settings: Settings) -> Sequence[Check]:
    found = await examine(settings)
    return [Check(one.name, str(one.level), one.detail, one.fix) for one in found]
