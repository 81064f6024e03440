"""What a named case expects, beside the rules for every output. Pure."""

from collections.abc import Iterator
from typing import Final

from tests.conformance.case import Fault
from tests.conformance.cases import Expect
from tests.conformance.closer import Closer
from tests.conformance.facts import Facts

_PITCH: Final = 0.04
_WIDTH: Final = 0.05
_SHAPE: Final = 0.06
_PAINTED: Final = 40
_COPIED: Final = frozenset({"nothing", "remux", "audio only"})
KIND: Final = "case"


def refusal(expect: Expect, code: str) -> Iterator[Fault]:
    """What a refused file should have become."""
    if expect.refused != code:
        yield Fault(KIND, f"refused {code}, not {expect.refused or 'to be refused'}")


def named(
    expect: Expect, output: Facts, action: str, notes: tuple[str, ...], found: Closer
) -> Iterator[Fault]:
    """Everything that is otherwise than expected."""
    if expect.refused:
        yield Fault(KIND, f"made, but {expect.refused} was to be said")
    yield from _done(expect, action, notes)
    yield from _lengths(expect, output)
    yield from _tracks(expect, output, found)
    yield from _looks(expect, found)
    if expect.either:
        tries = [list(named(one, output, action, notes, found)) for one in expect.either]
        if all(tries):
            told = "; or ".join(", ".join(fault.detail for fault in one) for one in tries)
            yield Fault(KIND, told)


def _done(expect: Expect, action: str, notes: tuple[str, ...]) -> Iterator[Fault]:
    if expect.action and action not in expect.action:
        yield Fault(KIND, f"{action}, not {' or '.join(expect.action)}")
    copied = "copied" if action in _COPIED else "encoded"
    if expect.picture and copied != expect.picture:
        yield Fault(KIND, f"picture {copied}, not {expect.picture}")
    if expect.notes is not None and sorted(notes) != sorted(expect.notes):
        yield Fault(KIND, f"notes {list(notes)}, not {list(expect.notes)}")


def _lengths(expect: Expect, output: Facts) -> Iterator[Fault]:
    picture, sound = output.picture, output.sound
    seconds = output.played(picture) if picture else output.played(sound)
    if expect.seconds is not None and abs(seconds - expect.seconds) > expect.within:
        yield Fault(KIND, f"{seconds:.2f} s, not {expect.seconds:g} s")
    heard = sound.span.counted if sound is not None and sound.span is not None else 0.0
    if expect.sound_seconds is not None and abs(heard - expect.sound_seconds) > expect.within:
        yield Fault(KIND, f"{heard:.2f} s of sound decoded, not {expect.sound_seconds:g} s")
    frames = picture.frames if picture else 0
    if expect.frames is not None and frames != expect.frames:
        yield Fault(KIND, f"{frames} frames, not {expect.frames}")
    if expect.most_bytes is not None and output.size > expect.most_bytes:
        yield Fault(KIND, f"{output.size} bytes, at most {expect.most_bytes}")


def _tracks(expect: Expect, output: Facts, found: Closer) -> Iterator[Fault]:
    if expect.no_sound and output.sounds:
        yield Fault(KIND, "a sound that nobody expects")
    if expect.sounds is not None and len(output.sounds) != expect.sounds:
        yield Fault(KIND, f"{len(output.sounds)} sound tracks, not {expect.sounds}")
    codec = output.sound.codec if output.sound else "none"
    if expect.sound_codec and codec != expect.sound_codec:
        yield Fault(KIND, f"sound {codec}, not {expect.sound_codec}")
    for second, wanted in expect.tones:
        pitch = found.tones.get(second, 0.0)
        if abs(pitch - wanted) > _PITCH * wanted:
            yield Fault(KIND, f"{pitch:.0f} Hz at {second:g} s, not {wanted:g} Hz")
    if expect.words and expect.words not in found.words:
        yield Fault(KIND, f"not in the subtitles: {expect.words}")


def _looks(expect: Expect, found: Closer) -> Iterator[Fault]:
    if expect.progressive is not None and (found.whole or 0.0) < expect.progressive:
        yield Fault(KIND, f"{found.whole or 0.0:.0%} of frames are whole")
    if expect.block is not None:
        width, wanted = found.block or 0, expect.block[1]
        if abs(width - wanted) > _WIDTH * wanted:
            yield Fault(KIND, f"a block of {width} pixels, not {wanted:g}")
    if expect.shape is not None:
        shape, right = found.shape or 0.0, expect.shape[1]
        if abs(shape - right) > _SHAPE * right:
            yield Fault(KIND, f"proportions {shape:.2f}, not {right:.2f}")
    if expect.drawn is not None and (found.painted or 0) < _PAINTED:
        yield Fault(KIND, f"nothing is painted at {expect.drawn:g} s")
