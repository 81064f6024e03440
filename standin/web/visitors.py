"""Visitors: each has a person and a private chat of their own, found by a cookie that nobody can
guess."""

import secrets
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

from standin.people import User
from standin.standin import StandIn
from standin.views import SeenMessage
from standin.web.chatlog import ChatLog

_FIRST_PERSON = 300_001
_MOST_WAITING = 20


class FullError(Exception):
    """There is no room for another visitor."""


@dataclass
class Waiting:
    """A file that was uploaded and not yet sent."""

    path: Path
    name: str


@dataclass
class Visitor:
    """Somebody with a page. `stored` is what their uploads hold, in bytes; `streams` how many of
    their pages listen."""

    user: User
    folder: Path
    log: ChatLog
    streams: int = 0
    uploading: int = 0
    stored: int = 0
    seen: float = field(default_factory=time.monotonic)
    _waiting: dict[str, Waiting] = field(default_factory=dict)

    @property
    def lang(self) -> str:
        """The language of their messenger."""
        return self.user.account.language_code or "en"

    @lang.setter
    def lang(self, lang: str) -> None:
        self.user.account.language_code = lang

    def message(self, number: int) -> SeenMessage | None:
        """A message that is in their chat now."""
        return next((m for m in self.user.messages if m.id == number), None)

    def keep(self, waiting: Waiting) -> str:
        """A name for an upload, good for this visitor alone; old ones that nobody sent go."""
        while len(self._waiting) >= _MOST_WAITING:
            dropped = self._waiting.pop(next(iter(self._waiting)))
            self.stored -= dropped.path.stat().st_size
            dropped.path.unlink()
        name = secrets.token_urlsafe(12)
        self._waiting[name] = waiting
        return name

    def take(self, names: list[str]) -> list[Waiting]:
        """The uploads of these names, all or none; KeyError for one that isn't theirs."""
        found = [self._waiting[name] for name in names]
        for name in set(names):
            del self._waiting[name]
        return found


class Visitors:
    """Whoever has been here, `most` at a time; who was away longest makes room."""

    def __init__(self, standin: StandIn, folder: Path, most: int) -> None:
        self._standin = standin
        self._folder = folder
        self._most = most
        self._known: dict[str, Visitor] = {}
        self._next = _FIRST_PERSON

    def find(self, key: str | None) -> Visitor | None:
        """The visitor of a cookie."""
        visitor = self._known.get(key or "")
        if visitor is not None:
            visitor.seen = time.monotonic()
        return visitor

    def admit(self, lang: str, name: str) -> tuple[str, Visitor]:
        """A new visitor and the value of their cookie. Raises FullError."""
        if len(self._known) >= self._most:
            self._make_room()
        number, self._next = self._next, self._next + 1
        user = self._standin.user(lang, name, user_id=number)
        folder = self._folder / str(number)
        folder.mkdir(parents=True)
        key = secrets.token_urlsafe(32)
        self._known[key] = Visitor(user, folder, ChatLog(user))
        return key, self._known[key]

    @property
    def streams(self) -> int:
        """How many pages listen."""
        return sum(visitor.streams for visitor in self._known.values())

    def _make_room(self) -> None:
        """Forget whoever was away longest. Raises FullError while everybody is here."""
        away = [(v.seen, key) for key, v in self._known.items() if not (v.streams or v.uploading)]
        if not away:
            raise FullError
        visitor = self._known.pop(min(away)[1])
        self._standin.forget(visitor.user)
        shutil.rmtree(visitor.folder, ignore_errors=True)
