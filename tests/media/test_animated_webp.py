"""Animated WebP, which ffmpeg can't read, becomes whatever a video does."""

import asyncio
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest

from converter.convert import Result
from converter.converter import Converter
from converter.engines.host_runner import HostRunner
from converter.errors import Code, ConversionError, Refused
from converter.limits import Limits
from converter.planning.plan import Action
from converter.request import Request
from tests.support import outputs, webps
from tests.support.engines import DOCKER, Engine, host_tools, unique


class Bench(Protocol):
    """What `bench_on` of conftest gives."""

    engine: Engine
    base: Path
    instance: str

    def converter(self) -> Converter: ...
    async def convert(
        self, source: Path, limits: Limits | None = None, *, request: Request | None = None
    ) -> Result: ...
    async def refuse(self, source: Path, limits: Limits | None = None) -> ConversionError: ...
    @property
    def output(self) -> Path: ...


BenchOn = Callable[[str], Bench]


@pytest.mark.parametrize("engine", ["bwrap", DOCKER])
async def test_a_video(engine: str, bench_on: BenchOn, tmp_path: Path) -> None:
    source, bench = webps.make(tmp_path / "clear.webp"), bench_on(engine)
    assert webps.SECRET in source.read_bytes()
    result = await bench.convert(source)
    output = outputs.assert_plays(result.path)
    assert output.size == webps.SIZE
    assert output.duration == pytest.approx(webps.SECONDS, abs=0.02)
    times = outputs.first_times(result.path, "v:0", 99)
    assert all(min(abs(wanted - time) for time in times) < 0.002 for wanted in webps.TIMES)
    assert outputs.colour_names(result.path, 2, 1) == ["red", "black"]
    assert webps.SECRET not in result.path.read_bytes()
    assert result.before.size == source.stat().st_size
    assert (result.before.container, result.before.videos[0].codec) == ("webp", "webp")
    assert result.notes == ()


PAUSES = (
    pytest.param("bwrap", (100, 100, 3000)),
    pytest.param("docker", (100, 100, 3000, 100), marks=pytest.mark.docker),
)


@pytest.mark.parametrize(("engine", "durations"), PAUSES)
async def test_a_pause_at_the_end(
    engine: str, durations: tuple[int, ...], bench_on: BenchOn, tmp_path: Path
) -> None:
    source, bench = webps.blink(tmp_path / "pause.webp", durations), bench_on(engine)
    result = await bench.convert(source)
    assert outputs.read(result.path).duration == pytest.approx(sum(durations) / 1000, abs=0.12)
    assert result.notes == ()


async def test_a_gif(bench_on: BenchOn, tmp_path: Path) -> None:
    source = webps.make(tmp_path / "lossy.webp", alpha=False, lossless=False)
    bench = bench_on("bwrap")
    result = await bench.convert(source, request=Request(target="gif"))
    output = outputs.read(result.path)
    assert (output.video["codec_name"], output.size) == ("gif", webps.SIZE)
    assert output.duration == pytest.approx(webps.SECONDS, abs=0.1)
    assert outputs.colour_names(result.path, 2, 1) == ["red", "white"]


@pytest.mark.parametrize("engine", ["bwrap", DOCKER])
async def test_a_sticker_keeps_what_is_clear(
    engine: str, bench_on: BenchOn, tmp_path: Path
) -> None:
    source, bench = webps.make(tmp_path / "clear.webp"), bench_on(engine)
    result = await bench.convert(source, request=Request(target="sticker"))
    output = outputs.read(result.path)
    assert (output.video["codec_name"], max(output.size)) == ("vp9", 512)
    assert output.duration == pytest.approx(webps.SECONDS, abs=0.1)
    left, right = clearness(result.path)
    assert left > 250
    assert right < 5


def clearness(path: Path) -> tuple[int, int]:
    """How opaque the first picture is, in the middle of its left and right half."""
    chain = "extractplanes=a,scale=2:1:flags=area"
    argv = ["ffmpeg", "-v", "error", "-c:v", "libvpx-vp9", "-i", str(path), "-vf", chain]
    argv += ["-frames:v", "1", "-f", "rawvideo", "-"]
    data = subprocess.run(argv, check=True, capture_output=True).stdout
    return data[0], data[1]


async def test_a_piece_in_matroska_is_no_heap_of_pictures(
    bench_on: BenchOn, tmp_path: Path
) -> None:
    source, bench = webps.make(tmp_path / "clear.webp"), bench_on("plain")
    result = await bench.convert(source, request=Request(target="mkv", start=0.5, exact=True))
    assert result.plan.action is Action.ENCODE
    output = outputs.read(result.path)
    assert output.video["codec_name"] == "h264"
    assert output.duration == pytest.approx(webps.SECONDS - 0.5, abs=0.15)
    assert outputs.colour_names(result.path, 2, 1) == ["blue", "black"]


@pytest.mark.parametrize("engine", ["bwrap", DOCKER])
async def test_a_broken_frame(engine: str, bench_on: BenchOn, tmp_path: Path) -> None:
    picture = b"VP8L\x08\0\0\0\x2f" + b"\xff" * 7
    source = tmp_path / "broken.webp"
    source.write_bytes(webps.written((64, 48), (40, 40), frame=picture))
    error = await bench_on(engine).refuse(source)
    assert (type(error), error.code) == (Refused, Code.DAMAGED)


async def refused_without_python(bench: Bench, tmp_path: Path, source: Path) -> Refused:
    """What a file ends in where no frame of it can be unpacked."""
    tools = replace(host_tools("bwrap"), python=tmp_path / "python3")
    runner = HostRunner(tools, bench.converter().runner.resources)  # type: ignore[attr-defined]
    converter = replace(bench.converter(), runner=runner)
    async with converter.open(unique("job")) as conversion:
        await asyncio.to_thread(shutil.copyfile, source, conversion.workspace.input_path)
        with pytest.raises(Refused) as told:
            await conversion.survey(Request(), Limits())
    return told.value


async def test_what_is_told_before_anything_is_unpacked(bench_on: BenchOn, tmp_path: Path) -> None:
    bench = bench_on("bwrap")
    whole = webps.make(tmp_path / "whole.webp").read_bytes()
    expected = {
        Code.TRUNCATED: whole[: len(whole) // 2],
        Code.TOO_MANY_PIXELS: webps.written((16383, 16383), (40,)),
        Code.UNSUPPORTED: webps.written((6000, 6000), (40,) * 5000),
        Code.TOO_LONG: webps.written((16, 16), (16_000_000,)),
    }
    for code, content in expected.items():
        source = tmp_path / code
        source.write_bytes(content)
        error = await refused_without_python(bench, tmp_path, source)
        assert error.code is code
        assert "Python" not in error.detail


async def test_where_there_is_no_python(bench_on: BenchOn, tmp_path: Path) -> None:
    source = webps.make(tmp_path / "clear.webp")
    error = await refused_without_python(bench_on("bwrap"), tmp_path, source)
    assert error.code is Code.UNSUPPORTED
    assert "Python" in error.detail
