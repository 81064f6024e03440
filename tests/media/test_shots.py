"""Several pictures of one film, on every kind of engine."""

import asyncio
import shutil
from pathlib import Path

import pytest

from converter.errors import Code, ConversionError, Failed, Refused
from converter.limits import Limits
from converter.observer import Observer
from converter.request import Request, Still
from converter.shots import Shots
from tests.support import dawn, eyes, outputs
from tests.support.bench import Bench, BenchOn
from tests.support.engines import DOCKER, unique

FRAME = Request("frame")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine seconds that grow brighter."""
    return dawn.make(tmp_path_factory.mktemp("films") / "film.mkv")


async def shoot(
    bench: Bench,
    source: Path,
    request: Request = FRAME,
    limits: Limits | None = None,
    observer: Observer | None = None,
    *,
    count: int = 9,
) -> tuple[Shots, list[Path]]:
    """Take pictures; copies of them outlive the workspace."""
    async with bench.converter().open(unique("job")) as conversion:
        await asyncio.to_thread(shutil.copyfile, source, conversion.workspace.input_path)
        shots = await conversion.shots(request, count, limits or Limits(), observer)
        found = [
            Path(shutil.copy(shot.path, bench.folder / shot.path.name)) for shot in shots.pictures
        ]
    bench.assert_clean()
    return shots, found


@pytest.mark.parametrize("engine", ["bwrap", "plain", DOCKER])
async def test_each_picture_shows_its_moment(engine: str, bench_on: BenchOn, film: Path) -> None:
    heard: list[tuple[int, int]] = []
    watch = Observer(on_shot=lambda number, count: heard.append((number, count)))
    shots, found = await shoot(bench_on(engine), film, observer=watch)
    at = [number + 0.5 for number in range(9)]
    assert [shot.at for shot in shots.pictures] == at
    assert [dawn.moment(path) for path in found] == pytest.approx(at, abs=0.25)
    assert {(shot.width, shot.height) for shot in shots.pictures} == {(320, 180)}
    assert [shot.size for shot in shots.pictures] == [path.stat().st_size for path in found]
    assert heard == [(number, 9) for number in range(1, 10)]


async def test_of_a_part_and_in_another_form(bench_on: BenchOn, film: Path) -> None:
    request = Request("frame", start=3.0, end=6.0, still=Still.PNG, max_side=160, rotate=90)
    shots, found = await shoot(bench_on("plain"), film, request, count=3)
    assert [dawn.moment(path) for path in found] == pytest.approx([3.5, 4.5, 5.5], abs=0.25)
    assert {(shot.width, shot.height) for shot in shots.pictures} == {(90, 160)}
    assert {outputs.read(path).video["codec_name"] for path in found} == {"png"}


@pytest.fixture(scope="module")
def torn(film: Path) -> Path:
    """A film that says nine seconds and has five."""
    data, path = film.read_bytes(), film.with_name("torn.mkv")
    path.write_bytes(data[: len(data) * 5 // 9])
    return path


async def test_of_a_torn_film_there_is_what_can_be_read(bench_on: BenchOn, torn: Path) -> None:
    shots, found = await shoot(bench_on("plain"), torn)
    assert 2 <= len(shots.pictures) <= 9
    seen = [dawn.moment(path) for path in found]
    assert seen == sorted(seen)


async def _refused(bench: Bench, source: Path, request: Request, limits: Limits) -> ConversionError:
    with pytest.raises(ConversionError) as caught:
        await shoot(bench, source, request, limits)
    bench.assert_clean()
    return caught.value


async def test_what_can_not_be_is_refused(bench_on: BenchOn, film: Path, tmp_path: Path) -> None:
    bench = bench_on("plain")
    blink = dawn.make(tmp_path / "blink.mkv", seconds=0.2)
    short = await _refused(bench, blink, FRAME, Limits())
    assert (type(short), short.code) == (Refused, Code.TOO_SHORT)
    beyond = await _refused(bench, film, Request("frame", start=20.0), Limits())
    assert (type(beyond), beyond.code) == (Refused, Code.BAD_REQUEST)
    large = await _refused(bench, film, FRAME, Limits(max_output_bytes=4000))
    assert (type(large), large.code) == (Failed, Code.OUTPUT_TOO_LARGE)
    late = await _refused(bench, film, FRAME, Limits(timeout=0.001))
    assert (type(late), late.code) == (Failed, Code.TIMED_OUT)


# --- contact sheets


async def sheet_of(bench: Bench, source: Path, at: list[float]) -> Path:
    """A sheet of these moments, labelled with their numbers."""
    labels = [f"{number}  0:{moment:04.1f}" for number, moment in enumerate(at, 1)]
    async with bench.converter().open(unique("job")) as conversion:
        await asyncio.to_thread(shutil.copyfile, source, conversion.workspace.input_path)
        info = (await conversion.survey(Request(), Limits())).info
        made = await conversion.sheet(info, at, labels, Limits())
        found = Path(shutil.copy(made, bench.folder / "sheet.jpg"))
    bench.assert_clean()
    return found


@pytest.mark.parametrize("engine", ["bwrap", "plain", DOCKER])
async def test_a_sheet_shows_every_moment_in_its_place(
    engine: str, bench_on: BenchOn, film: Path
) -> None:
    at = [number + 0.5 for number in range(9)]
    sheet = await sheet_of(bench_on(engine), film, at)
    grid = eyes.picture(sheet, (960, 540))
    # The middle of each: the label stands in its corner.
    middles = [grid[90 + 180 * row][160 + 320 * column] for row in range(3) for column in range(3)]
    seen = [dawn.moment_of(dot) for dot in middles]
    assert seen == pytest.approx(at, abs=0.25)
    label = [grid[y][x][0] for y in range(6, 26) for x in range(6, 60)]
    assert max(label) > 200, "there are letters in the first one, which is dark"


async def test_what_can_not_be_read_leaves_its_place_black(bench_on: BenchOn, film: Path) -> None:
    sheet = await sheet_of(bench_on("plain"), film, [8.5, 100.0])
    grid = eyes.picture(sheet, (640, 180))
    assert grid[100][240][0] > 150
    assert grid[100][560][0] < 10
