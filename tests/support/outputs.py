"""Facts of a video as the host's ffprobe and ffmpeg see them, read without the converter's help."""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.judged import faults


@dataclass(frozen=True, slots=True)
class Output:
    """What is in a file."""

    path: Path
    form: dict[str, Any]
    streams: list[dict[str, Any]]
    chapters: int

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The streams of a kind."""
        return [s for s in self.streams if s["codec_type"] == kind]

    @property
    def video(self) -> dict[str, Any]:
        """The first picture."""
        return self.of("video")[0]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as stored."""
        return self.video["width"], self.video["height"]

    @property
    def duration(self) -> float:
        """Seconds."""
        return float(self.form["duration"])

    @property
    def fps(self) -> float:
        """Average rate of the picture."""
        top, _, bottom = self.video["avg_frame_rate"].partition("/")
        return float(top) / float(bottom)

    @property
    def frames(self) -> int:
        """Pictures in it, counted by reading them."""
        argv = ["-count_frames", "-select_streams", "v:0", "-show_entries", "stream=nb_read_frames"]
        listed = _text("ffprobe", *argv, "-of", "csv=p=0", str(self.path))
        return int(listed.split()[0].strip(","))  # a transport stream's are told twice


def read(path: Path) -> Output:
    """Probe a file."""
    entries = ("-show_format", "-show_streams", "-show_chapters", "-of", "json")
    found = json.loads(_text("ffprobe", *entries, str(path)))
    return Output(path, found["format"], found["streams"], len(found["chapters"]))


def assert_plays(path: Path) -> Output:
    """Everything that a phone asks of an MP4, as the judge of the conformance tool sees it."""
    assert faults(None, path, "mp4") == []
    return read(path)


def index_stands_first(data: bytes) -> bool:
    """Whether the top-level box ``moov`` comes before ``mdat``, and the file is not in pieces."""
    offset, kinds = 0, []
    while offset + 8 <= len(data):
        length = int.from_bytes(data[offset : offset + 4], "big")
        kinds.append(data[offset + 4 : offset + 8])
        assert length >= 8
        offset += length
    return b"moof" not in kinds and kinds.index(b"moov") < kinds.index(b"mdat")


def decoded_md5(path: Path, stream: str = "0:v:0") -> bytes:
    """A checksum of the decoded pictures or sound: equal only where nothing was encoded anew."""
    argv = ("-i", str(path), "-map", stream, "-fps_mode", "passthrough", "-f", "md5", "-")
    return _run("ffmpeg", *argv).stdout


def packets_md5(path: Path, stream: str) -> bytes:
    """A checksum of the packets as they are."""
    return _run("ffmpeg", "-i", str(path), "-map", stream, "-c", "copy", "-f", "md5", "-").stdout


def cells(path: Path, columns: int, rows: int, *, grey: bool = False) -> list[tuple[int, ...]]:
    """The first picture's colours (or brightness, 16 to 235 as stored) in the middle of each cell
    of a grid."""
    width, height = read(path).size
    chain, depth = ("extractplanes=y", 1) if grey else ("format=rgb24", 3)
    argv = ("-i", str(path), "-frames:v", "1", "-vf", chain, "-f", "rawvideo", "-")
    data = _run("ffmpeg", *argv).stdout
    found = []
    for row in range(rows):
        for column in range(columns):
            y, x = (2 * row + 1) * height // (2 * rows), (2 * column + 1) * width // (2 * columns)
            at = (y * width + x) * depth
            found.append(tuple(data[at : at + depth]))
    return found


def colour_names(path: Path, columns: int, rows: int) -> list[str]:
    """The first picture as a grid of ``red``, ``green``, ``blue``, ``white``, ``black`` cells."""
    return [_name(*cell) for cell in cells(path, columns, rows)]


def silences(path: Path) -> list[tuple[float, float]]:
    """Start and end of each silence."""
    argv = ["-hide_banner", "-nostdin", "-v", "info", "-i", str(path)]
    argv += ["-af", "silencedetect=noise=-40dB:duration=0.1", "-f", "null", "-"]
    text = subprocess.run(["ffmpeg", *argv], capture_output=True, text=True, check=True).stderr
    starts = [float(n) for n in re.findall(r"silence_start: (-?[\d.]+)", text)]
    ends = [float(n) for n in re.findall(r"silence_end: (-?[\d.]+)", text)]
    return list(zip(starts, ends, strict=False))


def first_times(path: Path, stream: str, count: int) -> list[float]:
    """When the first pictures or sounds come, in seconds."""
    argv = ["-select_streams", stream, "-show_entries", "packet=pts_time", "-of", "csv=p=0"]
    times = _text("ffprobe", *argv, str(path)).replace(",", "").split()
    return sorted(float(time) for time in times)[:count]


def _name(red: int, green: int, blue: int) -> str:
    high = (red > 128, green > 128, blue > 128)
    names = {
        (True, False, False): "red",
        (False, True, False): "green",
        (False, False, True): "blue",
        (True, True, True): "white",
        (False, False, False): "black",
    }
    return names.get(high, f"{red},{green},{blue}")


def _text(program: str, *arguments: str) -> str:
    return _run(program, *arguments).stdout.decode()


def _run(program: str, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    argv = [program, "-hide_banner", *(("-nostdin",) if program == "ffmpeg" else ())]
    done = subprocess.run([*argv, "-v", "error", *arguments], capture_output=True, check=False)
    assert done.returncode == 0, f"{arguments}\n{done.stderr.decode()}"
    return done


def texts(path: Path, number: int = 0) -> list[str]:
    """The words of each cue of a subtitle track."""
    argv = ["ffmpeg", "-v", "error", "-i", str(path), "-map", f"0:s:{number}", "-f", "srt", "-"]
    said = subprocess.run(argv, check=True, capture_output=True).stdout.decode()
    return ["\n".join(cue.split("\n")[2:]) for cue in said.strip().split("\n\n")]
