"""The picture's filter chain: fields, time, shape, size, colour. Pure.

Recipes and their measurements: docs/decisions/0004-the-mp4-recipe.md.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from converter.errors import Code, Refused
from converter.input import brightness
from converter.input.subtitles import BURNED, FONTS
from converter.media import SubtitleStream, VideoStream
from converter.planning import captions, colours
from converter.planning.geometry import Geometry

# Stands in a chain where the folder of our own files comes when the command is written.
OWN = "{own}"

# Codecs that can carry fields and whose headers often don't say so.
_MAYBE_INTERLACED = frozenset(
    {"mpeg2video", "mpeg4", "dvvideo", "vc1", "wmv3", "mjpeg", "rawvideo", "mpeg1video"}
)
_INTERLACED = frozenset({"tt", "bb", "tb", "bt"})
# bwdif refuses less, by the planes of colour too.
_LEAST_WOVEN = (16, 16)
_WORTH_MOVING = 0.02


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter in ffmpeg's own syntax, and why it is there. `optional`: a picture that can't bear
    it is still right enough without. `beside` is the chain of a second input, for a filter that has
    two: the painted subtitles."""

    text: str
    reason: str
    beside: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """What the frames shall become.

    `pixels` is ffmpeg's pixel format; `max_fps` in frames per second; `rotate` clockwise in
    degrees, then `mirror`; `speed` 2.0 is twice as fast. `alpha` keeps transparency, `hdr` wide
    colour; `full` is a still picture's range of 0 to 255. `changing`: the frames' size may differ
    in mid-stream. `start` is the cut's beginning in seconds, and `lead` what is cut off before the
    first picture: burned subtitles go by the file's own clock. `end` is when the last picture ends,
    in seconds from the beginning, where it stands longer than the others; None where it doesn't.
    `counted` is the rate, frames per second, of frames whose own time is of no use.
    """

    geometry: Geometry
    pixels: str = "yuv420p"
    max_fps: float = 60
    rotate: int = 0
    mirror: bool = False
    speed: float = 1.0
    alpha: bool = False
    hdr: bool = False
    full: bool = False
    changing: bool = False
    burn: SubtitleStream | None = None
    start: float = 0.0
    end: float | None = None
    counted: float | None = None
    lead: float = 0.0


def chain(
    video: VideoStream, look: Look, available: Collection[str], file_start: float
) -> tuple[Filter, ...]:
    """Filters that make `video` what `look` says, progressive and in a colour space that every
    player knows, for frames that ffmpeg has already turned by their display matrix.

    Raises Refused (UNSUPPORTED) when one that the picture can't do without is not `available`.
    """
    sped = look.speed != 1
    filters = [
        *_counted(look),
        *_last_pause(look),
        *_fields(video),
        *late(video, file_start + look.start),
        *([] if sped else slower(video, look)),
        *([] if look.alpha else _opaque(video)),
        *_turned(look),
        *_size_and_colour(video, look),
        # Where frames differ in size, letters come once they no longer do.
        *([] if look.changing else _burned(video, look)),
        *_finish(video, look),
        *(_burned(video, look) if look.changing else []),
        *_forgotten(video, look),
        *_sped(video, look),
    ]
    missing = sorted({_name(f) for f in filters} - set(available))
    if missing:
        raise Refused(Code.UNSUPPORTED, f"this ffmpeg has no filter {', '.join(missing)}")
    return tuple(filters)


def _counted(look: Look) -> list[Filter]:
    if look.counted is None:
        return []
    return [Filter(f"setpts=N/{look.counted:.6g}/TB", "clock set anew")]


# How long the last picture's copy stands, seconds.
STANDING: Final = 0.04


def _last_pause(look: Look) -> list[Filter]:
    """Up to ffmpeg 6 an encoder isn't told how long the last picture stands: a copy of it, moved to
    the end of its time, tells by its own."""
    if look.end is None:
        return []
    # `tpad` adds it behind the end.
    moved = f"PTS-{STANDING}/TB"
    return [
        Filter("tpad=stop_mode=clone:stop=1", "the last pause", optional=True),
        Filter(
            f"setpts='if(gte(T,{look.end - 0.001:.3f}),{moved},PTS)'",
            "the last pause",
            optional=True,
        ),
    ]


def _fields(video: VideoStream) -> list[Filter]:
    if video.width < _LEAST_WOVEN[0] or video.height < _LEAST_WOVEN[1]:
        return []
    if video.field_order in _INTERLACED:
        # Every frame: what single frames' flags say has been found wrong too often.
        parity = video.parity or "auto"
        return [
            Filter(f"bwdif=mode=send_frame:parity={parity}:deint=all", "interlaced", optional=True)
        ]
    if video.field_order in {"", "unknown"} and video.codec in _MAYBE_INTERLACED:
        return [
            Filter(
                "bwdif=mode=send_frame:parity=auto:deint=interlaced", "interlaced", optional=True
            )
        ]
    return []


def slower(video: VideoStream, look: Look) -> list[Filter]:
    """Above the cap drop by time: at most one frame in each cell of 1/max_fps seconds, so that a
    variable rate stays as it is and nothing is doubled."""
    if video.peak_fps is None or video.peak_fps * look.speed <= look.max_fps:
        return []
    cell = f"floor({{}}*{look.max_fps:g}+0.01)"
    now, before = cell.format("t"), cell.format("prev_selected_t")
    return [Filter(f"select='isnan(prev_selected_t)+gt({now},{before})'", "frame rate")]


def late(video: VideoStream, start: float) -> list[Filter]:
    """For a picture that begins after `start`, seconds on the file's clock: the first stands until
    the second comes, so that sound that began earlier stays in step."""
    if (video.start or 0.0) - start <= _WORTH_MOVING:
        return []
    return [Filter("setpts='if(eq(N,0),0,PTS)'", "late picture", optional=True)]


def _sped(video: VideoStream, look: Look) -> list[Filter]:
    if look.speed == 1:
        return []
    rate = min(float(video.fps or 30) * look.speed, look.max_fps)
    # The encoder's clock ticks at the old rate: without a new one, frames would share a tick.
    return [Filter(f"setpts=PTS/{look.speed:g}", "speed"), Filter(f"fps={rate:.6g}", "new rate")]


def _opaque(video: VideoStream) -> list[Filter]:
    if not video.alpha:
        return []
    # Untagged luma and chroma become RGB by the same guess as without transparency.
    matrix = colours.SCALE_NAMES[colours.matrix_before(video, video.height)]
    known = [] if video.rgb else [Filter(f"scale=in_color_matrix={matrix}", "transparency")]
    return [
        *known,
        Filter("format=gbrap", "transparency"),
        Filter("premultiply=inplace=1", "transparency over black"),
        Filter("format=gbrp", "transparency"),
    ]


_TURNS = {90: "transpose=clock", 180: "hflip,vflip", 270: "transpose=cclock"}


def _turned(look: Look) -> list[Filter]:
    texts = _TURNS[look.rotate].split(",") if look.rotate else []
    found = [Filter(text, f"turn by {look.rotate}°") for text in texts]
    found += [Filter("hflip", "mirror")] if look.mirror else []
    if look.geometry.square:
        found.append(Filter("crop=w='min(iw,ih/sar)':h='min(ih,iw*sar)'", "cut to a square"))
    return found


def _scale(look: Look) -> str:
    width, height = look.geometry.size
    if not look.changing:
        return f"scale={width}:{height}:flags=lanczos"
    # Every frame size gets this size; one of another shape is fitted in, not stretched.
    near = f"lt(abs(dar*{height}/{width}-1),0.04)"
    wide = f"if({near},{width},2*trunc(min({width},{height}*dar)/2))"
    high = f"if({near},{height},2*trunc(min({height},{width}/dar)/2))"
    return f"scale=w='{wide}':h='{high}':flags=lanczos"


def _size_and_colour(video: VideoStream, look: Look) -> list[Filter]:
    scale = _scale(look)
    if look.hdr:
        return [Filter(scale, "size")]
    if video.hdr or (video.color_primaries == "bt2020" and not video.rgb):
        kind = "HDR" if video.hdr else "wide colour"
        return [
            Filter(scale, "size"),
            Filter(colours.real_tags(video), kind),
            *(Filter(text, kind) for text in (colours.TONE_MAP if video.hdr else colours.NARROW)),
        ]
    height = look.geometry.size[1]
    composed = video.alpha and not look.alpha
    known = f":in_color_matrix={colours.SCALE_NAMES[colours.matrix_before(video, height)]}"
    source = "" if video.rgb or composed else known
    full = ":in_range=full" if video.full_range and not video.rgb else ""
    if not look.pixels.startswith("yuv"):
        return [Filter(f"{scale}{source}{full}", "size")]
    to = "full" if look.full else "tv"
    matrix = colours.SCALE_NAMES[colours.matrix_after(video, height)]
    return [Filter(f"{scale}{source}:out_color_matrix={matrix}{full}:out_range={to}", "size")]


def _burned(video: VideoStream, look: Look) -> list[Filter]:
    """Letters over the picture in its last colours, as large as it will be. The `ass` filter, not
    `subtitles`: that one guesses by content what a file is, and may find a playlist."""
    if look.burn is None:
        return []
    if look.burn.bitmap:
        return [_painted(video, look, look.burn)]
    file = brightness.name(BURNED, video.color_transfer) if look.hdr else BURNED
    alpha = ":alpha=1" if look.alpha else ""
    text = Filter(f"ass=filename={OWN}/{file}:fontsdir={OWN}/{FONTS}{alpha}", "subtitles")
    if look.start + look.lead <= 0:
        return [text]
    shift = f"{look.start + look.lead:.6f}/TB"
    return [
        Filter(f"setpts=PTS+{shift}", "subtitles' own clock"),
        text,
        Filter(f"setpts=PTS-{shift}", "back from it"),
    ]


def _painted(video: VideoStream, look: Look, track: SubtitleStream) -> Filter:
    at = captions.laid(track, video, look.geometry.size)
    if look.hdr:
        level = "full" if video.full_range else "tv"
        return Filter(*captions.bright(at, video.color_transfer, level))
    if not look.pixels.startswith("yuv"):
        return Filter(*captions.over(at, "auto"))
    wide = video.hdr or video.color_primaries == "bt2020"
    matrix = (
        "bt709" if wide else colours.SCALE_NAMES[colours.matrix_after(video, look.geometry.size[1])]
    )
    meant = f":out_color_matrix={matrix}:out_range={'full' if look.full else 'tv'}"
    return Filter(*captions.over(at, "yuv420", f"{meant},format=yuva420p"))


def _forgotten(video: VideoStream, look: Look) -> list[Filter]:
    # Encoders pass on what frames say of the screen that they were graded on.
    if look.hdr or not (video.hdr or video.mastering or video.color_primaries == "bt2020"):
        return []
    return [Filter("sidedata=mode=delete", "no HDR metadata", optional=True)]


def _finish(video: VideoStream, look: Look) -> list[Filter]:
    found = [Filter(f"format={look.pixels}", _PIXEL_NAMES.get(look.pixels, "pixel format"))]
    size, canvas = look.geometry.size, look.geometry.canvas
    if look.changing:
        canvas = size
    if canvas is not None:
        colour = "black@0" if look.alpha else "black"
        pad = f"pad={canvas[0]}:{canvas[1]}:(ow-iw)/2:(oh-ih)/2:color={colour}"
        found.append(Filter(pad, "same size throughout" if look.changing else "canvas"))
    found.append(Filter("setsar=1", "square pixels"))
    wide = video.hdr or (video.color_primaries == "bt2020" and not video.rgb)
    if look.hdr or (look.pixels.startswith("yuv") and not wide):
        found.append(colour_tags(video, look))
    return found


def colour_tags(video: VideoStream, look: Look) -> Filter:
    """What the frames' colours mean, written down before a player has to guess by their size."""
    if look.hdr:
        return Filter(colours.real_tags(video), "HDR kept")
    matrix = colours.matrix_after(video, look.geometry.size[1])
    return Filter(colours.tags(video, matrix, full=look.full), "colour tags")


_PIXEL_NAMES = {"yuv420p": "8-bit 4:2:0", "yuv420p10le": "10-bit 4:2:0"}


def _name(filter_: Filter) -> str:
    return filter_.text.partition("=")[0]
