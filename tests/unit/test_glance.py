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
    ("frames", "fields", "order"),
    [
        # Really woven: 640×480 with the flags of a progressive film.
        (Told(41, 0, 0), Told(0, 0, 82), "tt"),
        (Told(0, 41, 0), Told(0, 0, 82), "bb"),
        # Telecine: two frames of five.
        (Told(16, 0, 24), Told(0, 0, 80), "tt"),
        # Files that idet errs with (noise, fine stripes, small patterns); their fields are no calm
        # pictures.
        (Told(0, 49, 0), Told(0, 34, 0), "progressive"),
        (Told(30, 0, 0), Told(0, 50, 0), "progressive"),
        (Told(36, 0, 12), Told(0, 0, 0), "progressive"),
        (Told(0, 43, 0), Told(37, 0, 0), "progressive"),
        # A film, noise of both parities, and what stands still.
        (Told(0, 1, 40), Told(0, 0, 80), "progressive"),
        (Told(55, 128, 71), Told(0, 0, 200), "progressive"),
        (Told(2, 0, 0), Told(0, 0, 4), ""),
        (Told(), Told(), ""),
    ],
)
def test_woven_of_fields_or_not(frames: Told, fields: Told, order: str) -> None:
    assert Glance(frames, fields).order == order


def test_messages_and_descriptions() -> None:
    said = lines("frames", 10, 1, 2) + lines("fields", 0, 0, 24) + lines("frames", 5, 0, 0)
    one, other = b"\x67\x64\x00\x0d", b"\x67\x64\x00\x1e"
    listed = b"\x00\x00\x00\x01".join([b"", one, other, one])
    assert glance.read(listed, said) == Glance(Told(15, 1, 2), Told(0, 0, 24), 2)
    assert glance.read(b"\x00\x00\x01".join([b"", one + b"\x00", one]), "").descriptions == 1
    assert glance.read(b"", said.replace("idet@", "")) == glance.read(b"", said)
    assert glance.read(b"", "") == Glance()


@pytest.mark.parametrize(
    ("told", "seen", "order", "parity"),
    [
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
        "bb": Glance(Told(0, 40, 0), Told(0, 0, 80)),
        "progressive": Glance(Told(0, 0, 40), Told(0, 0, 80)),
        "": Glance(),
    }
    found = glance.applied(replace(VIDEO, field_order=told), views[seen])
    assert (found.field_order, found.parity) == (order, parity)
    assert not found.varies


def test_what_changes_on_the_way() -> None:
    assert glance.applied(VIDEO, Glance(descriptions=2)).varies
    assert not glance.applied(VIDEO, Glance(descriptions=1)).varies
    entries = replace(VIDEO, packets=Packets(count=10, changes=1))
    assert glance.applied(entries, Glance(descriptions=0)).varies


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
    whole, apart = "format=gray,idet@frames", "format=gray,separatefields,idet@fields"
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
