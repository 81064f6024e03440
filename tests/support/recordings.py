"""Short recordings of every kind, and what happens to recordings: joined, shifted, renamed inside.
Each function writes one file with the host's ffmpeg, or by hand, and gives its path."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.support.clips import AAC, H264, ffmpeg

MOVING = "testsrc2=s=160x120:r=25"
SHOT = (*H264, *AAC)
COPY = ("-map", "0", "-c", "copy")
# Each codec at its quickest.
HEVC = (
    *("-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-tag:v", "hvc1"),
    *("-x265-params", "log-level=error:pools=1:frame-threads=1"),
)
MPEG2 = ("-c:v", "mpeg2video", "-q:v", "4")
MPEG4 = ("-c:v", "mpeg4", "-q:v", "4")
VP8 = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "300k")
VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "300k")
OPUS = ("-c:a", "libopus")
MP3 = ("-c:a", "libmp3lame")
# The clock of broadcasts has 33 bits; then it begins anew. Seconds.
WRAP = 2**33 / 90_000


def film(
    path: Path,
    *options: str,
    seconds: float = 2.0,
    picture: str | None = MOVING,
    tones: Sequence[float] = (440,),
    rate: int = 48_000,
) -> Path:
    """A picture of that many seconds, and a sound track for each of these tones."""
    inputs: list[str] = []
    if picture is not None:
        inputs += ["-t", f"{seconds:g}", "-f", "lavfi", "-i", picture]
    for tone in tones:
        inputs += ["-f", "lavfi", "-i", f"sine={tone:g}:r={rate}:d={seconds:g}"]
    count = len(tones) + (picture is not None)
    every = [part for number in range(count) for part in ("-map", f"{number}")]
    ffmpeg(*inputs, *every, *(options or SHOT), str(path))
    return path


def paint(colour: str, size: str = "160x120") -> str:
    """A picture of one colour."""
    return f"color=c={colour}:s={size}:r=25"


def joined(path: Path, *parts: Path) -> Path:
    """The files as they are, one after the other."""
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    return path


def halves(
    path: Path,
    *options: str,
    seconds: tuple[float, float] = (2.0, 3.0),
    sizes: tuple[str, str] = ("160x120", "160x120"),
    later: Sequence[str] = (),
) -> Path:
    """A red part with a tone of 440 Hz joined to a lime one of 880 Hz, which has the options of
    `later` besides."""
    first, second = (path.with_suffix(f".{n}{path.suffix}") for n in (1, 2))
    film(first, *(options or SHOT), seconds=seconds[0], picture=paint("red", sizes[0]))
    film(
        second,
        *(*(options or SHOT), *later),
        seconds=seconds[1],
        picture=paint("lime", sizes[1]),
        tones=(880,),
    )
    return joined(path, first, second)


def again(source: Path, path: Path, *options: str) -> Path:
    """The same packets in another file."""
    ffmpeg("-i", str(source), *COPY, *options, str(path))
    return path


def streamed(source: Path, path: Path, form: str) -> Path:
    """The same packets written to a pipe: nobody came back to fill in the length and the index."""
    argv = ["ffmpeg", "-v", "error", "-i", str(source), *COPY, "-f", form, "pipe:1"]
    path.write_bytes(subprocess.run(argv, capture_output=True, check=True).stdout)
    return path


def clocked(source: Path, path: Path, kind: str, moments: str) -> Path:
    """The same packets of which those of a kind ("a" or "v") play at other moments: `moments` is
    what becomes of PTS and DTS, both written as T."""
    both = ":".join(f"{name.lower()}={moments.replace('T', name)}" for name in ("PTS", "DTS"))
    return again(source, path, f"-bsf:{kind}", f"setts={both}")


def subtitle(folder: Path, *moments: float) -> Path:
    """Words of a second at each of these moments."""
    path = folder / "words.srt"
    cues = []
    for number, moment in enumerate(moments, start=1):
        begin, end = (_clock(m) for m in (moment, moment + 1))
        cues.append(f"{number}\n{begin} --> {end}\nwords\n")
    path.write_text("\n".join(cues))
    return path


def _clock(moment: float) -> str:
    minutes, seconds = divmod(moment, 60)
    return f"{int(minutes) // 60:02}:{int(minutes) % 60:02}:{seconds:06.3f}".replace(".", ",")


def unknown_codec(path: Path, old: bytes, number: int = 1) -> Path:
    """Rename the codec `old` of the MP4 track that is the `number`-th to have it: nothing can
    decode that track any longer."""
    data = bytearray(path.read_bytes())
    at, seen = data.find(b"stsd"), 0
    while at >= 0:
        seen += data[at + 16 : at + 20] == old
        if seen == number:
            data[at + 16 : at + 20] = b"xy" + old[2:]
            end = at + 12 + int.from_bytes(data[at + 12 : at + 16], "big")
            # A reader would go by its decoder's own box.
            for box in (b"esds", b"avcC", b"hvcC"):
                inside = data.find(box, at, end)
                if inside >= 0:
                    data[inside : inside + 4] = b"free"
            break
        at = data.find(b"stsd", at + 4)
    assert at >= 0
    path.write_bytes(data)
    return path


def renamed(path: Path, old: bytes, new: bytes, count: int = 1) -> Path:
    """The first `count` places of a word become another one of the same length."""
    data = path.read_bytes()
    assert data.count(old) >= count
    assert len(old) == len(new)
    path.write_bytes(data.replace(old, new, count))
    return path
