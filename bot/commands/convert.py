"""`convert`: one file on this machine, by the same converter as the bot's."""

import asyncio
import contextlib
import json
import logging
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import structlog
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from bot.app import StartError, limits_of, open_converter
from bot.settings import Settings, SettingsError, load_settings
from bot.texts import Texts
from bot.texts.sentences import cause
from converter.convert import Observer, Result
from converter.errors import ConversionError, Refused
from converter.limits import Limits
from converter.progress import Progress as Step
from converter.request import Request

DONE: Final = 0
USAGE: Final = 2
REFUSED: Final = 3
FAILED: Final = 4
_NO_LIMIT: Final = 1 << 50


def convert_file(source: Path, output: Path | None, *, as_json: bool) -> int:
    """Convert `source` to `output`, or to an .mp4 beside it; never over an existing file that is
    the source itself. Returns the exit status."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    target = output or _beside(source)
    ending = _try(source, target, as_json=as_json)
    if isinstance(ending, Result):
        _report(ending, target, as_json=as_json)
        return DONE
    if as_json:
        message = {"error": ending.code, "message": ending.sentence}
        sys.stdout.write(json.dumps(message) + "\n")
    sys.stderr.write(f"{ending.code}: {ending.sentence}\n")
    return ending.status


@dataclass(frozen=True, slots=True)
class _Ending:
    """A conversion that gave no file: exit status, code and a sentence."""

    status: int
    code: str
    sentence: str


def _try(source: Path, target: Path, *, as_json: bool) -> Result | _Ending:
    try:
        _check(source, target)
        return asyncio.run(_convert(source, target, load_settings(), bar=not as_json))
    except SettingsError as error:
        return _Ending(USAGE, "usage", str(error))
    except (StartError, OSError) as error:
        return _Ending(FAILED, "engine", str(error))
    except ConversionError as error:
        status = REFUSED if isinstance(error, Refused) else FAILED
        return _Ending(status, error.code, cause(Texts("en"), error.code, error.facts))
    except KeyboardInterrupt:
        return _Ending(FAILED, "cancelled", "stopped")


async def _convert(source: Path, target: Path, settings: Settings, *, bar: bool) -> Result:
    limits: Limits = replace(
        limits_of(settings),
        max_output_bytes=_NO_LIMIT,
        threads=len(os.sched_getaffinity(0)),
    )
    with tempfile.TemporaryDirectory(prefix="convert-") as folder:
        private = settings.model_copy(update={"data_dir": Path(folder)})
        converter = await open_converter(private, limits)
        async with converter.open("file") as conversion:
            await asyncio.to_thread(_bring, source, conversion.workspace.input_path)
            with _bar(shown=bar) as (progress, task):

                def moved(step: Step) -> None:
                    progress.update(task, completed=(step.fraction or 0.0) * 100)

                result = await conversion.run(Request(), limits, Observer(on_progress=moved))
            await asyncio.to_thread(_put, result.path, target)
    return result


class _bar:  # noqa: N801 - a context manager that reads as a verb
    """A progress bar on a terminal, nothing elsewhere."""

    def __init__(self, *, shown: bool) -> None:
        console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("converting"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeRemainingColumn(),
            console=console,
            disable=not (shown and console.is_terminal),
            transient=True,
        )

    def __enter__(self) -> tuple[Progress, Any]:
        self._progress.start()
        return self._progress, self._progress.add_task("converting", total=100)

    def __exit__(self, *_: object) -> None:
        self._progress.stop()


def _check(source: Path, target: Path) -> None:
    if not source.is_file():
        raise SettingsError(f"{source} is not a file")
    if target.exists() and target.samefile(source):
        raise SettingsError("IN and OUT are the same file")


def _bring(source: Path, to: Path) -> None:
    # As root the conversion runs as somebody else, who may not read a private file of ours.
    if os.geteuid() != 0:
        with contextlib.suppress(OSError):
            os.link(source.resolve(), to)
            return
    shutil.copyfile(source, to)


def _put(result: Path, target: Path) -> None:
    """Beside the target first, then renamed: nobody sees half a file there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.part")
    try:
        shutil.copyfile(result, partial)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _beside(source: Path) -> Path:
    target = source.with_suffix(".mp4")
    return source.with_name(f"{source.stem}.converted.mp4") if target == source else target


def _report(result: Result, target: Path, *, as_json: bool) -> None:
    before, after = result.before, result.after
    video = after.videos[0]
    facts = {
        "path": str(target),
        "action": result.plan.action,
        "device": result.plan.device,
        "reasons": list(result.plan.reasons),
        "notes": list(result.notes),
        "seconds": round(result.seconds, 3),
        "before": {"bytes": before.size, "duration": before.duration},
        "after": {
            "bytes": after.size,
            "duration": after.duration,
            "width": video.width,
            "height": video.height,
        },
    }
    if as_json:
        sys.stdout.write(json.dumps(facts) + "\n")
        return
    why = f" ({', '.join(result.plan.reasons)})" if result.plan.reasons else ""
    sys.stdout.write(
        f"{target}: {result.plan.action}{why} on {result.plan.device} in {result.seconds:.1f} s, "
        f"{before.size:,} → {after.size:,} bytes\n"
    )
