"""Filters in their order."""

from dataclasses import replace
from fractions import Fraction

import pytest

from converter.media import VideoStream
from converter.planning import filters
from converter.planning.filters import Look
from converter.planning.geometry import Geometry
from tests.support.facts import FILTERS, PAINTED, TEXT, VIDEO

HD = Look(Geometry((1280, 720)))


def texts(video: VideoStream, look: Look = HD) -> list[str]:
    return [f.text for f in filters.chain(video, look, FILTERS, 0.0)]


def names(video: VideoStream, look: Look = HD) -> list[str]:
    return [text.partition("=")[0] for text in texts(video, look)]


def test_the_chain_of_an_ordinary_picture() -> None:
    assert texts(VIDEO) == [
        "scale=1280:720:flags=lanczos:in_color_matrix=bt709:out_color_matrix=bt709:out_range=tv",
        "format=yuv420p",
        "setsar=1",
        "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv",
    ]


def test_fields_and_rate_go_before_size() -> None:
    video = replace(
        VIDEO, field_order="tt", fps=Fraction(120), peak_fps=Fraction(120), color_space=""
    )
    assert names(video) == ["bwdif", "select", "scale", "format", "setsar", "setparams"]


@pytest.mark.parametrize(
    ("codec", "order", "deinterlaced"),
    [
        *[("h264", "unknown", False), ("mpeg2video", "unknown", True), ("mpeg4", "", True)],
        *[("mpeg2video", "progressive", False), ("h264", "bb", True), ("h264", "", False)],
    ],
)
def test_fields(codec: str, order: str, *, deinterlaced: bool) -> None:
    found = texts(replace(VIDEO, codec=codec, field_order=order))
    assert any(text.startswith("bwdif") for text in found) is deinterlaced


def test_an_untagged_picture_keeps_the_guess_of_its_own_size() -> None:
    small = replace(VIDEO, height=480, color_space="", color_primaries="", color_transfer="")
    look = Look(Geometry((854, 480)))
    assert "in_color_matrix=smpte170m" in texts(small, look)[0]
    assert "in_color_matrix=bt709" in texts(replace(small, height=1080), look)[0]


def test_transparency_goes_over_black() -> None:
    found = texts(replace(VIDEO, pix_fmt="argb"))
    assert found[:3] == ["format=gbrap", "premultiply=inplace=1", "format=gbrp"]


def test_transparency_that_is_kept() -> None:
    look = replace(HD, alpha=True, pixels="yuva420p")
    found = texts(replace(VIDEO, pix_fmt="yuva420p"), look)
    assert "premultiply=inplace=1" not in found
    assert "format=yuva420p" in found


@pytest.mark.parametrize(
    ("look", "wanted"),
    [
        (replace(HD, rotate=90), ["transpose=clock"]),
        (replace(HD, rotate=180), ["hflip", "vflip"]),
        (replace(HD, rotate=270), ["transpose=cclock"]),
        (replace(HD, mirror=True), ["hflip"]),
        (replace(HD, rotate=90, mirror=True), ["transpose=clock", "hflip"]),
    ],
)
def test_turns_come_before_the_size(look: Look, wanted: list[str]) -> None:
    found = texts(VIDEO, look)
    assert found[: len(wanted)] == wanted
    assert found[len(wanted)].startswith("scale=")


def test_speed_comes_last_with_a_rate_of_its_own() -> None:
    fast = replace(VIDEO, fps=Fraction(50), peak_fps=Fraction(50))
    found = texts(fast, replace(HD, speed=2.0, max_fps=60))
    assert found[-2:] == ["setpts=PTS/2", "fps=60"]
    assert texts(fast, replace(HD, speed=1.1, max_fps=60))[-2:] == ["setpts=PTS/1.1", "fps=55"]
    assert texts(replace(fast, fps=None), replace(HD, speed=0.5))[-1] == "fps=15"


def test_subtitles_are_painted_before_the_speed_changes() -> None:
    found = names(VIDEO, replace(HD, burn=TEXT, speed=2.0))
    assert found.index("scale") < found.index("ass") < found.index("setpts")


def test_subtitles_of_a_part_keep_the_file_s_clock() -> None:
    found = texts(VIDEO, replace(HD, burn=TEXT, start=3.0))
    at = found.index("ass=filename={own}/burned.ass:fontsdir={own}/fonts")
    assert (found[at - 1], found[at + 1]) == ("setpts=PTS+3.000000/TB", "setpts=PTS-3.000000/TB")


def test_painted_subtitles_are_laid_over_the_sized_picture() -> None:
    found = names(VIDEO, replace(HD, burn=PAINTED))
    assert found.index("scale") < found.index("overlay") < found.index("format")


def test_a_square_is_cut_from_what_is_seen() -> None:
    found = texts(VIDEO, Look(Geometry((384, 384), square=True), rotate=90))
    assert found[:3] == [
        "transpose=clock",
        "crop=w='min(iw,ih/sar)':h='min(ih,iw*sar)'",
        found[2],
    ]
    assert found[2].startswith("scale=384:384:")


def test_a_canvas_is_transparent_where_it_can_be() -> None:
    look = Look(Geometry((100, 56), canvas=(100, 100)), pixels="yuva420p", alpha=True)
    assert "pad=100:100:(ow-iw)/2:(oh-ih)/2:color=black@0" in texts(VIDEO, look)


def test_a_picture_that_changes_its_size_is_fitted_in() -> None:
    found = texts(VIDEO, replace(HD, changing=True))
    assert found[0].startswith("scale=w='if(lt(abs(dar*720/1280-1),0.04),1280,")
    assert "pad=1280:720:(ow-iw)/2:(oh-ih)/2:color=black" in found


@pytest.mark.parametrize(
    ("transfer", "wide"), [("smpte2084", "HDR"), ("arib-std-b67", "HDR"), ("bt709", "wide colour")]
)
def test_wide_colour_is_told_apart(transfer: str, wide: str) -> None:
    video = replace(VIDEO, color_primaries="bt2020", color_transfer=transfer)
    found = filters.chain(video, HD, FILTERS, 0.0)
    assert wide in {f.reason for f in found}
    assert any("tonemap" in f.text for f in found) is (wide == "HDR")
    assert not any(f.text.startswith("setparams=color_primaries=bt709") for f in found)


def test_hdr_that_is_kept_is_only_sized_and_tagged() -> None:
    video = replace(
        VIDEO, color_primaries="bt2020", color_transfer="smpte2084", color_space="bt2020nc"
    )
    assert texts(video, replace(HD, hdr=True, pixels="yuv420p10le")) == [
        "scale=1280:720:flags=lanczos",
        "format=yuv420p10le",
        "setsar=1",
        "setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc:range=tv",
    ]


def test_a_still_has_the_full_range() -> None:
    found = texts(VIDEO, replace(HD, pixels="yuvj420p", full=True))
    assert "out_range=full" in found[0]
    assert found[-1].endswith("range=pc")


def test_only_known_colours_get_into_the_chain() -> None:
    video = replace(VIDEO, color_primaries="bt2020", color_transfer="x,movie=/etc/passwd")
    assert "movie" not in ",".join(texts(video))
