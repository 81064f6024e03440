"""What the sandbox's page is told under the hood of a message: the job behind it, by the same read
model that the operator has, and its lines of the log."""

import asyncio
import itertools
import platform
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from bot.cli.operate.ending import opened
from bot.cli.sandbox_discretion import Discretion
from bot.jobs.model import Job
from bot.jobs.seeing.overview import Conversion, Moment, Sheet
from bot.jobs.seeing.stored import StoredOverview
from bot.jobs.store.archive import Archive
from bot.logs.reading import lines_about
from bot.logs.redaction import Redactor
from bot.settings import Settings
from bot.storage.errors import StorageError
from bot.version import version
from standin.web import Section, Subject

_PLATFORM: Final = "telegram"
_LOG_LINES: Final = 80


class Insight:
    """Looks into the bot's database and its log, beside it and changing nothing. `places` are
    folders of this machine whose names are nobody else's business."""

    def __init__(self, settings: Settings, places: Sequence[Path]) -> None:
        self._settings = settings
        self._places = places
        self._redacted = Redactor(settings.secrets())

    async def __call__(self, subject: Subject) -> list[Section]:
        """What is known of a message; nothing where no job is behind it, or nobody can look."""
        try:
            sheet = await self._sheet(subject)
        except StorageError:
            return []
        if sheet is None:
            return []
        log = await asyncio.to_thread(
            lines_about, self._settings.log_dir, "job", sheet.entry.job.id, most=_LOG_LINES
        )
        log = [self._redacted(line) for line in log]
        sections = [self._without_secrets(section) for section in _sections(sheet)]
        if not subject.private:
            discretion = Discretion(_names(sheet.entry.job), self._places)
            sections = [discretion.over(section) for section in sections]
            log = list(discretion.over_log(log))
        return [*sections, Section("log", tuple(log))]

    def _without_secrets(self, section: Section) -> Section:
        return replace(section, lines=tuple(map(self._redacted, section.lines)))

    async def _sheet(self, subject: Subject) -> Sheet | None:
        """Raises StorageError."""
        async with opened(self._settings) as transactions:
            archive = Archive(transactions)
            # A short reply that makes the sound is nothing that a job knows; what it answers is.
            numbers = filter(None, (subject.message, subject.answers))
            for number, person in itertools.product(numbers, subject.people):
                at = str(subject.chat), str(number)
                job = await archive.of_message(_PLATFORM, str(person), *at)
                if job is not None:
                    return await StoredOverview(transactions).sheet(job.id)
        return None


def _names(job: Job) -> list[str]:
    return [job.source.name, *(extra.source.name for extra in job.extras)]


def _sections(sheet: Sheet) -> Iterator[Section]:
    yield Section("job", rows=tuple(_facts(sheet)))
    if sheet.moments:
        yield Section("phases", rows=tuple(_phases(sheet.moments)))
    conversion = sheet.conversion
    if conversion is not None:
        yield Section("plan", (*_ends(conversion), *conversion.plan))
        yield Section("command", tuple(conversion.commands))


def _facts(sheet: Sheet) -> Iterator[tuple[str, str]]:
    entry = sheet.entry
    job = entry.job
    yield "job", job.id
    yield "phase", job.phase.value
    yield "target", job.request.target
    yield "attempt", str(job.attempt)
    if job.failures or job.deaths:
        yield "failures", str(job.failures)
        yield "deaths", str(job.deaths)
    if job.error_code:
        yield "error", job.error_code
    if entry.place:
        yield "place", str(entry.place)
    if sheet.past is not None:
        yield "wait", _seconds(sheet.past.wait)
        yield "took", _seconds(sheet.past.took)
    yield "version", f"{version()}, Python {platform.python_version()}, {platform.system()}"


def _phases(moments: Sequence[Moment]) -> Iterator[tuple[str, ...]]:
    """What happened, when, and how long it was so; by which attempt and process."""
    ends: Iterable[Moment | None] = (*moments[1:], None)
    for moment, end in zip(moments, ends, strict=True):
        lasted = "" if end is None else _seconds((end.at - moment.at).total_seconds())
        attempt = f"attempt {moment.attempt}" if moment.attempt else ""
        by = f"process {moment.pid}" if moment.pid else ""
        what = " · ".join(filter(None, (attempt, by, moment.detail)))
        yield moment.event.value, moment.at.isoformat(timespec="milliseconds"), lasted, what


def _ends(conversion: Conversion) -> Iterator[str]:
    if conversion.before:
        yield f"before: {conversion.before}"
    if conversion.after:
        yield f"after:  {conversion.after}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f} s"
