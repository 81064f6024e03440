"""How fast conversions go, as it was measured: for "about 40 s" before anything starts."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from converter.planning.plan import Action, Picture, Plan

# Of an average that forgets.
NEWEST: Final = 0.3

# What takes less is mostly spent on looking, starting and proving, which no length multiplies.
_LEAST_SECONDS: Final = 5.0
# The largest pictures of each class, in pixels: a small one takes more time for each of its own.
_CLASSES: Final = (("sd", 854 * 480), ("hd", 1280 * 720), ("fhd", 1920 * 1088))
_LARGEST: Final = "uhd"
_JOB: Final = "job"
_WAY: Final = "way"


@dataclass(frozen=True, slots=True)
class Measured:
    """A kind of work went so fast once: `rate` in pixels, seconds of film or bytes in a second."""

    kind: str
    rate: float


class Speeds:
    """Learns from every conversion, its own process's at once, those of others as `learn` hears of
    them; knows nothing of a kind that was never done."""

    def __init__(self) -> None:
        self._rates: dict[str, float] = {}
        self._fresh: list[Measured] = []

    # --- what was measured

    def note_job(self, target: str, size: int, seconds: float, making: float) -> None:
        """A whole job for that target, with a file of so many bytes, took so many seconds, of which
        `making` went to the conversion itself and the rest to its way here and back."""
        if size > 0 and seconds > 0:
            self._note(_JOB, size / seconds)
            self._note(f"{_JOB}:{target}", size / seconds)
        if size > 0 and seconds > making:
            self._note(_WAY, size / (seconds - making))

    def note(self, plan: Plan, seconds: float) -> None:
        """A conversion by this plan took so many seconds."""
        work = _work(plan)
        if work is not None and seconds >= _LEAST_SECONDS:
            self._note(_kind(plan), work / seconds)

    # --- what follows

    def whole(self, size: int, target: str = "") -> float | None:
        """How many seconds a whole job with a file of so many bytes would take, None when nobody
        knows."""
        rate = self._rates.get(f"{_JOB}:{target}") or self._rates.get(_JOB)
        return size / rate if size and rate else None

    def whole_by(self, plan: Plan, size: int) -> float | None:
        """The same for one whose plan is known."""
        making, way = self.estimate(plan), self._rates.get(_WAY)
        return None if making is None else making + (size / way if way else 0.0)

    def estimate(self, plan: Plan) -> float | None:
        """How many seconds a conversion by this plan would take, None when nobody knows."""
        work, rate = _work(plan), self._rates.get(_kind(plan)) or self._alike(plan)
        return None if work is None or not rate else work / rate

    # --- exchange with what others measured

    def fresh(self) -> list[Measured]:
        """What was measured here since the last call."""
        fresh, self._fresh = self._fresh, []
        return fresh

    def unsaved(self, measured: list[Measured]) -> None:
        """These could not be told to anybody: they stay fresh."""
        self._fresh = [*measured, *self._fresh]

    def learn(self, rates: Mapping[str, float]) -> None:
        """What all together know by now, but for what is still fresh here."""
        self._rates = dict(rates)
        for measured in self._fresh:
            self._blend(measured)

    def _note(self, kind: str, rate: float) -> None:
        measured = Measured(kind, rate)
        self._fresh.append(measured)
        self._blend(measured)

    def _blend(self, measured: Measured) -> None:
        before = self._rates.get(measured.kind, measured.rate)
        self._rates[measured.kind] = before + (measured.rate - before) * NEWEST

    def _alike(self, plan: Plan) -> float | None:
        """The rate of other pictures' classes."""
        same = _way(plan) + ":"
        found = [rate for kind, rate in self._rates.items() if kind.startswith(same)]
        return fmean(found) if found else None


def _kind(plan: Plan) -> str:
    """Path, encoder and device, and the class of its picture."""
    picture = _encoded(plan)
    return f"{_way(plan)}:{'' if picture is None else _class(picture)}"


def _way(plan: Plan) -> str:
    encoder = plan.picture.encoder if plan.picture else ""
    if not encoder and plan.sounds:
        encoder = plan.sounds[0].encoder
    return f"plan:{plan.action}:{encoder}:{plan.device}"


def _encoded(plan: Plan) -> Picture | None:
    """The picture that an encoder has work with."""
    return plan.picture if plan.action is Action.ENCODE and not plan.copies_video else None


def _class(picture: Picture) -> str:
    pixels = picture.width * picture.height
    return next((name for name, most in _CLASSES if pixels <= most), _LARGEST)


def _work(plan: Plan) -> float | None:
    """Pixels to be encoded, or seconds to be copied."""
    if plan.seconds is None:
        return None
    picture = _encoded(plan)
    if picture is None:
        return plan.seconds
    return picture.width * picture.height * max(1.0, picture.fps) * plan.seconds
