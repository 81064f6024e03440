"""One conversion from a file to a proved file: sniff → probe → check → words → plan → run →
verify → rename, then a thumbnail. The only place where these steps meet."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from converter import beside, poster, sheet, shots, thumbnail
from converter.attempt import Attempt, Proved
from converter.beside import NOTHING, Beside
from converter.checks import recourse
from converter.commands.args import OWN_COVER
from converter.commands.progress import Progress
from converter.engines.capabilities import Capabilities
from converter.engines.runner import Session
from converter.engines.workspace import Workspace
from converter.errors import Code, ConversionError, Failed, Refused
from converter.formats import TARGETS, Kind
from converter.input import boxes, reading, sniff, subtitles, webp
from converter.input.own_words import OwnWords
from converter.limits import Limits, check
from converter.media import OWN_TRACK, Cover, MediaInfo
from converter.nvidia import faults
from converter.nvidia.faults import Retry
from converter.planning import captions, choice, ladder, moments, singles
from converter.planning.cuts import length_of, outside
from converter.planning.plan import Note, Plan
from converter.poster import Poster
from converter.request import Request
from converter.seen import Seen
from converter.shots import Shot, Shots


@dataclass(frozen=True, slots=True)
class Result:
    """A proved output. `seconds` is the time from probe to thumbnail; `lost_seconds` how much of
    the input's length could not be read (see Note.PARTIAL). `cover` is a larger picture beside the
    thumbnail, where somebody chose one."""

    path: Path
    thumbnail: Path | None
    plan: Plan
    before: MediaInfo
    after: MediaInfo
    notes: tuple[Note, ...]
    seconds: float
    lost_seconds: float = 0.0
    cover: Path | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """An input understood: what it is, and every plan worth trying, the cheapest first."""

    seen: Seen
    plans: tuple[Plan, ...]

    @property
    def info(self) -> MediaInfo:
        """What the file is."""
        return self.seen.info

    @property
    def seconds(self) -> float:
        """How long the result of the first plan will play; 0 for a picture, and where nobody can
        tell."""
        return (self.plans[0].seconds if self.plans else None) or 0.0


def _ignore(*_: object) -> None:
    return None


async def _agree(_: Survey) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Observer:
    """Who hears of what is going on: each plan before it runs, progress while it does, and each
    plan's failure that another plan may make good. `on_survey` hears, before anything is made, what
    the input is; what it raises ends the conversion. `on_shot` hears which of how many pictures is
    taken next, from 1."""

    on_plan: Callable[[Plan], None] = _ignore
    on_progress: Callable[[Progress], None] = _ignore
    on_setback: Callable[[ConversionError], None] = _ignore
    on_survey: Callable[[Survey], Awaitable[None]] = _agree
    on_shot: Callable[[int, int], None] = _ignore


@dataclass(frozen=True, slots=True)
class Conversion:
    """An open place for one conversion: fill `workspace.input_path`, then `run`."""

    workspace: Workspace
    session: Session
    capabilities: Capabilities

    async def run(
        self,
        request: Request,
        limits: Limits,
        observer: Observer | None = None,
        extras: Beside = NOTHING,
    ) -> Result:
        """Convert the workspace's input, with what came beside it: what of that can't be used is
        left out, and the result's notes say so.

        Raises Refused for an input that can't be converted, Failed or Unavailable for a
        conversion that broke. When cancelled, whatever ran is dead before the cancellation goes on.
        """
        watch = observer or Observer()
        started = time.monotonic()
        try:
            async with asyncio.timeout(limits.timeout) as clock:
                chosen = await self._poster(extras, limits)
                survey = await self._survey(request, limits, extras, chosen)
                await watch.on_survey(survey)
                result = await self._climb(survey, limits, watch)
        except TimeoutError as error:
            raise Failed(Code.TIMED_OUT, limit=limits.timeout) from error
        with contextlib.suppress(TimeoutError):
            # What is proved stays, whatever becomes of a second try.
            async with asyncio.timeout_at(clock.when()):
                result = await self._closer(result, limits, watch)
        result = replace(result, seconds=time.monotonic() - started)
        if chosen is None:
            lost = (Note.THUMBNAIL_LOST,) if extras.picture is not None else ()
            return replace(result, notes=(*result.notes, *lost))
        return _shown_by(result, chosen, limits)

    async def try_extras(self, extras: Beside, limits: Limits) -> None:
        """Whether a conversion could use what came beside a file. Raises Refused (NO_SUBTITLES,
        NO_PICTURE), Failed (TIMED_OUT), Unavailable."""
        try:
            async with asyncio.timeout(limits.timeout):
                await beside.words(extras)
                if extras.picture is not None:
                    await poster.make(self.session, self.workspace, extras.picture, limits)
        except TimeoutError as error:
            raise Failed(Code.TIMED_OUT, limit=limits.timeout) from error

    async def shots(
        self, request: Request, count: int, limits: Limits, observer: Observer | None = None
    ) -> Shots:
        """Take up to `count` pictures, spread evenly over the part that is wanted: each as `run`
        would take the one of its moment, for a target that is a single picture. What can't be read
        is left out, as long as enough is left.

        Raises as `run` does, and Refused (TOO_SHORT) where there are no several moments.
        """
        watch = observer or Observer()
        started = time.monotonic()
        try:
            async with asyncio.timeout(limits.timeout):
                survey = await self._survey(_of_moment(request, 0.0), limits)
                await watch.on_survey(survey)
                pictures = await self._shoot(survey, request, count, limits, watch)
        except TimeoutError as error:
            raise Failed(Code.TIMED_OUT, limit=limits.timeout) from error
        return Shots(pictures, time.monotonic() - started)

    async def survey(self, request: Request, limits: Limits) -> Survey:
        """Understand the workspace's input and plan for it, without converting anything.

        Raises as `run` does.
        """
        try:
            async with asyncio.timeout(limits.timeout):
                return await self._survey(request, limits)
        except TimeoutError as error:
            raise Failed(Code.TIMED_OUT, limit=limits.timeout) from error

    async def _poster(self, extras: Beside, limits: Limits) -> Poster | None:
        if extras.picture is None:
            return None
        try:
            return await poster.make(self.session, self.workspace, extras.picture, limits)
        except Refused:
            return None

    async def sheet(
        self, info: MediaInfo, at: Sequence[float], labels: Sequence[str], limits: Limits
    ) -> Path:
        """A picture with those of the input at these moments, for an input that was surveyed
        before.

        Raises as `run` does.
        """
        try:
            async with asyncio.timeout(limits.timeout):
                return await sheet.make(self.session, self.workspace, info, at, labels, limits)
        except TimeoutError as error:
            raise Failed(Code.TIMED_OUT, limit=limits.timeout) from error

    async def _survey(
        self,
        request: Request,
        limits: Limits,
        extras: Beside = NOTHING,
        chosen: Poster | None = None,
    ) -> Survey:
        source = self.workspace.input_path
        size = source.stat().st_size
        if size > limits.max_input_bytes:
            raise Refused(Code.TOO_LARGE, limit=limits.max_input_bytes, actual=size)
        await asyncio.to_thread(self.workspace.open_input)
        await asyncio.to_thread(sniff.sniff, source)
        unfolded = await webp.unfold(self.session, self.workspace, limits)
        info = await reading.read(self.session, self.session.input_url, source, limits)
        info = webp.as_it_came(info, size) if unfolded else info
        info = reading.decodable(info, self.capabilities.decoders)
        sealed = info.encrypted or await asyncio.to_thread(boxes.encrypted, source)
        pictured = TARGETS[request.target].picture is not None
        video = choice.picture(info) if pictured else None
        audio = choice.sound(info, request) if not sealed else None
        seconds = length_of(info, (video, audio))
        check(replace(info, encrypted=sealed), limits, video, seconds)
        info = await reading.glance_at(
            self.session, self.session.input_url, info, video, audio, limits
        )
        first = await asyncio.to_thread(boxes.moov_first, source)
        info = await asyncio.to_thread(reading.with_tables, info, source)
        request = await self._at_a_keyframe(request, info)
        request = await self._at_something(request, info, limits)
        info = await self._with_cover(info, request, chosen)
        own = await _words(extras)
        info = beside.with_track(info, extras, own)
        wanted = captions.wanted(info, request)
        info = await subtitles.read(self.session, self.workspace, info, wanted, limits, own)
        plans = ladder.ladder(info, request, limits, self.capabilities, moov_first=first)
        return Survey(Seen(info, first), plans)

    async def _with_cover(
        self, info: MediaInfo, request: Request, chosen: Poster | None
    ) -> MediaInfo:
        """A song with the chosen picture for its cover."""
        target = TARGETS[request.target]
        if chosen is None or target.kind is not Kind.SOUND or not target.covers:
            return info
        data = await asyncio.to_thread(chosen.cover.read_bytes)
        await asyncio.to_thread(self.workspace.put, OWN_COVER, data)
        return replace(info, covers=(Cover(OWN_TRACK, "mjpeg"), *info.covers))

    async def _at_a_keyframe(self, request: Request, info: MediaInfo) -> Request:
        """A cut that needn't be exact begins where a copy can begin."""
        video = choice.picture(info)
        if request.exact or request.start <= 0 or video is None:
            return request
        found = await reading.keyframe_before(
            self.session, self.session.input_url, request.start + info.start, video.index
        )
        start = request.start if found is None else max(0.0, found - info.start)
        return replace(request, start=min(start, request.start))

    async def _at_something(self, request: Request, info: MediaInfo, limits: Limits) -> Request:
        """A single picture of no moment in particular is one that shows something."""
        part, video = singles.choosable(request, info), choice.picture(info)
        if part is None or video is None:
            return request
        at = await thumbnail.telling(self.session, self.workspace, video, part, limits)
        return request if at is None else replace(request, at=at, start=0.0, end=None)

    async def _shoot(
        self, survey: Survey, request: Request, count: int, limits: Limits, watch: Observer
    ) -> tuple[Shot, ...]:
        whole = length_of(survey.info, (choice.picture(survey.info),))
        if whole is not None and request.start >= whole:
            raise outside("start", request.start, whole)
        at = moments.spread(whole, count, request.start, request.end)

        async def take(number: int) -> Shot:
            watch.on_shot(number, len(at))
            return await self._shot(survey, request, at[number - 1], number, limits, watch)

        pictures = await shots.in_turn(len(at), take, watch.on_setback)
        size = sum(shot.size for shot in pictures)
        if size > limits.max_output_bytes:
            raise Failed(Code.OUTPUT_TOO_LARGE, limit=limits.max_output_bytes, least=size)
        return pictures

    async def _shot(
        self,
        survey: Survey,
        request: Request,
        moment: float,
        number: int,
        limits: Limits,
        watch: Observer,
    ) -> Shot:
        """One picture, out of the way of the next."""
        seen, wish = survey.seen, _of_moment(request, moment)
        plans = ladder.ladder(
            seen.info, wish, limits, self.capabilities, moov_first=seen.moov_first
        )
        made = await self._climb(Survey(seen, plans), limits, watch)
        path = made.path.replace(made.path.with_stem(f"shot{number:02}"))
        width, height = made.after.videos[0].display_size
        return Shot(path, moment, width, height, made.after.size)

    async def _climb(self, survey: Survey, limits: Limits, watch: Observer) -> Result:
        """Try the plans in order until one gives a proved output."""
        waiting = list(survey.plans)
        latest: ConversionError = Failed(Code.FAILED, "no plan")
        while waiting:
            plan = waiting.pop(0)
            try:
                outcome = await self._try(plan, survey.info, limits, watch)
            except ConversionError as error:
                if error.code in recourse.HOPELESS:
                    raise
                watch.on_setback(error)
                latest = error
                smaller = singles.smaller(plan, error)
                waiting = [smaller] if smaller else recourse.after(plan, error, waiting)
                continue
            return _result(plan, survey.info, outcome)
        raise latest

    async def _try(
        self, plan: Plan, info: MediaInfo, limits: Limits, watch: Observer, *, least: int = 0
    ) -> Proved:
        watch.on_plan(plan)
        attempt = Attempt(
            plan, info, limits, self.workspace, self.session, watch.on_progress, least
        )
        for pause in faults.WAITS:
            try:
                return await attempt.run()
            except ConversionError as error:
                if recourse.advice(error) is not Retry.WAIT:
                    raise
                watch.on_setback(error)
            # Others' encodes on this card end some time.
            await asyncio.sleep(pause)
        return await attempt.run()

    async def _closer(self, result: Result, limits: Limits, watch: Observer) -> Result:
        """A right output that misses the size it aimed at gets one more try, and stays when that
        one fails."""
        size, seconds = result.after.size, result.after.duration or 0.0
        if not recourse.misses(result.plan, size):
            return result
        plan = recourse.corrected(result.plan, size, seconds)
        if plan is None:
            return result
        try:
            outcome = await self._try(plan, result.before, limits, watch, least=size)
        except ConversionError as error:
            watch.on_setback(error)
            return result
        return _result(plan, result.before, outcome)


async def _words(extras: Beside) -> OwnWords | None:
    try:
        return await beside.words(extras)
    except Refused:
        return None


def _shown_by(result: Result, chosen: Poster, limits: Limits) -> Result:
    """The result with the picture that was chosen to stand for it; the large one where there is
    room for it beside the result."""
    room = limits.max_output_bytes - result.path.stat().st_size
    cover = chosen.cover if chosen.cover.stat().st_size <= room else None
    return replace(result, thumbnail=chosen.thumbnail, cover=cover)


def _of_moment(request: Request, at: float) -> Request:
    return replace(request, at=at, start=0.0, end=None)


def _result(plan: Plan, info: MediaInfo, outcome: Proved) -> Result:
    return Result(
        path=outcome.path,
        thumbnail=outcome.thumbnail,
        plan=plan,
        before=info,
        after=outcome.after,
        notes=outcome.notes,
        seconds=0.0,
        lost_seconds=outcome.lost_seconds,
    )
