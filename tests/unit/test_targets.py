"""Every target from every kind of file: what is done first, with what, and what comes out."""

from dataclasses import replace

import pytest

from converter.errors import Code, Refused
from converter.formats import TARGETS, Kind
from converter.planning.encoders import Rate
from converter.planning.plan import Action, Note, Step
from converter.request import Request
from tests.support.awkward import FILES
from tests.support.facts import AUDIO, INFO, SONG, chain, encode, names, picture, plans, with_video

# The first plan's action: nothing, remux, sound alone, encode; - where there is nothing to work on.
ACTIONS = """
                mp4 hevc av1 webm mkv mov animation gif note sticker emoji mp3 m4a opus flac frame
ordinary        n   e    e   e    r   n   r         e   e    e       e     s   r   s    s    e
turned 90       e   e    e   e    e   e   e         e   e    e       e     s   r   s    s    e
turned 180      e   e    e   e    e   e   e         e   e    e       e     s   r   s    s    e
turned 270      e   e    e   e    e   e   e         e   e    e       e     s   r   s    s    e
mirrored        e   e    e   e    e   e   e         e   e    e       e     s   r   s    s    e
long pixels     e   e    e   e    r   e   e         e   e    e       e     s   r   s    s    e
odd             e   e    e   e    r   e   e         e   e    e       e     s   r   s    s    e
vfr             n   e    e   e    r   n   r         e   e    e       e     s   r   s    s    e
120 fps         e   e    e   e    r   e   e         e   e    e       e     s   r   s    s    e
interlaced      e   e    e   e    r   e   e         e   e    e       e     s   r   s    s    e
10-bit          e   e    e   e    r   e   e         e   e    e       e     s   r   s    s    e
4:4:4           e   e    e   e    r   e   e         e   e    e       e     s   r   s    s    e
hdr10           e   e    e   e    r   e   e         e   e    e       e     s   r   s    s    e
hlg             e   e    e   e    r   e   e         e   e    e       e     s   r   s    s    e
bt2020          e   e    e   e    r   e   e         e   e    e       e     s   r   s    s    e
full range      e   e    e   e    r   e   e         e   e    e       e     s   r   s    s    e
alpha           e   e    e   e    n   e   e         e   e    e       e     s   r   s    s    e
rgb             e   e    e   e    n   e   e         e   e    e       e     s   r   s    s    e
5.1             s   e    e   e    r   s   r         e   e    e       e     s   s   s    s    e
7.1             s   e    e   e    r   s   r         e   e    e       e     s   s   s    s    e
mono            n   e    e   e    r   n   r         e   e    e       e     s   r   s    s    e
late sound      s   e    e   e    r   s   r         e   e    e       e     s   r   s    s    e
late picture    e   e    e   e    e   e   r         e   e    e       e     s   r   s    s    e
negative start  e   e    e   e    e   e   e         e   e    e       e     s   r   s    s    e
cover           r   e    e   e    r   r   r         e   e    e       e     s   r   s    s    e
two tracks      r   e    e   e    r   r   r         e   e    e       e     s   r   s    s    e
text            r   e    e   e    r   r   r         e   e    e       e     s   r   s    s    e
painted         r   e    e   e    n   r   r         e   e    e       e     s   r   s    s    e
no sound        n   e    e   e    r   n   n         e   e    e       e     -   -   -    -    e
song            -   -    -   -    -   -   -         -   -    -       -     n   s   s    s    -
gif             e   e    e   e    r   e   e         n   e    e       e     -   -   -    -    e
unknown length  n   e    e   e    r   n   r         e   e    e       e     s   r   s    s    e
"""
LETTERS = {"n": Action.NOTHING, "r": Action.REMUX, "s": Action.AUDIO, "e": Action.ENCODE}


def cells(name: str) -> list[tuple[str, str]]:
    lines = ACTIONS.strip().splitlines()
    row = next(line for line in lines if line.startswith(name))
    return list(zip(lines[0].split(), row[16:].split(), strict=True))


def test_the_table_is_whole() -> None:
    assert ACTIONS.strip().splitlines()[0].split() == [*TARGETS]
    assert [line[:16].strip() for line in ACTIONS.strip().splitlines()[1:]] == [*FILES]


@pytest.mark.parametrize("name", FILES)
def test_what_is_done_first(name: str) -> None:
    wrong: list[object] = []
    for key, letter in cells(name):
        try:
            first = plans(FILES[name], Request(target=key))[0].action
        except Refused as error:
            missing = Code.NO_SOUND if TARGETS[key].kind is Kind.SOUND else Code.NO_VIDEO
            assert error.code is missing  # noqa: PT017 - a right end too
            wrong += [key] if letter != "-" else []
        else:
            wrong += [(key, first)] if LETTERS.get(letter) is not first else []
    assert not wrong


# The new picture of an ordinary file: encoder, size, frames per second, pixels, rate.
PICTURES = [
    ("mp4", "libx264", (1280, 720), 30, "yuv420p", Rate(21.3, 3_500_000)),
    ("hevc", "libx265", (1280, 720), 30, "yuv420p", Rate(20.4, 2_450_000)),
    ("av1", "libsvtav1", (1280, 720), 30, "yuv420p", Rate(31, 2_450_000)),
    ("webm", "libvpx-vp9", (1280, 720), 30, "yuv420p", Rate(27)),
    ("mkv", "libx264", (1280, 720), 30, "yuv420p", Rate(21.3, 3_500_000)),
    ("mov", "libx264", (1280, 720), 30, "yuv420p", Rate(21.3, 3_500_000)),
    ("animation", "libx264", (1280, 720), 30, "yuv420p", Rate(21.3, 3_500_000)),
    ("gif", "gif", (480, 270), 15, "rgb24", Rate(0)),
    ("note", "libx264", (384, 384), 30, "yuv420p", Rate(21.3, 1_000_000)),
    ("sticker", "libvpx-vp9", (512, 288), 30, "yuv420p", None),
    ("emoji", "libvpx-vp9", (100, 100), 30, "yuva420p", None),
    ("frame", "mjpeg", (1280, 720), 0, "yuvj420p", Rate(0)),
]


@pytest.mark.parametrize(("key", "encoder", "size", "fps", "pixels", "rate"), PICTURES)
def test_the_new_picture(
    key: str, encoder: str, size: tuple[int, int], fps: float, pixels: str, rate: Rate | None
) -> None:
    found = picture(encode(plans(INFO, Request(target=key))))
    assert (found.encoder, (found.width, found.height)) == (encoder, size)
    assert (found.fps, found.pixels) == (fps, pixels)
    assert rate is None or found.rate == rate
    assert found.tag == ("hvc1" if key == "hevc" else "")


# The new sound: encoder, of a surround track channels, rate and bit rate; the same of a mono one.
SOUNDS = [
    ("mp4", "aac", (2, 48_000, 160_000), (1, 48_000, 96_000)),
    ("hevc", "aac", (2, 48_000, 160_000), (1, 48_000, 96_000)),
    ("av1", "aac", (2, 48_000, 128_000), (1, 48_000, 76_800)),
    ("webm", "libopus", (2, 48_000, 128_000), (1, 48_000, 76_800)),
    ("mkv", "aac", (6, 0, 576_000), (1, 0, 115_200)),
    ("mov", "aac", (2, 48_000, 160_000), (1, 48_000, 96_000)),
    ("note", "aac", (2, 48_000, 64_000), (1, 48_000, 38_400)),
    ("mp3", "libmp3lame", (2, 48_000, 192_000), (1, 48_000, 115_200)),
    ("m4a", "aac", (2, 48_000, 160_000), (1, 48_000, 96_000)),
    ("opus", "libopus", (2, 48_000, 96_000), (1, 48_000, 57_600)),
    ("flac", "flac", (6, 0, 0), (1, 0, 0)),
]


@pytest.mark.parametrize(("key", "encoder", "surround", "mono"), SOUNDS)
def test_the_new_sound(
    key: str, encoder: str, surround: tuple[int, int, int], mono: tuple[int, int, int]
) -> None:
    for channels, wanted in ((6, surround), (1, mono)):
        info = replace(INFO, audios=(replace(AUDIO, codec="dts", channels=channels),))
        # Loudness makes a new track even where everything may stay.
        found = plans(info, Request(target=key, loudness=-16))[0].sounds[0]
        assert found.encoder == encoder
        assert (found.channels, found.rate, found.bit_rate) == wanted


@pytest.mark.parametrize(
    ("key", "of_44100", "of_96000"),
    [("mp4", 44_100, 48_000), ("mp3", 44_100, 48_000), ("opus", 48_000, 48_000), ("flac", 0, 0)],
)
def test_sample_rates(key: str, of_44100: int, of_96000: int) -> None:
    for rate, wanted in ((44_100, of_44100), (96_000, of_96000)):
        info = replace(INFO, audios=(replace(AUDIO, codec="dts", sample_rate=rate),))
        assert plans(info, Request(target=key))[0].sounds[0].rate == wanted


@pytest.mark.parametrize("key", ["animation", "gif", "sticker", "emoji", "frame"])
def test_these_have_no_sound(key: str) -> None:
    found = plans(INFO, Request(target=key))
    assert all(plan.sounds == () and Note.SOUND_LOST not in plan.notes for plan in found)


STEPS = {
    "gif": (Step.PALETTE, Step.CONVERT),
    "sticker": (Step.FIRST_PASS, Step.CONVERT),
    "emoji": (Step.FIRST_PASS, Step.CONVERT),
}
USUAL = ["scale", "format", "setsar", "setparams"]


@pytest.mark.parametrize("key", TARGETS)
def test_steps_limits_and_notes(key: str) -> None:
    target = TARGETS[key]
    for plan in plans(INFO, Request(target=key)):
        if plan.action is Action.NOTHING:
            continue
        encoded = plan.action is Action.ENCODE
        assert plan.steps == (STEPS.get(key, (Step.CONVERT,)) if encoded else (Step.CONVERT,))
        assert plan.max_bytes == (target.max_bytes or 2_000_000_000)
        assert plan.aims is (key in {"sticker", "emoji"})
        if key in {"sticker", "emoji"}:
            assert (plan.cut.length, plan.seconds, plan.notes) == (2.955, 2.955, (Note.CUT,))
        elif key != "frame":
            assert plan.seconds == 10.0


def test_a_note_ends_after_a_minute() -> None:
    long = replace(with_video(duration=100.0), duration=100.0)
    plan = plans(long, Request(target="note"))[0]
    assert (plan.cut.length, plan.seconds, plan.notes) == (59.955, 59.955, (Note.CUT,))
    assert Note.CUT not in plans(long, Request(target="note", end=50.0))[0].notes


# Filters of the new picture in an MP4, where they differ from the usual.
_OPAQUE = ["format", "premultiply", "format"]
FILTERS = {
    "vfr": ["select", *USUAL],
    "120 fps": ["select", *USUAL],
    "interlaced": ["bwdif", *USUAL],
    "hdr10": [
        *("scale", "setparams", "zscale", "format", "zscale", "tonemap", "zscale"),
        *("format", "setsar", "sidedata"),
    ],
    "bt2020": ["scale", "setparams", "zscale", "format", "setsar"],
    "alpha": ["scale", *_OPAQUE, *USUAL],
    "gif": ["select", *_OPAQUE, *USUAL],
    "late picture": ["setpts", *USUAL],
}
FILTERS["hlg"] = FILTERS["hdr10"]


@pytest.mark.parametrize("name", [name for name in FILES if name != "song"])
def test_the_filters(name: str) -> None:
    plan = encode(plans(FILES[name]))
    # What forgets HDR's side data comes with some of them.
    found = [n for n in names(plan) if n != "sidedata"]
    assert found == [n for n in FILTERS.get(name, USUAL) if n != "sidedata"]
    assert all(filter_.reason for filter_ in picture(plan).filters)


SHAPES = {
    "gif": "scale=480:270",
    "note": "crop=w='min(iw,ih/sar)':h='min(ih,iw*sar)',scale=384:384",
    "sticker": "scale=512:288",
    "emoji": "pad=100:100",
}


@pytest.mark.parametrize("key", SHAPES)
def test_shapes(key: str) -> None:
    assert SHAPES[key] in chain(encode(plans(INFO, Request(target=key))))


@pytest.mark.parametrize("key", ["sticker", "emoji", "gif"])
def test_transparency_stays_where_it_can(key: str) -> None:
    plan = encode(plans(FILES["alpha"], Request(target=key)))
    assert picture(plan).pixels in {"yuva420p", "bgra"}
    assert "premultiply" not in names(plan)


def test_a_song_keeps_its_sleeve_and_its_words() -> None:
    words = {"title": "One\nTwo", "comment": "secret", "artist": "x" * 300}
    song = replace(SONG, covers=FILES["cover"].covers, tags=words)
    for key in ("mp3", "m4a", "flac"):
        plan = plans(song, Request(target=key))[0]
        assert plan.covers == (4,)
        assert dict(plan.tags) == {"title": "OneTwo", "artist": "x" * 256}
    assert plans(song, Request(target="opus"))[0].covers == ()
    assert plans(song, Request(target="mp3"))[-1].tolerant
    assert plans(song, Request(target="mp3"))[-1].covers == ()


def test_a_film_s_sound_is_no_song() -> None:
    info = replace(INFO, tags={"title": "holiday"})
    assert plans(info, Request(target="mp3"))[0].tags == ()
