"""Varied clips to compare encoders on: real footage where MEDIA_CORPUS has it, else made ones.

What is made moves by parts of a pixel and has grain, so that an encoder works on it as on a
camera's picture. All but the cartoon is HEVC, what phones record: every clip has to be encoded.
"""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

_CORPUS = os.environ.get("MEDIA_CORPUS", "")
_CARTOON = "Zulko__moviepy/big_buck_bunny_0_30.webm"
_TALK = "androidx__media/sample_2_byte_NAL_length.mp4"
_PHOTO = "sindresorhus__file-type/fixture-yuv420-8bit.avif"
_TALK_FRAMES = 28
_SOUND = "anoisesrc=color=pink:amplitude=0.2:seed=7[n];sine=330[s];[n][s]amix=inputs=2[a]"
_HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-crf", "17", "-tag:v", "hvc1")
_QUIET_HEVC = ("-x265-params", "log-level=error", "-pix_fmt", "yuv420p")
_BT709 = ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709")
_OCTAVES = ("16x9", "48x27", "128x72", "400x225", "1280x720")


@dataclass(frozen=True, slots=True)
class Clip:
    """A file to encode; `real` when a camera or an artist made its pictures."""

    name: str
    path: Path
    real: bool


def cartoon(folder: Path, seconds: int) -> Clip:
    """720p at 24 frames/s: an animated film, else a mandelbrot that turns."""
    path, source = folder / "cartoon.webm", _real(_CARTOON)
    if source is None:
        return _make(path.with_suffix(".mp4"), seconds, _fractal("1280x720", 24, grain=0))
    return _cut(path, source, seconds)


def talk(folder: Path, seconds: int) -> Clip:
    """1080×720 at 30 frames/s: a person, to and fro, else soft texture that sways."""
    path, source = folder / "talk.mp4", _real(_TALK)
    if source is None:
        return _make(path, seconds, _pan(_texture(), "1080:720", grain=6))
    to_and_fro = (
        f"trim=end_frame={_TALK_FRAMES},setpts=N/30/TB,split[x][y];[y]reverse[z];"
        f"[x][z]concat,loop=-1:{2 * _TALK_FRAMES},setpts=N/30/TB,format=yuv420p"
    )
    return _make(path, seconds, f"[0:v]{to_and_fro}", "-i", str(source))


def meadow(folder: Path, seconds: int) -> Clip:
    """1080p at 30 frames/s with grain: a photo under an unsteady hand, else texture."""
    path, source = folder / "meadow.mp4", _real(_PHOTO)
    if source is None:
        return _make(path, seconds, _pan(_texture(), "1920:1080", grain=6))
    still = folder / "meadow.png"
    _ffmpeg("-i", str(source), "-frames:v", "1", str(still))
    filters = _pan("[0:v]scale=2880:-2:flags=lanczos", "1920:1080", grain=6)
    return _make(path, seconds, filters, *("-loop", "1", "-framerate", "30", "-i", str(still)))


def fractal(folder: Path, seconds: int) -> Clip:
    """1080p at 30 frames/s: a mandelbrot that turns, fine lines everywhere, some grain."""
    return _make(folder / "fractal.mp4", seconds, _fractal("1920x1080", 30, grain=0))


def screen(folder: Path, seconds: int) -> Clip:
    """1080p at 30 frames/s: sharp edges that scroll, as on a recorded screen."""
    filters = (
        "testsrc2=size=1920x1080:rate=30[b];cellauto=s=450x350:rate=30:rule=110:seed=5,"
        "scale=900:700:flags=neighbor[c];"
        "[b][c]overlay=x=80+200*sin(t):y=60,format=yuv420p"
    )
    return _make(folder / "screen.mp4", seconds, filters)


def haze(folder: Path, seconds: int) -> Clip:
    """1080p at 30 frames/s: slow gradients, where banding shows, under rough moving texture."""
    filters = (
        "gradients=s=1920x1080:rate=30:n=4:seed=3:speed=0.02:c0=navy:c1=olive:c2=maroon:c3=teal"
        f",format=yuv420p[g];{_pan(_texture(), '1920:1080', grain=2)}[t];"
        "[g][t]blend=all_mode=softlight:all_opacity=0.7:shortest=1,format=yuv420p"
    )
    return _make(folder / "haze.mp4", seconds, filters)


FIVE = (cartoon, talk, meadow, fractal, screen)
SIX = (*FIVE, haze)


def _fractal(size: str, rate: int, *, grain: int) -> str:
    zoom = f"mandelbrot=s={size}:rate={rate}:start_scale=0.7:end_scale=0.002:maxiter=900"
    return (
        f"{zoom},format=yuv420p,rotate=a='0.15*t':bilinear=1,noise=alls={grain}:allf=t:all_seed=1"
    )


def _texture() -> str:
    """One still of 1/f noise, the statistics of a photo."""
    layers = "".join(
        f"nullsrc=s={size}:r=30,trim=end_frame=1,"
        f"geq=lum='random({index})*235':cb='128+60*(random({index}+5)-0.5)':"
        f"cr='128+60*(random({index}+9)-0.5)',scale=2304:1296:flags=bicubic[o{index}];"
        for index, size in enumerate(_OCTAVES)
    )
    names = "".join(f"[o{index}]" for index in range(len(_OCTAVES)))
    weights = "16 8 5 3 2"
    return (
        f"{layers}{names}mix=inputs={len(_OCTAVES)}:weights={weights},"
        "eq=contrast=2.5,loop=-1:1,setpts=N/30/TB"
    )


def _pan(still: str, size: str, *, grain: int) -> str:
    """A hand-held look at a still: it turns a little, so that no motion is whole pixels."""
    return (
        f"{still},format=yuv420p,rotate=a='0.012*sin(1.3*t)':bilinear=1,"
        f"crop={size}:x='(iw-ow)/2+(iw-ow)*0.42*sin(0.5*t)+4*sin(7*t)'"
        f":y='(ih-oh)/2+(ih-oh)*0.3*sin(0.8*t)+3*sin(9*t)',"
        f"noise=alls={grain}:allf=t:all_seed=1,format=yuv420p"
    )


def _real(name: str) -> Path | None:
    path = Path(_CORPUS) / name
    return path if _CORPUS and path.is_file() else None


def _make(path: Path, seconds: int, filters: str, *inputs: str) -> Clip:
    graph = f"{filters}[v];{_SOUND}"
    maps = ("-map", "[v]", "-map", "[a]", "-t", str(seconds))
    sound = ("-c:a", "aac", "-ac", "2", "-ar", "48000")
    options = (*maps, *_HEVC, *_QUIET_HEVC, *_BT709, *sound)
    _ffmpeg(*inputs, "-filter_complex", graph, *options, str(path))
    return Clip(path.stem, path, bool(inputs))


def _cut(path: Path, source: Path, seconds: int) -> Clip:
    _ffmpeg("-i", str(source), "-t", str(seconds), "-c", "copy", str(path))
    return Clip(path.stem, path, real=True)


def _ffmpeg(*arguments: str) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *arguments], check=True)
