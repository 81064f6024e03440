"""A film that grows brighter evenly, so that each of its pictures tells its moment."""

import subprocess
from pathlib import Path
from typing import Final

_BLACK: Final = 16
# How much brighter each second is, in luma of the limited range.
_STEP: Final = 20


def make(path: Path, seconds: float = 9.0, size: str = "320x180") -> Path:
    """Make it, in the container that its name says."""
    dark = f"color=black:size={size}:rate=10:duration={seconds}"
    ramp = f"geq=lum='{_BLACK}+T*{_STEP}':cb=128:cr=128"
    codec = ["-c:v", "mpeg4", "-q:v", "2", "-g", "10"]
    _ffmpeg("-f", "lavfi", "-i", f"{dark},{ramp}", *codec, str(path))
    return path


def moment(picture: Path) -> float:
    """The second of the film that a picture shows, give or take a frame or two."""
    luma = _ffmpeg(
        *("-i", str(picture), "-frames:v", "1"),
        *("-vf", "scale=1:1:out_range=limited,format=gray,scale=out_range=limited"),
        *("-f", "rawvideo", "-pix_fmt", "gray", "-"),
    )
    return (_limited(luma[0]) - _BLACK) / _STEP


def _limited(grey: int) -> float:
    """ffmpeg's grey goes from 0 to 255."""
    return 16 + grey * 219 / 255


def _ffmpeg(*arguments: str) -> bytes:
    argv = ["ffmpeg", "-v", "error", "-nostdin", "-y", *arguments]
    return subprocess.run(argv, check=True, capture_output=True).stdout
