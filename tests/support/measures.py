"""What is in a file by counting: packets, decoded pictures and samples. Nothing that a container
says of itself is believed, and nothing of the converter's is used."""

import re
import subprocess
from array import array
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

# Enough for tones, and quick to count through.
_RATE: Final = 16_000
_LOUD: Final = 300  # of 32768
_FIELDS: Final = re.compile(r"Multi frame detection: TFF: *(\d+) BFF: *(\d+) Progressive: *(\d+)")


@dataclass(frozen=True, slots=True)
class Packet:
    """Seconds and bytes, `at` in the file; the time of decoding where there is one, else that of
    showing."""

    shown: float
    decoded: float
    length: float
    size: int
    flags: str
    at: int


def packets(path: Path, stream: str = "v:0") -> list[Packet]:
    """A stream's packets in the file's order."""
    names = "pts_time,dts_time,duration_time,size,pos,flags"
    argv = ["ffprobe", "-v", "error", "-select_streams", stream, "-show_entries"]
    argv += [f"packet={names}", "-of", "default=nw=1", str(path)]
    text = _run(argv).stdout.decode()
    found: list[Packet] = []
    for block in _blocks(text):
        shown = _number(block.get("pts_time"), _number(block.get("dts_time"), 0.0))
        found.append(
            Packet(
                shown,
                _number(block.get("dts_time"), shown),
                _number(block.get("duration_time"), 0.0),
                int(block["size"]),
                block.get("flags", ""),
                int(_number(block.get("pos"), 0)),
            )
        )
    return found


def _blocks(text: str) -> list[dict[str, str]]:
    blocks: list[dict[str, str]] = []
    for line in text.split():
        name, _, value = line.partition("=")
        if name == "pts_time":
            blocks.append({})
        if blocks:
            blocks[-1].setdefault(name, value)
    return blocks


def _number(text: str | None, otherwise: float) -> float:
    return otherwise if text in {None, "N/A"} else float(text or 0)


def plays(path: Path, stream: str = "v:0") -> float:
    """Seconds from the first packet's beginning to the last one's end."""
    found = packets(path, stream)
    return max(p.shown + p.length for p in found) - min(p.shown for p in found)


def in_order(path: Path, stream: str = "v:0") -> bool:
    """Whether the clock never goes back nor stands."""
    return all(a.decoded < b.decoded for a, b in pairwise(packets(path, stream)))


def pictures(path: Path) -> list[float]:
    """When each decoded picture is shown, seconds."""
    argv = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "frame=pts_time"]
    text = _run([*argv, "-of", "csv=p=0", str(path)]).stdout.decode()
    return [float(line.strip(",")) for line in text.split() if line.strip(",")]


def complaints(path: Path) -> str:
    """What a decoder has to say against the file."""
    argv = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(path), "-fps_mode", "passthrough"]
    argv += ["-f", "null", "-"]
    return _run(argv).stderr.decode()


@dataclass(frozen=True, slots=True)
class Sound:
    """A decoded sound: `seconds` by its samples, whatever its packets' times are."""

    seconds: float
    _samples: "array[int]"

    def pitch(self, at: float, length: float = 0.2) -> float:
        """Hz at a moment, by how often the wave crosses nothing."""
        part = self._samples[int(at * _RATE) : int((at + length) * _RATE)]
        assert part, f"no sound at {at} s"
        crossings = sum((a < 0) is not (b < 0) for a, b in pairwise(part))
        return crossings * _RATE / (2 * len(part))

    def pauses(self, window: float = 0.05) -> list[float]:
        """Where there is nothing to be heard, seconds: the beginnings of such windows."""
        step = int(window * _RATE)
        found = []
        for at in range(0, len(self._samples) - step + 1, step):
            part = self._samples[at : at + step]
            if max(part) < _LOUD and min(part) > -_LOUD:
                found.append(at / _RATE)
        return found


def sound(path: Path, stream: str = "a:0") -> Sound:
    """Decode it, as players do that count samples."""
    argv = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(path), "-map", f"0:{stream}"]
    data = _run([*argv, "-ac", "1", "-ar", str(_RATE), "-f", "s16le", "-"]).stdout
    samples = array("h", data)
    return Sound(len(samples) / _RATE, samples)


def woven(path: Path) -> float:
    """The share of frames whose brightness is woven of two fields."""
    argv = ["ffmpeg", "-nostdin", "-v", "info", "-i", str(path), "-map", "0:v:0"]
    text = _run([*argv, "-vf", "format=gray,idet", "-f", "null", "-"]).stderr.decode()
    upper, lower, progressive = map(int, _FIELDS.findall(text)[-1])
    return (upper + lower) / max(1, upper + lower + progressive)


def _run(argv: list[str]) -> "subprocess.CompletedProcess[bytes]":
    done = subprocess.run(argv, capture_output=True, check=False)
    assert done.returncode == 0, f"{argv}\n{done.stderr.decode()}"
    return done
