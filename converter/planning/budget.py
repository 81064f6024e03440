"""How many bits a picture and its sound may take so that the whole fits what it must fit. Pure.

Measured: docs/decisions/0008-encoder-settings.md.
"""

from dataclasses import dataclass, replace
from typing import Final

from converter.errors import Code, Refused
from converter.planning.encoders import RATE_WINDOW, Encoder
from converter.planning.geometry import Geometry

# Bits per pixel and frame: what x264 takes by itself on ordinary footage, what is still good, and
# the least that is watchable.
USUAL_BITS: Final = 0.09
GOOD_BITS: Final = 0.05
LEAST_BITS: Final = 0.025
# What no film is shorter than.
_LEAST_SECONDS: Final = 0.001
LEAST_HEIGHT: Final = 240
LEAST_FPS: Final = 15.0
_COMFORTABLE_FPS: Final = 30.0
_SHRINK_STEP: Final = 0.8
_LEAST_AUDIO_RATE: Final = 48_000
_CONTAINER_SHARE: Final = 0.97
_UNCAPPED: Final = 40_000_000
# Where an aimed size is aimed at, between 90% and all of it.
AIM: Final = 0.965
# What a container takes for itself: bytes for each frame, each second of sound, and once.
_FRAME_BYTES, _SOUND_BYTES, _FIXED_BYTES = 16, 450, 4000


@dataclass(frozen=True, slots=True)
class Need:
    """What has to fit: frames of `geometry` at `fps` for `seconds` (None: unknown), sound of
    `audio_rate` bit/s (0: none) into `max_bytes`. `aims`: it shall come near `max_bytes`, by an
    average rate. `most` is a cap on the picture's rate for other reasons, bit/s. `fixed`: the
    size can't change. `min_side` in pixels."""

    geometry: Geometry
    fps: float
    seconds: float | None
    audio_rate: int
    max_bytes: int
    encoder: Encoder
    aims: bool = False
    most: int | None = None
    fixed: bool = False
    min_side: int = 16


@dataclass(frozen=True, slots=True)
class Budget:
    """The answer: `most` caps the picture's rate, `average` is to be reached, bit/s; `shrunk` and
    `slowed` when the limit, not the picture, decided on size and frame rate."""

    geometry: Geometry
    fps: float
    most: int | None
    average: int | None
    audio_rate: int
    shrunk: bool = False
    slowed: bool = False


def budget_for(need: Need) -> Budget:
    """The largest picture that fits.

    Raises Refused (OUTPUT_TOO_LARGE) with `limit` and the `least` bytes that would be watchable.
    """
    plain = Budget(need.geometry, need.fps, need.most, None, need.audio_rate)
    if need.seconds is None:
        return plain
    # A length next to nothing would make of any size a rate without end.
    rate, audio_rate = _rates(need, max(need.seconds, _LEAST_SECONDS))
    if rate >= _UNCAPPED and not need.aims:
        return replace(plain, audio_rate=audio_rate)
    if rate < _bits(need, need.geometry.size, need.fps, GOOD_BITS):
        plain = _lowered(need, plain, rate)
    most = int(min(rate, need.most or rate))
    if need.aims:
        return replace(plain, most=None, average=max(1, int(rate)), audio_rate=audio_rate)
    return replace(plain, most=max(1, most), audio_rate=audio_rate)


def _rates(need: Need, seconds: float) -> tuple[float, int]:
    """What is left for the picture, and for the sound, bit/s."""
    if need.aims:
        own = need.fps * _FRAME_BYTES * seconds + _FIXED_BYTES
        own += _SOUND_BYTES * seconds if need.audio_rate else 0
        total = max(0.0, need.max_bytes * AIM - own) * 8 / seconds
    else:
        total = need.max_bytes * 8 * _CONTAINER_SHARE / (seconds + RATE_WINDOW)
    audio_rate = need.audio_rate
    if audio_rate > total / 4:
        audio_rate = min(audio_rate, max(_LEAST_AUDIO_RATE, int(total / 4)))
    return total - audio_rate, audio_rate


def _lowered(need: Need, plain: Budget, rate: float) -> Budget:
    """Fewer frames and pixels, until the picture is good, else watchable. First what nobody
    misses, then what hurts."""
    fps = min(need.fps, _COMFORTABLE_FPS)
    smaller = need.geometry if need.fixed else _shrunk(need, fps, rate)
    if _bits(need, smaller.size, fps, LEAST_BITS) > rate:
        fps = min(fps, LEAST_FPS)
    if _bits(need, smaller.size, fps, LEAST_BITS) > rate and not need.fixed:
        raise Refused(Code.OUTPUT_TOO_LARGE, limit=need.max_bytes, least=_least_bytes(need))
    changed = smaller != need.geometry
    return replace(plain, geometry=smaller, fps=fps, shrunk=changed, slowed=fps < need.fps)


def _shrunk(need: Need, fps: float, rate: float) -> Geometry:
    """The largest picture of the same shape that `rate` serves well, else the least."""
    least = min(1.0, LEAST_HEIGHT / min(need.geometry.size))
    scale, smaller = 1.0, need.geometry
    while scale > least and _bits(need, smaller.size, fps, GOOD_BITS) > rate:
        scale = max(least, scale * _SHRINK_STEP)
        smaller = need.geometry.shrunk(scale, need.min_side)
    return smaller


def _least_bytes(need: Need) -> int:
    size = need.geometry.size
    small = need.geometry.shrunk(min(1.0, LEAST_HEIGHT / min(size)), need.min_side)
    rate = _bits(need, small.size, min(need.fps, LEAST_FPS), LEAST_BITS)
    rate += _LEAST_AUDIO_RATE if need.audio_rate else 0
    seconds = (need.seconds or 0.0) + RATE_WINDOW
    own = need.fps * _FRAME_BYTES + (_SOUND_BYTES if need.audio_rate else 0)
    return int((rate / 8 + own) * seconds / min(AIM, _CONTAINER_SHARE)) + _FIXED_BYTES


def _bits(need: Need, size: tuple[int, int], fps: float, bits: float) -> float:
    return size[0] * size[1] * fps * bits * need.encoder.share


def expected_bytes(size: tuple[int, int], fps: float, seconds: float, encoder: Encoder) -> int:
    """What the encoder left to itself would write for such a picture; a rough guess."""
    return int(size[0] * size[1] * fps * USUAL_BITS * encoder.share * seconds / 8)
