"""A film that grows brighter evenly, so that each of its pictures tells its moment."""

import subprocess
from pathlib import Path
from typing import Final

from tests.support import eyes

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
    [[dot]] = eyes.picture(picture, (1, 1))
    return moment_of(dot)


def moment_of(dot: eyes.Pixel) -> float:
    """The same of one dot of it, red, green and blue."""
    return (16 + dot[0] * 219 / 255 - _BLACK) / _STEP


def _ffmpeg(*arguments: str) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *arguments], check=True)
