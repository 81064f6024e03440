"""Files beside a video, really converted: a person's own subtitles, a picture to stand for it."""

from contextlib import suppress
from pathlib import Path

import pytest

from converter.beside import Beside
from converter.errors import Code, ConversionError
from converter.limits import Limits
from converter.planning.plan import Action, Note
from converter.request import Request, Subtitles
from tests.support import clips, eyes, films, outputs
from tests.support.bench import Bench, BenchOn, ClipOf
from tests.support.engines import DOCKER, unique

WORDS = "Съешь ещё этих"
ENGINES = pytest.mark.parametrize("engine", ["bwrap", "wheel", DOCKER])
ASS = (
    "[Script Info]\nScriptType: v4.00+\nPlayResX: 320\nPlayResY: 240\n\n[V4+ Styles]\n"
    "Format: Name, Fontname, Fontsize, PrimaryColour\nStyle: Default,Arial,40,&H00FFFFFF\n\n"
    "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    "Dialogue: 0,0:00:00.50,0:00:01.50,Default,,0,0,0,,{\\an8}%s\n"
)
VTT = "WEBVTT\n\n00:00.500 --> 00:01.500\n<v Ann>%s\n"


@pytest.fixture
def bench(bench_on: BenchOn) -> Bench:
    return bench_on("bwrap")


@pytest.fixture
def black(tmp_path: Path) -> Path:
    """Two seconds of nothing to be seen, which needs no change."""
    path = tmp_path / "black.mp4"
    picture = ("-f", "lavfi", "-i", "color=c=black:s=320x240:r=20:d=2")
    sound = ("-f", "lavfi", "-i", "sine=440:r=48000:d=2")
    clips.ffmpeg(*picture, *sound, *clips.H264, "-g", "10", *clips.AAC, *clips.FIRST, str(path))
    return path


def words(
    folder: Path, text: str = WORDS, name: str = "film.ru.srt", page: str = "utf-8"
) -> Beside:
    forms = {"srt": films.subtitles("%s"), "ass": ASS, "vtt": VTT}
    path = folder / name
    path.write_bytes((forms[name.rpartition(".")[2]] % text).encode(page))
    return Beside(words=path, language="rus", title=name)


def lit(path: Path, at: float) -> int:
    """How many bright dots there are at that moment."""
    rows = eyes.picture(path, (320, 240), at, pixels="gray")
    return sum(dot[0] > 110 for row in rows for dot in row)


# --- kept


@ENGINES
@pytest.mark.parametrize(
    ("target", "codec"), [("mp4", "mov_text"), ("mkv", "subrip"), ("webm", "webvtt")]
)
async def test_own_subtitles_become_a_track(
    engine: str, target: str, codec: str, bench_on: BenchOn, black: Path, tmp_path: Path
) -> None:
    wish = Request(target=target)
    result = await bench_on(engine).convert(black, request=wish, beside=words(tmp_path))
    [track] = outputs.read(result.path).of("subtitle")
    assert track["codec_name"] == codec
    assert track["tags"]["language"] == "rus"
    text, moments = eyes.subtitles(result.path, 0)
    assert WORDS in text
    assert moments == pytest.approx((0.5, 1.5), abs=0.05)
    assert result.notes == ()
    assert outputs.read(result.path).duration == pytest.approx(2, abs=0.1)
    if target != "webm":
        assert result.plan.action is Action.REMUX, "the picture stays as it is"


@pytest.mark.parametrize("name", ["film.srt", "film.ass", "film.vtt"])
@pytest.mark.parametrize("page", ["utf-8-sig", "utf-16", "cp1251", "koi8_r"])
@pytest.mark.parametrize("target", ["mp4", "mkv"])
async def test_every_format_in_every_code_page(
    name: str, page: str, target: str, bench: Bench, black: Path, tmp_path: Path
) -> None:
    own = words(tmp_path, name=name, page=page)
    result = await bench.convert(black, request=Request(target=target), beside=own)
    assert WORDS in eyes.subtitles(result.path, 0)[0]
    assert result.notes == ()
    if target == "mkv":
        [track] = outputs.read(result.path).of("subtitle")
        assert track["codec_name"] == ("ass" if name.endswith("ass") else "subrip")


async def test_the_file_s_own_tracks_stay_where_everything_does(
    bench: Bench, clip: ClipOf, tmp_path: Path
) -> None:
    own = words(tmp_path, "Мои слова")
    for wish, said in (
        (Request(target="mkv"), ["Мои слова", films.WORDS[0], films.WORDS[1]]),
        (Request(), ["Мои слова"]),
        (Request(subtitles=Subtitles.KEEP), ["Мои слова", films.WORDS[0], films.WORDS[1]]),
        (Request(subtitles=Subtitles.DROP), []),
    ):
        result = await bench.convert(clip("film"), request=wish, beside=own)
        tracks = outputs.read(result.path).of("subtitle")
        texts = [eyes.subtitles(result.path, n)[0] for n, _ in enumerate(tracks)]
        assert len(texts) == len(said)
        assert all(word in text for word, text in zip(said, texts, strict=True))


# --- burned in


@ENGINES
async def test_own_subtitles_are_burned_in(
    engine: str, bench_on: BenchOn, black: Path, tmp_path: Path
) -> None:
    wish = Request(subtitles=Subtitles.BURN)
    own = words(tmp_path, page="cp1251")
    result = await bench_on(engine).convert(black, request=wish, beside=own)
    assert outputs.read(result.path).of("subtitle") == []
    assert [lit(result.path, at) > 40 for at in (0.2, 1.0, 1.8)] == [False, True, False]
    assert result.notes == ()


async def test_own_subtitles_are_burned_in_rather_than_the_file_s(
    bench: Bench, clip: ClipOf, tmp_path: Path
) -> None:
    wish = Request(subtitles=Subtitles.BURN)
    path = tmp_path / "late.srt"
    path.write_text(films.subtitles("LATE", 1.6, 1.9))
    result = await bench.convert(clip("film"), request=wish, beside=Beside(words=path))
    assert [lit(result.path, at) > 40 for at in (1.0, 1.75)] == [False, True]


async def test_where_there_is_no_place_for_a_track_they_are_burned_in(
    bench: Bench, black: Path, tmp_path: Path
) -> None:
    result = await bench.convert(black, request=Request(target="gif"), beside=words(tmp_path))
    assert [lit(result.path, at) > 40 for at in (0.2, 1.0, 1.8)] == [False, True, False]


async def test_a_script_keeps_its_place(bench: Bench, black: Path, tmp_path: Path) -> None:
    wish, own = Request(subtitles=Subtitles.BURN), words(tmp_path, name="film.ass")
    result = await bench.convert(black, request=wish, beside=own)
    rows = eyes.picture(result.path, (320, 240), 1.0, pixels="gray")
    bright = [y for y, row in enumerate(rows) for dot in row if dot[0] > 110]
    assert len(bright) > 40
    assert max(bright) < 120, "at the top"


# --- cut, and at another speed

PARTS = [
    ({"start": 1.0}, (0.0, 0.5)),
    ({"end": 1.0}, (0.5, 1.0)),
    ({"start": 0.25, "end": 1.25}, (0.25, 1.0)),
    ({"speed": 2.0}, (0.25, 0.75)),
    ({"speed": 0.5}, (1.0, 3.0)),
    ({"start": 0.25, "speed": 0.5}, (0.5, 2.5)),
    ({"start": 1.0, "exact": False}, (0.0, 0.5)),
]


@pytest.mark.parametrize(("part", "moments"), PARTS)
@pytest.mark.parametrize("form", ["srt", "ass"])
async def test_kept_words_come_when_they_did(
    part: dict[str, float],
    moments: tuple[float, float],
    form: str,
    bench: Bench,
    black: Path,
    tmp_path: Path,
) -> None:
    own = words(tmp_path, name=f"film.{form}")
    result = await bench.convert(black, request=Request(**part), beside=own)  # type: ignore[arg-type]
    assert eyes.subtitles(result.path, 0)[1] == pytest.approx(moments, abs=0.07)
    length = (part.get("end", 2.0) - part.get("start", 0.0)) / part.get("speed", 1.0)
    assert outputs.read(result.path).duration == pytest.approx(length, abs=0.15)


@pytest.mark.parametrize(("part", "moments"), PARTS[:-1])
async def test_burned_words_come_when_they_did(
    part: dict[str, float],
    moments: tuple[float, float],
    bench: Bench,
    black: Path,
    tmp_path: Path,
) -> None:
    wish = Request(subtitles=Subtitles.BURN, **part)  # type: ignore[arg-type]
    result = await bench.convert(black, request=wish, beside=words(tmp_path))
    length = (part.get("end", 2.0) - part.get("start", 0.0)) / part.get("speed", 1.0)
    begins, ends = moments
    looked = [at for at in (begins - 0.15, begins + 0.1, ends - 0.1, ends + 0.15) if at >= 0]
    for at in (at for at in looked if at < length - 0.1):
        assert (lit(result.path, at) > 40) is (begins < at < ends), at


async def test_words_beyond_the_end_don_t_make_it_longer(
    bench: Bench, black: Path, tmp_path: Path
) -> None:
    path = tmp_path / "long.srt"
    path.write_text(
        films.subtitles("on and on", 1.0, 50.0) + "\n" + films.subtitles("more", 50, 55)
    )
    result = await bench.convert(black, beside=Beside(words=path))
    assert outputs.read(result.path).duration == pytest.approx(2, abs=0.1)
    assert outputs.texts(result.path) == ["on and on"]


async def test_a_part_in_which_nothing_is_said(bench: Bench, black: Path, tmp_path: Path) -> None:
    own = words(tmp_path)
    for target in ("mp4", "mkv"):
        wish = Request(target=target, start=1.7)
        result = await bench.convert(black, request=wish, beside=own)
        assert outputs.read(result.path).of("subtitle") == []
        assert result.notes == ()


async def test_a_broadcast_s_clock_begins_anywhere(
    bench: Bench, black: Path, tmp_path: Path
) -> None:
    broadcast = tmp_path / "black.ts"
    clips.ffmpeg("-i", str(black), "-c", "copy", "-output_ts_offset", "100", str(broadcast))
    own = words(tmp_path)
    for wish, moments in (
        (Request(), (0.5, 1.5)),
        (Request(start=0.25), (0.25, 1.25)),
    ):
        result = await bench.convert(broadcast, request=wish, beside=own)
        assert eyes.subtitles(result.path, 0)[1] == pytest.approx(moments, abs=0.1)
    wish = Request(subtitles=Subtitles.BURN)
    result = await bench.convert(broadcast, request=wish, beside=own)
    assert [lit(result.path, at) > 40 for at in (0.2, 1.0, 1.8)] == [False, True, False]


# --- what is no subtitle file, and what is no picture


def _wishes(*targets: str) -> list[tuple[str, Subtitles]]:
    """Each target with what may be wished of its subtitles."""
    found = []
    for target in targets:
        for wish in Subtitles:
            with suppress(ConversionError):
                found.append((Request(target=target, subtitles=wish).target, wish))
    return found


@pytest.mark.parametrize(("target", "wish"), _wishes("mp4", "mkv", "gif"))
async def test_words_that_nobody_can_read_cost_the_words_alone(
    target: str, wish: Subtitles, bench: Bench, black: Path, tmp_path: Path
) -> None:
    path = tmp_path / "none.srt"
    path.write_bytes(bytes(range(256)) * 10)
    request = Request(target=target, subtitles=wish)
    result = await bench.convert(black, request=request, beside=Beside(words=path))
    assert result.notes == (() if wish is Subtitles.DROP else (Note.SUBTITLES_LOST,))
    assert outputs.read(result.path).of("subtitle") == []


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff\xe0 broken", b"<svg/>", b"\x89PNG\r\n\x1a\n"])
async def test_a_picture_that_is_none_costs_the_picture_alone(
    data: bytes, bench: Bench, black: Path, tmp_path: Path
) -> None:
    path = tmp_path / "none.jpg"
    path.write_bytes(data)
    result = await bench.convert(black, beside=Beside(picture=path))
    assert result.notes == (Note.THUMBNAIL_LOST,)
    assert result.thumbnail is not None, "one of the film itself"
    assert result.cover is None


async def refused(bench: Bench, beside: Beside) -> Code | None:
    async with bench.converter().open(unique("look")) as conversion:
        try:
            await conversion.try_extras(beside, Limits())
        except ConversionError as error:
            return error.code
    return None


SVG = b"<svg xmlns='http://www.w3.org/2000/svg' width='99999' height='99999'/>"


@pytest.mark.parametrize(
    ("size", "verdict"),
    [
        ("640x360", None),
        ("16x16", None),
        ("1x10000", Code.NO_PICTURE),
        ("10000x1", Code.NO_PICTURE),
        ("9000x9000", Code.NO_PICTURE),
        ("20x4000", None),
    ],
)
async def test_whether_a_picture_can_be_used_is_told_before(
    size: str, verdict: Code | None, bench: Bench, tmp_path: Path
) -> None:
    assert await refused(bench, Beside(picture=picture(tmp_path, size))) is verdict


async def test_whether_words_can_be_used_is_told_before(bench: Bench, tmp_path: Path) -> None:
    assert await refused(bench, words(tmp_path)) is None
    path = tmp_path / "x.srt"
    path.write_bytes(SVG)
    assert await refused(bench, Beside(words=path)) is Code.NO_SUBTITLES
    assert await refused(bench, Beside(picture=path)) is Code.NO_PICTURE


# --- the picture that stands for it


def picture(folder: Path, size: str, suffix: str = "jpg", colour: str = "lime") -> Path:
    path = folder / f"picture.{suffix}"
    drawn = f"color=c={colour}:s=64x64,format=rgb24,scale={size.replace('x', ':')}"
    clips.ffmpeg("-f", "lavfi", "-i", drawn, "-frames:v", "1", str(path))
    return path


@ENGINES
@pytest.mark.parametrize("suffix", ["jpg", "png", "bmp", "gif", "webp"])
async def test_a_picture_stands_for_the_video(
    engine: str, suffix: str, bench_on: BenchOn, black: Path, tmp_path: Path
) -> None:
    own = Beside(picture=picture(tmp_path, "1600x900", suffix))
    result = await bench_on(engine).convert(black, beside=own)
    assert result.notes == ()
    assert result.thumbnail is not None
    assert result.cover is not None
    for path, size in ((result.thumbnail, (320, 180)), (result.cover, (1280, 720))):
        assert outputs.read(path).size == size
        assert outputs.read(path).video["codec_name"] == "mjpeg"
        assert eyes.colours(path) == ["lime"]
    assert result.thumbnail.stat().st_size <= 200_000


@pytest.mark.parametrize(
    ("size", "small", "large"),
    [("20x4000", (20, 60), (20, 60)), ("100x50", (100, 50), (100, 50))],
)
async def test_a_strip_is_cut_and_a_small_one_stays(
    size: str,
    small: tuple[int, int],
    large: tuple[int, int],
    bench: Bench,
    black: Path,
    tmp_path: Path,
) -> None:
    result = await bench.convert(black, beside=Beside(picture=picture(tmp_path, size, "png")))
    assert result.thumbnail is not None
    assert result.cover is not None
    assert [outputs.read(p).size for p in (result.thumbnail, result.cover)] == [small, large]


async def test_a_cover_for_which_there_is_no_room_is_left_out(
    bench: Bench, black: Path, tmp_path: Path
) -> None:
    path = tmp_path / "snow.png"
    snow = "color=c=gray:s=1280x720,noise=alls=100"
    clips.ffmpeg("-f", "lavfi", "-i", snow, "-frames:v", "1", str(path))
    for most, there in ((10_000_000, True), (300_000, False)):
        limits = Limits(max_output_bytes=most)
        result = await bench.convert(black, limits, beside=Beside(picture=path))
        assert (result.cover is not None) is there
        assert result.thumbnail is not None
        assert result.notes == ()


@pytest.mark.parametrize("target", ["mp3", "m4a", "flac"])
@pytest.mark.parametrize("source", ["black", "song_mp3"])
async def test_a_song_gets_it_for_its_cover(
    target: str, source: str, bench: Bench, clip: ClipOf, black: Path, tmp_path: Path
) -> None:
    clip_ = black if source == "black" else clip(source)
    own = Beside(picture=picture(tmp_path, "640x640", "png", colour="blue"))
    result = await bench.convert(clip_, request=Request(target=target), beside=own)
    output = outputs.read(result.path)
    [cover] = output.of("video")
    assert cover["disposition"]["attached_pic"] == 1
    assert eyes.colours(result.path) == ["blue"]
    assert result.thumbnail is not None
    assert result.notes == ()
