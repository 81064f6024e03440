"""Words of one language for the pages: sentences, amounts, moments. Pure."""

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import Final

from bot.jobs.status import State, Status
from bot.storage.clock import utc_now
from bot.texts import Texts
from bot.texts.catalogue import LOCALES, Value, locale_for
from bot.texts.marks import plain
from bot.texts.sentences import duration, roughly, shown_name
from converter.formats import TARGETS
from converter.planning.plan import Action, Device

NOTHING: Final = "—"
_UNITS: Final = ("b", "kb", "mb", "gb", "tb")
_THOUSAND: Final = 1000
_FEW: Final = 10
_HOUR: Final = 3600
_DAY: Final = 24 * _HOUR
_KEPT: Final = 4096
_MOST_LANGUAGES: Final = 20


def locale_of(accepted: str, chosen: str) -> str:
    """The catalogue for a browser's Accept-Language, unless its person chose one."""
    if chosen in LOCALES:
        return chosen
    weighed = []
    for part in accepted.split(",")[:_MOST_LANGUAGES]:
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            weight = 0.0
        weighed.append((weight, tag))
    weight, tag = max(weighed, key=lambda one: one[0], default=(0.0, ""))
    return locale_for(tag if weight > 0 else None)


class Speech:
    """What templates say things with. Called with a key it is the sentence, without marks."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        self.locale = texts.locale
        self.others: Collection[str] = [one for one in LOCALES if one != texts.locale]

    def __call__(self, key: str, /, **values: Value) -> str:
        """See `Texts`."""
        return _said(self.locale, key, tuple(values.items()))

    def size(self, count: float | None) -> str:
        """Bytes, in the unit that fits."""
        if count is None:
            return NOTHING
        amount, unit = float(count), 0
        while abs(amount) >= _THOUSAND and unit < len(_UNITS) - 1:
            amount, unit = amount / _THOUSAND, unit + 1
        return self(f"dash-size-{_UNITS[unit]}", amount=_rounded(amount))

    def span(self, seconds: float | None) -> str:
        """How long."""
        if seconds is None:
            return NOTHING
        if seconds >= _DAY:
            days, rest = divmod(seconds, _DAY)
            return self("dash-span-days", days=int(days), hours=int(rest // _HOUR))
        if seconds >= _HOUR:
            hours, rest = divmod(seconds, _HOUR)
            return self("dash-span-hours", hours=int(hours), minutes=int(rest // 60))
        if 0 < seconds < _FEW:
            return self("dash-span-short", seconds=_rounded(seconds))
        return _lasting(self.locale, max(0, round(seconds)))

    def rough(self, seconds: float) -> str:
        """About how long."""
        return self.span(seconds) if seconds >= _HOUR else _about(self.locale, round(seconds))

    def now(self) -> int:
        """Unix seconds, by our clock: a browser's may be another."""
        return round(utc_now().timestamp())

    def clock_since(self, then: datetime) -> str:
        """How long ago, as the page's script counts on: ``1:05``."""
        return _clock(utc_now().timestamp() - then.timestamp())

    def clock_until(self, moment: int) -> str:
        """In how long, the same way."""
        return _clock(moment - utc_now().timestamp())

    def percent(self, part: float | None) -> str:
        """Of a hundred."""
        return NOTHING if part is None else f"{part:.0f}%"

    def name(self, name: str) -> str:
        """A file's name, in one line, without what turns letters round."""
        return shown_name(name)

    def phase(self, phase: str) -> str:
        """Where a job stands."""
        return self(f"phase-{phase}")

    def target(self, key: str) -> str:
        """A format's name."""
        return self(f"target-{key}") if key in TARGETS else key or NOTHING

    def action(self, key: str) -> str:
        """The path of a plan."""
        try:
            return self(f"plan-{Action(key).name.lower()}")
        except ValueError:
            return key or NOTHING

    def device(self, key: str) -> str:
        """What worked on the picture."""
        try:
            return self(f"device-{Device(key).value}")
        except ValueError:
            return key or NOTHING

    def told(self, status: Status | None) -> str:
        """What a job's person reads of it, in a word or two."""
        if status is None:
            return NOTHING
        if status.kind in {State.RETRYING, State.NO_SPACE, State.PAUSED}:
            return self(f"dash-told-{status.kind.value.replace('_', '-')}")
        return ""


@lru_cache(_KEPT)
def _said(locale: str, key: str, values: tuple[tuple[str, Value], ...]) -> str:
    """Pages of hundreds of jobs say the same hundreds of times."""
    return plain(Texts(locale)(key, **dict(values)))


@lru_cache(_KEPT)
def _lasting(locale: str, seconds: int) -> str:
    return plain(duration(Texts(locale), seconds))


@lru_cache(_KEPT)
def _about(locale: str, seconds: int) -> str:
    return plain(roughly(Texts(locale), seconds))


def _clock(seconds: float) -> str:
    minutes, second = divmod(max(0, round(seconds)), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def _rounded(number: float) -> float | int:
    return round(number, 1) if abs(number) < _FEW and number % 1 else round(number)
