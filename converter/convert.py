"""One conversion from a file to a proved file: sniff → probe → check → plan → run → verify →
rename, then a thumbnail. The only place where these steps meet."""

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from converter import args, boxes, diagnosis, probe, sniff, verify
from converter.budget import RATE_WINDOW
from converter.capabilities import Capabilities
from converter.errors import Code, ConversionError, Failed, Refused
from converter.limits import Limits, check
from converter.media import MediaInfo
from converter.plan import Action, Device, Note, Plan, Request, ladder
from converter.process import Completed
from converter.progress import Progress, advance
from converter.runner import Session
from converter.workspace import Workspace

_PARTIAL_NAME = "partial"
_THUMBNAIL_NAME = "thumbnail.jpg"
_THUMBNAIL_MAX_BYTES = 200_000
# A broken input can make ffmpeg complain at its end and still have written all there is.
_SALVAGEABLE = frozenset({Code.DAMAGED, Code.UNSUPPORTED, Code.FAILED})
# These end a conversion: another plan for the same file would end no better.
_CORRECTION = 0.95
_HOPELESS = frozenset(
    {Code.TIMED_OUT, Code.OUT_OF_MEMORY, Code.DISK_FULL, Code.ENGINE, Code.ENCRYPTED}
)


@dataclass(frozen=True, slots=True)
class Result:
    """A proved output. `seconds` is the time from probe to thumbnail; `lost_seconds` how much of
    the input's length could not be read (see Note.PARTIAL)."""

    path: Path
    thumbnail: Path | None
    plan: Plan
    before: MediaInfo
    after: MediaInfo
    notes: tuple[Note, ...]
    seconds: float
    lost_seconds: float = 0.0


def _ignore(_: object) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Observer:
    """Who hears of what is going on: each plan before it runs, progress while it does, and each
    plan's failure that another plan may make good."""

    on_plan: Callable[[Plan], None] = _ignore
    on_progress: Callable[[Progress], None] = _ignore
    on_setback: Callable[[ConversionError], None] = _ignore


@dataclass(frozen=True, slots=True)
class Conversion:
    """An open place for one conversion: fill `workspace.input_path`, then `run`."""

    workspace: Workspace
    session: Session
    capabilities: Capabilities

    async def run(
        self, request: Request, limits: Limits, observer: Observer | None = None
    ) -> Result:
        """Convert the workspace's input.

        Raises Refused for an input that can't be converted, Failed or Unavailable for a
        conversion that broke. When cancelled, whatever ran is dead before the cancellation goes on.
        """
        watch = observer or Observer()
        started = time.monotonic()
        try:
            async with asyncio.timeout(limits.timeout):
                result = await self._steps(request, limits, watch)
        except TimeoutError as error:
            raise Failed(Code.TIMED_OUT, limit=limits.timeout) from error
        return replace(result, seconds=time.monotonic() - started)

    async def _steps(self, request: Request, limits: Limits, watch: Observer) -> Result:
        source = self.workspace.input_path
        size = source.stat().st_size
        if size > limits.max_input_bytes:
            raise Refused(Code.TOO_LARGE, limit=limits.max_input_bytes, actual=size)
        await asyncio.to_thread(self.workspace.open_input)
        await asyncio.to_thread(sniff.sniff, source)
        info = await self._probe(self.session.input_url, size, limits)
        sealed = info.encrypted or await asyncio.to_thread(boxes.encrypted, source)
        check(replace(info, encrypted=sealed), limits)
        first = await asyncio.to_thread(boxes.moov_first, source)
        if await asyncio.to_thread(boxes.says_more, source):
            info = replace(info, private_tags=info.private_tags | {"boxes"})
        plans = ladder(info, request, limits, self.capabilities, moov_first=first)
        result = await self._climb(plans, info, limits, watch)
        return replace(result, thumbnail=await self._thumbnail(result, limits))

    async def _climb(
        self, plans: tuple[Plan, ...], info: MediaInfo, limits: Limits, watch: Observer
    ) -> Result:
        """Try the plans in order until one gives a proved output."""
        waiting = list(plans)
        latest: ConversionError = Failed(Code.FAILED, "no plan")
        while waiting:
            plan = waiting.pop(0)
            watch.on_plan(plan)
            try:
                return await self._try(plan, info, limits, watch)
            except ConversionError as error:
                if error.code in _HOPELESS:
                    raise
                watch.on_setback(error)
                latest = error
                waiting = _after(plan, error, waiting)
        raise latest

    async def _try(self, plan: Plan, info: MediaInfo, limits: Limits, watch: Observer) -> Result:
        output = self.workspace.output_dir / f"output{plan.target.suffix}"
        if plan.action is Action.NOTHING:
            await asyncio.to_thread(_share, self.workspace.input_path, output)
            return Result(output, None, plan, info, info, plan.notes, 0.0)
        partial = self.workspace.output_dir / _PARTIAL_NAME
        command = args.convert_argv(
            plan, limits, self.session.input_url, self.session.output_url(_PARTIAL_NAME)
        )
        total = verify.expected_duration(plan, info)
        done = await self._ffmpeg(command, Progress(total=total), watch)
        if done.returncode != 0:
            error = diagnosis.diagnose(done.returncode, done.stderr, command, plan.device)
            if error.code not in _SALVAGEABLE or not (_salvages(plan) and _written(partial)):
                raise error
        if not _written(partial):
            raise Refused(Code.DAMAGED, "empty output", command=command, stderr_tail=done.stderr)
        try:
            after, lost = await self._verify(plan, info, limits)
        except ConversionError as error:
            raise type(error)(
                error.code, error.detail, command=command, stderr_tail=done.stderr, **error.facts
            ) from error
        partial.rename(output)
        notes = (*plan.notes, Note.PARTIAL) if lost else plan.notes
        return Result(output, None, plan, info, after, notes, 0.0, lost)

    async def _verify(self, plan: Plan, info: MediaInfo, limits: Limits) -> tuple[MediaInfo, float]:
        """The facts of a right output, and how many seconds of the input it lacks."""
        partial = self.workspace.output_dir / _PARTIAL_NAME
        size = partial.stat().st_size
        try:
            output = await self._probe(self.session.output_url(_PARTIAL_NAME), size, limits)
        except Refused as error:
            raise Failed(Code.DAMAGED, f"output unreadable: {error}") from error
        first = await asyncio.to_thread(boxes.moov_first, partial)
        found = verify.problems(plan, info, output, moov_first=first)
        if found:
            raise Failed(Code.DAMAGED, "output: " + "; ".join(found))
        missing = verify.missing_seconds(plan, info, output)
        total = output.duration or 0.0
        if missing and not (_salvages(plan) and verify.salvageable(missing, total)):
            raise Failed(Code.DAMAGED, f"output: {missing:+.2f} s missing", missing=missing)
        if size > limits.max_output_bytes:
            raise Failed(
                Code.OUTPUT_TOO_LARGE, limit=limits.max_output_bytes, least=size, seconds=total
            )
        return output, max(0.0, missing)

    async def _probe(self, url: str, size: int, limits: Limits) -> MediaInfo:
        argv = probe.probe_argv(url, limits.max_pixels)
        done = await self.session.run(argv, max_stdout=probe.MAX_REPORT_BYTES)
        if done.returncode != 0:
            raise probe.probe_error(done.returncode, done.stderr, argv)
        info = probe.parse_probe(done.stdout, size)
        probe.check_shown(info, done.stderr, limits.max_pixels)
        return info

    async def _ffmpeg(self, argv: list[str], start: Progress, watch: Observer) -> Completed:
        progress = start

        def hear(line: str) -> None:
            nonlocal progress
            progress, before = advance(progress, line), progress
            if progress != before:
                watch.on_progress(progress)

        return await self.session.run(argv, on_line=hear)

    async def _thumbnail(self, result: Result, limits: Limits) -> Path | None:
        """A JPEG of a frame near the beginning; a video without one is still a video."""
        picture = self.workspace.output_dir / _THUMBNAIL_NAME
        video = self.session.output_url(result.path.name)
        # Between the last two frames of a very short video there is nothing to be seen: its first.
        for at in (min(1.0, (result.after.duration or 0.0) / 3), 0.0):
            argv = args.thumbnail_argv(
                video,
                self.session.output_url(_THUMBNAIL_NAME),
                at=at,
                max_pixels=limits.max_pixels,
            )
            done = await self.session.run(argv)
            if done.returncode == 0 and _written(picture):
                return picture if picture.stat().st_size <= _THUMBNAIL_MAX_BYTES else None
        return None


def _after(plan: Plan, error: ConversionError, waiting: list[Plan]) -> list[Plan]:
    """What is still worth trying once `plan` ended with `error`."""
    if error.code is Code.OUTPUT_TOO_LARGE and plan.action is Action.ENCODE:
        # Cut off by the engine's own limit, nobody knows how large it would have become.
        measured = "least" in error.facts
        return [_smaller(plan, error)] if measured and not plan.corrective else []
    if plan.device is Device.NVENC:
        return [other for other in waiting if other.device is Device.CPU]
    return waiting


def _smaller(plan: Plan, error: ConversionError) -> Plan:
    """The one corrective pass: the same picture at the rate that would have fitted."""
    limit, size, seconds = (float(error.facts[name]) for name in ("limit", "least", "seconds"))
    rate = size * 8 / max(seconds, 1.0)
    share = limit / size * _CORRECTION * seconds / (seconds + RATE_WINDOW)
    notes = tuple(dict.fromkeys((*plan.notes, Note.SHRUNK)))
    return replace(plan, max_rate=max(1, int(rate * share)), notes=notes, corrective=True)


def _salvages(plan: Plan) -> bool:
    """A full encode has read all that can be read: what it lacks isn't there to be had."""
    return plan.action is Action.ENCODE and plan.device is Device.CPU


def _written(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _share(source: Path, output: Path) -> None:
    output.unlink(missing_ok=True)
    os.link(source, output)
