"""Subtitles of strangers: what they lead to, what they are drawn with, what they are written in."""

import random
from pathlib import Path

import pytest

from converter.planning.plan import Action, Note
from converter.request import Request, Subtitles
from tests.support import eyes, outputs, worded
from tests.support.bench import Bench, BenchOn
from tests.support.engines import DOCKER

BURN = Request(subtitles=Subtitles.BURN)


@pytest.fixture
def bench(bench_on: BenchOn) -> Bench:
    return bench_on("bwrap")


def bright(path: Path, at: float) -> list[tuple[int, int]]:
    """Where the picture is bright at that moment, as (column, row)."""
    rows = eyes.picture(path, (320, 240), at, pixels="gray")
    return [(x, y) for y, row in enumerate(rows) for x, dot in enumerate(row) if dot[0] > 110]


def width(dots: list[tuple[int, int]]) -> int:
    columns = [x for x, _ in dots]
    return max(columns) - min(columns) + 1 if columns else 0


# --- what they lead to


@pytest.mark.parametrize("engine", ["plain", "bwrap", "wheel", DOCKER])
async def test_a_script_that_is_a_playlist_opens_nothing(
    engine: str, bench_on: BenchOn, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.vtt"
    secret.write_text("WEBVTT\n\n00:00.000 --> 00:05.000\nSECRET SECRET\n")
    clip = worded.film(tmp_path, b"{\\an8}seen", codec="ass")
    worded.playlist(clip, secret)
    result = await bench_on(engine).convert(clip, request=BURN)
    assert bright(result.path, 0.2) == []
    # What the film itself says is there, at the top.
    assert {y < 120 for _, y in bright(result.path, 1.0)} == {True}
    assert result.notes == ()


# --- what they are drawn with


@pytest.mark.parametrize("engine", ["bwrap", "wheel", DOCKER])
async def test_a_script_is_drawn_with_the_font_that_came_with_it(
    engine: str, bench_on: BenchOn, tmp_path: Path
) -> None:
    font = tmp_path / "blocks.ttf"
    font.write_bytes(worded.blocks("Own Blocks"))
    clip = worded.film(tmp_path, b"iiii", codec="ass", font="Own Blocks", attached=font)
    result = await bench_on(engine).convert(clip, request=BURN)
    # Four squares of 40 pixels, where any other font draws four thin strokes.
    assert width(bright(result.path, 1.0)) == pytest.approx(160, abs=4)


@pytest.mark.parametrize("spoil", ["cut", "text"])
async def test_a_font_that_is_none_is_left_out(spoil: str, bench: Bench, tmp_path: Path) -> None:
    data = worded.blocks()
    font = tmp_path / "blocks.ttf"
    font.write_bytes(data[: len(data) // 2] if spoil == "cut" else b"#EXTM3U\n" * 200)
    clip = worded.film(tmp_path, b"iiii", codec="ass", font="Blocks", attached=font)
    result = await bench.convert(clip, request=BURN)
    assert 10 < width(bright(result.path, 1.0)) < 80


# --- what they are written in

NONSENSE = bytes(0x80 | byte for byte in random.Random(1).randbytes(40))  # noqa: S311 - no secret

PAGES = [
    ("Привет, мир", "cp1251"),
    ("Что это было?", "koi8_r"),
    ("Gdzie byłeś, żółwiu?", "cp1250"),
    ("Où est passé le garçon ?", "cp1252"),
    ("ありがとうございます", "shift_jis"),
    ("你好,世界", "gbk"),
    ("我不知道怎麼說", "big5"),
    ("안녕하세요", "euc_kr"),
    ("مرحبا بالعالم", "cp1256"),
    ("Это двухбайтовые слова", "utf-16-le"),
]


@pytest.mark.parametrize(("words", "page"), PAGES, ids=[page for _, page in PAGES])
@pytest.mark.parametrize("target", ["mp4", "mkv", "webm"])
async def test_words_of_any_code_page_are_kept(
    words: str, page: str, target: str, bench: Bench, tmp_path: Path
) -> None:
    clip = worded.film(tmp_path, words.encode(page))
    wish = Request(target=target, subtitles=Subtitles.KEEP)
    result = await bench.convert(clip, request=wish)
    text, moments = eyes.subtitles(result.path, 0)
    assert words in text
    assert moments == pytest.approx((0.5, 1.5), abs=0.05)
    assert result.notes == ()
    if target != "webm":
        assert result.plan.action is Action.REMUX


@pytest.mark.parametrize("engine", ["bwrap", "wheel", DOCKER])
@pytest.mark.parametrize("codec", ["srt", "ass"])
async def test_words_of_another_code_page_are_burned(
    codec: str, engine: str, bench_on: BenchOn, tmp_path: Path
) -> None:
    words = "Привет, мир"
    seen = []
    for page in ("utf-8", "cp1251"):
        clip = worded.film(tmp_path, words.encode(page), codec=codec)
        result = await bench_on(engine).convert(clip, request=BURN)
        assert result.notes == ()
        seen.append(bright(result.path, 1.0))
    assert len(seen[0]) > 40
    assert seen[0] == seen[1]


@pytest.mark.parametrize(
    ("codec", "suffix"), [("mov_text", "mp4"), ("webvtt", "mkv"), ("ass", "mkv")]
)
async def test_every_kind_of_text_in_another_code_page(
    codec: str, suffix: str, bench: Bench, tmp_path: Path
) -> None:
    clip = worded.film(tmp_path, "Съешь ещё этих".encode("cp1251"), codec=codec, suffix=suffix)
    wish = Request(target="mkv", subtitles=Subtitles.KEEP)
    result = await bench.convert(clip, request=wish)
    assert "Съешь ещё этих" in eyes.subtitles(result.path, 0)[0]
    result = await bench.convert(clip, request=BURN)
    assert len(bright(result.path, 1.0)) > 40


async def test_two_code_pages_in_one_track(bench: Bench, tmp_path: Path) -> None:
    lines = ("Первая строка".encode(), "Вторая строка".encode("cp1251"), b"third")
    result = await bench.convert(
        worded.film(tmp_path, *lines), request=Request(subtitles=Subtitles.KEEP)
    )
    output = outputs.texts(result.path)
    assert output == ["Первая строка", "Вторая строка", "third"]


async def test_a_part_of_words_in_another_code_page(bench: Bench, tmp_path: Path) -> None:
    lines = [text.encode("cp1251") for text in ("Раз и два", "Три и четыре", "Пять")]
    wish = Request(subtitles=Subtitles.KEEP, start=1.0)
    result = await bench.convert(worded.film(tmp_path, *lines), request=wish)
    text, moments = eyes.subtitles(result.path, 0)
    assert "Раз и два" in text
    assert moments == pytest.approx((0, 0.5), abs=0.06)
    assert outputs.first_times(result.path, "v:0", 1) == [pytest.approx(0, abs=0.05)]


@pytest.mark.parametrize("wish", [Subtitles.KEEP, Subtitles.BURN])
async def test_words_that_nobody_can_read_cost_the_words_alone(
    wish: Subtitles, bench: Bench, tmp_path: Path
) -> None:
    clip = worded.film(tmp_path, NONSENSE)
    result = await bench.convert(clip, request=Request(subtitles=wish))
    assert result.notes == (Note.SUBTITLES_LOST,)
    assert result.after.duration == pytest.approx(2, abs=0.1)
    assert bright(result.path, 1.0) == []
