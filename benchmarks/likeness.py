"""How like its original an encoded picture is: SSIM and VMAF, by the static ffmpeg of a wheel."""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import ffmpeg

from benchmarks.making import Clip

# What neither we nor the peers can scale better than.
_SCALER = "lanczos+accurate_rnd"
_SSIM = re.compile(r"SSIM Y:.* All:([\d.]+)")
_VMAF = re.compile(r"VMAF score: ([\d.]+)")
# Odd, so that every layer of a pyramid of B-frames has its turn.
_VMAF_EVERY = 3


@dataclass(frozen=True, slots=True)
class Shape:
    """Of a picture: its size in pixels and how many frames it has."""

    width: int
    height: int
    frames: int


def shape(path: Path) -> Shape:
    """Count the frames; the headers of some containers don't say."""
    entries = "stream=width,height,nb_read_packets"
    options = ["-select_streams", "v:0", "-count_packets", "-show_entries", entries]
    argv = ["ffprobe", "-v", "error", *options, "-of", "json", str(path)]
    found = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
    stream = json.loads(found)["streams"][0]
    return Shape(stream["width"], stream["height"], int(stream["nb_read_packets"]))


def ssim(encoded: Path, original: Clip) -> float:
    """0 to 1, over luma and chroma, against the original scaled to the size of `encoded`.

    Frames meet by their times, so a dropped one costs nothing and a moved one shows.
    """
    said = _compare(encoded, original, "[a][b]ssim=ts_sync_mode=nearest:shortest=1", "[a]", "[b]")
    return _number(_SSIM, said)


def ssim_and_vmaf(encoded: Path, original: Clip) -> tuple[float, float]:
    """As `ssim`, and VMAF, 0 to 100, of every third frame."""
    vmaf = f"libvmaf=n_threads=2:n_subsample={_VMAF_EVERY}:ts_sync_mode=nearest:shortest=1"
    both = f"[a][b]ssim=ts_sync_mode=nearest:shortest=1,nullsink;[c][d]{vmaf}"
    said = _compare(encoded, original, both, "split[a][c]", "split[b][d]")
    return _number(_SSIM, said), _number(_VMAF, said)


def _compare(encoded: Path, original: Clip, filters: str, first: str, second: str) -> str:
    size = shape(encoded)
    fit = f"scale={size.width}:{size.height}:flags={_SCALER},format=yuv420p"
    graph = f"[0:v]settb=1/90000,format=yuv420p,{first};[1:v]settb=1/90000,{fit},{second};{filters}"
    graph = graph.replace(",[", "[")
    ffmpeg.init()
    argv = [ffmpeg.FFMPEG_PATH, "-nostdin", "-hide_banner", "-nostats"]
    argv += ["-i", str(encoded), "-i", str(original.path), "-lavfi", graph, "-f", "null", "-"]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stderr


def _number(pattern: re.Pattern[str], said: str) -> float:
    found = pattern.search(said)
    if found is None:
        raise RuntimeError(f"no {pattern.pattern!r} in: {said[-500:]}")
    return float(found[1])
