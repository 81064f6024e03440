"""Rules about the picture."""

from collections.abc import Iterator

from tests.conformance.case import Case, Fault, Rule
from tests.conformance.expectations import Family, Shape
from tests.conformance.facts import Picture

_SHAPE_SLACK = 0.03
# A pixel of rounding on both sides; a codec that wants even sizes makes it two.
_ROUNDING = 2.0
_RATE_SLACK = 1.02
_FEW = 2
_WIDE_PRIMARIES = "bt2020"
_STUDIO_CODECS = frozenset({"h264", "hevc", "av1", "vp9"})
_WOVEN = frozenset({"tt", "bb", "tb", "bt"})
_HDR_SIDE_DATA = ("Mastering display", "Content light", "DOVI", "HDR")


def there(case: Case) -> Iterator[Fault]:
    """A picture where one is wanted, none elsewhere."""
    if case.want.family is Family.SOUND:
        if case.output.pictures:
            yield Fault("picture_left", case.output.pictures[0].codec)
    elif case.output.picture is None:
        yield Fault("picture_missing")


def codec(case: Case) -> Iterator[Fault]:
    """What every receiver can decode."""
    want, picture = case.want, _of(case)
    if picture is None:
        return
    if want.codecs and picture.codec not in want.codecs:
        yield Fault("codec", picture.codec)
        return
    if want.tag and picture.tag != want.tag:
        yield Fault("tag", picture.tag)
    if want.pixels and picture.pixels not in want.pixels:
        yield Fault("pixels", picture.pixels)
    if want.profiles and picture.profile not in want.profiles:
        yield Fault("profile", picture.profile)
    if want.max_level and not 0 < picture.level <= want.max_level:
        yield Fault("level", str(picture.level))
    told, own = case.output.levels
    if told < own:
        yield Fault("level", f"the file says {told}, the stream {own}")


def upright(case: Case) -> Iterator[Fault]:
    """Pixels are square and stand as they are shown."""
    picture = _of(case)
    if picture is None or case.want.keeps:
        return
    if picture.matrix:
        yield Fault("rotation", f"{picture.rotation}")
    if picture.sar != 1:
        yield Fault("pixel_aspect", str(picture.sar))


def shape(case: Case) -> Iterator[Fault]:
    """The size that the target asks for, and the source's proportions."""
    want, picture = case.want, _of(case)
    if picture is None:
        return
    size = (picture.width, picture.height)
    if want.shape is Shape.SQUARE:
        if size != (want.side, want.side):
            yield Fault("shape", f"{size}, not {want.side}×{want.side}")
        return
    if want.shape is Shape.TOUCHING and max(size) != want.side:
        yield Fault("shape", f"{size}, the longer side is not {want.side}")
    source = case.source.picture if case.source else None
    if source is None:
        return
    if want.shape is Shape.SAME_SIZE:
        if any(abs(a - b) > _ROUNDING for a, b in zip(picture.shown, source.shown, strict=True)):
            yield Fault("shape", f"{picture.shown}, not {source.shown}")
    elif not _same_proportions(picture.shown, source.shown, want.min_side):
        yield Fault("shape", f"{picture.shown} of {source.shown}")


def brightness(case: Case) -> Iterator[Fault]:
    """Tone-mapped, and tagged as what it is now."""
    picture = _of(case)
    if picture is None or case.want.keeps or picture.codec not in _STUDIO_CODECS:
        return
    if picture.colour_range == "pc" or picture.pixels.startswith("yuvj"):
        yield Fault("full_range", picture.colour_range)
    if not case.want.sdr:
        return
    wide = picture.primaries == _WIDE_PRIMARIES or picture.space.startswith(_WIDE_PRIMARIES)
    if picture.hdr or wide:
        yield Fault("hdr", f"{picture.transfer} {picture.primaries} {picture.space}".strip())
    left = [name for name in picture.side_data if name.startswith(_HDR_SIDE_DATA)]
    if left:
        yield Fault("hdr", ", ".join(left))


def interlacing(case: Case) -> Iterator[Fault]:
    """Whole pictures."""
    picture = _of(case)
    if picture is None or case.want.keeps:
        return
    if picture.field_order in _WOVEN or picture.interlaced * 2 > picture.frames:
        yield Fault("interlaced", f"{picture.field_order}, {picture.interlaced} frames")


def one_size(case: Case) -> Iterator[Fault]:
    """Players stretch what has another size than the film began with."""
    picture = _of(case)
    if picture is not None and picture.sizes and not case.want.keeps:
        yield Fault("size_changes", f"after {picture.sizes[0]} frames")


def rate(case: Case) -> Iterator[Fault]:
    """Not faster than receivers can show."""
    most, picture = case.want.max_fps, _of(case)
    if picture is None or not most:
        return
    if picture.rate > most * _RATE_SLACK or picture.peak > most * _RATE_SLACK + _FEW:
        yield Fault("fps", f"{picture.rate:.2f} on average, {picture.peak} within a second")


def frames(case: Case) -> Iterator[Fault]:
    """Every frame once: not doubled to fill a rate, not dropped to fit one."""
    picture = _of(case)
    source = case.source.picture if case.source else None
    if picture is None or source is None or case.want.family is Family.FRAME:
        return
    if picture.frames > source.frames * _RATE_SLACK + _FEW:
        yield Fault("frames_inflated", f"{source.frames} became {picture.frames}")
    if not case.want.every_frame or case.want.max_seconds:
        return
    seconds = source.span.seconds if source.span else 0.0
    fitting = case.want.max_fps * seconds if case.want.max_fps else source.frames
    if picture.frames < min(source.frames, fitting) * 0.8 - _FEW:
        yield Fault("frames_lost", f"{source.frames} became {picture.frames}")


def _of(case: Case) -> Picture | None:
    return None if case.want.family is Family.SOUND else case.output.picture


def _same_proportions(found: tuple[float, float], wanted: tuple[float, float], least: int) -> bool:
    if min(wanted) < least and min(found) <= least:
        return True
    ratio = wanted[0] / wanted[1]
    width, height = found
    return abs(width - height * ratio) <= max(_ROUNDING, _SHAPE_SLACK * height * ratio) or abs(
        height - width / ratio
    ) <= max(_ROUNDING, _SHAPE_SLACK * width / ratio)


RULES: tuple[Rule, ...] = (
    *(there, codec, upright, shape, brightness, interlacing, one_size, rate, frames),
)
