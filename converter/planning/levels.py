"""H.264 levels: which one a picture needs. Pure. Source: ITU-T H.264, table A-1."""

from typing import Final

_MACROBLOCK: Final = 16
# Level times ten, macroblocks per second, macroblocks per frame, kbit/s, kbit of buffer. Lower ones
# save nothing.
_LEVELS: Final = (
    (30, 40_500, 1_620, 10_000, 10_000),
    (31, 108_000, 3_600, 14_000, 14_000),
    (32, 216_000, 5_120, 20_000, 20_000),
    (40, 245_760, 8_192, 20_000, 25_000),
    (42, 522_240, 8_704, 50_000, 62_500),
    (50, 589_824, 22_080, 135_000, 135_000),
    (51, 983_040, 36_864, 240_000, 240_000),
    (52, 2_073_600, 36_864, 240_000, 240_000),
)


def level_for(width: int, height: int, fps: float) -> int:
    """The least level, times ten, that allows pictures of this size at this rate.

    An encoder left to itself reckons with the rate that the container claims, which for a variable
    one may be thousands of frames per second, and writes a level that players refuse.
    """
    frame = -(-width // _MACROBLOCK) * -(-height // _MACROBLOCK)
    for level, per_second, per_frame, _, _ in _LEVELS:
        if frame <= per_frame and frame * fps <= per_second:
            return level
    return _LEVELS[-1][0]


def rate_of(level: int) -> int:
    """The most bit/s that players of this level, times ten, must bear."""
    return 1000 * next(rate for known, _, _, rate, _ in _LEVELS if known >= level)


def buffer_of(level: int) -> int:
    """The most bits that may wait in their buffer."""
    return 1000 * next(size for known, _, _, _, size in _LEVELS if known >= level)
