"""The ffmpeg calls behind a contact sheet: a small picture of each moment, then all of them on one,
each with its label. Pure."""

from collections.abc import Sequence
from typing import Final

from converter.commands import thumbnail_args
from converter.commands.thumbnail_args import SIDE, Moment
from converter.input.guards import input_guards
from converter.media import VideoStream

_COLUMNS: Final = 3
_QUIET: Final = ("ffmpeg", "-hide_banner", "-nostdin", "-y", "-v", "level+warning")
_JPEG: Final = ("-c:v", "mjpeg", "-q:v", "3", "-f", "image2", "-update", "1")
_LETTERING: Final = "font=DejaVu Sans:fontcolor=white:box=1:boxcolor=black@0.6:boxborderw=4"
_LEAST: Final = 2


def one(url: str, output: str, video: VideoStream, at: float, max_pixels: int) -> list[str]:
    """The picture of one moment; `output` is the URL of a name, its number as ``%02d``."""
    return thumbnail_args.first_look(url, output, video, (Moment(at),), max_pixels)


def cell(video: VideoStream) -> tuple[int, int]:
    """How large each picture stands on the sheet, in pixels."""
    width, height = video.display_size
    share = min(1.0, SIDE / max(width, height))
    return _even(width * share), _even(height * share)


def all_of(
    urls: Sequence[str | None],
    labels: Sequence[str],
    size: tuple[int, int],
    output: str,
    max_pixels: int,
    *,
    lettered: bool = True,
) -> list[str]:
    """All on one, row by row; None leaves its place empty. `labels` of letters, digits, spaces,
    points and colons; not `lettered`: for an ffmpeg that has no letters."""
    width, height = size
    argv, chains, places = [*_QUIET], [], []
    for number, (url, label) in enumerate(zip(urls, labels, strict=True)):
        if url is None:
            argv += ["-f", "lavfi", "-i", f"color=black:size={width}x{height}:duration=1"]
        else:
            argv += [*input_guards(max_pixels, pictures=True), "-i", url]
        written = [_written(label, height)] if lettered else []
        chains.append(
            f"[{number}:v]" + ",".join([_fitted(width, height), *written]) + f"[p{number}]"
        )
        places.append(f"{number % _COLUMNS * width}_{number // _COLUMNS * height}")
    inputs = "".join(f"[p{number}]" for number in range(len(urls)))
    stacked = f"{inputs}xstack=inputs={len(urls)}:layout={'|'.join(places)}:fill=black[sheet]"
    graph = ";".join([*chains, f"{stacked};[sheet]format=yuvj420p[out]"])
    return [*argv, "-filter_complex", graph, "-map", "[out]", "-frames:v", "1", *_JPEG, output]


def _fitted(width: int, height: int) -> str:
    fit = f"scale={width}:{height}:force_original_aspect_ratio=decrease"
    return f"{fit},pad={width}:{height}:(ow-iw)/2:(oh-ih)/2,setsar=1,format=yuv420p"


def _written(label: str, height: int) -> str:
    # Once for the options of the filter, and once for the graph that it stands in.
    text = label.replace(":", r"\\:")
    size = max(12, min(24, height // 8))
    return f"drawtext=text={text}:expansion=none:{_LETTERING}:fontsize={size}:x=6:y=6"


def _even(length: float) -> int:
    return max(_LEAST, round(length / 2) * 2)
