"""Clips for end-to-end tests, made once by the real ffmpeg."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Footage:
    """`quick` must be re-encoded and takes a moment; `medium` takes some seconds; `slow` takes many
    seconds on any machine and is under 20 MB; `remux` needs a new container alone; `fine` needs
    nothing but metadata."""

    quick: Path
    medium: Path
    slow: Path
    remux: Path
    fine: Path


def make(folder: Path) -> Footage:
    """Make all clips in `folder`."""
    footage = Footage(
        folder / "quick.avi",
        folder / "medium.mkv",
        folder / "slow.mkv",
        folder / "remux.mkv",
        folder / "fine.mp4",
    )
    tone = ["-f", "lavfi", "-i", "sine=frequency=440:duration=2"]
    small = ["-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25:duration=2"]
    h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    _ffmpeg([*small, *tone, "-c:v", "mpeg4", "-c:a", "mp3", str(footage.quick)])
    _ffmpeg([*small, *tone, *h264, "-ac", "2", "-ar", "48000", str(footage.remux)])
    _ffmpeg([*small, *tone, *h264, "-ac", "2", "-ar", "48000", str(footage.fine)])
    _make_slow(footage.medium, footage.slow)
    return footage


def _make_slow(medium: Path, slow: Path) -> None:
    """Two seconds of hard work for an encoder, copied twice and forty times."""
    seed = slow.with_name("seed.mkv")
    noise = "testsrc2=size=1920x1080:rate=30:duration=2,noise=alls=12:allf=t"
    rate = ["-b:v", "1500k", "-maxrate", "1500k", "-bufsize", "1500k", "-g", "300"]
    _ffmpeg(["-f", "lavfi", "-i", noise, "-c:v", "mpeg2video", *rate, str(seed)])
    for copies, path in ((2, medium), (40, slow)):
        _ffmpeg(["-stream_loop", str(copies - 1), "-i", str(seed), "-c", "copy", str(path)])


def large(folder: Path, size: int) -> Path:
    """About so many bytes of a film that needs a new container alone: a noisy minute's packets,
    again and again."""
    seed, path = folder / "noisy.mkv", folder / f"film-{size}.mkv"
    if not seed.is_file():
        noise = "testsrc2=size=1280x720:rate=30:duration=10,noise=alls=40:allf=t"
        rate = ["-b:v", "12M", "-maxrate", "12M", "-bufsize", "12M", "-g", "30", "-bf", "0"]
        h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", *rate]
        _ffmpeg(["-f", "lavfi", "-i", noise, *h264, str(seed)])
    times = max(1, size // seed.stat().st_size)
    _ffmpeg(["-stream_loop", str(times - 1), "-i", str(seed), "-c", "copy", str(path)])
    return path


def _ffmpeg(arguments: list[str]) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *arguments], check=True)
