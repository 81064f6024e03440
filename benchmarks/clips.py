"""Clips to measure on, made by the host's ffmpeg."""

import subprocess
from pathlib import Path

_SOUND = ["-f", "lavfi", "-i", "sine=frequency=440:duration=60"]
_PICTURE = ["-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=30:duration=60"]


def to_encode(folder: Path) -> Path:
    """60 s of 720p in MPEG-4 part 2, under 20 MB: must be encoded anew."""
    path = folder / "encode.avi"
    _ffmpeg([*_PICTURE, *_SOUND, "-c:v", "mpeg4", "-b:v", "2200k", "-c:a", "mp3", str(path)])
    return path


def to_remux(folder: Path) -> Path:
    """60 s of 720p in H.264 and AAC in Matroska, under 20 MB: a new container is enough."""
    path = folder / "remux.mkv"
    video = ["-c:v", "libx264", "-preset", "veryfast", "-b:v", "2200k", "-pix_fmt", "yuv420p"]
    _ffmpeg([*_PICTURE, *_SOUND, *video, "-c:a", "aac", "-ac", "2", "-ar", "48000", str(path)])
    return path


def _ffmpeg(arguments: list[str]) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *arguments], check=True)
