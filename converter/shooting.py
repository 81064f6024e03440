"""Several pictures of one film: each as a conversion to a single picture would be, and out of the
way of the next."""

from dataclasses import dataclass, replace

from converter import shots
from converter.climb import Climb
from converter.errors import Code, Failed
from converter.limits import Limits
from converter.observer import Observer, Survey
from converter.planning import choice, ladder, moments
from converter.planning.cuts import length_of, outside
from converter.request import Request
from converter.shots import Shot
from converter.understanding import Place


def of_moment(request: Request, at: float) -> Request:
    """The wish for the picture of one moment, in seconds."""
    return replace(request, at=at, start=0.0, end=None)


@dataclass(frozen=True, slots=True)
class Shooting:
    """Takes up to `count` pictures, spread evenly over the part that `request` wants."""

    place: Place
    request: Request
    count: int
    limits: Limits
    watch: Observer

    async def of(self, survey: Survey) -> tuple[Shot, ...]:
        """Those of the input that was surveyed. What can't be read is left out, as long as enough
        is left. Raises Refused, Failed or Unavailable."""
        request = self.request
        whole = length_of(survey.info, (choice.picture(survey.info),))
        if whole is not None and request.start >= whole:
            raise outside("start", request.start, whole)
        at = moments.spread(whole, self.count, request.start, request.end)

        async def take(number: int) -> Shot:
            self.watch.on_shot(number, len(at))
            return await self._shot(survey, at[number - 1], number)

        pictures = await shots.in_turn(len(at), take, self.watch.on_setback)
        size = sum(shot.size for shot in pictures)
        if size > self.limits.max_output_bytes:
            limit = self.limits.max_output_bytes
            raise Failed(Code.OUTPUT_TOO_LARGE, limit=limit, least=size)
        return pictures

    async def _shot(self, survey: Survey, moment: float, number: int) -> Shot:
        seen, place = survey.seen, self.place
        wish = of_moment(self.request, moment)
        plans = ladder.ladder(
            seen.info, wish, self.limits, place.capabilities, moov_first=seen.moov_first
        )
        climb = Climb(place.workspace, place.session, self.limits, self.watch)
        _, made = await climb.up(plans, seen.info)
        path = made.path.replace(made.path.with_stem(f"shot{number:02}"))
        width, height = made.after.videos[0].display_size
        return Shot(path, moment, width, height, made.after.size)
