"""How it goes now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from jinja2 import Environment

from bot.jobs.seeing.ledger import Entry
from bot.jobs.seeing.overview import Now, Process
from bot.web.dashboard.live import Drawn
from bot.web.dashboard.speech import Speech
from bot.web.dashboard.visit import drawn as drawn_

# What a job's card says, and its HTML.
_Card = tuple[object, str]
# Nobody knows to the second when a job begins.
_ABOUT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class _Step:
    """A phase, see `_steps`."""

    phase: str
    began: datetime
    seconds: float | None


class NowPage:
    """Draws it. Moments are told as such, and the page's script counts from them: so a card changes
    when its job does, not every second, and is drawn once for each change."""

    def __init__(self, templates: Environment) -> None:
        self._templates = templates
        self._cards: dict[str, dict[str, _Card]] = {}

    def draw(self, now: Now, speech: Speech) -> Drawn:
        """The pieces of the page."""
        part = partial(drawn_, self._templates, speech=speech)
        before, after = self._cards.get(speech.locale, {}), dict[str, _Card]()

        def cards(kind: str, *, live: bool) -> dict[str, str]:
            made = {}
            for entry in now.jobs:
                if entry.job.phase.running is live:
                    begins, steps = _begins(now, entry), _steps(now, entry)
                    says = _says(entry, begins, steps)
                    html = _as_before(before.get(entry.job.id), says)
                    html = html or part(
                        f"parts/{kind}.html", entry=entry, begins=begins, steps=steps
                    )
                    after[entry.job.id] = says, html
                    made[f"job-{entry.job.id}"] = html
            return made

        running, waiting = cards("running", live=True), cards("waiting", live=False)
        self._cards[speech.locale] = after
        total = now.waiting.ready + now.waiting.behind + now.waiting.delayed
        hidden = now.running + total - len(now.jobs)
        return Drawn(
            pieces={
                "door": part("parts/door.html", now=now),
                "counts": part("parts/counts.html", now=now, waiting=total, oldest=_oldest(now)),
                "more": speech("dash-more", count=hidden) if hidden > 0 else "",
                "none-running": "" if running else speech("dash-none-running"),
                "none-waiting": "" if waiting else speech("dash-none-waiting"),
            },
            lists={
                "running": running,
                "waiting": waiting,
                "processes": {
                    f"process-{_named(one)}": part("parts/process.html", now=now, process=one)
                    for one in now.processes
                },
            },
        )


def _says(entry: Entry, begins: int | None, steps: Sequence[_Step]) -> object:
    """All that a card tells."""
    return entry.job, entry.place, entry.keeper, entry.held_since, entry.told, begins, steps


def _steps(now: Now, entry: Entry) -> Sequence[_Step]:
    """The phases of a running job's attempt: when each began, and how many seconds it took, None
    for the one that goes on."""
    entered = list(now.phases.get(entry.job.id, {}).items())
    ends = [at for _, at in entered[1:]]
    took = [(end - at).total_seconds() for (_, at), end in zip(entered, ends, strict=False)]
    return [
        _Step(phase.value, at, seconds)
        for (phase, at), seconds in zip(entered, [*took, None], strict=False)
    ]


def _as_before(card: _Card | None, says: object) -> str:
    """The card that says the same, "" where there is none."""
    return card[1] if card is not None and card[0] == says else ""


def _begins(now: Now, entry: Entry) -> int | None:
    """When a waiting job begins, as Unix seconds; None where nobody knows."""
    left = now.starts.get(entry.job.id)
    if left is None:
        return None
    return round((now.at.timestamp() + left) / _ABOUT_SECONDS) * _ABOUT_SECONDS


def _oldest(now: Now) -> datetime | None:
    age = now.waiting.oldest
    return now.at - timedelta(seconds=age) if age else None


def _named(process: Process) -> str:
    return "".join(letter for letter in process.seen.member.holder if letter.isalnum())
