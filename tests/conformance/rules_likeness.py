"""Rules about what is seen and heard: an output of the right kind may still show or play something
else. The thresholds were measured; docs/conformance.md has the figures."""

import statistics
from collections.abc import Iterator
from typing import Final

from tests.conformance.case import Case, Fault, Rule
from tests.conformance.expectations import Family, Shape
from tests.conformance.facts import Facts
from tests.conformance.seen import Seen

# SSIM of a moment, and of the middle one of three.
_LEAST_ALIKE: Final = 0.7
_ALIKE: Final = 0.85
# Of what other means made: fields joined, tones mapped, colours counted.
_REMADE: Final = 0.6
_COLOUR: Final = 12.0
_BRIGHTNESS: Final = 8.0
_CONTRAST: Final = (0.88, 1.15)
# Where tones are mapped nobody can say how bright is right, but washed out is wrong.
_MAPPED_BRIGHTNESS: Final = 30.0
_MAPPED_CONTRAST: Final = (0.82, 1.25)
_WHOLE: Final = 0.8
_LAG: Final = 0.08
_SHAPE_OF_SOUND: Final = 0.5
_GONE: Final = 0.03
_LONGEST_GONE: Final = 0.1
# Packets of sound; a frame comes on top.
_TOGETHER: Final = 0.12
_SLACK: Final = 0.02
_THUMBNAIL_SIDE: Final = 320
_THUMBNAIL_BYTES: Final = 200_000
# Less contrast than this is one colour, or nearly.
_SOMETHING: Final = 8.0
_LEAST_SHOWN: Final = 5.0
_OF_THE_FILM: Final = 0.15


def moments(case: Case) -> Iterator[Fault]:
    """It shows what the source shows, where the source shows it."""
    seen = case.compared.seen
    if seen is None or not seen.moments or case.source is None:
        return
    told = " ".join(f"{moment.ssim:.2f}" for moment in seen.moments)
    middle = statistics.median(moment.ssim for moment in seen.moments)
    least = min(moment.ssim for moment in seen.moments)
    if _remade(case, seen):
        if middle < _REMADE:
            yield Fault("picture_differs", f"ssim {told}")
    elif middle < _ALIKE or least < _LEAST_ALIKE:
        yield Fault("picture_differs", f"ssim {told}")
    colour = statistics.median(moment.colour for moment in seen.moments)
    if colour > _COLOUR:
        yield Fault("colour_differs", f"by {colour:.1f} levels")


def tones(case: Case) -> Iterator[Fault]:
    """As bright, and with as much between dark and bright."""
    seen = case.compared.seen
    if seen is None or not seen.moments or case.want.painted:
        return
    brightness = statistics.median(moment.brightness for moment in seen.moments)
    contrast = statistics.median(moment.contrast for moment in seen.moments)
    mapped = _mapped(case)
    low, high = _MAPPED_CONTRAST if mapped else _CONTRAST
    if abs(brightness) > (_MAPPED_BRIGHTNESS if mapped else _BRIGHTNESS):
        yield Fault("brightness_differs", f"by {brightness:+.1f} levels")
    if not low <= contrast <= high:
        yield Fault("contrast_differs", f"{contrast:.2f} of the source's")


def combing(case: Case) -> Iterator[Fault]:
    """Where the source is made of fields, the output is made of whole pictures."""
    seen = case.compared.seen
    if seen is None or not seen.fields or case.want.keeps:
        return
    if seen.whole < _WHOLE:
        yield Fault("combed", f"{seen.whole:.0%} of frames are whole")


def in_step(case: Case) -> Iterator[Fault]:
    """Sound comes when it did, by the picture's clock."""
    heard = case.compared.heard
    if heard is None or not heard.lags:
        return
    away = [min((lag - zero for zero in _zeros(case)), key=abs) for lag in heard.lags]
    if max(away, key=abs, default=0.0) > _LAG or min(away) < -_LAG:
        yield Fault("sound_shifted", " ".join(f"{lag:+.2f} s" for lag in away))


def heard_through(case: Case) -> Iterator[Fault]:
    """What is heard in the source is heard: the right track, without holes."""
    heard = case.compared.heard
    if heard is None:
        return
    if heard.best != heard.chosen and not case.want.keeps:
        yield Fault("wrong_track", f"stream {heard.best}, not {heard.chosen}")
        return
    if heard.alike < _SHAPE_OF_SOUND and _whole(case):
        yield Fault("sound_differs", f"correlation {heard.alike:.2f}")
    if heard.gone > _GONE or heard.longest > _LONGEST_GONE:
        yield Fault("silence", f"{heard.gone:.0%} of it, {heard.longest:.2f} s at once")


def lengths(case: Case) -> Iterator[Fault]:
    """When decoded, as much sound as picture, or as near to it as in the source; and as much as
    the source has, whatever containers say."""
    source, output = case.source, case.output
    if source is None or case.want.silent:
        return
    before, after = source.sound, output.sound
    if before is None or after is None or before.span is None or after.span is None:
        return
    long = [before.span.counted, source.played(before)]
    if case.want.family is Family.PICTURE:
        apart = _apart(output) - _apart(source)
        frame = 1 / output.picture.rate if output.picture and output.picture.rate else 0.0
        if apart > _TOGETHER + frame:
            yield Fault("sound_length", f"{_apart(output):.2f} s more or less than the picture")
        long.append(source.seconds)
    most = case.want.max_seconds
    long = [min(most, seconds) if most else seconds for seconds in long]
    slack = max(0.25, _SLACK * max(long))
    if not min(long) - slack <= after.span.counted <= max(long) + slack:
        told = f"{after.span.counted:.2f} s decoded instead of {long[0]:.2f} s"
        yield Fault("sound_length", told)


def thumbnail(case: Case) -> Iterator[Fault]:
    """A small picture that shows something of the film."""
    seen, small = case.compared.seen, case.compared.thumbnail
    if not case.want.thumbnail or not case.compared.asked or seen is None:
        return
    if small is None:
        if seen.contrast >= _SOMETHING:
            yield Fault("thumbnail_missing")
        return
    if small.codec != "mjpeg" or small.size > _THUMBNAIL_BYTES:
        yield Fault("thumbnail_kind", f"{small.codec}, {small.size} bytes")
    if max(small.width, small.height) > _THUMBNAIL_SIDE:
        yield Fault("thumbnail_kind", f"{small.width}×{small.height}")
    if seen.contrast >= _SOMETHING and small.contrast < max(
        _LEAST_SHOWN, _OF_THE_FILM * seen.contrast
    ):
        told = f"contrast {small.contrast:.1f}, the film's {seen.contrast:.1f}"
        yield Fault("thumbnail_empty", told)


def _zeros(case: Case) -> list[float]:
    """Lags that are none: the two files begin together, or the picture's clocks tell otherwise."""
    source, output, seen = case.source, case.output, case.compared.seen
    if source is None or source.span is None or output.span is None:
        return [0.0]
    if case.want.family is Family.SOUND:
        # A sound of its own may begin with the film or with itself.
        first = source.sound.span.start if source.sound and source.sound.span else 0.0
        return [0.0, source.span.start - first]
    begun = output.span.start - source.span.start
    shifts = seen.shifts if seen is not None else ()
    return [shift - begun for shift in shifts] or [0.0]


def _apart(facts: Facts) -> float:
    """By how much the sound, counted in samples, differs from the picture."""
    picture, sound = facts.picture, facts.sound
    if picture is None or sound is None or sound.span is None:
        return 0.0
    return abs(sound.span.counted - facts.played(picture))


def _whole(case: Case) -> bool:
    """Our own decoder made all of the source's sound, or nearly."""
    sound = case.source.sound if case.source else None
    if case.source is None or sound is None or sound.span is None:
        return False
    return sound.span.counted >= _WHOLE * case.source.played(sound)


def _remade(case: Case, seen: Seen) -> bool:
    """Made by means of which there are many right ones."""
    other = not case.want.every_frame or case.want.shape is Shape.SQUARE or case.want.painted
    return seen.fields or _mapped(case) or other


def _mapped(case: Case) -> bool:
    picture = case.source.picture if case.source else None
    return picture is not None and picture.hdr


RULES: tuple[Rule, ...] = (*(moments, tones, combing, in_step, heard_through, lengths, thumbnail),)
