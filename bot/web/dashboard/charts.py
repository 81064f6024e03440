"""Charts as data: each is drawn by the page's script, and written as a table beside. Pure."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from bot.jobs.model import KEEP_FINISHED, Phase
from bot.jobs.seeing.overview import Charts, Day, Pace
from bot.web.dashboard.page_past import OUTCOMES
from bot.web.dashboard.speech import Speech

# Of what is gone there is nothing to chart.
LONGEST: Final = KEEP_FINISHED.days
PERIODS: Final = (*(days for days in (7, 14) if days < LONGEST), LONGEST)
_MOST_CODES: Final = 5
_MB: Final = 1_000_000
_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class Series:
    """One line or one part of each bar; `tone` names its colour."""

    label: str
    tone: str
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Chart:
    """`kind`: "stack", "bars" or "lines". `x` are the labels of the values, days or names, and
    `across` says which; `unit` is what the numbers are."""

    id: str
    kind: str
    title: str
    unit: str
    across: str
    x: Sequence[str]
    series: Sequence[Series]

    def dump(self) -> dict[str, Any]:
        """As JSON takes it."""
        return asdict(self)


def charts_of(found: Charts, speech: Speech) -> list[Chart]:
    """All of them."""
    return [*_of_days(found.days, speech), *_of_paces(found.paces, speech)]


def _of_days(days: Sequence[Day], speech: Speech) -> list[Chart]:
    x = [f"{day.day:%Y-%m-%d}" for day in days]

    def line(key: str, tone: str, value: Callable[[Day], float]) -> Series:
        return Series(speech(f"dash-series-{key}"), tone, [round(value(day), 2) for day in days])

    def chart(key: str, kind: str, unit: str, series: Sequence[Series]) -> Chart:
        title, words = speech(f"dash-chart-{key}"), speech(f"dash-unit-{unit}")
        return Chart(key, kind, title, words, speech("dash-day"), x, series)

    outcomes = [
        Series(speech.phase(one), one.value, [day.jobs.get(one, 0) for day in days])
        for one in OUTCOMES
    ]
    return [
        chart("jobs", "stack", "jobs", outcomes),
        chart("video", "bars", "minutes", [line("video", "done", _minutes)]),
        chart(
            "wait",
            "lines",
            "seconds",
            [
                line("median", "done", lambda day: day.wait_median),
                line("p95", "refused", lambda day: day.wait_p95),
            ],
        ),
        chart(
            "bytes",
            "lines",
            "megabytes",
            [
                line("came", "other", lambda day: day.came / _MB),
                line("went", "done", lambda day: day.went / _MB),
                line("saved", "refused", lambda day: day.saved / _MB),
            ],
        ),
        chart("codes", "stack", "jobs", _codes(days, speech)),
    ]


def _minutes(day: Day) -> float:
    return day.video / _MINUTE


def _codes(days: Sequence[Day], speech: Speech) -> list[Series]:
    """Failures by code: the most frequent ones, the others together."""
    total: Counter[str] = Counter()
    for day in days:
        total.update(day.codes)
    first = [code for code, _ in total.most_common(_MOST_CODES)]
    series = [
        Series(code, f"code-{number}", [day.codes.get(code, 0) for day in days])
        for number, code in enumerate(first)
    ]
    if len(total) > len(first):
        rest = [sum(n for code, n in day.codes.items() if code not in first) for day in days]
        series.append(Series(speech("dash-series-others"), Phase.CANCELLED.value, rest))
    return series


def _of_paces(paces: Sequence[Pace], speech: Speech) -> list[Chart]:
    x = [f"{speech.action(one.action)} · {speech.device(one.device)}" for one in paces]
    took = [
        Series(speech("dash-series-median"), "done", [round(one.median, 2) for one in paces]),
        Series(speech("dash-series-p95"), "refused", [round(one.p95, 2) for one in paces]),
    ]
    fast = [Series(speech("dash-series-speed"), "other", [round(one.speed, 2) for one in paces])]
    path = speech("dash-path")
    seconds, times = speech("dash-unit-seconds"), speech("dash-unit-times")
    return [
        Chart("took", "bars", speech("dash-chart-took"), seconds, path, x, took),
        Chart("speed", "bars", speech("dash-chart-speed"), times, path, x, fast),
    ]
