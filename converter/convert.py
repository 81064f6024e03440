"""One conversion from a file to a proved file: sniff → probe → check → words → plan → run →
verify → rename, then a thumbnail. The only place where these steps meet. Several files are joined
first (`join`)."""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from converter import beside, poster, sheet, thumbnail
from converter.attempt import Proved
from converter.beside import NOTHING, Beside
from converter.checks import recourse
from converter.climb import Climb
from converter.commands.args import OWN_COVER
from converter.commands.progress import Stage
from converter.engines.capabilities import Capabilities
from converter.engines.runner import Session
from converter.engines.workspace import Workspace
from converter.errors import Code, ConversionError, Failed, Refused
from converter.formats import TARGETS, Kind
from converter.input import reading, subtitles
from converter.input.own_words import OwnWords
from converter.join import Join, Joined, staged
from converter.limits import Limits
from converter.media import OWN_TRACK, Cover, MediaInfo
from converter.observer import Observer, Survey
from converter.planning import captions, choice, ladder, singles
from converter.planning.plan import Action, Note, Plan
from converter.poster import Poster
from converter.request import Request
from converter.seen import Seen
from converter.shooting import Shooting, of_moment
from converter.shots import Shots
from converter.understanding import Place


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
                result = await self._made(request, limits, watch, extras, chosen)
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

    async def _made(
        self,
        request: Request,
        limits: Limits,
        watch: Observer,
        extras: Beside,
        chosen: Poster | None,
    ) -> Result:
        if not extras.parts:
            survey = await self._survey(request, limits, extras, chosen)
            await watch.on_survey(survey)
            return await self._climbed(survey, limits, watch)
        joined = await Join(self._place, request, limits, extras, watch).run()
        # What there was to join was within the limit.
        anything = replace(limits, max_input_bytes=1 << 60)
        survey = await self._survey(joined.request, anything, extras, chosen, joined)
        rest = staged(watch, Stage(joined.done, 1 - joined.done))
        return _of_several(await self._climbed(survey, limits, rest), joined)

    async def _climbed(self, survey: Survey, limits: Limits, watch: Observer) -> Result:
        climb = Climb(self.workspace, self.session, limits, watch)
        return _result(*await climb.up(survey.plans, survey.info), survey.info)

    @property
    def _place(self) -> Place:
        return Place(self.workspace, self.session, self.capabilities)

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

    async def survey(self, request: Request, limits: Limits) -> Survey:
        """Understand the workspace's input and plan for it, without converting anything.

        Raises as `run` does.
        """
        try:
            async with asyncio.timeout(limits.timeout):
                return await self._survey(request, limits)
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
                survey = await self._survey(of_moment(request, 0.0), limits)
                await watch.on_survey(survey)
                pictures = await Shooting(self._place, request, count, limits, watch).of(survey)
        except TimeoutError as error:
            raise Failed(Code.TIMED_OUT, limit=limits.timeout) from error
        return Shots(pictures, time.monotonic() - started)

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

    async def _poster(self, extras: Beside, limits: Limits) -> Poster | None:
        if extras.picture is None:
            return None
        try:
            return await poster.make(self.session, self.workspace, extras.picture, limits)
        except Refused:
            return None

    async def _survey(
        self,
        request: Request,
        limits: Limits,
        extras: Beside = NOTHING,
        chosen: Poster | None = None,
        joined: Joined | None = None,
    ) -> Survey:
        seen = await self._place.understand(request, limits)
        info, first = seen.info, seen.moov_first
        info = joined.as_it_is(info) if joined is not None else info
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
            climb = Climb(self.workspace, self.session, limits, watch)
            outcome = await climb.once(plan, result.before, least=size)
        except ConversionError as error:
            watch.on_setback(error)
            return result
        return _result(plan, outcome, result.before)


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


def _of_several(result: Result, joined: Joined) -> Result:
    """The result of the joined file as that of its parts: what was done to them counts."""
    plan, before = result.plan, replace(result.before, size=joined.size)
    if not joined.copied:
        plan = replace(plan, action=Action.ENCODE)
    elif plan.action is Action.NOTHING:
        plan = replace(plan, action=Action.REMUX)
    notes = tuple(dict.fromkeys((*joined.notes, *result.notes)))
    lost = result.lost_seconds + joined.lost_seconds
    return replace(result, plan=plan, before=before, notes=notes, lost_seconds=lost)


def _result(plan: Plan, outcome: Proved, info: MediaInfo) -> Result:
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
