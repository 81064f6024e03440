"""How white letters are in a picture that knows brighter things than paper. Pure.

ITU-R BT.2408: white of graphics at 203 cd/m², which is 58% of a PQ signal and 75% of an HLG one.
"""

import math
from collections.abc import Callable
from typing import Final

from converter.input.script import Rgb

PAPER: Final = 203.0
_PQ_PEAK: Final = 10_000.0
_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
_HLG_A, _HLG_B, _HLG_C = 0.17883277, 0.28466892, 0.55991073
# Scene light of HLG that a screen of 1000 cd/m² shows as paper white: 75% of the signal.
_HLG_PAPER: Final = 0.2646
_GAMMA: Final = 2.4
# BT.709's red, green and blue by those of BT.2020.
_WIDER: Final = (
    (0.6274, 0.3293, 0.0433),
    (0.0691, 0.9195, 0.0114),
    (0.0164, 0.0880, 0.8956),
)


def name(file: str, transfer: str) -> str:
    """What the file of that name is called in the colours of an HDR picture."""
    stem, _, suffix = file.rpartition(".")
    return f"{stem}-{'hlg' if transfer == 'arib-std-b67' else 'pq'}.{suffix}"


def paper(transfer: str) -> Callable[[Rgb], Rgb]:
    """Makes 8-bit BT.709 colours those of a picture in BT.2020 with this `transfer`, white
    becoming paper's."""
    signal = _hlg if transfer == "arib-std-b67" else _pq

    def wider(colour: Rgb) -> Rgb:
        light = [(part / 255) ** _GAMMA for part in colour]
        red, green, blue = (
            round(255 * signal(sum(k * part for k, part in zip(row, light, strict=True))))
            for row in _WIDER
        )
        return red, green, blue

    return wider


def lookup(transfer: str) -> str:
    """The same of each channel by itself, as a filter of ffmpeg's for frames with 8 bits."""
    light = f"pow(val/255,{_GAMMA})"
    if transfer == "arib-std-b67":
        scene = f"{_HLG_PAPER}*{light}"
        low, high = f"sqrt(3*{scene})", f"{_HLG_A}*log(12*{scene}-{_HLG_B})+{_HLG_C}"
        text = f"255*if(lte({scene},1/12),{low},{high})"
    else:
        power = f"pow({PAPER / _PQ_PEAK}*{light},{_M1})"
        text = f"255*pow(({_C1}+{_C2}*{power})/(1+{_C3}*{power}),{_M2})"
    return f"lutrgb=r='{text}':g='{text}':b='{text}'"


def _pq(light: float) -> float:
    power = (max(0.0, light) * PAPER / _PQ_PEAK) ** _M1
    return float(((_C1 + _C2 * power) / (1 + _C3 * power)) ** _M2)


def _hlg(light: float) -> float:
    scene = max(0.0, light) * _HLG_PAPER
    if scene <= 1 / 12:
        return float((3 * scene) ** 0.5)
    return _HLG_A * math.log(12 * scene - _HLG_B) + _HLG_C
