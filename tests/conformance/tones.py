"""HDR as a usual screen shows it, in plain Python: another way than any that the converter has."""

import functools
import math
from array import array
from typing import Final

from tests.conformance.pixels import Small

# SMPTE ST 2084.
_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
# BT.2020 to BT.709, linear light.
_MATRIX: Final = (
    (1.6605, -0.5876, -0.0728),
    (-0.1246, 1.1329, -0.0083),
    (-0.0182, -0.1006, 1.1187),
)
# BT.2408: diffuse white, in cd/m².
_WHITE: Final = 203.0
_PEAK: Final = 1000.0 / _WHITE
_STEPS: Final = 4096


def mapped(data: bytes, width: int, height: int, transfer: str) -> Small:
    """From planes of 16-bit RGB (green, blue, red) as they are coded to luma and chroma of
    BT.709."""
    values = array("H", data)
    size = width * height
    curve, fold = _curve(transfer), _fold()
    luma, blue, red = bytearray(size), bytearray(size), bytearray(size)
    for at in range(size):
        g, b, r = (curve[values[at + size * plane] >> 4] for plane in range(3))
        light = 0.2627 * r + 0.678 * g + 0.0593 * b
        gain = fold[min(_STEPS - 1, int(light / _PEAK * _STEPS))]
        seen = [_coded(gain * (x * r + y * g + z * b)) for x, y, z in _MATRIX]
        bright = 0.2126 * seen[0] + 0.7152 * seen[1] + 0.0722 * seen[2]
        luma[at] = round(16 + 219 * bright)
        blue[at] = round(128 + 224 * (seen[2] - bright) / 1.8556)
        red[at] = round(128 + 224 * (seen[0] - bright) / 1.5748)
    return Small(width, height, bytes(luma), bytes(blue), bytes(red))


@functools.cache
def _curve(transfer: str) -> tuple[float, ...]:
    """Light of each code, where 1 is diffuse white."""
    codes = [code / (_STEPS - 1) for code in range(_STEPS)]
    return tuple(_hlg(code) if transfer == "arib-std-b67" else _pq(code) for code in codes)


def _pq(code: float) -> float:
    power = code ** (1 / _M2)
    return float((max(0.0, power - _C1) / (_C2 - _C3 * power)) ** (1 / _M1) * 10_000 / _WHITE)


def _hlg(code: float) -> float:
    """On a screen of 1000 cd/m²; the screen's own gamma is put on each colour, which is near
    enough."""
    bright = (math.exp((code - 0.55991073) / 0.17883277) + 0.28466892) / 12
    scene = code**2 / 3 if code <= 0.5 else bright
    return float(scene**1.2 * _PEAK)


@functools.cache
def _fold() -> tuple[float, ...]:
    """By how much light is turned down: highlights give way, what is dark stays."""
    gains = []
    for step in range(_STEPS):
        light = (step + 0.5) / _STEPS * _PEAK
        gains.append((1 + light / _PEAK**2) / (1 + light))
    return tuple(gains)


def _coded(light: float) -> float:
    """As a usual screen wants it."""
    return float(min(1.0, max(0.0, light)) ** (1 / 2.2))
