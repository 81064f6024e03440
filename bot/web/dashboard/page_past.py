"""What was: a search, and everything about one job."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from jinja2 import Environment

from bot.jobs.model import Phase
from bot.jobs.seeing.overview import Search, Sheet
from bot.web.dashboard.live import Drawn
from bot.web.dashboard.speech import Speech
from bot.web.dashboard.visit import drawn as drawn_

OUTCOMES: Final = (Phase.DONE, Phase.REFUSED, Phase.FAILED, Phase.CANCELLED)
_LONGEST: Final = 200
# There is a day before and a day after each of these, and every database knows them.
_FIRST_DAY: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_DAY: Final = datetime(9998, 12, 31, tzinfo=UTC)
_WORDS: Final = ("text", "user_id", "target", "action", "device", "code", "after")
_RETRIED: Final = frozenset({Phase.FAILED, Phase.CANCELLED})


def search_of(query: Mapping[str, str]) -> Search:
    """What a form asks for; what it says wrongly narrows nothing."""
    words: dict[str, Any] = {name: query.get(name, "").strip()[:_LONGEST] for name in _WORDS}
    outcome = query.get("outcome", "")
    outcomes = frozenset(phase for phase in OUTCOMES if phase.value == outcome)
    until = _day(query.get("until", ""))
    return Search(
        **words,
        outcomes=outcomes,
        since=_day(query.get("since", "")),
        until=None if until is None else until + timedelta(days=1),
    )


def form_values(search: Search) -> dict[str, str]:
    """The same as the form's fields."""
    values = {name: getattr(search, name) for name in _WORDS if name != "after"}
    values["outcome"] = next((phase.value for phase in search.outcomes), "")
    values["since"] = "" if search.since is None else f"{search.since:%Y-%m-%d}"
    last = None if search.until is None else search.until - timedelta(days=1)
    return values | {"until": "" if last is None else f"{last:%Y-%m-%d}"}


def address_of(search: Search, after: str = "") -> str:
    """Where a page of it is."""
    values = form_values(replace(search, after="")) | {"after": after}
    return "/history?" + urlencode({name: value for name, value in values.items() if value})


def draw_job(templates: Environment, sheet: Sheet | None, speech: Speech, **more: object) -> Drawn:
    """The pieces of a job's page that change."""
    if sheet is None:
        return Drawn(pieces={"phase": speech("dash-job-gone"), "job": ""})
    job = sheet.entry.job
    values = {"sheet": sheet, "job": job, "entry": sheet.entry} | more
    return Drawn(
        pieces={
            "phase": drawn_(templates, "parts/phase.html", speech, phase=job.phase.value),
            "job": drawn_(
                templates,
                "parts/job.html",
                speech,
                retried=job.phase in _RETRIED,
                steps=_steps(sheet),
                **values,
            ),
        }
    )


def _steps(sheet: Sheet) -> list[tuple[Any, float | None]]:
    """Each moment, and how many seconds after it the next one came."""
    moments = list(sheet.moments)
    nexts = [*moments[1:], None]
    return [
        (one, None if after is None else (after.at - one.at).total_seconds())
        for one, after in zip(moments, nexts, strict=True)
    ]


def _day(text: str) -> datetime | None:
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
    return day if _FIRST_DAY <= day <= _LAST_DAY else None
