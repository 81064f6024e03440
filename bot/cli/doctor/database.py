"""The PostgreSQL database that several processes share: whether it answers, how its schema stands,
who works on it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cli.doctor.finding import Level, Problem
from bot.jobs.processes.members import Part, Seen, everybody
from bot.storage import postgres, schema
from bot.storage.errors import StorageError

_SILENT: Final = 30.0
_MAJOR: Final = 10_000
_COUNTS: Final = text(
    "SELECT count(*) FILTER (WHERE phase = 'queued'),"
    " count(*) FILTER (WHERE phase IN ('downloading', 'converting', 'sending')),"
    " (SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo') FROM jobs"
)


async def store(url: str) -> str:
    """What it holds, without changing it."""
    async with _connected(url) as db:
        version = int(await db.scalar(text("SHOW server_version_num")))
        told = f"PostgreSQL {version // _MAJOR}.{version % _MAJOR}"
        if version < postgres.OLDEST:
            raise Problem(told, f"use PostgreSQL {postgres.OLDEST // _MAJOR} or newer")
        there, wanted = await db.run_sync(schema.revisions)
        if there is None:
            return f"{told}, empty: the bot makes its tables at its first start"
        told += f", schema {there}"
        if not schema.knows(there):
            raise Problem(f"{told} of a newer version of this bot", "update this program")
        if there != wanted:
            fix = "run `telegram_bot.py db upgrade`, or start the bot, which does it too"
            raise Problem(f"{told}, this program's is {wanted}", fix, level=Level.WARNING)
        waiting, running, tickets = (await db.execute(_COUNTS)).one()
        return f"{told}, {waiting} jobs wait, {running} run; {tickets} tickets wait"


async def processes(url: str) -> str:
    """Who works on it, and who was not heard of lately."""
    async with _connected(url) as db:
        there, wanted = await db.run_sync(schema.revisions)
        if there != wanted:
            return "none that this program can tell of: its schema is another"
        now: datetime = (await db.execute(text("SELECT clock_timestamp()"))).scalar_one()
        return judge(now, await everybody(db))


def judge(now: datetime, seen: Sequence[Seen]) -> str:
    """What these processes mean. Raises Problem where work lies still."""
    alive = [one for one in seen if (now - one.seen_at).total_seconds() < _SILENT]
    parts = [one.member.part for one in alive]
    slots = sum(one.member.slots for one in alive)
    counts = [f"{parts.count(part)} {part.value}" for part in Part if part in parts]
    told = f"{', '.join(counts) or 'none'}; {slots} places to convert"
    if silent := len(seen) - len(alive):
        told += f"; not heard of lately: {silent}"
    if alive and not slots:
        raise Problem(told, "start a worker: `telegram_bot.py run --role worker`")
    if alive and set(parts) == {Part.WORKER}:
        raise Problem(told, "start a front end: `telegram_bot.py run --role frontend`")
    return told


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[AsyncConnection]:
    """Raises Problem when it doesn't answer, or won't have us."""
    try:
        engine = postgres.make_engine(url, connections=1)
    except StorageError as error:
        raise Problem(str(error), "correct DATABASE_URL") from None
    try:
        async with engine.connect() as db:
            yield db
    except SQLAlchemyError as error:
        fix = "see whether the server runs and DATABASE_URL has the right host, name and password"
        raise Problem(schema.reason(error), fix) from None
    finally:
        await engine.dispose()
