"""Which NVIDIA card a conversion gets: jobs are spread over the proved cards."""

import contextlib
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from converter.engines.capabilities import Gpu
from converter.engines.runner import GpuAccess

# Chips of these names share a number of encodes that the driver sets for the whole machine; cards
# for data centres and for most workstations have none.
_CONSUMER: Final = re.compile(r"GeForce|TITAN|\bT(?:400|600|1000)\b|Quadro \w\d{3}\b")
_ALLOWED_SINCE: Final = ((590, 12), (550, 8), (530, 5))
_ALLOWED_BEFORE: Final = 3
_PAUSE_SECONDS: Final = 300.0

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Lent:
    """A card for the time of one conversion: what it may be asked to do, and how a session gets
    at it."""

    card: Gpu
    access: GpuAccess


@dataclass(frozen=True, slots=True)
class Use:
    """What a card is doing: `conversions` that have it, `encodes` those of them that may encode on
    it; `works`: it is lent."""

    index: int
    conversions: int
    encodes: int
    works: bool


def session_limit(name: str, driver: str) -> int | None:
    """How many encodes at once this driver allows on all consumer cards of a machine together;
    None for a card without such a limit. `name` and `driver` as nvidia-smi prints them."""
    if not _CONSUMER.search(name):
        return None
    major = int(number[0]) if (number := re.match(r"\d+", driver)) else 0
    allowed = (count for least, count in _ALLOWED_SINCE if major >= least)
    return next(allowed, _ALLOWED_BEFORE)


class CardPool:
    """The cards of this machine and who uses them. Conversions never wait for one: a card whose
    driver allows no further encode is lent for decoding alone.

    `cards` are all that the driver lists, those that can do nothing too: whether there is one card
    or several decides how a session is given one. `now` is a clock in seconds.
    """

    def __init__(self, cards: Sequence[Gpu] = (), *, now: Clock = time.monotonic) -> None:
        self._cards = tuple(cards)
        self._now = now
        self._running: Counter[int] = Counter()
        self._encoding: Counter[int] = Counter()
        self._limited = 0
        self._lost: set[int] = set()
        self._asked = now()
        self._had = self._working()

    @property
    def cards(self) -> tuple[Gpu, ...]:
        """Every card, as it was proved last."""
        return self._cards

    @property
    def uses(self) -> tuple[Use, ...]:
        """What each of them is doing now."""
        return tuple(
            Use(
                card.index,
                self._running[card.index],
                self._encoding[card.index],
                card.works and card.index not in self._lost,
            )
            for card in self._cards
        )

    @contextlib.contextmanager
    def lend(self) -> Iterator[Lent | None]:
        """The working card that fewest conversions use, for as long as this is open; None without
        one."""
        usable = [card for card in self._cards if card.works and card.index not in self._lost]
        if not usable:
            yield None
            return
        card = min(usable, key=lambda one: (self._running[one.index], not one.encoders, one.index))
        limit = session_limit(card.name, card.driver)
        if limit is not None and self._limited >= limit:
            card = replace(card, encoders=frozenset())
        access = GpuAccess(card.index if len(self._cards) > 1 else None)
        limited = int(limit is not None and bool(card.encoders))
        self._running[card.index] += 1
        self._encoding[card.index] += bool(card.encoders)
        self._limited += limited
        try:
            yield Lent(card, access)
        finally:
            self._running[card.index] -= 1
            self._encoding[card.index] -= bool(card.encoders)
            self._limited -= limited

    def set_aside(self, index: int) -> None:
        """Lend this card to nobody until it was proved anew."""
        if not self._lost:
            self._asked = self._now()
        self._lost.add(index)

    def claim_proof(self) -> bool:
        """Whether the caller should prove the cards anew now: one that worked does no more, and
        nobody asked for some minutes."""
        complete = not self._lost and self._working() >= self._had
        if complete or self._now() - self._asked < _PAUSE_SECONDS:
            return False
        self._asked = self._now()
        return True

    def renew(self, cards: Sequence[Gpu]) -> None:
        """Take what a new proof found. Conversions that run keep what they have."""
        self._cards = tuple(cards)
        self._lost.clear()
        self._had = max(self._had, self._working())

    def _working(self) -> int:
        return sum(card.works for card in self._cards)
