"""`convert`: files on this machine, by the same converter as the bot's."""

import asyncio
import contextlib
import json
import logging
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import structlog

from bot import explain
from bot.cli.bars import Bars
from bot.cli.convert_files import Pair, UsageError, bring, check_outputs, pairs, put, told
from bot.cli.options import called, read_wishes
from bot.conversions import StartError, converter_for, limits_of
from bot.jobs.made import Made
from bot.settings import Settings, SettingsError, load_settings
from bot.texts import Texts
from bot.texts.sentences import cause, note_text
from converter.convert import Result
from converter.converter import Converter
from converter.errors import ConversionError, Refused
from converter.formats import TARGETS, Kind
from converter.limits import Limits
from converter.observer import Observer, Survey
from converter.planning.plan import Action
from converter.request import Request, Still, parse

DONE: Final = 0
USAGE: Final = 2
REFUSED: Final = 3
FAILED: Final = 4
_NO_LIMIT: Final = 1 << 50


@dataclass(frozen=True, slots=True)
class Manner:
    """How the command works and talks: `jobs` files at a time, `as_json` one object per file,
    `explain_only` runs nothing; `folder` takes all results;
    `force` overwrites what is there."""

    jobs: int | None = None
    as_json: bool = False
    explain_only: bool = False
    folder: Path | None = None
    force: bool = False


@dataclass(frozen=True, slots=True)
class _Ending:
    """A file without a result: exit status, code and a sentence."""

    status: int
    code: str
    sentence: str


def convert_files(
    files: Sequence[Path], wishes: Mapping[str, str | bool | None], manner: Manner | None = None
) -> int:
    """Convert each of `files` as `wishes` (options by their fields in a Request, as they were
    typed) say; never over a file that is an input. Returns the worst exit status: DONE, REFUSED or
    FAILED; USAGE when nothing was begun."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    manner = manner or Manner()
    try:
        request = _request(wishes, files)
        suffix = _suffix(request)
        many = manner.jobs is not None
        todo = pairs(files, manner.folder, suffix, many=many)
        if not manner.explain_only:
            check_outputs([pair.target(suffix) for pair in todo], force=manner.force)
        return asyncio.run(_Run(load_settings(), request, manner, suffix).all(todo))
    except (SettingsError, UsageError) as error:
        return _end(_Ending(USAGE, "usage", str(error)), manner)
    except (StartError, OSError) as error:
        return _end(_Ending(FAILED, "engine", str(error)), manner)
    except KeyboardInterrupt:
        return _end(_Ending(FAILED, "cancelled", "stopped"), manner)


def _request(wishes: Mapping[str, str | bool | None], files: Sequence[Path]) -> Request:
    """Raises UsageError for what can't be read or makes no sense."""
    try:
        return parse(read_wishes(wishes, files))
    except ValueError as error:
        raise UsageError(str(error)) from error
    except Refused as error:
        raise UsageError(cause(Texts("en"), error.code, error.facts, called)) from error


@dataclass(frozen=True, slots=True)
class _Run:
    """One call of the command."""

    settings: Settings
    request: Request
    manner: Manner
    suffix: str

    async def all(self, todo: list[Pair]) -> int:
        """Every file, so many at a time; the worst status."""
        jobs = min(len(todo), self.manner.jobs or 1)
        limits = self._limits(jobs)
        with (
            tempfile.TemporaryDirectory(prefix="convert-") as folder,
            contextlib.ExitStack() as closing,
        ):
            private = self.settings.model_copy(update={"data_dir": Path(folder)})
            converter = await converter_for(private, limits)
            closing.callback(converter.close)
            slots = asyncio.Semaphore(jobs)
            shown = not (self.manner.as_json or self.manner.explain_only)
            with Bars(shown=shown) as bars:
                numbered = enumerate(todo)
                work = [self._one(converter, n, pair, limits, slots, bars) for n, pair in numbered]
                return max(await asyncio.gather(*work))

    def _limits(self, jobs: int) -> Limits:
        usual = limits_of(self.settings)
        cores = int(self.settings.ffmpeg_cpus or len(os.sched_getaffinity(0)))
        bytes_ = usual.max_output_bytes if self.request.fit else _NO_LIMIT
        return replace(usual, max_output_bytes=bytes_, threads=max(1, cores // jobs))

    async def _one(
        self,
        converter: Converter,
        number: int,
        pair: Pair,
        limits: Limits,
        slots: asyncio.Semaphore,
        bars: Bars,
    ) -> int:
        async with slots:
            try:
                with bars.bar(pair.source.name) as moved:
                    done = await self._convert(
                        converter, f"file-{number}", pair, limits, Observer(on_progress=moved)
                    )
            except ConversionError as error:
                status = REFUSED if isinstance(error, Refused) else FAILED
                sentence = cause(Texts("en"), error.code, error.facts, called)
                return _end(_Ending(status, error.code, sentence), self.manner, pair.source)
            except OSError as error:
                return _end(_Ending(FAILED, "file", told(error)), self.manner, pair.source)
        if isinstance(done, Survey):
            self._explain(pair, done)
        else:
            _report(done, pair, pair.target(self.suffix), self.manner)
        return DONE

    async def _convert(
        self, converter: Converter, name: str, pair: Pair, limits: Limits, observer: Observer
    ) -> Result | Survey:
        async with converter.open(name) as conversion:
            await asyncio.to_thread(bring, pair.source, conversion.workspace.input_path)
            if self.manner.explain_only:
                return await conversion.survey(self.request, limits)
            result = await conversion.run(self.request, limits, observer)
            await asyncio.to_thread(put, result.path, pair.target(self.suffix))
        return result

    def _explain(self, pair: Pair, survey: Survey) -> None:
        if self.manner.as_json:
            _print_json({"input": str(pair.source), **explain.as_data(survey)})
        else:
            sys.stdout.write(explain.describe(str(pair.source), survey) + "\n")


def _suffix(request: Request) -> str:
    target = TARGETS[request.target]
    return ".png" if target.kind is Kind.FRAME and request.still is Still.PNG else target.suffix


def _end(ending: _Ending, manner: Manner, source: Path | None = None) -> int:
    if manner.as_json:
        named = {"input": str(source)} if source is not None else {}
        _print_json({**named, "error": ending.code, "message": ending.sentence})
    named_text = f"{source}: " if source is not None and manner.jobs is not None else ""
    sys.stderr.write(f"{named_text}{ending.code}: {ending.sentence}\n")
    return ending.status


def _report(result: Result, pair: Pair, target: Path, manner: Manner) -> None:
    before, after, plan = result.before, result.after, result.plan
    if manner.as_json:
        _print_json(
            {
                "input": str(pair.source),
                "output": str(target),
                "target": plan.target.key,
                "path": str(plan.action),
                "device": str(plan.device),
                "reasons": list(plan.reasons),
                "notes": [str(note) for note in result.notes],
                "seconds": round(result.seconds, 3),
                "lost_seconds": round(result.lost_seconds, 3),
                "before": explain.facts(before),
                "after": explain.facts(after),
            }
        )
        return
    why = f" ({', '.join(plan.reasons)})" if plan.reasons else ""
    device = f" on {plan.device}" if plan.action is Action.ENCODE else ""
    sys.stdout.write(
        f"{target}: {plan.action}{why}{device} in {result.seconds:.1f} s, "
        f"{before.size:,} → {after.size:,} bytes\n"
    )
    for note in result.notes:
        sys.stdout.write(f"  {note_text(Texts('en'), note, Made.of(result))}\n")


def _print_json(data: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(data, ensure_ascii=False) + "\n")
    sys.stdout.flush()
