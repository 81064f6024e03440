"""How large a picture may be so that the whole file fits what the receiver takes. Pure."""

from dataclasses import dataclass

from converter.errors import Code, Refused
from converter.formats import Target

# Bits per pixel and frame: what the encoder takes by itself on ordinary footage, and the least
# that is still watchable.
USUAL_BITS = 0.09
LEAST_BITS = 0.025
LEAST_HEIGHT = 240
_SHRINK_STEP = 0.8
_LEAST_AUDIO_RATE = 48_000
_CONTAINER_SHARE = 0.97
# A rate cap holds over a window; the window's worth may come on top.
RATE_WINDOW = 2.0
_UNCAPPED = 40_000_000


@dataclass(frozen=True, slots=True)
class Budget:
    """Size in pixels, the picture's and the sound's rate in bit/s; `shrunk` when the limit, not
    the picture, decided."""

    size: tuple[int, int]
    max_rate: int | None
    audio_rate: int
    shrunk: bool


def budget_for(
    size: tuple[int, int],
    fps: float,
    duration: float | None,
    max_bytes: int,
    target: Target,
    *,
    with_audio: bool,
) -> Budget:
    """The largest picture, at most `size`, whose `duration` seconds fit `max_bytes`.

    Raises Refused (OUTPUT_TOO_LARGE) with `limit` and the `least` bytes that would be watchable.
    """
    audio_rate = target.audio_bit_rate if with_audio else 0
    if duration is None:
        return Budget(size, None, audio_rate, shrunk=False)
    total = max_bytes * 8 * _CONTAINER_SHARE / (duration + RATE_WINDOW)
    if audio_rate > total / 4:
        audio_rate = max(_LEAST_AUDIO_RATE, int(total / 4)) if with_audio else 0
    rate = total - audio_rate
    usual = _rate(size, fps, USUAL_BITS)
    if rate >= _UNCAPPED:
        return Budget(size, None, audio_rate, shrunk=False)
    if rate >= usual:
        return Budget(size, int(rate), audio_rate, shrunk=False)
    fitted = _shrink(size, fps, rate, target.min_side)
    if fitted is None:
        least = _least_bytes(size, fps, duration, target.min_side, with_audio=with_audio)
        raise Refused(Code.OUTPUT_TOO_LARGE, limit=max_bytes, least=least)
    return Budget(fitted, int(rate), audio_rate, shrunk=True)


def _shrink(
    size: tuple[int, int], fps: float, rate: float, min_side: int
) -> tuple[int, int] | None:
    """The largest even size of the same shape that `rate` still serves well, else barely."""
    scale, smaller = 1.0, size
    while _rate(smaller, fps, LEAST_BITS * 2) > rate:
        scale *= _SHRINK_STEP
        if min(size) * scale < LEAST_HEIGHT:
            break
        smaller = _scaled(size, scale, min_side)
    return smaller if _rate(smaller, fps, LEAST_BITS) <= rate else None


def _scaled(size: tuple[int, int], scale: float, min_side: int) -> tuple[int, int]:
    width, height = (max(min_side, round(side * scale / 2) * 2) for side in size)
    return width, height


def _least_bytes(
    size: tuple[int, int], fps: float, duration: float, min_side: int, *, with_audio: bool
) -> int:
    scale = min(1.0, LEAST_HEIGHT / min(size))
    rate = _rate(_scaled(size, scale, min_side), fps, LEAST_BITS) + (
        _LEAST_AUDIO_RATE if with_audio else 0
    )
    return int(rate * (duration + RATE_WINDOW) / 8 / _CONTAINER_SHARE)


def _rate(size: tuple[int, int], fps: float, bits: float) -> float:
    return size[0] * size[1] * fps * bits
