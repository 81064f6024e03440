"""For every target a right output passes, and each way to be wrong is found."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from converter.checks.verify import problems
from converter.formats import TARGETS, Kind
from converter.media import MediaInfo, VideoStream
from converter.planning.encoders import ENCODERS
from converter.planning.plan import Action, Plan
from converter.request import Request, Subtitles
from tests.support.awkward import FILES
from tests.support.facts import AUDIO, INFO, MKV, TEXT, VIDEO, encode, picture, plans

PROFILES = {"h264": "High", "hevc": "Main", "av1": "Main", "vp9": "Profile 0"}
PIXELS = {"gif": "bgra", "frame": "yuvj420p"}
VIDEOS = [key for key, target in TARGETS.items() if target.picture is not None]
SONGS = [key for key, target in TARGETS.items() if target.kind is Kind.SOUND]
# Where everything may stay as it is there is little to be strict about.
STRICT = [key for key in VIDEOS if key != "mkv"]
Change = Callable[[MediaInfo], MediaInfo]


def plan_for(key: str, info: MediaInfo = INFO) -> Plan:
    """The first plan that makes something new."""
    found = plans(info, Request(target=key), moov_first=False)
    return encode(found) if key in VIDEOS else next(p for p in found if p.action is Action.AUDIO)


def output_of(plan: Plan) -> MediaInfo:
    """What this plan should give."""
    key = plan.target.key
    videos: tuple[VideoStream, ...] = ()
    if plan.picture is not None:
        codec = ENCODERS[picture(plan).encoder].codec
        made = replace(
            VIDEO,
            codec=codec,
            tag=plan.picture.tag or "avc1",
            profile=PROFILES.get(codec, ""),
            level=plan.picture.level,
            pix_fmt=PIXELS.get(key, "yuv420p"),
            color_range="pc" if key == "frame" else "tv",
            color_space="gbr" if key == "gif" else "bt709",
            width=plan.picture.width,
            height=plan.picture.height,
            fps=Fraction(plan.picture.fps).limit_denominator() or Fraction(25),
            frames=0,
        )
        videos = (made,)
    codecs = [s.encoder.removeprefix("lib").replace("mp3lame", "mp3") for s in plan.sounds]
    audios = tuple(replace(AUDIO, codec="aac" if c == "copy" else c) for c in codecs)
    container = min(plan.target.containers)
    info = replace(INFO, container=container, videos=videos, audios=audios)
    return replace(info, duration=plan.seconds or INFO.duration)


def told(plan: Plan, output: MediaInfo, source: MediaInfo = INFO, *, first: bool = True) -> str:
    return "; ".join(problems(plan, source, output, moov_first=first))


def seen(**changes: object) -> Change:
    return lambda info: replace(
        info,
        videos=(replace(info.videos[0], **changes),),  # type: ignore[arg-type]
    )


def heard(**changes: object) -> Change:
    return lambda info: replace(
        info,
        audios=(replace(info.audios[0], **changes),),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("key", [*VIDEOS, *SONGS])
def test_a_right_output_passes(key: str) -> None:
    plan = plan_for(key, FILES["5.1"])
    assert told(plan, output_of(plan)) == ""


FOR_ALL: list[tuple[str, Change]] = [
    ("nut", lambda info: replace(info, container="nut")),
    ("extra tracks", lambda info: replace(info, others=2)),
    ("extra sound", lambda info: replace(info, audios=(*info.audios, AUDIO))),
    ("1 subtitles", lambda info: replace(info, subtitles=(TEXT,))),
]
FOR_PICTURES: list[tuple[str, Change]] = [
    ("no picture", lambda info: replace(info, videos=())),
    ("extra pictures", lambda info: replace(info, videos=info.videos * 2)),
    ("codec flv1", seen(codec="flv1")),
    ("shape", lambda info: seen(width=3 * info.videos[0].width)(info)),
]
STRICTLY: list[tuple[str, Change]] = [
    ("pixels yuv444p", seen(pix_fmt="yuv444p")),
    ("rotated 90", seen(transformed=True, rotation=90, sar=Fraction(1))),
    ("sar 4/3", seen(sar=Fraction(4, 3))),
    ("HDR", seen(color_transfer="smpte2084")),
]


@pytest.mark.parametrize(("problem", "change"), FOR_ALL, ids=lambda value: str(value)[:12])
@pytest.mark.parametrize("key", TARGETS)
def test_what_is_wrong_anywhere(key: str, problem: str, change: Change) -> None:
    plan = plan_for(key)
    assert problem in told(plan, change(output_of(plan)))


@pytest.mark.parametrize(("problem", "change"), FOR_PICTURES, ids=lambda value: str(value)[:12])
@pytest.mark.parametrize("key", VIDEOS)
def test_what_is_wrong_with_a_picture(key: str, problem: str, change: Change) -> None:
    plan = plan_for(key)
    assert problem in told(plan, change(output_of(plan)))


@pytest.mark.parametrize(("problem", "change"), STRICTLY, ids=lambda value: str(value)[:12])
@pytest.mark.parametrize("key", STRICT)
def test_what_players_must_be_spared(key: str, problem: str, change: Change) -> None:
    plan = plan_for(key)
    assert problem in told(plan, change(output_of(plan)))


@pytest.mark.parametrize("key", [*VIDEOS, *SONGS])
def test_no_length(key: str) -> None:
    plan = plan_for(key)
    found = told(plan, replace(output_of(plan), duration=None))
    assert found == ("" if key == "frame" else "no duration")


@pytest.mark.parametrize("key", [k for k, t in TARGETS.items() if t.faststart])
def test_the_index_stands_first(key: str) -> None:
    plan = plan_for(key)
    assert told(plan, output_of(plan), first=False) == "index at the end"


@pytest.mark.parametrize("key", SONGS)
def test_a_song_shows_no_film(key: str) -> None:
    plan = plan_for(key)
    assert told(plan, replace(output_of(plan), videos=(VIDEO,))) == "a picture in a sound file"


@pytest.mark.parametrize("key", [k for k, t in TARGETS.items() if t.sound is not None])
def test_what_is_wrong_with_the_sound(key: str) -> None:
    plan = plan_for(key, FILES["5.1"])
    right = output_of(plan)
    assert told(plan, replace(right, audios=())) == "sound lost"
    assert told(plan, heard(channels=9)(right)) == "too many channels"
    wrong = told(plan, heard(codec="ra_144")(right))
    assert wrong == ("" if key == "mkv" else "sound ra_144")


@pytest.mark.parametrize(
    ("key", "level", "problem"),
    [
        ("mp4", 60, "level 60"),
        ("hevc", 180, "level 180"),
        ("note", 42, "level 42"),
        ("mov", 62, "level 62"),
        ("av1", 200, ""),
    ],
)
def test_levels(key: str, level: int, problem: str) -> None:
    plan = plan_for(key)
    assert told(plan, seen(level=level)(output_of(plan))) == problem


@pytest.mark.parametrize(
    ("key", "profile"),
    [
        ("mp4", "High 10"),
        ("hevc", "Main 10"),
        ("hevc", "Rext"),
        ("av1", "High"),
        ("webm", "Profile 2"),
        ("sticker", "Profile 1"),
        ("note", "High 4:4:4 Predictive"),
    ],
)
def test_profiles(key: str, profile: str) -> None:
    plan = plan_for(key)
    assert told(plan, seen(profile=profile)(output_of(plan))) == f"profile {profile}"


@pytest.mark.parametrize("key", ["mp4", "hevc", "webm", "note", "animation"])
def test_full_range_and_odd_sizes(key: str) -> None:
    plan = plan_for(key)
    right = output_of(plan)
    assert told(plan, seen(color_range="pc")(right)) == "full range"
    if key != "note":
        odd = seen(width=right.videos[0].width + 1)(right)
        assert ("odd size" in told(plan, odd)) is (key != "webm")


@pytest.mark.parametrize("key", ["note", "sticker", "emoji"])
def test_an_exact_size(key: str) -> None:
    plan = plan_for(key)
    right = output_of(plan)
    video = right.videos[0]
    smaller = seen(width=video.width // 2, height=video.height // 2)(right)
    assert "size" in told(plan, smaller)


@pytest.mark.parametrize(
    ("key", "most"), [("mp4", 60), ("gif", 15), ("note", 30), ("sticker", 30), ("animation", 60)]
)
def test_a_cap_on_the_rate(key: str, most: int) -> None:
    plan = plan_for(key)
    right = output_of(plan)
    assert told(plan, seen(fps=Fraction(most))(right)) == ""
    assert "rate" in told(plan, seen(fps=Fraction(most + 2))(right))
    # A moment's pictures have no rate worth the name.
    assert told(plan, seen(fps=Fraction(1000), duration=0.5)(right)) == ""


def test_the_tag_that_apple_plays() -> None:
    plan = plan_for("hevc")
    assert told(plan, seen(tag="hev1")(output_of(plan))) == "tag hev1"


def test_ten_bits_pass_where_they_are_wanted() -> None:
    source = FILES["hdr10"]
    found = plans(source, Request(target="av1", ten_bit=True))
    plan = encode(found)
    deep = seen(pix_fmt="yuv420p10le", color_transfer="smpte2084")(output_of(plan))
    assert told(plan, deep, source) == ""
    narrow = encode(plans(source, Request(target="av1")))
    assert "pixels yuv420p10le" in told(narrow, deep, source)
    assert "HDR" in told(narrow, deep, source)


def test_an_mkv_keeps_what_was_there() -> None:
    source = replace(FILES["hdr10"], private_tags=frozenset({"title"}))
    plan = plans(source, Request(target="mkv"))[0]
    right = replace(source, container=MKV, private_tags=frozenset())
    assert plan.action is Action.REMUX
    assert told(plan, right, source) == ""
    assert told(plan, seen(color_transfer="bt709")(right), source) == "HDR tags"
    assert told(plan, seen(rotation=180)(right), source) == "rotated 180"
    assert told(plan, replace(right, private_tags=frozenset({"title"})), source) == "private tags"


def test_subtitles_that_are_kept_are_counted() -> None:
    source = FILES["text"]
    plan = encode(plans(source, Request(subtitles=Subtitles.KEEP)))
    right = replace(output_of(plan), subtitles=(TEXT,))
    assert told(plan, right, source) == ""
    assert told(plan, replace(right, subtitles=()), source) == "0 subtitles"


def test_a_song_may_say_its_name() -> None:
    source = replace(INFO, private_tags=frozenset({"title", "location"}))
    plan = plan_for("mp3", source)
    right = output_of(plan)
    assert told(plan, replace(right, private_tags=frozenset({"title"})), source) == ""
    told_all = replace(right, private_tags=source.private_tags)
    assert told(plan, told_all, source) == "private tags"
