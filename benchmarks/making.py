"""How a clip comes to be: recorded by the host's ffmpeg from real footage or from filters."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

_CORPUS = os.environ.get("MEDIA_CORPUS", "")
_SOUND = "anoisesrc=color=pink:amplitude=0.2:seed=7[n];sine=330[s];[n][s]amix=inputs=2[a]"
_QUIET_HEVC = ("-x265-params", "log-level=error", "-pix_fmt", "yuv420p")
_BT709 = ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709")
_OCTAVES = ("16x9", "48x27", "128x72", "400x225", "1280x720")
_HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-crf", "17", "-tag:v", "hvc1")
_LOSSLESS = ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "0", "-pix_fmt", "yuv420p")


@dataclass(frozen=True, slots=True)
class Clip:
    """A file to encode; `real` when a camera or an artist made its pictures. `seconds`: how long
    it was to become."""

    name: str
    path: Path
    real: bool
    seconds: int


def real(name: str) -> Path | None:
    """A file of MEDIA_CORPUS, where there is one of that name."""
    path = Path(_CORPUS) / name
    return path if _CORPUS and path.is_file() else None


def make(path: Path, seconds: int, filters: str, *inputs: str) -> Clip:
    """Record what the filters give of the inputs as a phone would, with sound."""
    graph = f"{filters}[v];{_SOUND}"
    maps = ("-map", "[v]", "-map", "[a]", "-t", str(seconds))
    sound = ("-c:a", "aac", "-ac", "2", "-ar", "48000")
    options = (*maps, *_HEVC, *_QUIET_HEVC, *_BT709, *sound)
    ffmpeg(*inputs, "-filter_complex", graph, *options, str(path))
    return Clip(path.stem, path, bool(inputs), seconds)


def keep(path: Path, seconds: int, filters: str, *inputs: str) -> Clip:
    """Record without loss, so that no codec meets the traces of its own kind; and without sound,
    so that the picture starts at zero."""
    maps = ("-map", "[v]", "-t", str(seconds))
    ffmpeg(*inputs, "-filter_complex", f"{filters}[v]", *maps, *_LOSSLESS, *_BT709, str(path))
    return Clip(path.stem, path, bool(inputs), seconds)


def cut(path: Path, source: Path, seconds: int) -> Clip:
    """The beginning of a file as it is."""
    ffmpeg("-i", str(source), "-t", str(seconds), "-c", "copy", str(path))
    return Clip(path.stem, path, real=True, seconds=seconds)


def ffmpeg(*arguments: str) -> None:
    """Run the host's ffmpeg."""
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *arguments], check=True)


def to_and_fro(frames: int) -> str:
    """Filters that play the first frames forwards and backwards, for ever, at 30 frames/s."""
    return (
        f"trim=end_frame={frames},setpts=N/30/TB,split[x][y];[y]reverse[z];"
        f"[x][z]concat,loop=-1:{2 * frames},setpts=N/30/TB,format=yuv420p"
    )


def fractal(size: str, rate: int) -> str:
    """A mandelbrot that turns and comes nearer."""
    zoom = f"mandelbrot=s={size}:rate={rate}:start_scale=0.7:end_scale=0.002:maxiter=900"
    return f"{zoom},format=yuv420p,rotate=a='0.15*t':bilinear=1"


def texture(seed: int = 0) -> str:
    """One still of 1/f noise, the statistics of a photo."""
    layers = "".join(
        f"nullsrc=s={size}:r=30,trim=end_frame=1,"
        f"geq=lum='random({index + seed})*235':cb='128+60*(random({index + seed}+5)-0.5)':"
        f"cr='128+60*(random({index + seed}+9)-0.5)',scale=2304:1296:flags=bicubic[o{index}];"
        for index, size in enumerate(_OCTAVES)
    )
    names = "".join(f"[o{index}]" for index in range(len(_OCTAVES)))
    weights = "16 8 5 3 2"
    return (
        f"{layers}{names}mix=inputs={len(_OCTAVES)}:weights={weights},"
        "eq=contrast=2.5,loop=-1:1,setpts=N/30/TB"
    )


def pan(still: str, size: str, *, grain: int) -> str:
    """A hand-held look at a still: it turns a little, so that no motion is whole pixels."""
    return (
        f"{still},format=yuv420p,rotate=a='0.012*sin(1.3*t)':bilinear=1,"
        f"crop={size}:x='(iw-ow)/2+(iw-ow)*0.42*sin(0.5*t)+4*sin(7*t)'"
        f":y='(ih-oh)/2+(ih-oh)*0.3*sin(0.8*t)+3*sin(9*t)',"
        f"noise=alls={grain}:allf=t:all_seed=1,format=yuv420p"
    )
