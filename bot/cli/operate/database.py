"""`db`: the schema, and who works on the database."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.cli.operate.ending import CannotError, run, where
from bot.jobs.dispatch.procrastinate import ProcrastinateQueue
from bot.settings import Settings
from bot.storage import postgres, schema, sqlite
from bot.storage.beside import engine_beside, named
from bot.storage.errors import UnusableDatabaseError

_NONE: Final = "none"
_RECENT: Final = timedelta(seconds=30)


def upgrade_schema() -> int:
    """Print from where to where it went."""
    return run(_upgrade)


def tell_schema() -> int:
    """Print how it stands."""
    return run(_tell)


async def _upgrade(settings: Settings) -> None:
    place = where(settings)
    if isinstance(place, Path):
        lock = await asyncio.to_thread(sqlite.prepare, place)
        try:
            before, after = await _migrated(sqlite.make_engine(place), place)
        finally:
            lock.release()
    else:
        before, after = await _migrated(postgres.make_engine(place, connections=1), place)
    _say(named(place))
    _say(f"schema {after}, as it was" if before == after else f"schema {before} → {after}")


async def _migrated(engine: AsyncEngine, place: Path | str) -> tuple[str, str]:
    """The revision before and after."""
    try:
        before, _ = await _revisions(engine, place)
        if isinstance(place, Path):
            await sqlite.migrate(engine)
        else:
            await postgres.migrate(engine)
            async with engine.begin() as db:
                await ProcrastinateQueue().upgrade(db)
            if said := await _processes(engine):
                _say(f"{said}: restart those of an older version")
        after, _ = await _revisions(engine, place)
    except SQLAlchemyError as error:
        raise UnusableDatabaseError(f"{named(place)}: {schema.reason(error)}") from error
    finally:
        await engine.dispose()
    return before, after


async def _tell(settings: Settings) -> None:
    place = where(settings)
    engine = engine_beside(place)
    try:
        there, wanted = await _revisions(engine, place)
        async with engine.connect() as connection:
            complaint = await connection.run_sync(schema.complaint)
        _say(named(place))
        _say(f"schema {there}, this program's is {wanted}")
        if isinstance(place, Path):
            holder = await asyncio.to_thread(sqlite.holder, place)
            _say("no bot runs on it" if holder is None else f"process {holder} works on it")
        elif not complaint:
            _say(await _processes(engine) or "no process works on it")
    except SQLAlchemyError as error:
        raise UnusableDatabaseError(f"{named(place)}: {schema.reason(error)}") from error
    finally:
        await engine.dispose()
    if complaint:
        raise CannotError(complaint)


async def _revisions(engine: AsyncEngine, place: Path | str) -> tuple[str, str]:
    try:
        async with engine.connect() as connection:
            there, wanted = await connection.run_sync(schema.revisions)
    except SQLAlchemyError as error:
        raise UnusableDatabaseError(f"{named(place)}: {schema.reason(error)}") from error
    return there or _NONE, wanted or _NONE


async def _processes(engine: AsyncEngine) -> str:
    """Who was heard of lately, "" where nobody was; of a schema that is this code's."""
    recent = text("SELECT count(*) FROM runs WHERE seen_at > now() - :recent")
    async with engine.connect() as connection:
        count = int(await connection.scalar(recent, {"recent": _RECENT}) or 0)
    if not count:
        return ""
    return "1 process works on it" if count == 1 else f"{count} processes work on it"


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
