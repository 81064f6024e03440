"""How a process is, by its own word."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any


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


def dump(vitals: Vitals, now: datetime) -> dict[str, Any]:
    """In what JSON knows, said `now`."""
    words = asdict(vitals) | {"at": now.isoformat()}
    contact = words["contact"]
    if contact is not None and contact["last_update_at"] is not None:
        contact["last_update_at"] = contact["last_update_at"].isoformat()
    return words


def load(words: object) -> Vitals | None:
    """What `dump` made; None for nothing, and for what another version said."""
    if not isinstance(words, Mapping):
        return None
    try:
        return _load(words)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _load(words: Mapping[str, Any]) -> Vitals:
    free = words["free"]
    return Vitals(
        at=_moment(words["at"]),
        version=str(words["version"]),
        load=float(words["load"]),
        cores=int(words["cores"]),
        memory=int(words["memory"]),
        free=None if free is None else int(free),
        late=float(words["late"]),
        leads=bool(words["leads"]),
        draining=bool(words["draining"]),
        sessions={str(kind): int(count) for kind, count in words["sessions"].items()},
        cards=tuple(map(_card, words["cards"])),
        contact=_contact(words["contact"]),
    )


def _card(words: Mapping[str, Any]) -> Card:
    said = {key: words[key] for key in ("busy", "celsius", "memory_used", "memory_total")}
    told = {key: None if value is None else float(value) for key, value in said.items()}
    used, total = told["memory_used"], told["memory_total"]
    return Card(
        index=int(words["index"]),
        name=str(words["name"]),
        busy=told["busy"],
        celsius=told["celsius"],
        memory_used=None if used is None else int(used),
        memory_total=None if total is None else int(total),
        conversions=int(words["conversions"]),
        encodes=int(words["encodes"]),
    )


def _contact(words: Mapping[str, Any] | None) -> Contact | None:
    if words is None:
        return None
    last = words["last_update_at"]
    at = None if last is None else _moment(last)
    return Contact(int(words["slowed"]), int(words["repeated"]), at)


def _moment(text: str) -> datetime:
    """Raises ValueError for one without a zone, which would be nobody's."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment
