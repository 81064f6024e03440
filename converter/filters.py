"""The picture's filter chain: size, fields, rate, colour. Pure.

Recipes and their measurements: docs/decisions/0004-the-mp4-recipe.md.
"""

from collections.abc import Collection
from dataclasses import dataclass

from converter.errors import Code, Refused
from converter.formats import Target
from converter.media import VideoStream

# Codecs that can carry fields and whose headers often don't say so.
_MAYBE_INTERLACED = frozenset(
    {"mpeg2video", "mpeg4", "dvvideo", "vc1", "wmv3", "mjpeg", "rawvideo", "mpeg1video"}
)
_INTERLACED = frozenset({"tt", "bb", "tb", "bt"})
_HD_HEIGHT = 720
_WORTH_MOVING = 0.02
_EVEN = 2


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter in ffmpeg's own syntax, and why it is there."""

    text: str
    reason: str


def fit(size: tuple[int, int], max_side: int, min_side: int) -> tuple[int, int]:
    """Scale (width, height) down so that the longer side is at most `max_side`, both even and at
    least `min_side`. Never enlarges but for `min_side`."""
    width, height = size
    scale = min(max(1.0, min_side / min(width, height)), max_side / max(width, height))
    return _even(width * scale, min_side), _even(height * scale, min_side)


def chain(
    video: VideoStream,
    size: tuple[int, int],
    target: Target,
    available: Collection[str],
    file_start: float,
) -> tuple[Filter, ...]:
    """Filters that make `video` `size` pixels of progressive 8-bit BT.709 or BT.601 at a bearable
    rate, for frames that ffmpeg has already turned by their display matrix.

    Raises Refused (UNSUPPORTED) when one that the picture can't do without is not `available`.
    """
    filters = [
        *_fields(video),
        *_rate(video, target),
        *_start(video, file_start),
        *_opaque(video),
        *_size_and_colour(video, size),
    ]
    missing = sorted({_name(f) for f in filters} - set(available))
    if missing:
        raise Refused(Code.UNSUPPORTED, f"this ffmpeg has no filter {', '.join(missing)}")
    return tuple(filters)


def _fields(video: VideoStream) -> list[Filter]:
    unsure = video.field_order in {"", "unknown"} and video.codec in _MAYBE_INTERLACED
    if video.field_order in _INTERLACED or unsure:
        return [Filter("bwdif=mode=send_frame:parity=auto:deint=interlaced", "interlaced")]
    return []


def _rate(video: VideoStream, target: Target) -> list[Filter]:
    """Above the cap drop by time: at most one frame in each cell of 1/max_fps seconds, so that a
    variable rate stays as it is and nothing is doubled."""
    if video.peak_fps is None or video.peak_fps <= target.max_fps:
        return []
    cell = f"floor({{}}*{target.max_fps}+0.01)"
    now, before = cell.format("t"), cell.format("prev_selected_t")
    return [Filter(f"select='isnan(prev_selected_t)+gt({now},{before})'", "frame rate")]


def _start(video: VideoStream, file_start: float) -> list[Filter]:
    if (video.start or 0.0) - file_start <= _WORTH_MOVING:
        return []
    # The first picture stands until the second comes, so sound that began earlier stays in step.
    return [Filter("setpts='if(eq(N,0),0,PTS)'", "late picture")]


def _opaque(video: VideoStream) -> list[Filter]:
    if not video.alpha:
        return []
    # Untagged luma and chroma become RGB by the same guess as without transparency.
    matrix = _SCALE_NAMES[_luma_matrix(video, video.height)]
    known = [] if video.rgb else [Filter(f"scale=in_color_matrix={matrix}", "transparency")]
    return [
        *known,
        Filter("format=gbrap", "transparency"),
        Filter("premultiply=inplace=1", "transparency over black"),
        Filter("format=gbrp", "transparency"),
    ]


def _size_and_colour(video: VideoStream, size: tuple[int, int]) -> list[Filter]:
    width, height = size
    scale = f"scale={width}:{height}:flags=bicubic"
    square = Filter("setsar=1", "square pixels")
    if video.hdr or (video.color_primaries == "bt2020" and not video.rgb):
        kind = "HDR" if video.hdr else "wide colour"
        return [
            Filter(scale, "size"),
            Filter(_real_tags(video), kind),
            *(Filter(text, kind) for text in (_TONE_MAP if video.hdr else _NARROW)),
            Filter("format=yuv420p", "8-bit 4:2:0"),
            square,
        ]
    matrix = _matrix(video, height)
    tags = _tags(video, matrix)
    source = "" if video.rgb or video.alpha else f":in_color_matrix={_SCALE_NAMES[matrix]}"
    full = ":in_range=full" if video.full_range and not video.rgb else ""
    return [
        Filter(
            f"{scale}{source}:out_color_matrix={_SCALE_NAMES[matrix]}{full}:out_range=tv", "size"
        ),
        Filter("format=yuv420p", "8-bit 4:2:0"),
        square,
        Filter(tags, "colour tags"),
    ]


_TONE_MAP = (
    "zscale=t=linear:npl=203",
    "format=gbrpf32le",
    "zscale=p=bt709",
    "tonemap=mobius:desat=0",
    "zscale=t=bt709:m=bt709:p=bt709:r=tv",
)
_NARROW = ("zscale=p=bt709:t=bt709:m=bt709:r=tv",)

# Matrices that H.264 and every player know, by ffmpeg's name and by the scale filter's.
_SCALE_NAMES = {
    "bt709": "bt709",
    "smpte170m": "smpte170m",
    "bt470bg": "bt470",
    "fcc": "fcc",
    "smpte240m": "smpte240m",
}
_TAGGABLE_PRIMARIES = frozenset({"bt709", "bt470bg", "smpte170m", "bt470m", "smpte240m"})
_TAGGABLE_TRANSFERS = frozenset({"bt709", "smpte170m", "gamma22", "gamma28", "iec61966-2-1"})


def _real_tags(video: VideoStream) -> str:
    space = video.color_space if video.color_space in {"bt2020nc", "bt2020c"} else "bt2020nc"
    space = "gbr" if video.rgb else space
    transfer = video.color_transfer or "bt709"
    level = "pc" if video.full_range else "tv"
    return f"setparams=color_primaries=bt2020:color_trc={transfer}:colorspace={space}:range={level}"


def _matrix(video: VideoStream, height: int) -> str:
    if video.rgb or video.alpha:
        return "bt709"
    return _luma_matrix(video, height)


def _luma_matrix(video: VideoStream, height: int) -> str:
    if video.color_space in _SCALE_NAMES:
        return video.color_space
    # Untagged: players guess by size, so the guess is written down before the size changes.
    hd = max(video.height, height) >= _HD_HEIGHT
    return "bt709" if hd else "smpte170m"


def _tags(video: VideoStream, matrix: str) -> str:
    fallback = "bt709" if matrix == "bt709" else "smpte170m"
    known = video.color_primaries in _TAGGABLE_PRIMARIES
    primaries = video.color_primaries if known else fallback
    transfer = video.color_transfer if video.color_transfer in _TAGGABLE_TRANSFERS else "bt709"
    return (
        f"setparams=color_primaries={primaries}:color_trc={transfer}:colorspace={matrix}:range=tv"
    )


def _even(length: float, least: int) -> int:
    return max(least, round(length / _EVEN) * _EVEN)


def _name(filter_: Filter) -> str:
    return filter_.text.partition("=")[0]
