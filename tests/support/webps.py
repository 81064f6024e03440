"""Animated WebP, made with Pillow or, where no encoder would make such a file, by hand."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

SIZE = (200, 120)
DURATIONS = (40, 80, 120, 400, 5, 200)
# 5 ms are shown for 100 ms, as browsers do.
TIMES = (0.0, 0.04, 0.12, 0.24, 0.64, 0.74)
SECONDS = 0.94
SECRET = b"Canary Phone"


def make(path: Path, *, alpha: bool = True, lossless: bool = True) -> Path:
    """Left half red, then blue; right half clear (or white) but for a green spot that moves.

    The encoder keeps only the piece of each frame that changed, to be blended over the last one.
    """
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()
    first, *rest = (_frame(number, alpha=alpha) for number in range(len(DURATIONS)))
    first.save(
        path,
        save_all=True,
        append_images=rest,
        duration=DURATIONS,
        loop=0,
        lossless=lossless,
        exif=exif,
    )
    return path


def blink(path: Path, durations: Sequence[int]) -> Path:
    """One colour after the other."""
    colours = ("red", "lime", "blue", "white")
    first, *rest = (Image.new("RGB", (64, 48), colours[n % 4]) for n in range(len(durations)))
    first.save(path, save_all=True, append_images=rest, duration=list(durations))
    return path


def _frame(number: int, *, alpha: bool) -> Image.Image:
    image = Image.new("RGBA", SIZE, (0, 0, 0, 0)) if alpha else Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 99, 119), fill="red" if number < len(DURATIONS) // 2 else "blue")
    at = 160 + 4 * number
    draw.rectangle((at, 10, at + 6, 20), fill="lime")
    return image


def written(size: tuple[int, int], durations: Sequence[int], *, frame: bytes = b"") -> bytes:
    """A file that says it has this canvas and these frames, in ms; `frame` is each one's picture,
    by default nothing."""
    width, height = size
    parts = [_chunk(b"VP8X", b"\x02\0\0\0" + _three(width - 1) + _three(height - 1))]
    parts.append(_chunk(b"ANIM", bytes(6)))
    parts += [_chunk(b"ANMF", bytes(12) + _three(ms) + b"\0" + frame) for ms in durations]
    content = b"WEBP" + b"".join(parts)
    return b"RIFF" + len(content).to_bytes(4, "little") + content


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + len(content).to_bytes(4, "little") + content + b"\0" * (len(content) % 2)


def _three(number: int) -> bytes:
    return number.to_bytes(3, "little")
