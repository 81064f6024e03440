"""One plan carried out: its steps run, its output proved and given its name."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from converter import thumbnail
from converter.checks import diagnosis, inspection, verify
from converter.commands import args, loudness
from converter.commands.args import Found
from converter.commands.progress import Progress, Stage, advance
from converter.engines.process import Completed
from converter.engines.runner import Session
from converter.engines.workspace import Workspace
from converter.errors import Code, ConversionError, Failed, Refused
from converter.formats import Kind
from converter.input import boxes, ebml, mp4, reading
from converter.limits import Limits
from converter.media import MediaInfo
from converter.observer import Observer
from converter.planning.plan import Action, Device, Note, Plan, Step

_PARTIAL_NAME: Final = "partial"
# A broken input can make ffmpeg complain at its end and still have written all there is.
_SALVAGEABLE: Final = frozenset({Code.DAMAGED, Code.UNSUPPORTED, Code.FAILED})


@dataclass(frozen=True, slots=True)
class Proved:
    """A proved output: where it is, what it is, its thumbnail if it has one, what to say of it,
    and how many seconds of the input could not be read."""

    path: Path
    after: MediaInfo
    thumbnail: Path | None
    notes: tuple[Note, ...]
    lost_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """Where one plan for the input `info` is carried out; `watch` hears of its progress and its
    commands. An output under `least` bytes is no better than what there is already."""

    plan: Plan
    info: MediaInfo
    limits: Limits
    workspace: Workspace
    session: Session
    watch: Observer
    least: int = 0

    async def run(self) -> Proved:
        """Raises Refused, Failed or Unavailable, with the command and the end of its messages."""
        plan = self.plan
        name = f"output{plan.target.suffix}"
        if plan.action is Action.NOTHING:
            self._check_form(self.info, moov_first=True)
            picture = await self._seen(self.session.input_url, self.info)
            output = await asyncio.to_thread(self.workspace.keep_input, name)
            return Proved(output, self.info, picture, plan.notes)
        command, done = await self._steps()
        made = plan.picture
        if made is not None and "10" not in made.pixels:
            forget = boxes.forget_mastering if plan.target.faststart else ebml.forget_mastering
            await asyncio.to_thread(forget, self._partial)
        try:
            after, picture, lost = await self._verify()
        except ConversionError as error:
            raise type(error)(
                error.code, error.detail, command=command, stderr_tail=done.stderr, **error.facts
            ) from error
        output = await asyncio.to_thread(self.workspace.take, _PARTIAL_NAME, name)
        notes = (*plan.notes, Note.PARTIAL) if lost else plan.notes
        return Proved(output, after, picture, notes, lost)

    @property
    def _partial(self) -> Path:
        return self.workspace.output_dir / _PARTIAL_NAME

    async def _steps(self) -> tuple[list[str], Completed]:
        """Run every step; the last one's command and end."""
        plan, found = self.plan, Found()
        command: list[str] = []
        done = Completed(0, b"", "")
        # What an earlier plan left must not be taken for this one's.
        await asyncio.to_thread(self._partial.unlink, missing_ok=True)
        for step, stage in _stages(plan):
            command = args.step_argv(step, plan, self.limits, self.session, _PARTIAL_NAME, found)
            done = await self._ffmpeg(command, stage)
            if done.returncode != 0:
                self._judge(step, command, done)
            if step is Step.LOUDNESS:
                found = replace(found, loudness=loudness.parse(done.stderr))
        if not _written(self._partial):
            raise Refused(Code.DAMAGED, "empty output", command=command, stderr_tail=done.stderr)
        return command, done

    def _judge(self, step: Step, command: list[str], done: Completed) -> None:
        """Raise what this end means, unless what was written may still be worth having."""
        error = diagnosis.diagnose(done.returncode, done.stderr, command, self.plan.device)
        rescued = step is Step.CONVERT and _salvages(self.plan) and _written(self._partial)
        if error.code not in _SALVAGEABLE or not rescued:
            raise error

    async def _verify(self) -> tuple[MediaInfo, Path | None, float]:
        """The facts of a right output, its thumbnail, and how many seconds of the input it
        lacks."""
        plan, size = self.plan, self._partial.stat().st_size
        url = self.session.output_url(_PARTIAL_NAME)
        try:
            output = await self._read(url)
        except Refused as error:
            raise Failed(Code.DAMAGED, f"output unreadable: {error}") from error
        first = await asyncio.to_thread(boxes.moov_first, self._partial)
        tables = await asyncio.to_thread(mp4.read, self._partial)
        output = replace(output, mislabelled=tables.mislabelled)
        self._check_form(output, moov_first=first)
        missing = verify.missing_seconds(plan, output)
        total = output.duration or 0.0
        if missing and not (_salvages(plan) and verify.salvageable(missing, total)):
            raise Failed(Code.DAMAGED, f"output: {missing:+.2f} s missing", missing=missing)
        if size > plan.max_bytes:
            raise Failed(Code.OUTPUT_TOO_LARGE, limit=plan.max_bytes, least=size, seconds=total)
        if size < self.least:
            raise Failed(Code.FAILED, f"{size} bytes are no closer than {self.least}")
        lost = max(0.0, missing) + verify.promised_seconds(plan, self.info)
        return output, await self._seen(url, output), lost

    async def _seen(self, url: str, output: MediaInfo) -> Path | None:
        """The thumbnail of an output that decodes; both looks at once. Raises Failed (DAMAGED)."""
        inspected, picture = await asyncio.gather(
            self._inspect(url, output), self._thumbnail(url, output), return_exceptions=True
        )
        for result in (inspected, picture):
            if isinstance(result, BaseException):
                raise result
        return picture if isinstance(picture, Path) else None

    async def _thumbnail(self, url: str, output: MediaInfo) -> Path | None:
        if self.plan.target.kind not in {Kind.VIDEO, Kind.ANIMATION}:
            return None
        return await thumbnail.make(self.session, self.workspace, url, output, self.limits)

    async def _read(self, url: str) -> MediaInfo:
        still = self.plan.target.kind is Kind.FRAME
        return await reading.read(self.session, url, self._partial, self.limits, pictures=still)

    def _check_form(self, output: MediaInfo, *, moov_first: bool) -> None:
        found = verify.problems(self.plan, self.info, output, moov_first=moov_first)
        if found:
            raise Failed(Code.DAMAGED, "output: " + "; ".join(found))

    async def _inspect(self, url: str, output: MediaInfo) -> None:
        """Decode it: a short one as a whole, samples of a long one, every sound that was encoded to
        its end. Raises Failed (DAMAGED)."""
        check = inspection.check_for(self.plan, output)
        seen, done = await self._look(url, check)
        wrong = inspection.undecodable(seen, done.returncode, check)
        if wrong is not None:
            raise Failed(Code.DAMAGED, f"output: {wrong}", stderr_tail=done.stderr)
        found = verify.heard_problems(self.plan, output, [h.samples for h in seen.heard])
        if found:
            raise Failed(Code.DAMAGED, "output: " + "; ".join(found))
        if any(heard.silent for heard in seen.heard):
            await self._compare_silence()

    async def _compare_silence(self) -> None:
        """An output without a sound in it is right only where the input has none either. Raises
        Failed (DAMAGED)."""
        sounds = tuple(s.stream.index for s in self.plan.sounds if not s.copied)
        check = inspection.Check((), None, listened=sounds)
        before, _ = await self._look(self.session.input_url, check)
        if any(heard.audible for heard in before.heard):
            raise Failed(Code.DAMAGED, "output: silent")

    async def _look(
        self, url: str, check: inspection.Check
    ) -> tuple[inspection.Inspected, Completed]:
        command = inspection.argv(url, check, max_pixels=self.limits.max_pixels)
        done = await self.session.run(command)
        return inspection.read(done.stderr, check), done

    async def _ffmpeg(self, argv: list[str], stage: Stage) -> Completed:
        progress = Progress(total=self.plan.seconds)

        def hear(line: str) -> None:
            nonlocal progress
            progress, before = advance(progress, line), progress
            if progress != before:
                self.watch.on_progress(stage.of(progress))

        self.watch.on_command(argv)
        return await self.session.run(argv, on_line=hear)


# How much of the whole each step takes, measured on ordinary footage; the rest is the last one's.
_SHARES: Final = {
    Step.LOUDNESS: 0.1,
    Step.PALETTE: 0.35,
    Step.FIRST_PASS: 0.35,
}


def _stages(plan: Plan) -> list[tuple[Step, Stage]]:
    """Each step with its part of the whole."""
    found: list[tuple[Step, Stage]] = []
    begun = 0.0
    for step in plan.steps:
        share = _SHARES.get(step, 1.0 - begun)
        found.append((step, Stage(begun, share)))
        begun += share
    return found


def _salvages(plan: Plan) -> bool:
    """A full encode has read all that can be read: what it lacks isn't there to be had."""
    whole = plan.action is Action.ENCODE or (plan.action is Action.AUDIO and plan.picture is None)
    return whole and plan.device is Device.CPU


def _written(path: Path) -> bool:
    """A link is nothing that we asked for: what it leads to may be anybody's."""
    return path.is_file() and not path.is_symlink() and path.stat().st_size > 0
