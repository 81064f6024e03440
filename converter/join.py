"""Several videos made into one file, which takes the input's place before anything is planned for
it. See docs/decisions/0018-joining.md.

Each part lies alone at the input's place while a program reads it; what is put together in the end
are pieces that we made of them ourselves.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from converter.attempt import Proved
from converter.beside import Beside, with_track
from converter.checks import diagnosis, recourse
from converter.climb import Climb
from converter.commands import join_args
from converter.commands.progress import Progress, Stage
from converter.errors import Code, ConversionError, Failed, Refused
from converter.formats import TARGETS
from converter.input import reading
from converter.limits import Limits
from converter.media import MediaInfo
from converter.observer import Observer, Survey
from converter.planning import joints, ladder
from converter.planning.joints import Frame, Part
from converter.planning.plan import Device, Note
from converter.planning.suitability import JOINED
from converter.request import Request
from converter.seen import Seen
from converter.understanding import Place

# How many videos become one, the first included.
MOST: Final = 10
_WHOLE: Final = "joined"
# How much of the work is done once all are in one file, where that is the result, and where not.
_NEARLY_ALL, _HALF = 0.97, 0.5
# The pieces together may be so many times the largest input; a disk has to hold them.
_ROOM: Final = 3
# Seconds that the whole may differ from the sum of its parts, for each part.
_SLACK: Final = 0.25


@dataclass(frozen=True, slots=True)
class Joined:
    """What the workspace's input is now. `request` is what is still to be wished of it; `copied`:
    nothing was encoded; `size` is all parts' in bytes; `done` the share of the work that is
    behind us; `notes` and `lost_seconds` as a result has them."""

    request: Request
    copied: bool
    final: bool
    size: int
    done: float = 0.0
    notes: tuple[Note, ...] = (Note.JOINED,)
    lost_seconds: float = 0.0

    def as_it_is(self, info: MediaInfo) -> MediaInfo:
        """`info` of the joined file; where it is to be encoded once more, as one that no plan may
        copy."""
        if self.copied or self.final:
            return info
        return replace(info, videos=tuple(replace(v, codec=JOINED) for v in info.videos))


@dataclass(frozen=True, slots=True)
class Join:
    """One joining of the workspace's input and of what came beside it."""

    place: Place
    request: Request
    limits: Limits
    extras: Beside
    watch: Observer

    async def run(self) -> Joined:
        """Put one file in the input's place. Raises Refused, with the number of the ``part`` where
        it is one part's fault, Failed or Unavailable."""
        files = await asyncio.to_thread(self._files)
        parts = await self._understood(files)
        size = sum(part.info.size for part in parts)
        self._check(parts, size)
        request = joints.rest_of(self.request, own_words=self.extras.words is not None)
        frame = self._frame(parts, request)
        await self.watch.on_survey(self._foreseen(parts, frame, request))
        joined = await self._copied(files, parts)
        if joined:
            made = Joined(request, copied=True, final=True, size=size)
        else:
            outcomes = await self._fitted(files, parts, frame)
            notes = dict.fromkeys(note for outcome in outcomes for note in outcome.notes)
            made = Joined(
                request,
                copied=False,
                final=frame.final,
                size=size,
                done=_share(frame),
                notes=(Note.JOINED, *notes),
                lost_seconds=sum(outcome.lost_seconds for outcome in outcomes),
            )
        await asyncio.to_thread(self._take_place, files)
        return made

    def _files(self) -> list[Path]:
        """All parts, none of them where programs see it."""
        if len(self.extras.parts) >= MOST:
            raise Refused(Code.BAD_REQUEST, f"{len(self.extras.parts) + 1} parts", why="parts")
        first = self.place.workspace.beside_dir / "part-0"
        self.place.workspace.input_path.replace(first)
        return [first, *self.extras.parts]

    @contextlib.asynccontextmanager
    async def _at_the_input(self, file: Path, number: int) -> AsyncIterator[None]:
        """A part where programs read it, and nothing else that anybody sent. What goes wrong
        meanwhile is that part's fault."""
        there = self.place.workspace.input_path
        try:
            await asyncio.to_thread(file.replace, there)
            yield
        except FileNotFoundError as error:
            raise Refused(Code.EMPTY, "not there", part=str(number)) from error
        except ConversionError as error:
            error.facts["part"] = str(number)
            raise
        finally:
            if there.exists():
                await asyncio.to_thread(there.replace, file)

    async def _understood(self, files: Sequence[Path]) -> list[Part]:
        found: list[Part] = []
        for number, file in enumerate(files, 1):
            async with self._at_the_input(file, number):
                seen = await self.place.understand(Request(), self.limits)
                found.append(joints.part_of(seen.info, self.request))
        return found

    def _check(self, parts: Sequence[Part], size: int) -> None:
        """What no single part is too much for, all together may be."""
        seconds = sum(part.seconds for part in parts)
        if size > self.limits.max_input_bytes:
            raise Refused(Code.TOO_LARGE, limit=self.limits.max_input_bytes, actual=size)
        if seconds > self.limits.max_duration:
            raise Refused(Code.TOO_LONG, limit=self.limits.max_duration, actual=seconds)

    def _frame(self, parts: Sequence[Part], request: Request) -> Frame:
        """The frame of the result itself where no plan would touch such a file any more."""
        if TARGETS[request.target].picture is None:
            return joints.unseen(joints.frame_for(parts, request, final=False))
        frame = joints.frame_for(parts, request, final=True)
        if self._foreseen(parts, frame, request).plans[0].copies_video:
            return frame
        return joints.frame_for(parts, request, final=False)

    def _foreseen(self, parts: Sequence[Part], frame: Frame, request: Request) -> Survey:
        info = with_track(joints.expected(parts, frame), self.extras, None)
        able = self.place.capabilities
        plans = ladder.ladder(info, request, self.limits, able, moov_first=True)
        return Survey(Seen(info, moov_first=True), plans)

    async def _copied(self, files: Sequence[Path], parts: Sequence[Part]) -> bool:
        """Their packets one after the other, where that is right."""
        muxer = joints.muxer_for(parts)
        if muxer is None:
            return False
        try:
            await self._copy_each(files, parts, muxer)
            if not await self._alike(len(parts)):
                raise Failed(Code.FAILED, "parts of different encoders")
            tag = "hvc1" if parts[0].video.codec == "hevc" and muxer == "mp4" else ""
            argv = join_args.join_argv(
                self.place.session, muxer, _WHOLE, alike=True, sound=None, tag=tag
            )
            whole = await self._together(len(parts), argv, sum(p.seconds for p in parts))
            joints.check_copied(parts, whole)
        except ConversionError as error:
            if error.code in recourse.HOPELESS:
                raise
            self.watch.on_setback(error)
            return False
        return True

    async def _copy_each(self, files: Sequence[Path], parts: Sequence[Part], muxer: str) -> None:
        session, pixels = self.place.session, self.limits.max_pixels
        for number, (file, part) in enumerate(zip(files, parts, strict=True)):
            tracks = [s.index for s in (part.video, part.audio) if s is not None]
            argv = join_args.copy_argv(
                session, tracks, muxer, _WHOLE, max_pixels=pixels, first=number == 0
            )
            async with self._at_the_input(file, number + 1):
                await self._run(argv)
            await asyncio.to_thread(self._lend, _WHOLE, join_args.piece(number))

    async def _alike(self, count: int) -> bool:
        """Whether a decoder that knows how to read one piece can read all."""
        session, pixels = self.place.session, self.limits.max_pixels
        names = [join_args.piece(number) for number in range(count)]
        each = [join_args.signature_argv(session, name, max_pixels=pixels) for name in names]
        signs = [(await session.run(argv)).stdout for argv in each]
        return len(set(signs)) == 1 and bool(signs[0])

    async def _fitted(
        self, files: Sequence[Path], parts: Sequence[Part], frame: Frame
    ) -> list[Proved]:
        """Each encoded into the frame, then all together."""
        outcomes: list[Proved] = []
        room, whole, begun = self.limits.max_input_bytes * _ROOM, _seconds(parts), 0.0
        for number, (file, part) in enumerate(zip(files, parts, strict=True)):
            share = _share(frame) * (part.seconds or 1.0) / whole
            watch, begun = staged(self.watch, Stage(begun, share)), begun + share
            limits = replace(self.limits, max_output_bytes=room)
            climb = Climb(self.place.workspace, self.place.session, limits, watch)
            async with self._at_the_input(file, number + 1):
                plans = joints.fitted(part, frame, limits, self.place.capabilities)
                _, outcome = await climb.up(plans, part.info)
            room = max(1, room - outcome.after.size)
            self.place.workspace.lend(outcome.path, join_args.piece(number))
            await self._silent(number, outcome.after, frame)
            outcomes.append(outcome)
        sound, alike = frame.channels, await self._alike(len(parts))
        argv = join_args.join_argv(self.place.session, "mp4", _WHOLE, alike=alike, sound=sound)
        await self._together(len(parts), argv, sum(o.after.duration or 0.0 for o in outcomes))
        return outcomes

    async def _silent(self, number: int, piece: MediaInfo, frame: Frame) -> None:
        """Silence for a piece without sound among others that have one."""
        if piece.audios or not frame.channels:
            return
        seconds, pixels = piece.duration or 0.0, self.limits.max_pixels
        session, name = self.place.session, join_args.piece(number)
        await self._run(
            join_args.silence_argv(
                session, name, frame.channels, seconds, _WHOLE, max_pixels=pixels
            )
        )
        await asyncio.to_thread(self._lend, _WHOLE, name)

    async def _together(self, count: int, argv: list[str], seconds: float) -> MediaInfo:
        """The pieces in one file, proved to be as long as they are. Raises Failed (DAMAGED)."""
        workspace, session = self.place.workspace, self.place.session
        listing = join_args.listing(count).encode()
        await asyncio.to_thread(workspace.put, join_args.LIST, listing)
        await self._run(argv)
        path = workspace.output_dir / _WHOLE
        info = await reading.read(session, session.output_url(_WHOLE), path, self.limits)
        for number in range(count):
            (workspace.input_dir / join_args.piece(number)).unlink()
        if not info.videos or abs((info.duration or 0.0) - seconds) > _SLACK * count:
            raise Failed(Code.DAMAGED, f"joined: {info.duration} s instead of {seconds:.2f} s")
        return info

    async def _run(self, argv: list[str]) -> None:
        self.watch.on_command(argv)
        done = await self.place.session.run(argv)
        if done.returncode != 0:
            raise diagnosis.diagnose(done.returncode, done.stderr, argv, Device.CPU)

    def _lend(self, made: str, name: str) -> None:
        self.place.workspace.lend(self.place.workspace.take(made, made), name)

    def _take_place(self, files: Sequence[Path]) -> None:
        """The whole in the place of the input; the parts are gone."""
        workspace = self.place.workspace
        workspace.take(_WHOLE, _WHOLE).replace(workspace.input_path)
        workspace.open_input()
        for file in files:
            file.unlink(missing_ok=True)


def staged(watch: Observer, stage: Stage) -> Observer:
    """Somebody who hears of a part of the work as part of the whole."""

    def moved(progress: Progress) -> None:
        watch.on_progress(stage.of(progress))

    return replace(watch, on_progress=moved)


def _share(frame: Frame) -> float:
    return _NEARLY_ALL if frame.final else _HALF


def _seconds(parts: Sequence[Part]) -> float:
    return sum(part.seconds or 1.0 for part in parts)
