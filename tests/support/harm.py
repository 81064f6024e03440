"""Files that were harmed on their way."""

import random
import subprocess
from pathlib import Path


def cut_off(source: Path, folder: Path, share: float) -> Path:
    """The first part of a file."""
    data = source.read_bytes()
    return _written(source, folder, data[: int(len(data) * share)])


def noise_in(source: Path, folder: Path, stream: str, share: float = 1.0, seed: int = 7) -> Path:
    """A file in which this share of a stream's packets is noise, from the middle outwards."""
    packets = _packets(source, stream)
    spared = int(len(packets) * (1 - share) / 2)
    data, dice = bytearray(source.read_bytes()), random.Random(seed)  # noqa: S311 - no secret
    for at, size in packets[spared : len(packets) - spared]:
        data[at : at + size] = dice.randbytes(size)
    return _written(source, folder, bytes(data))


def bits_turned(source: Path, folder: Path, stream: str, each: int) -> Path:
    """A file with a byte turned over in every packet of a stream, after each so many bytes."""
    data = bytearray(source.read_bytes())
    for at, size in _packets(source, stream)[1:]:
        for place in range(at + 40, at + size, each):
            data[place] ^= 0x55
    return _written(source, folder, bytes(data))


def _packets(source: Path, stream: str) -> list[tuple[int, int]]:
    argv = ["ffprobe", "-v", "error", "-select_streams", stream, "-show_entries"]
    argv += ["packet=pos,size", "-of", "csv=p=0", str(source)]
    done = subprocess.run(argv, capture_output=True, check=True, text=True)
    rows = [line.strip(",").split(",") for line in done.stdout.split()]
    return [(int(at), int(size)) for size, at in rows]


def _written(source: Path, folder: Path, data: bytes) -> Path:
    path = folder / f"harmed{source.suffix}"
    path.write_bytes(data)
    return path
