"""`doctor`: a table of what was found on this machine, and what to do about it."""

import asyncio
import logging
import shutil
import sys
import tempfile
from collections.abc import Awaitable
from dataclasses import replace
from pathlib import Path
from typing import Final

import structlog
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.doctor import basics, database, engines, gpu, own_server, storage
from bot.cli.doctor.finding import Finding, Level, look
from bot.conversions import limits_of, options_of
from bot.logs.redaction import Redactor
from bot.settings import Settings

OK: Final = 0
FAULT: Final = 1
# For a file or a pipe: a row stays a line that grep can find.
_WIDE: Final = 240
_STYLES: Final = {Level.OK: "green", Level.WARNING: "yellow", Level.FAULT: "bold red"}


def run_doctor(*, cards: bool = False) -> int:
    """Print the table, with `cards` also what each NVIDIA card was seen to do. 1 = something keeps
    the bot from working, 0 = nothing does."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    known, settings = basics.settings()
    with tempfile.TemporaryDirectory(prefix="doctor-") as folder:
        findings = asyncio.run(_examine(known, settings, Path(folder), cards=cards))
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)
    console.print(_table(_redacted(findings, settings)))
    return FAULT if any(finding.level is Level.FAULT for finding in findings) else OK


async def examined(settings: Settings) -> list[Finding]:
    """What a bot that runs with these settings tells its operator of this machine."""
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="doctor-"))
    try:
        findings = await _examine(basics.known(settings), settings, folder, cards=False)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    return _redacted(findings, settings)


async def _examine(
    known: Finding, settings: Settings, folder: Path, *, cards: bool
) -> list[Finding]:
    """Every row, in the order in which it is shown."""
    telegram, own, conversions, places = await asyncio.gather(
        asyncio.gather(look("token", basics.token(settings)), look("feed", basics.feed(settings))),
        own_server.examine(settings),
        _conversions(settings, folder, cards=cards),
        asyncio.gather(
            look("disk space", storage.space(settings.data_dir)),
            look("DATA_DIR", storage.writable("DATA_DIR", settings.data_dir)),
            look("LOG_DIR", storage.writable("LOG_DIR", settings.log_dir)),
            *_database(settings),
        ),
    )
    return [await look("Python", basics.python()), known, *telegram, *own, *conversions, *places]


def _database(settings: Settings) -> tuple[Awaitable[Finding], Awaitable[Finding]]:
    """What jobs stand in, and who works on it."""
    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
        processes = look("processes", database.processes(url), lacking=Level.WARNING)
        return look("store", database.store(url)), processes
    running = look("running bot", storage.other_bot(settings.data_dir), lacking=Level.WARNING)
    return look("store", storage.store(settings.data_dir)), running


async def _conversions(settings: Settings, folder: Path, *, cards: bool) -> list[Finding]:
    # Containers of a bot that runs here belong to its DATA_DIR; ours to a folder of our own.
    private = settings.model_copy(update={"data_dir": folder})
    found = await engines.examine(private, folder)
    findings = [*found.findings, *await gpu.examine(private, found.runner, folder)]
    if cards:
        kept = options_of(settings, limits_of(settings)).gpu_file
        findings += await gpu.examine_cards(private, found.runner, folder, kept)
    return findings


def _redacted(findings: list[Finding], settings: Settings) -> list[Finding]:
    redact = Redactor(settings.secrets())
    return [replace(f, detail=redact(f.detail), fix=redact(f.fix)) for f in findings]


def _table(findings: list[Finding]) -> Table:
    table = Table(show_edge=False, pad_edge=False, expand=False)
    for title in ("", "check", "found"):
        table.add_column(title, overflow="fold")
    for one in findings:
        level = Text(one.level.value, style=_STYLES[one.level])
        fix = f"\n→ {one.fix}" if one.fix else ""
        table.add_row(level, Text(one.name), Text(one.detail + fix))
    return table
