"""What the operator's screens are made of."""

from dataclasses import dataclass
from datetime import datetime

from bot.dialog.stores.allowances import Said
from bot.dialog.stores.doorkeeper import Word
from bot.jobs.answers import Ended, Numbers, Used
from bot.jobs.gate import Passage
from bot.jobs.model import Job
from bot.jobs.store.quota import Quota


@dataclass(frozen=True, slots=True)
class Overview:
    """How it goes. `free` is the disk's free space in bytes, None when nobody can tell."""

    numbers: Numbers
    passage: Passage
    free: int | None


@dataclass(frozen=True, slots=True)
class Live:
    """A job that waits or runs, how far it is (0-100, None when nobody knows), its age in
    seconds."""

    job: Job
    percent: int | None
    age: float


@dataclass(frozen=True, slots=True)
class Member:
    """One person, as the operator sees them. `said` are the quotas that are their own."""

    used: Used
    word: Word | None
    admin: bool
    quota: Quota
    said: Said


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of one failure. `ended` is None for what broke outside of any job."""

    trace: str
    ended: Ended | None
    now: datetime
    lines: tuple[str, ...]
