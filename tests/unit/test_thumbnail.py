"""Which moments of a film are looked at for its thumbnail."""

from dataclasses import replace
from fractions import Fraction

import pytest

from converter.commands import thumbnail_args
from converter.commands.thumbnail_args import Moment, first_look, second_look
from converter.input.guards import input_guards
from tests.support.facts import VIDEO

URL = "file:/out/partial"


def test_one_call_looks_at_a_few_moments() -> None:
    at = thumbnail_args.moments(100.0)
    assert at[0] == Moment(1.0)
    assert [moment.exact for moment in at[1:]] == [False] * 3
    argv = first_look(URL, "file:/out/t%02d.jpg", VIDEO, at, 1000)
    guards = [n for n, word in enumerate(argv) if word == input_guards(1000)[0]]
    assert argv.count("-i") == argv.count("-ss") == argv.count("-map") == len(guards) == 4
    assert argv.count("-noaccurate_seek") == 3
    assert argv[-1] == "file:/out/t04.jpg"


@pytest.mark.parametrize("seconds", [None, 0.0, 0.04, 1.0, 2.9])
def test_a_short_film_is_looked_at_exactly(seconds: float | None) -> None:
    at = thumbnail_args.moments(seconds)
    assert all(moment.exact and 0 <= moment.at <= (seconds or 0) for moment in at)


@pytest.mark.parametrize(
    ("size", "most"), [((320, 240), 12.0), ((1280, 720), 8), ((7680, 4320), 1)]
)
def test_the_second_look_is_bounded_by_what_it_decodes(size: tuple[int, int], most: float) -> None:
    video = replace(VIDEO, width=size[0], height=size[1], fps=Fraction(25))
    argv = second_look(URL, "t%02d.jpg", video, 10_000.0, 1000, mapped=True)
    assert 0 < float(argv[argv.index("-t") + 1]) <= most
    assert argv[argv.index("-frames:v") + 1] == "12"


def test_what_shows_nothing() -> None:
    assert thumbnail_args.poor(1_100, 320 * 180)
    assert not thumbnail_args.poor(6_500, 320 * 180)
    assert not thumbnail_args.poor(900, 16 * 16)


def test_hdr_is_mapped_and_nothing_else() -> None:
    hdr = replace(VIDEO, color_transfer="smpte2084")
    for video, mapped in ((hdr, True), (VIDEO, False)):
        argv = first_look(URL, "t%02d.jpg", video, (Moment(0),), 1000)
        assert ("tonemap" in " ".join(argv)) is mapped
    argv = second_look(URL, "t%02d.jpg", hdr, 1.0, 1000, mapped=False)
    assert "tonemap" not in " ".join(argv)
