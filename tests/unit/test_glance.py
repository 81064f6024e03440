"""What a glance at a picture says of its fields and its descriptions."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.input import glance
from converter.input.glance import Glance, Told
from converter.media import Packets
from tests.support.facts import AUDIO, VIDEO

URL = "file:/in/input"


def lines(name: str, upper: int, lower: int, progressive: int) -> str:
    """As ffmpeg 5.1 and 7.1 print it, the empty instance of the first configuration included."""
    form = "[idet@{} @ 0x5649] [info] Multi frame detection: TFF:{:6} BFF:{:6} Progressive:{:6} "
    return "".join(
        form.format(name, *numbers) + "Undetermined:     0\n"
        for numbers in ((0, 0, 0), (upper, lower, progressive))
    )


@pytest.mark.parametrize(
    ("frames", "order"),
    [
        (Told(41, 0, 0), "tt"),
        (Told(0, 41, 0), "bb"),
        # Telecine: two frames of five.
        (Told(16, 0, 24), "tt"),
        # A film, noise of both parities, and what stands still.
        (Told(0, 1, 40), "progressive"),
        (Told(55, 128, 71), "progressive"),
        (Told(2, 0, 0), ""),
        (Told(), ""),
    ],
)
def test_what_seems_woven_of_fields(frames: Told, order: str) -> None:
    assert Glance(frames).order == order


def test_colour_that_both_fields_share() -> None:
    # 4:2:2 made of 4:2:0.
    woven = Glance(Told(41, 0, 0), Told(81, 0, 0))
    assert glance.applied(VIDEO, woven, torn=True).shared_colour
    own = replace(woven, colours=Told(0, 0, 82))
    assert not glance.applied(VIDEO, own, torn=True).shared_colour


def test_messages_and_descriptions() -> None:
    said = lines("frames", 10, 1, 2) + lines("frames", 5, 0, 0)
    one, other = b"\x67\x64\x00\x0d", b"\x67\x64\x00\x1e"
    listed = b"\x00\x00\x00\x01".join([b"", one, other, one])
    said += lines("colours", 0, 0, 20)
    seen = Glance(Told(15, 1, 2), Told(0, 0, 20), 2)
    assert glance.read(listed, said) == seen
    assert glance.read(b"\x00\x00\x01".join([b"", one + b"\x00", one]), "").descriptions == 1
    assert glance.read(b"", said.replace("idet@", "")) == glance.read(b"", said)
    assert glance.read(b"", "") == Glance()


@pytest.mark.parametrize(
    ("told", "seen", "order", "parity"),
    [
        ("progressive", "not torn", "progressive", ""),
        ("tt", "not torn", "tt", ""),
        ("progressive", "tt", "tt", "tff"),
        ("unknown", "bb", "bb", "bff"),
        ("tb", "tt", "tt", "tff"),
        ("tt", "progressive", "tt", ""),
        ("tt", "", "tt", ""),
        ("unknown", "progressive", "progressive", ""),
        ("", "progressive", "progressive", ""),
        ("unknown", "", "unknown", ""),
    ],
)
def test_what_is_seen_counts(told: str, seen: str, order: str, parity: str) -> None:
    views = {
        "tt": Glance(Told(40, 0, 0), Told(0, 0, 80)),
        "not torn": Glance(Told(40, 0, 0), Told(0, 0, 80)),
        "bb": Glance(Told(0, 40, 0), Told(0, 0, 80)),
        "progressive": Glance(Told(0, 0, 40), Told(0, 0, 80)),
        "": Glance(),
    }
    video = replace(VIDEO, field_order=told)
    found = glance.applied(video, views[seen], torn=seen != "not torn")
    assert (found.field_order, found.parity) == (order, parity)
    assert not found.varies


def test_what_changes_on_the_way() -> None:
    assert glance.applied(VIDEO, Glance(descriptions=2), torn=True).varies
    assert not glance.applied(VIDEO, Glance(descriptions=1), torn=True).varies
    entries = replace(VIDEO, packets=Packets(count=10, changes=1))
    assert glance.applied(entries, Glance(descriptions=0), torn=True).varies


@pytest.mark.parametrize(
    ("changes", "looked"),
    [
        ({}, True),
        ({"codec": "mjpeg"}, True),
        ({"codec": "vp9"}, False),
        ({"codec": "gif"}, False),
        ({"height": 144}, False),
        ({"height": 721}, False),
        ({"fps": Fraction(60)}, False),
        ({"fps": None}, True),
    ],
)
def test_whose_fields_are_looked_at(changes: dict[str, Any], *, looked: bool) -> None:
    assert glance.looks_at_fields(replace(VIDEO, **changes)) is looked


@pytest.mark.parametrize(
    ("codec", "seconds", "seekable", "starts"),
    [
        ("h264", 5.0, True, []),
        ("h264", None, True, []),
        ("h264", 100.0, False, []),
        ("h264", 100.0, True, ["25.000", "50.000", "75.000"]),
        ("mpeg2video", 100.0, True, ["25.000", "50.000", "75.000"]),
    ],
)
def test_where_it_looks(
    codec: str, seconds: float | None, starts: list[str], *, seekable: bool
) -> None:
    video = replace(VIDEO, codec=codec, duration=seconds)
    call = glance.argv(URL, video, max_pixels=100, seekable=seekable)
    assert [call[n + 1] for n, word in enumerate(call) if word == "-ss"] == starts
    described = codec == "h264"
    assert ("filter_units=pass_types=7" in call) is described
    inputs = max(1, len(starts) + (1 if starts else 0)) + described
    assert call.count("-i") == call.count("-format_whitelist") == inputs
    whole, apart = "extractplanes=y,idet@frames", "separatefields,idet@colours"
    assert call.count(whole) == call.count(apart) == max(1, len(starts) + (1 if starts else 0))


def test_nothing_to_look_at() -> None:
    assert glance.argv(URL, replace(VIDEO, codec="vp9"), max_pixels=1) == []
    hevc = glance.argv(URL, replace(VIDEO, codec="hevc", height=100), max_pixels=1)
    assert hevc.count("-i") == 1
    assert "filter_units=pass_types=33" in hevc


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        # ffmpeg 5.1 and 7.1.
        ("[Parsed_ashowinfo_0 @ 0x1] [info] n:0 fmt:fltp channel_layout:stereo rate:44100 nb:1", 1),
        ("[Parsed_ashowinfo_0 @ 0x1] [info] n:0 fmt:fltp chlayout:5.1(side) rate:48000 nb:1", 1),
        ("[ashowinfo @ 0x1] chlayout:mono rate:8 x\n[ashowinfo @ 0x1] chlayout:mono rate:9 x", 2),
        ("[ashowinfo @ 0x1] chlayout:mono rate:8 x\n[ashowinfo @ 0x1] chlayout:stereo rate:8 x", 2),
        ("", 0),
    ],
)
def test_kinds_of_sound(said: str, kinds: int) -> None:
    seen = glance.read(b"", said)
    assert seen.sounds == kinds
    assert glance.heard(AUDIO, seen).varies is (kinds > 1)


@given(st.binary(max_size=200), st.text(max_size=200))
def test_anything_can_be_read(stdout: bytes, stderr: str) -> None:
    assert glance.read(stdout, stderr).order in {"", "progressive", "tt", "bb"}


@pytest.mark.parametrize("pix_fmt", ["rgb24", "gbrp", "pal8", "nv12", "yuyv422", "gray"])
def test_what_has_no_plane_of_brightness_is_converted(pix_fmt: str) -> None:
    call = glance.argv(URL, replace(VIDEO, pix_fmt=pix_fmt), max_pixels=100)
    assert "format=gray,idet@frames" in call
