"""Visitors: each has people and chats of their own, found by a cookie that nobody can guess."""

import itertools
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from standin.groups import Group
from standin.people import Person, User
from standin.standin import StandIn
from standin.web.chatlog import ChatLog
from standin.web.pages import Words
from standin.web.rates import Rate
from standin.web.seats import PEOPLE, PRIVATE, Seat

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
    """Somebody with a page. `stored` is what uploads hold that they haven't sent yet, in bytes;
    `streams` how many of their pages listen; `acted` when they last did something, by a clock that
    never jumps, and `rate` how often they may. One who is `gone` has no chat any more."""

    folder: Path
    lang: str
    make_person: Callable[[int, str], User]
    make_group: Callable[[list[User], str], Group]
    rate: Rate
    streams: int = 0
    uploading: int = 0
    stored: int = 0
    seen: float = field(default_factory=time.monotonic)
    acted: float = field(default_factory=time.monotonic)
    gone: bool = False
    people: dict[int, User] = field(default_factory=dict)
    group: Group | None = None
    _logs: dict[int, ChatLog] = field(default_factory=dict)
    _waiting: dict[str, Waiting] = field(default_factory=dict)

    def seat(self, number: int, room: str) -> Seat:
        """As one of their people (from 1), in a chat; people and chats come to be by that."""
        user = self._person(number)
        person: Person = user if room == PRIVATE else self._grouped().member(user)
        if person.id not in self._logs:
            self._logs[person.id] = ChatLog(person)
        people = tuple(user.id for user in self.people.values())
        return Seat(number, room, person, self._logs[person.id], people)

    def acts(self) -> bool:
        """They do something; False where that is too often."""
        self.acted = time.monotonic()
        return self.rate.take()

    def speak(self, lang: str) -> None:
        """Set the language of their messenger."""
        self.lang = lang
        for user in self.people.values():
            user.account.language_code = lang

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
            self.stored -= self._waiting.pop(name).path.stat().st_size
        return found

    def _person(self, number: int) -> User:
        if number not in self.people:
            self.people[number] = self.make_person(number, self.lang)
        return self.people[number]

    def _grouped(self) -> Group:
        if self.group is None:
            everybody = [self._person(number) for number in range(1, PEOPLE + 1)]
            self.group = self.make_group(everybody, self.lang)
        return self.group


class Visitors:
    """Whoever has been here, `most` at a time; who was away longest makes room. `acts` is how many
    things each may do in a minute, None as many as they like."""

    def __init__(
        self,
        standin: StandIn,
        folder: Path,
        words: Words,
        *,
        most: int,
        acts: int | None = None,
    ) -> None:
        self._standin = standin
        self._acts = acts
        self._folder = folder
        self._words = words
        self._most = most
        self._known: dict[str, Visitor] = {}
        self._numbers = itertools.count(_FIRST_PERSON)

    def find(self, key: str | None) -> Visitor | None:
        """The visitor of a cookie."""
        visitor = self._known.get(key or "")
        if visitor is not None:
            visitor.seen = time.monotonic()
        return visitor

    def admit(self, lang: str) -> tuple[str, Visitor]:
        """A new visitor and the value of their cookie. Raises FullError."""
        if len(self._known) >= self._most:
            self._make_room()
        key = secrets.token_urlsafe(32)
        folder = self._folder / secrets.token_hex(8)
        folder.mkdir(parents=True)
        self._known[key] = Visitor(folder, lang, self._person, self._group, Rate(self._acts))
        return key, self._known[key]

    def stored_by(self, visitor: Visitor) -> int:
        """What a visitor's files hold, those that the bot sent them too, in bytes."""
        return visitor.stored + self._standin.weight(_rooms(visitor))

    @property
    def stored(self) -> int:
        """What everybody's files hold, in bytes."""
        waiting = sum(visitor.stored for visitor in self._known.values())
        return waiting + self._standin.state.files.weight()

    def tidy(self, visitor: Visitor) -> None:
        """Files that no message shows any more make room."""
        self._standin.tidy(_rooms(visitor))

    def sweep(self, idle: float) -> None:
        """Forget whoever did nothing for so many seconds, though their page may be open."""
        before = time.monotonic() - idle
        for key, visitor in list(self._known.items()):
            if visitor.acted < before and not visitor.uploading:
                self._forget(key)

    def _person(self, number: int, lang: str) -> User:
        name = self._words[lang]["person" if number == 1 else f"person-{number}"]
        return self._standin.user(lang, name, user_id=next(self._numbers))

    def _group(self, people: list[User], lang: str) -> Group:
        return self._standin.group(people, self._words[lang]["group"], "supergroup")

    def _make_room(self) -> None:
        """Forget whoever was away longest. Raises FullError while everybody is here."""
        away = [(v.seen, key) for key, v in self._known.items() if not (v.streams or v.uploading)]
        if not away:
            raise FullError
        self._forget(min(away)[1])

    def _forget(self, key: str) -> None:
        visitor = self._known.pop(key)
        visitor.gone = True
        for room in _rooms(visitor):
            self._standin.forget(room)
        shutil.rmtree(visitor.folder, ignore_errors=True)


def _rooms(visitor: Visitor) -> Iterator[User | Group]:
    yield from visitor.people.values()
    if visitor.group is not None:
        yield visitor.group
