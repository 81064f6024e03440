"""How warm and busy the cards are, by one question to the driver, asked on this machine itself."""

import asyncio
import contextlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from converter.engines.process import run_process
from converter.errors import ConversionError

_COLUMNS: Final = ("index", "utilization.gpu", "temperature.gpu", "memory.used", "memory.total")
# A driver that is in trouble may never answer.
_PATIENCE: Final = 5.0
_MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reading:
    """What a card said: how `busy` it is (0-100), degrees `celsius`, bytes of its memory; None for
    what it doesn't say."""

    busy: float | None
    celsius: float | None
    memory_used: int | None
    memory_total: int | None


def argv() -> list[str]:
    """The question."""
    columns = ",".join(_COLUMNS)
    return ["nvidia-smi", f"--query-gpu={columns}", "--format=csv,noheader,nounits"]


def parse(answer: str) -> dict[int, Reading]:
    """The cards in the answer, by their numbers. Lines that name none are passed over; a card that
    doesn't know something says `[N/A]` or a sentence."""
    found: dict[int, Reading] = {}
    for line in answer.splitlines():
        fields = [field.strip() for field in line.split(",")]
        if len(fields) == len(_COLUMNS) and fields[0].isdecimal():
            found[int(fields[0])] = _reading(fields[1:])
    return found


async def read() -> Mapping[int, Reading]:
    """What the cards say, nothing where nobody answers. Never raises."""
    environment = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
    with contextlib.suppress(OSError, ConversionError, TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            done = await run_process(argv(), env=environment)
        if done.returncode == 0:
            return parse(done.stdout.decode("utf-8", "replace"))
    return {}


def _reading(fields: Sequence[str]) -> Reading:
    busy, celsius, used, total = map(_number, fields)
    return Reading(busy, celsius, _bytes(used), _bytes(total))


def _number(text: str) -> float | None:
    try:
        return float(text) if text.replace(".", "", 1).isdecimal() else None
    except ValueError:
        return None


def _bytes(mebibytes: float | None) -> int | None:
    return None if mebibytes is None else round(mebibytes * _MIB)
