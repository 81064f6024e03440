"""The ffmpeg calls behind a thumbnail: several small pictures, of which the one with most detail is
taken. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from converter.input.guards import input_guards
from converter.media import VideoStream
from converter.planning.colours import tone_map

SIDE: Final = 320
# Pictures of the second look, which reads on from the beginning.
MOST: Final = 12
_LOOKED_THROUGH: Final = 12.0
# So many pixels are decoded in a moment on any machine: seven seconds of 720p.
_PIXELS: Final = 160_000_000
_USUAL_FPS: Final = 30.0
_QUIET: Final = ("ffmpeg", "-hide_banner", "-nostdin", "-y", "-v", "level+warning")
_JPEG: Final = ("-c:v", "mjpeg", "-q:v", "4", "-f", "image2")
# The parts of a long film that are looked at besides its beginning.
_PARTS: Final = (0.15, 0.4, 0.65)
_SHORT: Final = 3.0
# A JPEG's own tables in bytes, and how much each pixel adds where there is something to be seen.
_TABLES: Final = 700
_DETAIL: Final = 0.03


@dataclass(frozen=True, slots=True)
class Moment:
    """A point of time in seconds; not `exact`: the keyframe at or before it will do."""

    at: float
    exact: bool = True


def moments(seconds: float | None) -> tuple[Moment, ...]:
    """Where to look first in a film that lasts `seconds`: one moment near its beginning costs a
    second's decoding, keyframes further on next to nothing."""
    length = seconds or 0.0
    first = Moment(min(1.0, length / 3))
    if length <= _SHORT:
        return (first, Moment(length * 0.8)) if length else (first,)
    return (first, *(Moment(length * part, exact=False) for part in _PARTS))


def name(number: int) -> str:
    """What the picture of that number, from 1, is called."""
    return f"thumbnail{number:02}.jpg"


def pixels(video: VideoStream) -> int:
    """How many a thumbnail of this picture has."""
    width, height = video.display_size
    return int(min(1.0, SIDE / max(width, height)) ** 2 * width * height)


def poor(size: int, pixels: int) -> bool:
    """Whether a JPEG of `size` bytes shows next to nothing: black, white, a fade."""
    return size < _TABLES + _DETAIL * pixels


def first_look(
    url: str, output: str, video: VideoStream, at: Sequence[Moment], max_pixels: int
) -> list[str]:
    """One small JPEG of each of these moments; `output` is the URL of a name, numbers as
    ``%02d``."""
    argv = [*_QUIET]
    for moment in at:
        argv += [] if moment.exact else ["-noaccurate_seek", "-skip_frame", "nokey"]
        argv += ["-threads", "1", "-ss", f"{moment.at:.3f}", *input_guards(max_pixels), "-i", url]
    for number, _ in enumerate(at):
        argv += ["-map", f"{number}:{video.index}", "-frames:v", "1", "-vf", _chain(video)]
        # A keyframe before the moment has a time below nothing, and would be dropped for it.
        argv += ["-fps_mode", "passthrough", *_JPEG, "-update", "1", output % (number + 1)]
    return argv


def second_look(
    url: str,
    output: str,
    video: VideoStream,
    seconds: float | None,
    max_pixels: int,
    *,
    mapped: bool,
) -> list[str]:
    """Pictures at even distances from the beginning on, as far as can be read in a moment; HDR
    `mapped` to ordinary brightness or as it is."""
    fps = float(video.fps or _USUAL_FPS)
    frames = max(1.0, _PIXELS / max(1, video.width * video.height))
    length = min(seconds or _LOOKED_THROUGH, _LOOKED_THROUGH, frames / fps)
    step = max(1, int(length * fps / MOST))
    chain = f"select='not(mod(n,{step}))',{_chain(video, mapped=mapped)}"
    return [
        *(*_QUIET, "-t", f"{max(length, 0.1):.3f}", *input_guards(max_pixels), "-i", url),
        *("-map", f"0:{video.index}", "-vf", chain, "-fps_mode", "vfr"),
        *("-frames:v", str(MOST), *_JPEG, output),
    ]


def _chain(video: VideoStream, *, mapped: bool = True) -> str:
    """As a person sees it, at most SIDE pixels on its longer side, in JPEG's own colours."""
    wide, high = "iw*max(1,sar)", "ih/min(1,sar)"
    share = f"min(1,{SIDE}/max({wide},{high}))"
    sides = f"w='max(1,round({wide}*{share}))':h='max(1,round({high}*{share}))'"
    parts = [f"scale={sides}", "setsar=1"]
    if video.hdr and mapped:
        parts += tone_map(video)
    parts.append("scale=out_color_matrix=bt601:out_range=full")
    return ",".join([*parts, "format=yuvj420p"])
