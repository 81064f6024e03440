"""The picture's filters where frames stay in the GPU's memory. Pure.

Only what CUDA filters do right is done there: size and pixel format, and fields where the build has
a filter for them. Everything else (turning, tone mapping, transparency, subtitles) needs the CPU.
Source: docs/gpu.md.
"""

from collections.abc import Collection
from typing import Final

from converter.media import VideoStream
from converter.planning.filters import Filter, Look, colour_tags, late, slower

_DEINTERLACERS: Final = ("bwdif_cuda", "yadif_cuda")
_FIELDS: Final = frozenset({"tt", "bb", "tb", "bt"})
_STORED: Final = {8: "yuv420p", 10: "p010le"}


def chain(
    video: VideoStream,
    look: Look,
    gpu_filters: Collection[str],
    file_start: float,
    *,
    back: bool = False,
) -> tuple[Filter, ...] | None:
    """Filters for frames in GPU memory, not turned by their display matrix; `back` brings them to
    an encoder on the CPU. None where the CPU must see them."""
    if "scale_cuda" not in gpu_filters or not _simple(video, look):
        return None
    fields = _fields(video, gpu_filters)
    if fields is None:
        return None
    width, height = look.geometry.size
    return (
        *fields,
        *late(video, file_start + look.start),
        *slower(video, look),
        Filter(f"scale_cuda={width}:{height}:format={_stored(look)}", "size, on the GPU"),
        *(_brought_back(look) if back else ()),
        Filter("setsar=1", "square pixels"),
        colour_tags(video, look),
    )


def _stored(look: Look) -> str:
    return "p010le" if look.pixels == "yuv420p10le" else look.pixels


def _brought_back(look: Look) -> list[Filter]:
    pixels = _stored(look)
    down = [Filter("hwdownload", "back to the CPU"), Filter(f"format={pixels}", "back to the CPU")]
    down += [Filter(f"format={look.pixels}", "10-bit 4:2:0")] if pixels != look.pixels else []
    return down


def _simple(video: VideoStream, look: Look) -> bool:
    """Nothing but the size has to change."""
    plain = look.pixels in {"yuv420p", "yuv420p10le"} and look.geometry.canvas is None
    same_colour = not video.rgb and not video.full_range and not video.alpha
    wide = video.hdr or video.color_primaries == "bt2020"
    untouched = (
        look.end is None
        and look.counted is None
        and look.rotate == 0
        and not look.mirror
        and look.speed == 1
        and look.burn is None
    )
    return (
        plain
        and same_colour
        and (not wide or look.hdr)
        and untouched
        and not video.transformed
        and not look.geometry.square
        and not look.changing
        and video.pix_fmt in {"yuv420p", "yuv420p10le"}
        and video.bit_depth in _STORED
    )


def _fields(video: VideoStream, gpu_filters: Collection[str]) -> list[Filter] | None:
    if video.field_order not in _FIELDS:
        return [] if video.field_order == "progressive" else None
    found = next((name for name in _DEINTERLACERS if name in gpu_filters), None)
    if found is None:
        return None
    parity = video.parity or "auto"
    return [Filter(f"{found}=mode=send_frame:parity={parity}:deint=all", "interlaced")]
