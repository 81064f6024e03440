"""What a check says, and the guard around every check."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is. A fault keeps the bot from working as it is set up."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One row: what was looked at, what was found, and what to do about it in one line.

    `works` is about the thing itself: what nobody needs here may be missing and still be ok.
    """

    name: str
    level: Level
    detail: str
    fix: str = ""
    works: bool = True


class Problem(Exception):
    """Raised by a check: what is wrong and, in one line, what to do. Without a `level` it is as
    bad as whoever asked says."""

    def __init__(self, detail: str, fix: str = "", *, level: Level | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fix = fix
        self.level = level


async def look(
    name: str,
    check: Awaitable[str],
    *,
    seconds: float = 20.0,
    lacking: Level = Level.FAULT,
    fix: str = "",
) -> Finding:
    """Run one check: what it returns is fine. When it raises or takes too long the finding is of
    level `lacking`, with `fix` unless the problem brings its own. Never raises."""
    try:
        async with asyncio.timeout(seconds):
            return Finding(name, Level.OK, await check)
    except Problem as problem:
        level = problem.level or lacking
        return Finding(name, level, problem.detail, _needed(problem.fix or fix, level), works=False)
    except TimeoutError:
        detail = f"no answer within {seconds:g} s"
    except Exception as error:  # noqa: BLE001 - whatever broke, the other rows are worth reading
        detail = _in_one_line(error)
    return Finding(name, lacking, detail, _needed(fix, lacking), works=False)


def untried(name: str, why: str, level: Level) -> Finding:
    """A check that makes no sense after what was found before."""
    return Finding(name, level, f"not tried: {why}", works=False)


def _needed(fix: str, level: Level) -> str:
    return "" if level is Level.OK else fix


def _in_one_line(error: Exception) -> str:
    tail = str(getattr(error, "stderr_tail", "")).strip().splitlines()
    return " ".join(" ".join([str(error) or type(error).__name__, *tail[-1:]]).split())
