"""`jobs list`, `jobs show` and `workers`: what there is, changing nothing."""

import re
import sys
from collections.abc import Sequence
from typing import Final

from bot.cli.operate import facts, tables
from bot.cli.operate.ending import USAGE, CannotError, complain, opened, run
from bot.jobs.model import Phase
from bot.jobs.seeing.ledger import Entry, Ledger, Wanted
from bot.logs.redaction import Redactor
from bot.settings import Settings

_ID: Final = re.compile(r"[0-9a-f]{4,32}")
NO_ID: Final = "that is no id of a job: give 4 hexadecimal digits of its beginning or more"


def list_jobs(
    user: str | None, phases: Sequence[str], *, ended_too: bool, limit: int, as_json: bool
) -> int:
    """Print them."""
    # One more than is shown tells whether there are more.
    in_phases = frozenset(map(Phase, phases))
    wanted = Wanted(user, in_phases, ended_too=ended_too, limit=limit + 1)

    async def work(settings: Settings) -> None:
        async with opened(settings) as transactions:
            entries = await Ledger(transactions).entries(wanted)
        if as_json:
            tables.print_json(map(facts.brief, entries[:limit]))
        elif not entries:
            sys.stdout.write("no jobs\n")
        else:
            tables.console().print(tables.jobs_table(entries[:limit]))
        if len(entries) > limit:
            sys.stderr.write(f"there are more than {limit}: see --limit\n")

    return run(work)


def show_job(which: str, *, as_json: bool) -> int:
    """Print everything of one."""
    if (start := read_id(which)) is None:
        return complain(NO_ID, USAGE)

    async def work(settings: Settings) -> None:
        async with opened(settings) as transactions:
            entry = await the_one(Ledger(transactions), start)
        told = facts.whole(entry, Redactor(settings.secrets()))
        if as_json:
            tables.print_json([told])
        else:
            tables.console().print(tables.facts_table(told))

    return run(work)


def list_workers(*, as_json: bool) -> int:
    """Print the processes."""

    async def work(settings: Settings) -> None:
        async with opened(settings) as transactions:
            now, seen = await Ledger(transactions).members()
        if as_json:
            tables.print_json(facts.process(one, now) for one in seen)
        elif not seen:
            sys.stdout.write("no processes\n")
        else:
            tables.console().print(tables.workers_table(now, seen))

    return run(work)


def read_id(which: str) -> str | None:
    """An id, or how one begins; None for what is neither."""
    start = which.strip().lower()
    return start if _ID.fullmatch(start) else None


async def the_one(ledger: Ledger, start: str) -> Entry:
    """The job whose id begins so. Raises CannotError where there is none, or are several."""
    found = await ledger.alike(start)
    if not found:
        raise CannotError(f"there is no job {start}; ended ones are forgotten after 30 days")
    if len(found) > 1:
        ids = ", ".join(one.job.id for one in found)
        raise CannotError(f"several jobs begin with {start}: {ids}")
    return found[0]
