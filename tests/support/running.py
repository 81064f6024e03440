"""Looking into a bot that runs, or ran: its jobs, its conversions' programs and containers."""

import asyncio
import contextlib
import os
import signal
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from standin import Fault
from tests.support.engines import containers
from tests.support.stage import Stage
from tests.support.waiting import eventually, processes

# Longer than any test: what is held so never goes on by itself, only by `release`.
FOR_EVER = 600.0

_PROGRAMS = frozenset({b"ffmpeg", b"ffprobe"})


@dataclass(frozen=True, slots=True)
class Row:
    """A job as the database file has it."""

    id: str
    user_id: str
    phase: str
    failures: int
    deaths: int
    status_message_id: str | None
    error_code: str | None
    leaving: bool


def jobs(stage: Stage) -> list[Row]:
    """Every job that the bot has on disk, oldest first; also while it runs."""
    names = ", ".join(Row.__dataclass_fields__)
    with sqlite3.connect(f"file:{stage.data / 'jobs.sqlite3'}?mode=ro", uri=True) as db:
        rows = db.execute(f"SELECT {names} FROM jobs ORDER BY created_at").fetchall()  # noqa: S608
    db.close()
    return [Row(*row) for row in rows]


def job_of(stage: Stage, user_id: int) -> Row:
    """The one job of a user; ValueError when there are none or several."""
    [row] = [row for row in jobs(stage) if row.user_id == str(user_id)]
    return row


async def until(condition: Callable[[], bool], what: str, *, seconds: float = 60.0) -> None:
    """Wait for something that has no event; AssertionError when it does not come."""
    reached = await asyncio.to_thread(eventually, condition, seconds=seconds)
    assert reached, f"{what} did not come within {seconds:g} s"


async def struck(fault: Fault) -> None:
    """Until the fault has hit somebody."""
    await until(lambda: fault.used > 0, f"the call that {fault.method} waits for")


async def freeze(job_id: str) -> None:
    """Stop the first ffprobe or ffmpeg of a job in its tracks: the conversion goes on for ever and
    nobody knows how long it still needs."""
    await until(lambda: _stopped(job_id), f"a program of job {job_id}")


def thaw(job_id: str) -> None:
    """Let the programs of a job go on that `freeze` has stopped."""
    for pid in processes(f"{job_id}-"):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def running(stage: Stage) -> list[str]:
    """Containers and programs of this stage's conversions that are left on this machine."""
    # In a container the path begins at the mount: only its end is the same everywhere.
    marker = "/".join(stage.data.parts[-4:])
    found = [f"process {pid}: {_arguments(pid)}" for pid in processes(marker)]
    if stage.settings().runner != "host":
        found += [f"container {name}" for row in jobs(stage) for name in containers(row.id)]
    return found


def remains(stage: Stage) -> list[str]:
    """Those, and what lies in the work folder."""
    return running(stage) + stage.leftovers()


def _stopped(job_id: str) -> bool:
    found = [pid for pid in processes(f"{job_id}-") if _program(pid) in _PROGRAMS]
    for pid in found:
        os.kill(pid, signal.SIGSTOP)
    return bool(found)


def _program(pid: int) -> bytes:
    first, *_ = _arguments(pid)
    return first.rpartition(b"/")[2]


def _arguments(pid: int) -> list[bytes]:
    try:
        return (Path("/proc") / str(pid) / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return [b""]
