"""The judge finds what is wrong with a file that was made wrong, and nothing wrong with a right
one."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conformance import made
from tests.conformance.made import AAC, FIRST, H264, PROFILE, RIGHT, faults, make, right
from tests.support.clips import TURNS, ffmpeg, turn

HDR = "colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"

FAST = made.PICTURE.replace("=25", "=120")
LONG_PICTURE, LONG_SOUND = (
    graph.replace("duration=1", "duration=2") for graph in (made.PICTURE, made.SOUND)
)


@dataclass(frozen=True, slots=True)
class Wrong:
    """How to make a wrong file, and the faults it then has."""

    name: str
    faults: frozenset[str]
    output: tuple[str, ...] = RIGHT
    picture: str | None = made.PICTURE
    sound: str | None = made.SOUND
    after: Callable[[Path], None] | None = None


def wrong(name: str, *kinds: str, output: tuple[str, ...] = RIGHT) -> Wrong:
    return Wrong(name, frozenset(kinds), output)


def rotated(path: Path) -> None:
    turn(path, TURNS["rotated_90"])


def mirrored(path: Path) -> None:
    turn(path, TURNS["mirrored"])


def hole(path: Path) -> None:
    """Zeros in the middle of the media."""
    data = bytearray(path.read_bytes())
    start = data.index(b"mdat") + (len(data) - data.index(b"mdat")) // 3
    data[start : start + 3000] = bytes(3000)
    path.write_bytes(data)


def cut(path: Path) -> None:
    """The last third is gone."""
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])


def with_words(path: Path) -> None:
    """A subtitle track."""
    words, bare = path.with_suffix(".srt"), path.with_suffix(".bare.mp4")
    words.write_text("1\n00:00:00,000 --> 00:00:01,000\nwords\n")
    path.rename(bare)
    ffmpeg("-i", str(bare), "-i", str(words), "-c", "copy", "-c:s", "mov_text", *FIRST, str(path))


def with_cover(path: Path) -> None:
    """An attached picture."""
    cover, bare = path.with_suffix(".png"), path.with_suffix(".bare.mp4")
    ffmpeg("-f", "lavfi", "-i", "color=c=red:size=32x32", "-frames:v", "1", str(cover))
    path.rename(bare)
    maps = ("-map", "0", "-map", "1", "-c", "copy", "-disposition:v:1", "attached_pic")
    ffmpeg("-i", str(bare), "-i", str(cover), *maps, *FIRST, str(path))


WRONG = (
    wrong("index_last.mp4", "index_last", output=(*H264, *PROFILE, *AAC)),
    wrong("pieces.mp4", "fragmented", output=(*RIGHT, "-movflags", "frag_keyframe+empty_moov")),
    wrong("matroska.mkv", "container", "index_last", output=(*H264, *PROFILE, *AAC)),
    wrong("quicktime.mov", "container"),
    wrong("mpeg4.mp4", "codec", output=("-c:v", "mpeg4", *AAC, *FIRST)),
    wrong(
        "ten.mp4",
        "pixels",
        "profile",
        output=(*RIGHT, *H264[:2], "-pix_fmt", "yuv420p10le", "-profile:v", "high10"),
    ),
    wrong(
        "chroma.mp4",
        "pixels",
        "profile",
        output=(*RIGHT, "-pix_fmt", "yuv444p", "-profile:v", "high444"),
    ),
    wrong("level.mp4", "level", output=(*RIGHT, "-level:v", "6.1")),
    wrong("pixel_aspect.mp4", "pixel_aspect", "shape", output=(*RIGHT, "-vf", "setsar=4/3")),
    wrong("squeezed.mp4", "shape", output=(*RIGHT, "-vf", "scale=120:120,setsar=1")),
    Wrong("rotated.mp4", frozenset({"rotation", "shape"}), after=rotated),
    Wrong("mirrored.mp4", frozenset({"rotation"}), after=mirrored),
    wrong("hdr.mp4", "hdr", output=(*RIGHT, "-x264-params", HDR)),
    wrong(
        "full_range.mp4",
        "full_range",
        "pixels",
        output=(*RIGHT, "-vf", "scale=out_range=full", "-color_range", "pc"),
    ),
    wrong(
        "woven.mp4", "interlaced", output=(*RIGHT, "-flags", "+ildct+ilme", "-x264-params", "tff=1")
    ),
    Wrong("fast.mp4", frozenset({"fps", "frames_inflated"}), picture=FAST),
    wrong("doubled.mp4", "frames_inflated", output=(*RIGHT, "-r", "50")),
    wrong("dropped.mp4", "frames_lost", output=(*RIGHT, "-r", "8")),
    wrong("ac3.mp4", "sound_codec", output=(*RIGHT, "-c:a", "ac3")),
    wrong("surround.mp4", "channels", output=(*RIGHT, "-ac", "6")),
    wrong("hushed.mp4", "silent", output=(*RIGHT, "-af", "volume=0")),
    wrong("quiet.mp4", "quiet", output=(*RIGHT, "-af", "volume=-40dB")),
    Wrong("mute.mp4", frozenset({"sound_missing"}), sound=None),
    wrong("short.mp4", "sound_length", "duration", "frames_lost", output=(*RIGHT, "-t", "0.5")),
    Wrong(
        "long.mp4",
        frozenset({"duration", "frames_inflated", "sound_length"}),
        picture=LONG_PICTURE,
        sound=LONG_SOUND,
    ),
    wrong(
        "late_sound.mp4",
        "sound_length",
        "apart",
        "duration",
        output=(*RIGHT, "-af", "adelay=600:all=1"),
    ),
    wrong("location.mp4", "metadata", output=(*RIGHT, "-metadata", "location=+52.5+013.3/")),
    wrong("title.mp4", "metadata", output=(*RIGHT, "-metadata", "title=Holiday")),
    wrong("timecode.mp4", "streams_left", "metadata", output=(*RIGHT, "-timecode", "00:00:00:00")),
    wrong(
        "two_sounds.mp4",
        "streams_left",
        output=(*RIGHT, "-map", "0:v", "-map", "1:a", "-map", "1:a"),
    ),
    Wrong("words.mp4", frozenset({"streams_left"}), after=with_words),
    Wrong("cover.mp4", frozenset({"streams_left"}), after=with_cover),
    Wrong("hole.mp4", frozenset({"decode_errors"}), after=hole),
    Wrong(
        "cut.mp4",
        frozenset({"decode_errors", "duration", "frames_lost", "header_duration", "sound_length"}),
        after=cut,
    ),
)


def test_nothing_is_wrong_with_a_right_one() -> None:
    assert faults(right()) == set()


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case.name)
def test_what_was_made_wrong_is_found(case: Wrong) -> None:
    path = make(case.name, *case.output, picture=case.picture, sound=case.sound)
    if case.after is not None:
        case.after(path)
    assert faults(path) == case.faults


def test_sound_that_the_source_has_not() -> None:
    silent = make("silent_source.mp4", *RIGHT, sound=None)
    assert faults(right(), silent) == {"sound_from_nowhere"}
