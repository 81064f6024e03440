"""How fast this machine converts, as it was measured: for "about 40 s" before anything starts."""

from typing import Final

from converter.planning.plan import Action, Plan

_NEWEST: Final = 0.3  # of an average that forgets

# What takes less is mostly spent on looking, starting and proving, which no length multiplies.
_LEAST_SECONDS: Final = 5.0

Kind = tuple[str, str, str]


class Speeds:
    """Learns from every conversion; knows nothing of a kind that was never done here."""

    def __init__(self) -> None:
        self._rates: dict[Kind, float] = {}
        self._whole: float | None = None  # bytes a second, from the download to the result

    def note_job(self, size: int, seconds: float) -> None:
        """A whole job with a file of so many bytes took so many seconds."""
        if size > 0 and seconds > 0:
            rate = size / seconds
            before = self._whole if self._whole is not None else rate
            self._whole = before + (rate - before) * _NEWEST

    def whole(self, size: int) -> float | None:
        """How many seconds a whole job would take, None when nobody knows."""
        return size / self._whole if size and self._whole else None

    def note(self, plan: Plan, seconds: float) -> None:
        """A conversion by this plan took so many seconds."""
        work = _work(plan)
        if work is None or seconds < _LEAST_SECONDS:
            return
        kind, rate = _kind(plan), work / seconds
        before = self._rates.get(kind, rate)
        self._rates[kind] = before + (rate - before) * _NEWEST

    def estimate(self, plan: Plan) -> float | None:
        """How many seconds it would take, None when nobody knows."""
        work, rate = _work(plan), self._rates.get(_kind(plan))
        return None if work is None or not rate else work / rate


def _kind(plan: Plan) -> Kind:
    encoder = plan.picture.encoder if plan.picture else ""
    if not encoder and plan.sounds:
        encoder = plan.sounds[0].encoder
    return str(plan.action), encoder, str(plan.device)


def _work(plan: Plan) -> float | None:
    """Pixels to be encoded, or seconds to be copied."""
    if plan.seconds is None:
        return None
    if plan.action is Action.ENCODE and plan.picture is not None and not plan.picture.copied:
        return plan.picture.width * plan.picture.height * max(1.0, plan.picture.fps) * plan.seconds
    return plan.seconds
