"""Sound whose clock runs too fast or too slow for its picture, heard click by click."""

import array
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from converter.planning.plan import Action
from tests.support.bench import BenchOn

RATE = 8000
SECONDS = 20
# A click at the beginning of every second.
CLICKS = f"aevalsrc='if(lt(mod(t,1),0.01),sin(2*PI*1000*t),0)':s=48000:d={SECONDS}"


@pytest.fixture(params=[0.98, 0.99, 1.0, 1.01, 1.02])
def pace(request: pytest.FixtureRequest) -> float:
    return float(request.param)


def drifting(folder: Path, pace: float) -> Path:
    """A film whose sound's timestamps run `pace` times as fast as its samples."""
    path = folder / f"pace{pace}.mkv"
    picture = f"testsrc2=s=160x120:r=25:d={SECONDS}"
    codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    inputs = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", CLICKS]
    moved = ["-bsf:a", f"setts=pts=PTS*{pace}:dts=DTS*{pace}"]
    run = ["ffmpeg", "-v", "error", *inputs, *codecs, *moved, str(path)]
    subprocess.run(run, check=True)
    return path


def heard(path: Path) -> list[float]:
    """When each click begins, seconds."""
    argv = ["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:a:0", "-ac", "1"]
    argv += ["-ar", str(RATE), "-f", "s16le", "-"]
    samples = array.array("h", subprocess.run(argv, check=True, capture_output=True).stdout)
    found: list[float] = []
    for number, sample in enumerate(samples):
        moment = number / RATE
        if abs(sample) > 8000 and (not found or moment - found[-1] > 0.5):
            found.append(moment)
    return found


@pytest.mark.parametrize("engine", ["bwrap", "docker", "wheel"])
async def test_every_click_comes_with_its_picture(
    pace: float,
    engine: str,
    tmp_path: Path,
    bench_on: BenchOn,
    clip: Callable[[str], Path],
) -> None:
    bench = bench_on(engine)
    result = await bench.convert(drifting(tmp_path, pace))
    assert result.notes == ()
    assert result.plan.action is (Action.REMUX if pace == 1 else Action.AUDIO)
    moments = heard(bench.output)
    wanted = [number * pace for number in range(SECONDS)]
    assert len(moments) == len(wanted), "no click is lost, none comes twice"
    for moment, expected in zip(moments, wanted, strict=True):
        assert moment == pytest.approx(expected, abs=0.06)
