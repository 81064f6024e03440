"""Disk space, write access, and whether another bot is at work here."""

import asyncio
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Final

from bot.cli.doctor.finding import Level, Problem
from bot.folders import cure
from bot.storage import sqlite

_GIGABYTE: Final = 1_000_000_000
LITTLE: Final = 5 * _GIGABYTE
TOO_LITTLE: Final = _GIGABYTE


async def space(folder: Path) -> str:
    """How much room there is for files being worked on."""
    free = (await asyncio.to_thread(shutil.disk_usage, existing(folder))).free
    return judge_space(free, folder)


def judge_space(free: int, folder: Path) -> str:
    """What so many free bytes mean."""
    told = f"{free / _GIGABYTE:.1f} GB free for {folder}"
    if free < LITTLE:
        level = Level.FAULT if free < TOO_LITTLE else Level.WARNING
        raise Problem(told, "make room, or put DATA_DIR on a larger disk", level=level)
    return told


async def writable(setting: str, folder: Path) -> str:
    """Whether we may write there, found by writing; a folder that is missing will be made."""
    place = existing(folder)
    try:
        await asyncio.to_thread(_write_in, place)
    except OSError as error:
        detail = f"cannot write to {folder}: {error.strerror}"
        raise Problem(detail, cure(setting, place, error)) from None
    return str(folder) if place.name == folder.name else f"{folder}, to be made"


async def other_bot(data_dir: Path) -> str:
    """Whether a bot works on this data folder now: good to know, no fault."""
    holder = await asyncio.to_thread(sqlite.holder, data_dir / "jobs.sqlite3")
    return f"{'none' if holder is None else f'process {holder}'} on {data_dir}"


async def store(data_dir: Path) -> str:
    """What the job database holds, without changing it."""
    path = data_dir / "jobs.sqlite3"
    if not await asyncio.to_thread(path.exists):
        return f"none yet, to be made in {data_dir}"
    try:
        version, waiting, running, suspects = await asyncio.to_thread(_counts, path)
    except sqlite3.Error as error:
        fix = (
            "the bot moves an older one over at start; of a damaged one keep a copy, then remove it"
        )
        raise Problem(f"{path} can't be read: {error}", fix, level=Level.WARNING) from None
    told = f"schema {version}, {waiting} jobs wait, {running} run"
    return told + (f", {suspects} were in work when the bot died" if suspects else "")


def _counts(path: Path) -> tuple[str, int, int, int]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        (version,) = db.execute("SELECT version_num FROM alembic_version").fetchone()
        counts = db.execute(
            "SELECT count(*) FILTER (WHERE phase = 'queued'),"
            " count(*) FILTER (WHERE phase IN ('downloading', 'converting', 'sending')),"
            " count(*) FILTER (WHERE suspect) FROM jobs"
        ).fetchone()
    return str(version), *counts


def existing(folder: Path) -> Path:
    """The folder, or the nearest of its parents that is there."""
    here = folder.absolute()
    return next(place for place in (here, *here.parents) if place.exists())


def _write_in(folder: Path) -> None:
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"written by doctor")
