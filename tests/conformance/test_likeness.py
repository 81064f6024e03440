"""An output of the right kind that shows or plays something else is found; a right one is not."""

import functools
from pathlib import Path

import pytest

from tests.conformance import made
from tests.conformance.made import AAC, FIRST, H264, PROFILE, RIGHT, make, unlike
from tests.support.clips import TURNS, ffmpeg, turn

# Five seconds in which every second looks and sounds like no other.
SECONDS = 5
FILM = (
    f"testsrc2=size=320x240:rate=25:duration={SECONDS},"
    "scroll=horizontal=0.004:vertical=0.002,eq=saturation=0.8"
)
BEATS = (
    "aevalsrc='sin(2*PI*(300+100*floor(t))*t)*0.4*gt(mod(t*t*1.7,1),0.45)"
    f"+0.02*sin(2*PI*500*t)':s=48000:d={SECONDS}"
)
WOVEN = FILM.replace("rate=25", "rate=50").replace("0.004", "0.01") + (
    ",tinterlace=interleave_top,setfield=tff"
)
BT709 = "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"
BT2020 = ("-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc")
LIGHT = (
    f"{BT709},zscale=t=linear:npl=203,format=gbrpf32le,"
    "zscale=p=bt2020:t=smpte2084:m=bt2020nc:r=tv,format=yuv420p10le"
)
PQ = ("-vf", LIGHT, "-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1", *BT2020)
TONES = (
    "zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,tonemap=mobius,"
    "zscale=t=bt709:m=bt709:r=tv,format=yuv420p"
)


@functools.cache
def film() -> Path:
    """What is converted."""
    return make("film.mkv", *H264, *PROFILE, *AAC, picture=FILM, sound=BEATS)


def again(name: str, *options: str, source: Path | None = None) -> Path:
    """An MP4 of the film, made with these options."""
    path = film().with_name(f"film_{name}")
    made_new = () if "copy" in options else RIGHT
    ffmpeg("-i", str(source or film()), *made_new, *options, str(path))
    return path


PICTURES = [
    ("same.mp4", ("-c", "copy"), set()),
    ("encoded.mp4", ("-crf", "30"), set()),
    ("small.mp4", ("-vf", "scale=160:120", "-crf", "28"), set()),
    ("slower.mp4", ("-r", "12.5"), set()),
    ("green.mp4", ("-vf", "drawbox=c=green:t=fill"), {"picture_differs", "colour_differs"}),
    ("flipped.mp4", ("-vf", "hflip"), {"picture_differs"}),
    ("upside.mp4", ("-vf", "vflip"), {"picture_differs"}),
    ("stretched.mp4", ("-vf", "crop=240:240:40:0,scale=320:240"), {"picture_differs"}),
    ("barred.mp4", ("-vf", "scale=240:240,setsar=1,pad=320:240:40:0"), {"picture_differs"}),
    ("grey.mp4", ("-vf", "hue=s=0"), {"colour_differs"}),
    ("swapped.mp4", ("-vf", "swapuv"), {"colour_differs"}),
    ("dark.mp4", ("-vf", "eq=brightness=-0.15"), {"brightness_differs"}),
    ("washed.mp4", ("-vf", "eq=contrast=0.6:brightness=0.05"), {"contrast_differs"}),
    ("late.mp4", ("-vf", "tpad=start=8:start_mode=clone,trim=end_frame=125"), {"picture_differs"}),
    ("frozen.mp4", ("-vf", "loop=loop=-1:size=1,trim=end_frame=125"), {"picture_differs"}),
]


@pytest.mark.parametrize(("name", "options", "expected"), PICTURES)
def test_what_is_seen(name: str, options: tuple[str, ...], expected: set[str]) -> None:
    found = unlike(again(name, *options), film())
    assert expected <= found
    assert bool(expected) == bool(found)


SOUNDS = [
    ("loud.mp4", ("-af", "volume=6dB"), set()),
    ("poor.mp4", ("-b:a", "32k", "-ac", "1", "-ar", "22050"), set()),
    ("shifted.mp4", ("-af", "adelay=300:all=1,atrim=end=5"), {"sound_shifted"}),
    (
        "early.mp4",
        ("-af", "atrim=start=0.3,asetpts=PTS-STARTPTS,apad=whole_dur=5"),
        {"sound_shifted"},
    ),
    ("drifting.mp4", ("-af", "atempo=0.95,atrim=end=5"), {"sound_differs"}),
    ("half.mp4", ("-af", "atrim=end=2.5"), {"sound_length", "silence"}),
    ("padded_half.mp4", ("-af", "atrim=end=2.5,apad=whole_dur=5"), {"silence"}),
    ("hole.mp4", ("-af", "volume=0:enable='between(t,2,2.6)'"), {"silence"}),
    ("other.mp4", ("-af", "areverse"), {"sound_differs"}),
]


@pytest.mark.parametrize(("name", "options", "expected"), SOUNDS)
def test_what_is_heard(name: str, options: tuple[str, ...], expected: set[str]) -> None:
    found = unlike(again(name, *options), film())
    assert expected <= found
    assert bool(expected) == bool(found)


def test_sound_that_a_container_s_length_hides() -> None:
    """Silence put in makes more of it than the picture lasts."""
    path = again("put_in.mp4", "-af", "apad=pad_dur=0.4")
    assert "sound_length" in unlike(path, film())


# --- fields


@functools.cache
def woven() -> Path:
    """Made of fields, and no frame says so."""
    return make("woven.mkv", *H264, *PROFILE, *AAC, picture=WOVEN, sound=BEATS)


def test_combing() -> None:
    assert (
        unlike(again("joined.mp4", "-vf", "bwdif=deint=all:mode=0", source=woven()), woven())
        == set()
    )
    assert unlike(again("combed.mp4", source=woven()), woven()) == {"combed"}


def test_fine_drawings_are_no_fields() -> None:
    drawn = make(
        "drawn.mkv", *H264, *PROFILE, picture="testsrc2=size=320x240:rate=25:duration=4", sound=None
    )
    assert unlike(again("drawn.mp4", source=drawn), drawn) == set()


# --- brightness


def test_hdr_washed_out() -> None:
    params = "log-level=error:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"
    source = make("pq.mp4", *PQ, "-x265-params", params, picture=FILM, sound=None)
    assert unlike(again("mapped.mp4", "-vf", TONES, source=source), source) == set()
    washed = again("washed_hdr.mp4", "-vf", f"format=yuv420p,{BT709}", source=source)
    assert "contrast_differs" in unlike(washed, source)


# --- shapes


@pytest.mark.parametrize("name", TURNS)
def test_a_turned_source(name: str) -> None:
    source = film().with_name(f"turned_{name}.mp4")
    ffmpeg("-i", str(film()), "-c", "copy", *FIRST, str(source))
    turn(source, TURNS[name])
    assert unlike(again(f"upright_{name}.mp4", source=source), source) == set()
    lying = again(f"lying_{name}.mp4")
    assert "picture_differs" in unlike(lying, source)


def test_a_shape_that_changes() -> None:
    """The second half keeps its shape, or is stretched."""
    parts = []
    for number, size in enumerate(("320x240", "240x320")):
        picture = FILM.replace("320x240", size).replace(f"duration={SECONDS}", "duration=3")
        part = make(f"part{number}.ts", *H264, *PROFILE, "-bf", "0", picture=picture, sound=None)
        parts.append(part.read_bytes())
    joined, source = film().with_name("joined.ts"), film().with_name("sizes.mkv")
    joined.write_bytes(b"".join(parts))
    ffmpeg("-i", str(joined), "-c", "copy", str(source))
    kept = "scale=320:240:force_original_aspect_ratio=decrease,pad=320:240:-1:-1"
    assert unlike(again("kept.mp4", "-vf", kept, source=source), source) == set()
    wide = again("wide.mp4", "-vf", "scale=320:240,setsar=1", source=source)
    assert "picture_differs" in unlike(wide, source)


def test_a_square_and_a_padded_one() -> None:
    crop = again("note.mp4", "-vf", "crop=240:240,scale=384:384")
    assert unlike(crop, film(), target="note") == set()
    side = again("side.mp4", "-vf", "crop=240:240:0:0,scale=384:384")
    assert "picture_differs" in unlike(side, film(), target="note")


# --- tracks


def test_the_track_that_is_meant() -> None:
    maps = ("-map", "0:v", "-map", "0:a", "-map", "1:a", "-disposition:a:0", "comment")
    source = film().with_name("tracks.mkv")
    other = make("other.mka", *AAC, picture=None, sound="sine=880:duration=5")
    ffmpeg(
        "-i",
        str(film()),
        "-i",
        str(other),
        *maps,
        "-disposition:a:1",
        "default",
        "-c",
        "copy",
        str(source),
    )
    right = again("second.mp4", "-map", "0:v", "-map", "0:a:1", source=source)
    assert unlike(right, source) == set()
    assert unlike(again("first.mp4", "-map", "0:v", "-map", "0:a:0", source=source), source) == {
        "wrong_track"
    }


# --- the thumbnail


@pytest.mark.parametrize(
    ("colours", "expected"),
    [
        ("", set()),
        ("drawbox=c=black:t=fill", {"thumbnail_empty"}),
        ("drawbox=c=white:t=fill", {"thumbnail_empty"}),
        ("drawbox=c=blue:t=fill", {"thumbnail_empty"}),
    ],
)
def test_a_thumbnail(colours: str, expected: set[str]) -> None:
    small = film().with_name("thumbnail.jpg")
    chain = ",".join(filter(None, ("scale=320:-2", colours)))
    ffmpeg("-i", str(film()), "-vf", chain, "-frames:v", "1", "-update", "1", str(small))
    assert unlike(again("pictured.mp4"), film(), thumbnail=small) == expected


def test_no_thumbnail_and_one_that_is_none() -> None:
    broken = film().with_name("broken.jpg")
    broken.write_bytes(b"no picture")
    assert unlike(again("pictured.mp4"), film(), thumbnail=broken) == {"thumbnail_missing"}
    large = film().with_name("large.jpg")
    ffmpeg("-i", str(film()), "-vf", "scale=640:-2", "-frames:v", "1", "-update", "1", str(large))
    assert unlike(again("pictured.mp4"), film(), thumbnail=large) == {"thumbnail_kind"}
    black = make(
        "black.mkv", *H264, *PROFILE, picture=made.PICTURE + ",drawbox=c=black:t=fill", sound=None
    )
    assert unlike(again("black.mp4", source=black), black, thumbnail=broken) == set()
