"""What the dashboard stands on: everything that its pages ask and act through."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.dialog.admin.office import Office
from bot.dialog.counter.crier import Crier
from bot.dialog.stores.broadcasts import Broadcast
from bot.jobs.seeing.overview import Overview
from bot.storage.transactions import Transactions
from bot.web.dashboard.address import Address


@dataclass(frozen=True, slots=True)
class Check:
    """A row of the doctor's: `level` is "ok", "warning" or "fault"."""

    name: str
    level: str
    detail: str
    fix: str


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting in force: `value` is "" for none and None for one that isn't shown; `origin` is
    "environment", "dotenv", "default" or "given" (by whoever started the program), `file` the path
    of the file that held it."""

    name: str
    value: str | None
    origin: str
    file: str


# Examines the machine; takes seconds. Never raises.
Doctor = Callable[[], Awaitable[Sequence[Check]]]
OpenReport = Callable[[Broadcast], Awaitable[str | None]]


@dataclass(frozen=True, slots=True)
class Parts:
    """`may_enter` says of a person's id that they may be here now; `token` is the bot's, `bot_id`
    its number; `open_report` begins the message in which an admin sees how far a broadcast has
    come. `doctor` is None where there is none."""

    address: Address
    overview: Overview
    office: Office
    crier: Crier
    transactions: Transactions
    may_enter: Callable[[str], bool]
    token: str
    bot_id: str
    version: str
    open_report: OpenReport
    settings: Callable[[], Awaitable[Sequence[Setting]]]
    doctor: Doctor | None = None
