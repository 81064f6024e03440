"""`jobs watch`: live jobs as they go: a table that is drawn anew on a terminal, elsewhere a line
for each change."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Mapping, Sequence
from typing import Final

from rich.console import Group
from rich.live import Live
from rich.text import Text

from bot.cli.operate import tables
from bot.cli.operate.ending import opened, run
from bot.jobs.seeing.ledger import Entry, Ledger, Wanted
from bot.settings import Settings
from bot.storage.errors import StorageError
from bot.storage.transactions import Transactions

# What nobody tells of, as a file's changes, is looked for so often, in seconds.
_LOOK: Final = 1.0
_MOST: Final = 200
_SHORT: Final = 0.1


def watch_jobs(user: str | None) -> int:
    """Until SIGINT or SIGTERM."""

    async def work(settings: Settings) -> None:
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        async with opened(settings) as transactions:
            watching = _watch(transactions, Wanted(user, limit=_MOST))
            tasks = [asyncio.ensure_future(watching), asyncio.ensure_future(stop.wait())]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await tasks[0]

    return run(work)


async def _watch(transactions: Transactions, wanted: Wanted) -> None:
    ledger = Ledger(transactions)
    # A database that can't be read at the first look is an error, later one that passes.
    entries = await ledger.entries(wanted)
    if not sys.stdout.isatty():
        return await _lines(transactions, ledger, wanted, entries)
    with Live(_drawn(entries), console=tables.console(), auto_refresh=False) as live:
        while True:
            await _stirred(transactions)
            try:
                live.update(_drawn(await ledger.entries(wanted)), refresh=True)
            except StorageError as error:
                live.update(Text(str(error), style="red"), refresh=True)


async def _lines(
    transactions: Transactions, ledger: Ledger, wanted: Wanted, entries: Sequence[Entry]
) -> None:
    before: dict[str, str] = {}
    trouble = ""
    while True:
        now = {one.job.id: _line(one) for one in entries}
        for job_id in before.keys() - now.keys():
            for gone in await _ended(ledger, job_id):
                _say(gone)
        for line in _news(before, now):
            _say(line)
        before = now
        while True:
            await _stirred(transactions)
            try:
                entries = await ledger.entries(wanted)
            except StorageError as error:
                if str(error) != trouble:
                    trouble = str(error)
                    _say(trouble)
            else:
                trouble = ""
                break


async def _ended(ledger: Ledger, job_id: str) -> list[str]:
    """How a job ended that is alive no more; nothing of one that was forgotten."""
    try:
        return [_line(one) for one in await ledger.alike(job_id)]
    except StorageError:
        return [f"{job_id[:8]} has ended"]


async def _stirred(transactions: Transactions) -> None:
    """Until something may have changed, a moment at least and a second at most."""
    await asyncio.sleep(_SHORT)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LOOK):
            await transactions.changed.wait()


def _news(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    return [line for job_id, line in now.items() if before.get(job_id) != line]


def _line(one: Entry) -> str:
    """What makes a change: not how far it has come, nor how old it is."""
    job = one.job
    words = [job.trace, f"user {job.user_id}", job.phase.value]
    words += [job.error_code] if job.error_code else []
    words += [f"place {one.place}"] if one.place else []
    words += [f"attempt {job.attempt}"] if job.attempt else []
    words += [f"on {tables.keeper(one.keeper)}"] if one.keeper is not None else []
    return ", ".join(words)


def _drawn(entries: Sequence[Entry]) -> Group | Text:
    if not entries:
        return Text("no live jobs; Ctrl-C ends this", style="dim")
    return Group(tables.jobs_table(entries), Text("Ctrl-C ends this", style="dim"))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
