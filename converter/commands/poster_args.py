"""The ffmpeg calls that make a picture of somebody's safe and small. Pure."""

from typing import Final

from converter.commands.thumbnail_args import SIDE

# Longer sides of what comes out, in pixels: for a screen, and for a list.
COVER_SIDE: Final = 1280
COVER: Final = "cover.jpg"
THUMBNAIL: Final = "own-thumbnail.jpg"
# Narrower ones show nothing; longer ones are cut to this shape, from their middle.
LEAST_SIDE: Final = 16
_MOST_SHAPE: Final = 3
_QUIET: Final = ("-hide_banner", "-v", "error")


def _one(demuxer: str, max_pixels: int) -> tuple[str, ...]:
    """One picture of this kind and nothing else: what it is is said, not guessed."""
    return (
        *("-protocol_whitelist", "file,pipe", "-format_whitelist", demuxer),
        *("-max_pixels", str(max_pixels), "-f", demuxer),
    )


def size_argv(url: str, demuxer: str, max_pixels: int) -> list[str]:
    """The ffprobe call that prints ``width,height``."""
    shown = ("-select_streams", "v:0", "-show_entries", "stream=width,height", "-of", "csv=p=0")
    return ["ffprobe", *_QUIET, *_one(demuxer, max_pixels), *shown, "-i", url]


def make_argv(url: str, demuxer: str, max_pixels: int, cover: str, thumbnail: str) -> list[str]:
    """The ffmpeg call that writes both pictures, to these URLs."""
    argv = ["ffmpeg", *_QUIET, "-nostdin", "-y", "-threads", "1", *_one(demuxer, max_pixels)]
    argv += ["-i", url]
    for side, quality, to in ((COVER_SIDE, 3, cover), (SIDE, 4, thumbnail)):
        argv += ["-map", "0:v:0", "-frames:v", "1", "-vf", _chain(side), "-map_metadata", "-1"]
        argv += ["-c:v", "mjpeg", "-q:v", str(quality), "-f", "image2", "-update", "1", to]
    return argv


def _chain(side: int) -> str:
    shape = f"crop=w='min(iw,ih*{_MOST_SHAPE})':h='min(ih,iw*{_MOST_SHAPE})'"
    share = f"min(1,{side}/max(iw,ih))"
    scale = f"scale=w='max(1,round(iw*{share}))':h='max(1,round(ih*{share}))'"
    colours = "scale=out_color_matrix=bt601:out_range=full,format=yuvj420p"
    return f"{shape},{scale},setsar=1,{colours}"
