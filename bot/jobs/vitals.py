"""How a process is, by its own word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Card:
    """A graphics card: how busy it is (0-100), degrees Celsius, bytes of its memory, and what of
    ours runs on it; None for what it doesn't say."""

    index: int
    name: str
    busy: float | None
    celsius: float | None
    memory_used: int | None
    memory_total: int | None
    conversions: int
    encodes: int


@dataclass(frozen=True, slots=True)
class Contact:
    """How a front end gets on with its messenger, since it started: answers that it asks too often,
    requests made again, when the last update came."""

    slowed: int
    repeated: int
    last_update_at: datetime | None


@dataclass(frozen=True, slots=True)
class Vitals:
    """How a process is, by its own word at `at`: the machine's load of the last minute and its
    cores, its own memory and the data folder's free space in bytes, what its event loop is late by
    in seconds, its cards, open encoder sessions by the runner's kind. `leads`: it is the front end
    that does what one does for all. `draining`: it takes nothing more."""

    at: datetime
    version: str
    load: float
    cores: int
    memory: int
    free: int | None
    late: float
    leads: bool = False
    draining: bool = False
    sessions: Mapping[str, int] = field(default_factory=dict)
    cards: Sequence[Card] = ()
    contact: Contact | None = None
