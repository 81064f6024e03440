"""Rules of the targets beside MP4, and what no small file shows: facts are changed instead."""

from dataclasses import replace
from fractions import Fraction

import pytest

from tests.conformance.expectations import EXPECTATIONS, Family
from tests.conformance.facts import Span
from tests.conformance.made import faults
from tests.conformance.plain import MKV, MOV, file, picture, sound

SOURCE = file(MKV, "", picture(), sound("ac3", channels=6))
SQUARE = picture(size=(384, 384))
SHORT_VP9 = picture("vp9", (512, 288))
EMOJI = picture("vp9", (100, 100))

# A right output of every target.
RIGHT = {
    "mp4": file(MOV, "isom", picture(), sound()),
    "hevc": file(MOV, "isom", picture("hevc"), sound()),
    "av1": file(MOV, "isom", picture("av1"), sound()),
    "webm": file(MKV, "", picture("vp9"), sound("opus")),
    "mkv": file(MKV, "", picture("h264"), sound("ac3", channels=6)),
    "mov": file(MOV, "qt", picture(), sound()),
    "animation": file(MOV, "isom", picture()),
    "gif": file("gif", "", picture("gif", (320, 180), pixels="bgra")),
    "note": file(MOV, "isom", SQUARE, sound()),
    "sticker": file(MKV, "", SHORT_VP9),
    "emoji": file(MKV, "", EMOJI),
    "mp3": file("mp3", "", sound("mp3")),
    "m4a": file(MOV, "M4A", sound()),
    "opus": file("ogg", "", sound("opus")),
    "flac": file("flac", "", sound("flac")),
    "frame": file("jpeg_pipe", "", picture("mjpeg", frames=1, pixels="yuvj420p")),
}


@pytest.mark.parametrize("target", EXPECTATIONS)
def test_a_right_output_of_every_target(target: str) -> None:
    assert faults(RIGHT[target], SOURCE, target=target) == set()


@pytest.mark.parametrize("target", [key for key in EXPECTATIONS if key != "mp4"])
def test_an_mp4_is_right_as_nothing_else(target: str) -> None:
    found = faults(RIGHT["mp4"], SOURCE, target=target)
    assert found & {"container", "codec", "sound_left", "shape", "picture_left"}


CHANGED = [
    ("mkv", {"sounds": ()}, {"not_kept", "sound_missing"}),
    ("hevc", {"pictures": (picture("hevc", tag="hev1"),)}, {"tag"}),
    ("webm", {"sounds": (sound("vorbis"),)}, {"sound_codec"}),
    ("animation", {"sounds": (sound(),)}, {"sound_left"}),
    ("gif", {"sounds": (sound(),)}, {"sound_left"}),
    ("note", {"pictures": (picture(size=(640, 640)),)}, {"shape"}),
    ("note", {"size": 12_582_913}, {"size"}),
    ("sticker", {"pictures": (picture("vp9", (511, 288)),)}, {"shape"}),
    ("sticker", {"pictures": (picture("vp9", (512, 512)),)}, {"shape"}),
    ("sticker", {"size": 256 * 1024 + 1}, {"size"}),
    ("sticker", {"sounds": (sound("opus"),)}, {"sound_left"}),
    ("emoji", {"pictures": (SHORT_VP9,)}, {"shape"}),
    ("emoji", {"size": 64 * 1024 + 1}, {"size"}),
    ("mp3", {"covers": 1}, set()),
    ("opus", {"covers": 1}, {"streams_left"}),
    ("mp3", {"tags": frozenset({"location"})}, {"metadata"}),
    ("m4a", {"pictures": (picture(),)}, {"picture_left"}),
    ("m4a", {"brand": "isom"}, {"container"}),
    (
        "m4a",
        {"sounds": (sound(span=Span(0.0, 1.0, 1.0)),)},
        {"duration", "header_duration", "sound_length"},
    ),
    ("mp3", {"sounds": (sound("mp3", channels=6),)}, {"channels"}),
    ("flac", {"sounds": (sound("flac", channels=6),)}, set()),
    ("mkv", {"pictures": (picture("vp8", matrix=True, colour_range="pc"),)}, set()),
    ("mkv", {"sounds": (sound("wmav2"),)}, set()),
    ("flac", {"sounds": (sound("flac", span=None),)}, {"sound_undecodable"}),
    ("frame", {"pictures": (picture("mjpeg", (320, 180), frames=1),)}, {"shape"}),
    ("frame", {"pictures": ()}, {"picture_missing"}),
    ("mp4", {"pictures": (picture(frames=0),)}, {"picture_missing"}),
    ("mp4", {"pictures": (picture(side_data=("Mastering display metadata",)),)}, {"hdr"}),
    ("mp4", {"pictures": (picture(interlaced=50),)}, {"interlaced"}),
    ("mp4", {"size": 1_000_001}, {"size"}),
    ("mp4", {"chapters": 2}, {"streams_left"}),
    ("mp4", {"others": 1}, {"streams_left"}),
]


@pytest.mark.parametrize(("target", "change", "expected"), CHANGED)
def test_what_is_wrong_with_other_targets(
    target: str, change: dict[str, object], expected: set[str]
) -> None:
    changed = replace(RIGHT[target], **change)  # type: ignore[arg-type]
    assert faults(changed, SOURCE, target=target) == expected


def test_what_a_sound_is_judged_without() -> None:
    """A sound file's own picture-less source asks for no picture."""
    source = file("wav", "", sound("pcm_s16le"))
    sounds = [key for key, row in EXPECTATIONS.items() if row.family is Family.SOUND]
    assert {key for key in sounds if faults(RIGHT[key], source, target=key)} == set()


def test_the_shown_size_of_the_source_counts() -> None:
    turned = file(MOV, "isom", picture(size=(360, 640), rotation=-90, matrix=True), sound())
    wide = file(MKV, "", picture(size=(640, 480), sar=Fraction(4, 3)), sound())
    assert faults(RIGHT["mp4"], turned) == set()
    assert faults(RIGHT["mp4"], wide) == set()
    assert faults(RIGHT["mp4"], file(MKV, "", picture(size=(640, 480)), sound())) == {"shape"}


@pytest.mark.parametrize(
    ("size", "made"), [((13, 7), (16, 16)), ((33, 21), (32, 20)), ((321, 241), (320, 240))]
)
def test_rounding_is_no_fault(size: tuple[int, int], made: tuple[int, int]) -> None:
    source = file(MKV, "", picture(size=size), sound())
    assert faults(file(MOV, "isom", picture(size=made), sound()), source) == set()


def test_a_longer_cap_is_not_the_source_s_length() -> None:
    long = replace(
        SOURCE, pictures=(picture(span=Span(0.0, 90.0, 90.0)),), sounds=(), header_seconds=90.0
    )
    cut = picture("vp9", (512, 288), span=Span(0.0, 3.0, 3.0))
    whole = picture("vp9", (512, 288), span=Span(0.0, 90.0, 90.0))
    for made, expected in ((cut, set()), (whole, {"duration"})):
        seconds = made.span.seconds if made.span else 0.0
        output = replace(RIGHT["sticker"], pictures=(made,), header_seconds=seconds)
        assert faults(output, long, target="sticker") == expected


def test_where_headers_lie_the_decoded_length_counts() -> None:
    liar = replace(SOURCE, header_seconds=143_165.6)
    assert faults(RIGHT["mp4"], liar) == set()
    jumping = replace(
        liar, pictures=(picture(span=Span(0.0, 70_000.0, 2.0)),), sounds=(), header_seconds=2.0
    )
    assert faults(replace(RIGHT["mp4"], sounds=()), jumping) == set()
