"""Every option of a request on the real ffmpeg: what was wished for is seen and heard."""

from pathlib import Path

import pytest

from converter.convert import Result
from converter.errors import Code, Refused
from converter.observer import Observer
from converter.planning.plan import Action, Note, Plan, Step
from converter.request import Quality, Request, Still, Subtitles
from tests.support import eyes, films, outputs
from tests.support.bench import Bench, BenchOn, ClipOf
from tests.support.engines import DOCKER
from tests.support.films import ENGLISH, MOMENTS, RUSSIAN, TONES, WORDS

BOTH = ("bwrap", DOCKER)


@pytest.fixture
def bench(bench_on: BenchOn) -> Bench:
    return bench_on("bwrap")


def told(path: Path) -> str:
    """All that a file says about itself."""
    output = outputs.read(path)
    return repr([output.form.get("tags"), [s.get("tags") for s in output.streams]])


# --- a part


@pytest.mark.parametrize("engine", BOTH)
async def test_an_exact_cut(engine: str, clip: ClipOf, bench_on: BenchOn) -> None:
    wish = Request(start=0.7, end=1.7)
    result = await bench_on(engine).convert(clip("moments"), request=wish)
    assert result.plan.action is Action.ENCODE
    assert result.after.duration == pytest.approx(1.0, abs=0.06)
    at = (0.1, 0.4, 0.7, 0.9)
    assert [eyes.colours(result.path, at=moment)[0] for moment in at] == [
        "lime",
        "blue",
        "blue",
        "white",
    ]
    heard = [eyes.loudest(result.path, *TONES, at=start, length=0.2) for start in (0.05, 0.5, 0.8)]
    assert heard == [800, 1600, 3200]


async def test_a_cut_at_a_keyframe_encodes_nothing(clip: ClipOf, bench: Bench) -> None:
    wish = Request(start=0.7, end=1.7, exact=False)
    result = await bench.convert(clip("moments"), request=wish)
    assert result.plan.action is Action.REMUX
    assert set(packets(result.path)) <= set(packets(clip("moments")))
    assert result.after.duration == pytest.approx(1.2, abs=0.15)
    # It begins half a second after the beginning, with the keyframe before the wanted moment.
    assert [eyes.colours(result.path, at=at)[0] for at in (0.0, 0.4)] == ["lime", "lime"]
    assert eyes.colours(result.path, at=0.6) == ["blue"]
    assert outputs.first_times(result.path, "v:0", 1) == [pytest.approx(0, abs=0.05)]
    assert outputs.first_times(result.path, "a:0", 1) == [pytest.approx(0, abs=0.05)]
    assert eyes.loudest(result.path, *TONES, at=0.1, length=0.3) == 800


def packets(path: Path) -> list[str]:
    """A checksum of each packet of the picture."""
    argv = ["-select_streams", "v:0", "-show_data_hash", "md5", "-show_entries"]
    return eyes.ffprobe(path, *argv, "packet=data_hash").split()


@pytest.mark.parametrize("target", ["mp3", "flac", "gif", "sticker", "mkv"])
async def test_a_cut_of_other_targets(target: str, clip: ClipOf, bench: Bench) -> None:
    # Between two keyframes: a sound that is copied would begin before the picture.
    wish = Request(target=target, start=1.1, end=1.45)
    result = await bench.convert(clip("moments"), request=wish)
    assert result.after.duration == pytest.approx(0.35, abs=0.1)
    assert result.notes == ()
    if target not in {"gif", "sticker"}:
        assert eyes.loudest(result.path, *TONES) == 1600
    if target not in {"mp3", "flac"}:
        assert eyes.colours(result.path) == ["blue"]


async def test_a_cut_to_the_end_and_beyond(clip: ClipOf, bench: Bench) -> None:
    result = await bench.convert(clip("moments"), request=Request(start=1.5, end=100))
    assert result.after.duration == pytest.approx(0.5, abs=0.1)
    assert eyes.colours(result.path) == ["white"]
    error = await bench.refuse(clip("moments"), request=Request(start=3))
    assert (error.code, error.facts["option"]) == (Code.BAD_REQUEST, "start")


@pytest.mark.parametrize(("at", "colour"), [(0.2, "red"), (0.75, "lime"), (1.9, "white")])
async def test_a_picture_of_a_moment(at: float, colour: str, clip: ClipOf, bench: Bench) -> None:
    for still, codec in ((Still.JPEG, "mjpeg"), (Still.PNG, "png")):
        wish = Request(target="frame", at=at, still=still)
        result = await bench.convert(clip("moments"), request=wish)
        output = outputs.read(result.path)
        assert (output.video["codec_name"], output.size) == (codec, (320, 240))
        assert eyes.colours(result.path) == [colour]


async def test_a_see_through_picture(clip: ClipOf, bench: Bench) -> None:
    wish = Request(target="frame", still=Still.PNG)
    result = await bench.convert(clip("see_through"), request=wish)
    (left, right) = eyes.picture(result.path, (2, 1), pixels="rgba")[0]
    assert (eyes.colour_name(left), left[3], right[3]) == ("red", 255, 0)


# --- the sound


async def test_mute(clip: ClipOf, bench: Bench) -> None:
    result = await bench.convert(clip("moments"), request=Request(mute=True))
    assert result.plan.action is Action.REMUX
    assert outputs.read(result.path).of("audio") == []
    assert outputs.decoded_md5(result.path) == outputs.decoded_md5(clip("moments"))


@pytest.mark.parametrize(
    ("wanted", "tone"),
    [("", RUSSIAN), ("1", RUSSIAN), ("2", ENGLISH), ("ru", RUSSIAN), ("eng", ENGLISH)],
)
@pytest.mark.parametrize("target", ["mp4", "mp3", "mkv"])
async def test_a_chosen_track(
    wanted: str, tone: int, target: str, clip: ClipOf, bench: Bench
) -> None:
    wish = Request(target=target, audio=wanted)
    result = await bench.convert(clip("film"), request=wish)
    assert eyes.loudest(result.path, RUSSIAN, ENGLISH) == tone
    assert len(result.after.audios) == (2 if target == "mkv" and not wanted else 1)


async def test_a_track_that_is_not_there(clip: ClipOf, bench: Bench) -> None:
    for wanted in ("3", "0", "de"):
        error = await bench.refuse(clip("film"), request=Request(audio=wanted))
        assert error.code is Code.NO_TRACK
        assert str(error.facts["there"]).split() == ["1", "rus", "2", "eng"]


@pytest.mark.parametrize("engine", BOTH)
@pytest.mark.parametrize(
    ("target", "loudness"), [("mp4", -23.0), ("mp4", -16.0), ("mp3", -16.0), ("flac", -23.0)]
)
async def test_loudness(
    engine: str, target: str, loudness: float, clip: ClipOf, bench_on: BenchOn
) -> None:
    wish = Request(target=target, loudness=loudness)
    result = await bench_on(engine).convert(clip("quiet"), request=wish)
    assert Step.LOUDNESS in result.plan.steps
    assert result.plan.action is Action.AUDIO
    assert eyes.loudness(clip("quiet")) < -30
    assert eyes.loudness(result.path) == pytest.approx(loudness, abs=1)
    assert result.after.audios[0].sample_rate == 48_000


async def test_the_loudness_of_silence(clip: ClipOf, bench: Bench) -> None:
    result = await bench.convert(clip("hush"), request=Request(loudness=-16))
    assert result.notes == ()
    assert eyes.volume(result.path) < -80


# --- subtitles


@pytest.mark.parametrize(
    ("target", "codecs"),
    [("mp4", ["mov_text"] * 2), ("mkv", ["subrip", "ass"]), ("webm", ["webvtt"] * 2)],
)
async def test_subtitles_kept(target: str, codecs: list[str], clip: ClipOf, bench: Bench) -> None:
    wish = Request(target=target, subtitles=Subtitles.KEEP)
    result = await bench.convert(clip("film"), request=wish)
    texts = outputs.read(result.path).of("subtitle")
    assert [s["codec_name"] for s in texts] == codecs
    assert [s["tags"]["language"] for s in texts] == ["rus", "eng"]
    for number, words in enumerate(WORDS):
        text, moments = eyes.subtitles(result.path, number)
        assert words in text
        assert moments == pytest.approx(films.SHOWN, abs=0.05)


async def test_subtitles_dropped(clip: ClipOf, bench: Bench) -> None:
    wish = Request(target="mkv", subtitles=Subtitles.DROP)
    result = await bench.convert(clip("film"), request=wish)
    assert outputs.read(result.path).of("subtitle") == []
    assert result.plan.action is Action.REMUX


async def test_subtitles_that_can_not_be_kept(clip: ClipOf, bench: Bench) -> None:
    result = await bench.convert(clip("painted"), request=Request(subtitles=Subtitles.KEEP))
    assert result.notes == (Note.SUBTITLES_LOST,)


def written(path: Path, at: float, *, bottom: bool = True) -> int:
    """How many bright pixels the lower (or upper) half of the picture has at that moment."""
    rows = eyes.picture(path, (320, 240), at, pixels="gray")
    half = rows[120:] if bottom else rows[:120]
    return sum(dot[0] > 90 for row in half for dot in row)


@pytest.mark.parametrize("track", ["rus", "2"])
async def test_burned_text(track: str, clip: ClipOf, bench: Bench) -> None:
    wish = Request(subtitles=Subtitles.BURN, subtitle=track)
    result = await bench.convert(clip("film"), request=wish)
    assert [written(result.path, at) > 100 for at in (0.2, 0.6, 1.4, 1.7)] == [
        False,
        True,
        True,
        False,
    ]
    assert written(result.path, 1.0, bottom=False) == 0


@pytest.mark.parametrize("target", ["mp4", "gif", "webm"])
async def test_burned_text_of_a_cut(target: str, clip: ClipOf, bench: Bench) -> None:
    wish = Request(target=target, subtitles=Subtitles.BURN, start=0.3, end=1.9)
    result = await bench.convert(clip("film"), request=wish)
    assert [written(result.path, at) > 100 for at in (0.1, 0.3, 1.1, 1.35)] == [
        False,
        True,
        True,
        False,
    ]


async def test_burned_text_in_a_picture(clip: ClipOf, bench: Bench) -> None:
    for at, seen in ((0.2, False), (1.0, True)):
        wish = Request(target="frame", subtitles=Subtitles.BURN, at=at)
        result = await bench.convert(clip("film"), request=wish)
        assert (written(result.path, 0) > 100) is seen


@pytest.mark.parametrize("speed", [0.5, 2.0])
async def test_burned_text_keeps_up(speed: float, clip: ClipOf, bench: Bench) -> None:
    wish = Request(subtitles=Subtitles.BURN, speed=speed)
    result = await bench.convert(clip("film"), request=wish)
    at = (0.2, 0.7, 1.3, 1.8)
    assert [written(result.path, moment / speed) > 100 for moment in at] == [
        False,
        True,
        True,
        False,
    ]


SCRIPTS = ("Ёжик", "早上好", "こんにちは", "한국어", "السلام", "שלום", "नमक", "สวัส")


@pytest.mark.docker
async def test_every_script_is_written_in_a_container(bench_on: BenchOn, tmp_path: Path) -> None:
    """A missing letter is a box, as wide as any other: then a word backwards looks the same."""
    words = [word for text in SCRIPTS for word in (text, text[::-1])]
    wish = Request(subtitles=Subtitles.BURN)
    result = await bench_on("docker").convert(films.with_texts(tmp_path, *words), request=wish)
    seen = [
        eyes.picture(result.path, (320, 240), n + 0.5, pixels="gray") for n in range(len(words))
    ]
    for number, text in enumerate(SCRIPTS):
        assert written(result.path, 2 * number + 0.5) > 40, text
        assert seen[2 * number] != seen[2 * number + 1], text


@pytest.mark.parametrize("target", ["mp4", "gif"])
async def test_burned_pictures(target: str, clip: ClipOf, bench: Bench) -> None:
    wish = Request(target=target, subtitles=Subtitles.BURN)
    result = await bench.convert(clip("painted"), request=wish)
    assert [eyes.colours(result.path, 5, 7, at)[32] for at in (0.2, 0.6, 1.4, 1.7)] == [
        "black",
        "white",
        "white",
        "black",
    ]
    assert result.notes == ()


async def test_nothing_to_burn(clip: ClipOf, bench: Bench) -> None:
    error = await bench.refuse(clip("moments"), request=Request(subtitles=Subtitles.BURN))
    assert error.code is Code.NO_TRACK


# --- how it stands and how fast it goes


@pytest.mark.parametrize(
    ("rotate", "mirror", "grid"),
    [
        (90, False, "br/bl"),
        (180, False, "bb/lr"),
        (270, False, "lb/rb"),
        (0, True, "lr/bb"),
        (90, True, "rb/lb"),
    ],
)
async def test_turned(rotate: int, mirror: bool, grid: str, clip: ClipOf, bench: Bench) -> None:
    """A picture of red and lime above blue and blue; first turned, then mirrored."""
    wish = Request(rotate=rotate, mirror=mirror)
    result = await bench.convert(clip("corners"), request=wish)
    names = {"r": "red", "l": "lime", "b": "blue"}
    expected = [names[letter] for letter in grid if letter != "/"]
    assert eyes.colours(result.path, 2, 2) == expected
    assert outputs.read(result.path).size == ((240, 320) if rotate % 180 else (320, 240))


async def test_turned_once_more(clip: ClipOf, bench: Bench) -> None:
    """What the file's own matrix says counts too."""
    result = await bench.convert(clip("rotated_90"), request=Request(rotate=90))
    assert eyes.colours(result.path, 2, 2) == ["blue", "blue", "blue", "red"]


@pytest.mark.parametrize(
    ("target", "speed"),
    [("mp4", 0.5), ("mp4", 2.0), ("webm", 2.0), ("gif", 0.5), ("mp3", 0.5), ("animation", 2.0)],
)
async def test_speed(target: str, speed: float, clip: ClipOf, bench: Bench) -> None:
    wish = Request(target=target, speed=speed)
    result = await bench.convert(clip("moments"), request=wish)
    assert result.after.duration == pytest.approx(2 / speed, abs=0.1)
    for number, (colour, tone) in enumerate(zip(MOMENTS, TONES, strict=True)):
        at = (number + 0.3) * 0.5 / speed
        if result.after.videos:
            assert eyes.colours(result.path, at=at) == [colour]
        if result.after.audios:
            heard = eyes.loudest(result.path, 200, *TONES, 6400, at=at, length=0.2 / speed)
            assert heard == tone


# --- what the file says


@pytest.mark.parametrize("target", ["mp4", "hevc", "webm", "mkv", "mov", "animation", "m4a", "mp3"])
async def test_words_stay_behind_unless_wanted(target: str, clip: ClipOf, bench: Bench) -> None:
    source = clip("moments_of_place")
    assert b"+52.5163" in source.read_bytes()
    result = await bench.convert(source, request=Request(target=target))
    assert "52.5163" not in told(result.path)
    assert "Holidays" not in told(result.path)
    assert b"+52.5163" not in result.path.read_bytes()
    kept = await bench.convert(source, request=Request(target=target, metadata=True))
    assert "Holidays" in told(kept.path)


# --- depth and size


@pytest.mark.parametrize("target", ["hevc", "av1"])
@pytest.mark.parametrize("engine", BOTH)
async def test_ten_bits_of_hdr(target: str, engine: str, clip: ClipOf, bench_on: BenchOn) -> None:
    wish = Request(target=target, ten_bit=True, max_side=160)
    result = await bench_on(engine).convert(clip("hdr10"), request=wish)
    video = outputs.read(result.path).video
    assert video["pix_fmt"] == "yuv420p10le"
    tags = [video[f"color_{name}"] for name in ("transfer", "primaries", "space")]
    assert tags == ["smpte2084", "bt2020", "bt2020nc"]
    before = eyes.picture(clip("hdr10"), (2, 1), pixels="gray")[0]
    after = eyes.picture(result.path, (2, 1), pixels="gray")[0]
    levels = [level for (level,) in after]
    assert levels == pytest.approx([level for (level,) in before], abs=6)


@pytest.mark.parametrize("target", ["hevc", "av1"])
async def test_ten_bits_of_other_pictures(target: str, clip: ClipOf, bench: Bench) -> None:
    for name, pixels in (("ten_bits", "yuv420p10le"), ("stripes", "yuv420p")):
        wish = Request(target=target, ten_bit=True)
        result = await bench.convert(clip(name), request=wish)
        video = outputs.read(result.path).video
        assert video["pix_fmt"] == pixels
        assert video.get("color_transfer") not in {"smpte2084", "arib-std-b67"}


@pytest.mark.parametrize(
    ("wish", "size", "fps"),
    [
        (Request(height=120), (160, 120), 20),
        (Request(height=720), (320, 240), 20),
        (Request(max_side=100), (100, 76), 20),
        (Request(max_side=2000, height=2000, max_fps=60), (320, 240), 20),
        (Request(max_fps=5), (320, 240), 5),
        (Request(target="webm", height=120, rotate=90), (120, 160), 20),
        (Request(target="gif", max_side=64, max_fps=5), (64, 48), 5),
        (Request(target="gif", max_side=4000, max_fps=100), (320, 240), 10),
        (Request(target="frame", height=48), (64, 48), 0),
        (Request(target="mkv", height=120), (160, 120), 20),
    ],
)
async def test_a_smaller_picture(
    wish: Request, size: tuple[int, int], fps: float, clip: ClipOf, bench: Bench
) -> None:
    result = await bench.convert(clip("moments"), request=wish)
    output = outputs.read(result.path)
    assert output.size == pytest.approx(size, abs=2)
    if fps == 10:
        assert output.fps <= 20.1
    elif fps:
        assert output.fps == pytest.approx(fps, rel=0.1)
    assert result.notes == ()


# --- how many bytes


async def test_quality(clip: ClipOf, bench: Bench) -> None:
    for target in ("mp4", "hevc"):
        sizes = []
        for quality in (Quality.ORIGINAL, Quality.BALANCED, Quality.SMALL):
            wish = Request(target=target, quality=quality, end=1.0, start=0.2, height=120)
            result = await bench.convert(clip("rich"), request=wish)
            sizes.append(result.path.stat().st_size)
        assert sizes[0] > sizes[1] * 1.08 > sizes[2] * 1.16


@pytest.mark.parametrize(
    ("engine", "wish"),
    [
        ("bwrap", Request(max_bytes=700_000)),
        ("bwrap", Request(max_bytes=500_000, mute=True)),
        ("bwrap", Request(max_bytes=400_000, target="hevc")),
        ("bwrap", Request(max_bytes=300_000, target="webm", end=3.0)),
        ("bwrap", Request(max_bytes=300_000, target="av1", end=3.0)),
        pytest.param("docker", Request(max_bytes=600_000), marks=pytest.mark.docker),
    ],
    ids=lambda value: f"{value.target}-{value.max_bytes}" if isinstance(value, Request) else value,
)
async def test_a_size_is_met(engine: str, wish: Request, clip: ClipOf, bench_on: BenchOn) -> None:
    result = await bench_on(engine).convert(clip("rich"), request=wish)
    assert wish.max_bytes is not None
    assert wish.max_bytes * 0.9 <= result.path.stat().st_size <= wish.max_bytes
    assert result.after.duration == pytest.approx(wish.end or 5.0, abs=0.15)


async def test_a_size_that_asks_for_fewer_pixels(clip: ClipOf, bench: Bench) -> None:
    wish = Request(max_bytes=200_000)
    result = await bench.convert(clip("rich_large"), request=wish)
    assert Note.SHRUNK in result.notes
    assert result.after.videos[0].width < 640
    assert 180_000 <= result.path.stat().st_size <= 200_000


async def test_a_size_that_asks_for_fewer_pictures(clip: ClipOf, bench: Bench) -> None:
    result = await bench.convert(clip("rich"), request=Request(max_bytes=60_000))
    assert Note.SLOWED in result.notes
    assert outputs.read(result.path).fps <= 15.5
    assert result.path.stat().st_size <= 60_000


async def test_a_size_that_nobody_can_meet(clip: ClipOf, bench: Bench) -> None:
    error = await bench.refuse(clip("rich"), request=Request(max_bytes=20_000))
    assert isinstance(error, Refused)
    assert error.code is Code.OUTPUT_TOO_LARGE
    assert error.facts["limit"] == 20_000
    least = int(error.facts["least"])
    result = await bench.convert(clip("rich"), request=Request(max_bytes=least))
    assert result.path.stat().st_size <= least


async def test_what_fits_is_left_alone(clip: ClipOf, bench: Bench) -> None:
    seen: list[Plan] = []
    wish = Request(max_bytes=1_000_000, fit=True)
    watch = Observer(on_plan=seen.append)
    result: Result = await bench.convert(clip("moments"), observer=watch, request=wish)
    assert [plan.action for plan in seen] == [Action.NOTHING]
    assert result.path.read_bytes() == clip("moments").read_bytes()


@pytest.mark.parametrize(("target", "most"), [("sticker", 256_000), ("emoji", 64_000)])
async def test_the_target_s_own_bounds(target: str, most: int, clip: ClipOf, bench: Bench) -> None:
    result = await bench.convert(clip("rich"), request=Request(target=target))
    assert result.path.stat().st_size <= most
    assert result.after.duration == pytest.approx(3, abs=0.05)
    assert Note.CUT in result.notes
