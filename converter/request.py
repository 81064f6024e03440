"""What a person asked for. A Request that exists makes sense; `parse` is the door for what comes
from outside, `dump` makes what `parse` reads back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Final

from converter.errors import Code, Refused
from converter.formats import TARGETS
from converter.options import (
    LEAST_CUT,
    OPTIONS,
    Option,
    Quality,
    Still,
    Subtitles,
    Unit,
    Value,
)

__all__ = ["Quality", "Request", "Still", "Subtitles", "dump", "parse", "usual"]

_SHOWN: Final = 60  # characters of a wrong name or value


@dataclass(frozen=True, slots=True)
class Request:
    """One wish: the key of a target in `formats.TARGETS`, and how it differs from the usual.

    Making one raises Refused (BAD_REQUEST) where a value is out of bounds (see `options`), means
    nothing for the target, or means nothing beside the other options: a wish is never silently
    left out.

    `max_side` bounds the longer side and `height` the shorter (720 as in "720p"), in pixels,
    nothing is ever enlarged by them; `max_fps` in frames per second. `max_bytes` is a size to be
    reached from below, `fit` asks for what the receiving side takes. `start` and `end` cut, in
    seconds; with `exact` false the cut may begin earlier, at a keyframe, and nothing is encoded
    anew for it. `audio` picks a track by number from 1 or by language ("ru", "rus"). `loudness`
    in LUFS. `subtitle` picks the track to burn, like `audio`. `rotate` clockwise in degrees,
    after that `mirror` swaps left and right. `speed` 2.0 is twice as fast. `metadata` keeps what
    the file says about itself. `ten_bit` keeps more than 8 bits and HDR. `at` is the moment of a
    single picture, in seconds on the file's own time line, None for one near the beginning.
    """

    target: str = "mp4"
    quality: Quality = Quality.BALANCED
    max_side: int | None = None
    height: int | None = None
    max_fps: float | None = None
    max_bytes: int | None = None
    fit: bool = False
    start: float = 0.0
    end: float | None = None
    exact: bool = True
    mute: bool = False
    audio: str = ""
    loudness: float | None = None
    subtitles: Subtitles = Subtitles.AUTO
    subtitle: str = ""
    rotate: int = 0
    mirror: bool = False
    speed: float = 1.0
    metadata: bool = False
    ten_bit: bool = False
    at: float | None = None
    still: Still = Still.JPEG

    def __post_init__(self) -> None:
        for option, value in _unusual(self):
            _check(self, option, value)

    @property
    def cuts(self) -> bool:
        """Only a part is wanted."""
        return self.start > 0 or self.end is not None


_USUAL: Mapping[str, Value] = {
    field.name: field.default  # type: ignore[misc]  # every field has one
    for field in fields(Request)
}


def usual(name: str) -> Value:
    """What an option is when nobody speaks of it."""
    return _USUAL[name]


def _unusual(request: Request) -> Iterator[tuple[Option, Value]]:
    """The options that were spoken of. The target goes first: the others are held against it."""
    for name, option in OPTIONS.items():
        value: Value = getattr(request, name)
        if value != usual(name):
            yield option, value


def _check(request: Request, option: Option, value: Value) -> None:
    if not option.takes.allows(value):
        raise _refused("value", option.name, f"is {str(value)[:_SHOWN]!r}")
    target = TARGETS[request.target]
    if not option.suits(target, value):
        # Where another value would do, this one is named too.
        which = {"value": str(value)} if option.means_something_for(target) else {}
        raise _refused("target", option.name, f"for {target.key}", target=target.key, **which)
    if option.name == "end" and not float(value or 0.0) >= request.start + LEAST_CUT:
        raise _refused("order", "end", f"{value} after {request.start}", other="start")
    if option.needs is not None:
        other, needed = option.needs
        if getattr(request, other) != needed:
            raise _refused("needs", option.name, f"no {other}", other=other, needed=needed)
    for other in option.excludes:
        if getattr(request, other) != usual(other):
            raise _refused("beside", option.name, f"beside {other}", other=other)


def _refused(why: str, option: str, detail: str, **facts: str) -> Refused:
    """`why` is the fact by which a sentence is found: value, target, order, needs, beside,
    unknown."""
    return Refused(Code.BAD_REQUEST, f"{option} {detail}", why=why, option=option, **facts)


def parse(data: Mapping[str, object]) -> Request:
    """The request that `data` holds by the names of its fields: what `dump` made, or a form.

    Raises Refused (BAD_REQUEST) for an unknown name, a wrong type or a wish that makes no sense.
    """
    values: dict[str, Value] = {}
    for name, value in data.items():
        option = OPTIONS.get(name)
        if option is None:
            raise _refused("unknown", str(name)[:_SHOWN], "is no option")
        try:
            without = value is None and usual(name) is None
            values[name] = None if without else option.takes.read(value)
        except (TypeError, ValueError, OverflowError) as error:
            raise _refused("value", name, f"is {str(value)[:_SHOWN]!r}") from error
    return Request(**values)  # type: ignore[arg-type]  # read by the rows, held against them inside


def dump(request: Request) -> dict[str, str]:
    """The request in words, as JSON or a job's row takes them, without what is as usual."""
    words = {option.name: _word(option, value) for option, value in _unusual(request)}
    return {"target": request.target} | words


def _word(option: Option, value: Value) -> str:
    if option.takes.unit is Unit.YES_OR_NO:
        return "true" if value else "false"
    return str(value)
