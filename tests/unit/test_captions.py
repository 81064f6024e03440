"""Which tracks are wanted, and where painted ones are laid."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from converter.media import SubtitleStream
from converter.planning import captions
from converter.planning.captions import Laid
from converter.request import Request, Subtitles
from tests.support.facts import INFO, PAINTED, TEXT, VIDEO

BOTH = replace(INFO, subtitles=(TEXT, PAINTED))


@pytest.mark.parametrize(
    ("options", "indexes", "burned"),
    [
        ({}, (), False),
        ({"subtitles": Subtitles.KEEP}, (2,), False),
        ({"target": "mkv"}, (2,), False),
        ({"target": "mkv", "speed": 2.0}, (), False),
        ({"subtitles": Subtitles.BURN}, (2,), True),
        ({"subtitles": Subtitles.BURN, "subtitle": "2"}, (), True),
        ({"target": "gif", "subtitles": Subtitles.BURN}, (2,), True),
    ],
)
def test_wanted(options: dict[str, Any], indexes: tuple[int, ...], *, burned: bool) -> None:
    found = captions.wanted(BOTH, Request(**options))
    assert tuple(track.index for track in found.tracks) == indexes
    assert found.burned is burned


DISC, DVD = (1920, 1080), (720, 576)
PLACES = [
    # The whole picture, at any size of the result.
    (DISC, (1920, 1080), 1, (1920, 1080), Laid(1920, 1080)),
    (DISC, (1920, 1080), 1, (1280, 720), Laid(1280, 720)),
    # The black bars were cut off, or the sides.
    (DISC, (1920, 800), 1, (1920, 800), Laid(1422, 800, 248)),
    (DISC, (1440, 1080), 1, (1440, 1080), Laid(1440, 810, 0, 134)),
    # Painted for pixels that are no squares.
    (DVD, (720, 576), Fraction(64, 45), (1024, 576), Laid(1024, 576)),
    (DVD, (720, 576), Fraction(16, 15), (768, 576), Laid(768, 576)),
    (DVD, (1920, 1080), 1, (1920, 1080), Laid(1920, 1080)),
    (DVD, (640, 272), 1, (640, 272), Laid(484, 272, 78)),
    (DISC, (720, 576), Fraction(64, 45), (1024, 576), Laid(1024, 576)),
    # Cut to a square, or turned.
    (DISC, (1920, 1080), 1, (384, 384), Laid(384, 216, 0, 84)),
    (DISC, (1920, 1080), 1, (1080, 1920), Laid(1080, 608, 0, 656)),
    # Nobody said what for.
    ((0, 0), (1280, 720), 1, (1280, 720), Laid(1280, 720)),
]


@pytest.mark.parametrize(("canvas", "stored", "sar", "shown", "place"), PLACES)
def test_where_painted_ones_are_laid(
    canvas: tuple[int, int],
    stored: tuple[int, int],
    sar: Fraction,
    shown: tuple[int, int],
    place: Laid,
) -> None:
    track = SubtitleStream(3, "hdmv_pgs_subtitle", canvas=canvas)
    video = replace(VIDEO, width=stored[0], height=stored[1], sar=Fraction(sar))
    found = captions.laid(track, video, shown)
    assert (found.width, found.height) == pytest.approx((place.width, place.height), abs=2)
    assert (found.x, found.y) == pytest.approx((place.x, place.y), abs=2)
