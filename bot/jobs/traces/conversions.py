"""How jobs were converted, kept for the operator: as data of few words, never longer than that
bears."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.jobs.model import Job
from bot.jobs.traces.facts import Conversion
from bot.jobs.traces.tables import conversions
from bot.storage.columns import storable

# Lines of a plan and commands, the newest; and characters of each.
_MOST: Final = 60
_LONGEST: Final = 4000


async def keep(db: AsyncConnection, job: Job, conversion: Conversion) -> None:
    """This is how that attempt converts; it replaces what is known of earlier ones."""
    words = {"attempt": job.attempt, "words": _dump(conversion)}
    mine = update(conversions).where(conversions.c.job_id == job.id)
    if not (await db.execute(mine.values(**words))).rowcount:
        await db.execute(insert(conversions).values(job_id=job.id, **words))


async def of_job(db: AsyncConnection, job_id: str) -> Conversion | None:
    """How its last attempt converted, None where nobody knows."""
    mine = select(conversions.c.words).where(conversions.c.job_id == job_id)
    return load(await db.scalar(mine))


def _dump(conversion: Conversion) -> dict[str, object]:
    return {
        "action": conversion.action,
        "device": conversion.device,
        "seconds": conversion.seconds,
        "plan": _lines(conversion.plan),
        "commands": _lines(conversion.commands),
        "before": storable(conversion.before[:_LONGEST]),
        "after": storable(conversion.after[:_LONGEST]),
    }


def _lines(lines: Sequence[str]) -> list[str]:
    return [storable(line[:_LONGEST]) for line in lines[-_MOST:]]


def load(words: object) -> Conversion | None:
    """What `_dump` made; None for nothing, and for what another version wrote."""
    if not isinstance(words, Mapping):
        return None
    try:
        return Conversion(
            action=str(words["action"]),
            device=str(words["device"]),
            seconds=float(words["seconds"]),
            plan=tuple(map(str, words["plan"])),
            commands=tuple(map(str, words["commands"])),
            before=str(words["before"]),
            after=str(words["after"]),
        )
    except (KeyError, TypeError, ValueError):
        return None
