"""The frames of an animated WebP, written as a film of PNG pictures in Matroska.

A program of its own, run where conversions run: `python3 -I -c <this file> <input> <output> <ms>`.
It knows nothing but Python and Pillow, since nothing of ours is there. Matroska's clock ticks in
milliseconds as WebP's does, so every frame keeps its time.
"""

import errno
import io
import struct
import sys
from enum import IntEnum
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.WebPImagePlugin import WebPImageFile


class End(IntEnum):
    """How the program ends: its exit status."""

    DONE = 0
    NO_PILLOW = 10
    DAMAGED = 11
    OUT_OF_MEMORY = 12
    TOO_LARGE = 13
    DISK_FULL = 14


_HASTY = 10
_PATIENT = 100
_REORDERED = 4
# Matroska's names for what is written here.
_EBML, _DOC_TYPE, _DOC_VERSION, _READ_VERSION = 0x1A45DFA3, 0x4282, 0x4287, 0x4285
_SEGMENT, _INFO, _TICK, _DURATION = 0x18538067, 0x1549A966, 0x2AD7B1, 0x4489
_MUXER, _WRITER = 0x4D80, 0x5741
_TRACKS, _TRACK, _NUMBER, _UID, _KIND = 0x1654AE6B, 0xAE, 0xD7, 0x73C5, 0x83
_LACING, _CODEC, _SETUP = 0x9C, 0x86, 0x63A2
_VIDEO, _INTERLACED, _WIDTH, _HEIGHT = 0xE0, 0x9A, 0xB0, 0xBA
_CLUSTER, _TIME, _GROUP, _BLOCK, _LENGTH = 0x1F43B675, 0xE7, 0xA0, 0xA1, 0x9B
_UNTIL_THE_END = b"\x01" + b"\xff" * 7
_PROGRESSIVE = 2
_NANOSECONDS = 1_000_000


def shown(duration: int) -> int:
    """How long browsers show a frame that asks for `duration` ms: no screen is that fast."""
    return duration if duration > _HASTY else _PATIENT


def head(width: int, height: int, bits: int, duration: float) -> bytes:
    """All that stands in front of the frames; its length doesn't depend on `duration`, in ms."""
    picture = (40, width, height, 1, bits, b"MPNG", width * height * bits // 8, 0, 0, 0, 0)
    track = (
        *(_number(_NUMBER, 1), _number(_UID, 1), _number(_KIND, 1), _number(_LACING, 0)),
        _element(_CODEC, b"V_MS/VFW/FOURCC"),
        _element(_SETUP, struct.pack("<IiiHH4sIiiII", *picture)),
        _element(
            _VIDEO,
            _number(_INTERLACED, _PROGRESSIVE),
            _number(_WIDTH, width),
            _number(_HEIGHT, height),
        ),
    )
    about = (
        _number(_TICK, _NANOSECONDS),
        _element(_DURATION, struct.pack(">d", duration)),
        *(_element(_MUXER, b"frames"), _element(_WRITER, b"frames")),
    )
    kind = (_element(_DOC_TYPE, b"matroska"), _number(_DOC_VERSION, 4), _number(_READ_VERSION, 2))
    start = _element(_EBML, *kind) + _id(_SEGMENT) + _UNTIL_THE_END
    return start + _element(_INFO, *about) + _element(_TRACKS, _element(_TRACK, *track))


def frame(png: bytes, time: int, duration: int) -> bytes:
    """One picture, to be shown from `time` on for `duration` ms."""
    block = _element(_BLOCK, b"\x81\0\0\0", png)
    return _element(
        _CLUSTER, _number(_TIME, time), _element(_GROUP, block, _number(_LENGTH, duration))
    )


def _element(name: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return _id(name) + (1 << 56 | len(content)).to_bytes(8, "big") + content


def _number(name: int, value: int) -> bytes:
    return _element(name, value.to_bytes(8, "big"))


def _id(name: int) -> bytes:
    return name.to_bytes((name.bit_length() + 7) // 8, "big")


def turns(duration: int, shortest: int) -> tuple[int, ...]:
    """For how long, in ms, a picture near the end is shown each time that it comes: some last
    times for the `shortest` time of all.

    ffmpeg reckons a film's length by when its last pictures are decoded, which is as many pictures
    earlier as encoders reorder; and the last of all is shown an ordinary frame's time.
    """
    short = (shortest,) * min(_REORDERED, duration // shortest - 1)
    return (duration - sum(short), *short)


def _write(image: "WebPImageFile", output: IO[bytes], shortest: int) -> None:
    width, height = image.size
    bits = 8 * len(image.getbands())
    output.write(head(width, height, bits, 0.0))
    time = 0
    for number in range(image.n_frames):
        image.seek(number)
        image.load()
        duration, png = shown(image.info["duration"]), _png(image)
        near = number >= image.n_frames - _REORDERED
        for turn in turns(duration, shortest) if near else (duration,):
            output.write(frame(png, time, turn))
            time += turn
    output.seek(0)
    output.write(head(width, height, bits, float(time)))


def _png(image: "WebPImageFile") -> bytes:
    still = image.copy()
    # Nothing of what the file says about itself.
    still.info.clear()
    packed = io.BytesIO()
    still.save(packed, "PNG", compress_level=1)
    return packed.getvalue()


def main(source: str, output: str, shortest: str) -> End:
    """Read the one file, write the other. `shortest` is the least time of a frame in ms; it and
    the size of the canvas were looked at before."""
    try:
        from PIL import Image, WebPImagePlugin  # noqa: PLC0415 - this may be missing
    except ImportError:
        return End.NO_PILLOW
    if not getattr(WebPImagePlugin, "SUPPORTED", True):
        return End.NO_PILLOW
    Image.MAX_IMAGE_PIXELS = None
    try:
        with open(source, "rb") as file, open(output, "wb") as film:  # noqa: PTH123 - starts faster
            _write(WebPImagePlugin.WebPImageFile(file), film, int(shortest))
    except MemoryError:
        return End.OUT_OF_MEMORY
    except (OSError, EOFError, SyntaxError, ValueError) as error:
        sys.stderr.write(f"{error!r}\n")
        return _meaning(getattr(error, "errno", None))
    return End.DONE


def _meaning(number: int | None) -> End:
    full = {errno.EFBIG: End.TOO_LARGE, errno.ENOSPC: End.DISK_FULL, errno.EDQUOT: End.DISK_FULL}
    return full.get(number or 0, End.DAMAGED)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
