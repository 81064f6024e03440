"""The only module that touches the converter: opens one, and lets it convert a file."""

import asyncio
import os
import secrets
import shutil
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from converter import opening
from converter.convert import Result
from converter.converter import Converter
from converter.engines.runner import Resources
from converter.errors import ConversionError
from converter.formats import TARGETS
from converter.limits import Limits
from converter.observer import Observer
from converter.opening import EngineOptions
from converter.planning.plan import Plan
from converter.request import parse
from tests.conformance.case import Fault
from tests.conformance.outcome import Ending, How

IMAGE: Final = os.environ.get("FFMPEG_IMAGE", opening.IMAGE)
# A conversion that keeps its own time limit ends well within this beyond it.
SLACK: Final = 60.0
Runs = Literal["auto", "docker", "host"]
Cards = Literal["auto", "off", "required"]


@dataclass(slots=True)
class Made:
    """What a conversion told and left: filled as it goes on."""

    ending: Ending
    path: Path | None = None
    thumbnail: Path | None = None
    action: str = ""
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    setbacks: list[str] = field(default_factory=list)


def offers(target: str) -> bool:
    """Whether this version of the converter knows the target."""
    return target in TARGETS


async def open_converter(options: EngineOptions) -> Converter:
    """A converter on the engine asked for. Raises OpeningError or ConversionError."""
    return (await opening.open_converter(options)).converter


async def runner_kind(options: EngineOptions) -> str:
    """Which engine it would be: docker or host. Raises OpeningError."""
    runner, _ = await opening.choose_runner(options)
    return runner.kind


def options_of(folder: Path, limits: Limits, runner: Runs, gpu: Cards) -> EngineOptions:
    """An engine that works in a folder of its own, with the resources that the bot gives."""
    resources = Resources(file_size=limits.max_output_bytes * 2, seconds=limits.timeout + 30)
    return EngineOptions(folder, resources, runner, IMAGE, gpu)


async def convert(
    converter: Converter,
    source: Path,
    request: Mapping[str, Any],
    limits: Limits,
    folder: Path,
    *,
    slack: float = SLACK,
) -> Made:
    """Convert a file as `request` says and move the output into `folder`. Whatever happens is an
    ending; a hang is what goes on for `slack` seconds beyond the time limit."""
    made = Made(Ending(How.MADE))
    started = time.monotonic()
    try:
        async with asyncio.timeout(limits.timeout + slack):
            await _run(converter, source, request, limits, folder, made)
    except ConversionError as error:
        made.ending = Ending(How.REFUSED, error.code.value, _told(error))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is counted
        late = isinstance(error, TimeoutError) and time.monotonic() - started >= limits.timeout
        how = How.HANG if late else How.CRASH
        made.ending = Ending(how, type(error).__name__, traceback.format_exc())
    made.seconds = time.monotonic() - started
    left = sorted(path.name for path in converter.base.iterdir())
    if left:
        fault = Fault("left_behind", ", ".join(left))
        made.ending = Ending(made.ending.how, made.ending.code, made.ending.detail, (fault,))
    return made


async def _run(
    converter: Converter,
    source: Path,
    request: Mapping[str, Any],
    limits: Limits,
    folder: Path,
    made: Made,
) -> None:
    def planned(plan: Plan) -> None:
        made.action = str(plan.action)

    observer = Observer(
        on_plan=planned, on_setback=lambda error: made.setbacks.append(_told(error))
    )
    async with converter.open(f"file-{secrets.token_hex(4)}") as conversion:
        await asyncio.to_thread(shutil.copyfile, source, conversion.workspace.input_path)
        result: Result = await conversion.run(parse(request), limits, observer)
        made.path = folder / f"output{result.path.suffix}"
        await asyncio.to_thread(shutil.move, result.path, made.path)
        if result.thumbnail is not None:
            made.thumbnail = folder / "thumbnail.jpg"
            await asyncio.to_thread(shutil.move, result.thumbnail, made.thumbnail)
        made.notes = tuple(str(note) for note in result.notes)


def _told(error: ConversionError) -> str:
    said = error.stderr_tail.strip().splitlines()
    return " | ".join([str(error), *said[-2:]])
