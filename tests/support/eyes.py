"""What is to be seen and heard at a moment of a file."""

import re
import subprocess
from pathlib import Path
from typing import Final

_NAMES: Final = {
    (True, False, False): "red",
    (False, True, False): "lime",
    (False, False, True): "blue",
    (True, True, True): "white",
    (False, False, False): "black",
}
_MEAN: Final = re.compile(r"mean_volume: (-?[\d.]+) dB")
_LOUDNESS: Final = re.compile(r"Integrated loudness:\s+I:\s+(-?[\d.]+) LUFS")
_PLANES: Final = {"rgb24": 3, "rgba": 4, "gray": 1}

Pixel = tuple[int, ...]


def picture(
    path: Path, size: tuple[int, int], at: float = 0.0, *, pixels: str = "rgb24", decoder: str = ""
) -> list[list[Pixel]]:
    """The rows of the picture shown at `at` seconds, scaled to a small `size` by the nearest
    pixels."""
    width, height = size
    known = ["-c:v", decoder] if decoder else []
    # The one that is shown then came a little before.
    chain = f"select='gte(t,{at - 0.021:.3f})',scale={width}:{height}:flags=neighbor"
    chain += f",format={pixels}"
    argv = [*known, "-i", str(path), "-vf", chain, "-frames:v", "1", "-f", "rawvideo", "-"]
    data = _ffmpeg(*argv).stdout
    depth = _PLANES[pixels]
    dots = [tuple(data[n : n + depth]) for n in range(0, len(data), depth)]
    assert len(dots) == width * height, f"no picture at {at} s"
    return [dots[n : n + width] for n in range(0, len(dots), width)]


def colours(path: Path, columns: int = 1, rows: int = 1, at: float = 0.0) -> list[str]:
    """The picture at `at` seconds as a grid of colours, row by row."""
    return [
        name
        for row in picture(path, (columns * 3, rows * 3), at)[1::3]
        for name in map(colour_name, row[1::3])
    ]


def colour_name(dot: Pixel) -> str:
    """The nearest corner of the colour cube."""
    red, green, blue = (part > 128 for part in dot[:3])
    return _NAMES.get((red, green, blue), str(dot))


def volume(
    path: Path,
    *,
    tone: float | None = None,
    stream: str = "a:0",
    at: float = 0.0,
    length: float = 9,
) -> float:
    """Mean volume in dB: of everything, or of a narrow band around `tone` Hz."""
    band = f"bandpass=f={tone}:width_type=q:w=8,bandpass=f={tone}:width_type=q:w=8," if tone else ""
    chain = f"atrim=start={at}:end={at + length},{band}volumedetect"
    argv = ["-i", str(path), "-map", f"0:{stream}", "-af", chain, "-f", "null", "-"]
    found = _MEAN.findall(_ffmpeg(*argv, level="info").stderr.decode())
    return float(found[-1])


def loudest(
    path: Path, *tones: float, stream: str = "a:0", at: float = 0.0, length: float = 9
) -> float:
    """Which of these tones, in Hz, is heard most."""
    return max(tones, key=lambda f: volume(path, tone=f, stream=stream, at=at, length=length))


def loudness(path: Path) -> float:
    """Integrated loudness by EBU R128, in LUFS."""
    said = _ffmpeg("-i", str(path), "-af", "ebur128", "-f", "null", "-", level="info")
    return float(_LOUDNESS.findall(said.stderr.decode())[-1])


def _ffmpeg(*arguments: str, level: str = "error") -> "subprocess.CompletedProcess[bytes]":
    argv = ["ffmpeg", "-hide_banner", "-nostdin", "-nostats", "-v", level, *arguments]
    done = subprocess.run(argv, capture_output=True, check=False)
    assert done.returncode == 0, f"{arguments}\n{done.stderr.decode()}"
    return done


def ffprobe(path: Path, *arguments: str) -> str:
    """What ffprobe says, bare values one a line."""
    argv = ["ffprobe", "-v", "error", *arguments, "-of", "csv=p=0", str(path)]
    done = subprocess.run(argv, capture_output=True, check=False, text=True)
    assert done.returncode == 0, f"{arguments}\n{done.stderr}"
    return done.stdout


def subtitles(path: Path, number: int) -> tuple[str, tuple[float, ...]]:
    """The text of the first subtitle of a track, and when it comes and goes, in seconds."""
    argv = ["-i", str(path), "-map", f"0:s:{number}", "-f", "srt", "-"]
    _, times, text = _ffmpeg(*argv).stdout.decode().split("\n", 2)
    moments = [time.replace(",", ".").split(":") for time in times.split(" --> ")]
    return text, tuple(int(h) * 3600 + int(m) * 60 + float(s) for h, m, s in moments)
