"""Small difficult videos, made with the host's ffmpeg."""

import shutil
import struct
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PICTURE = "testsrc2=size=320x240:rate=25:duration=1"
SLOW = "testsrc2=size=320x240:rate=10:duration=1"
SOUND = "sine=frequency=440:duration=1"
# One red quarter, top left as stored.
CORNER = "color=c=blue:size=320x240:rate=25:duration=1,drawbox=w=160:h=120:color=red:t=fill"
# Left and right half of one brightness each, as 8-bit video levels.
HALVES = (
    "color=c=gray:size=320x240:rate=25:duration=1,format=yuv444p,geq='if(lt(X,160),{},{})':128:128"
)

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-profile:v", "high")
AAC = ("-c:a", "aac")
FIRST = ("-movflags", "+faststart")
READY = (*H264, *AAC, *FIRST)

# Display matrices as (a, b, c, d): clockwise turns, and a mirror.
TURNS: Mapping[str, tuple[int, int, int, int]] = {
    "rotated_90": (0, 1, -1, 0),
    "rotated_180": (-1, 0, 0, -1),
    "rotated_270": (0, -1, 1, 0),
    "mirrored": (-1, 0, 0, 1),
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a clip is made: sources (lavfi graphs, or options that end in ``-i``), output options,
    the file's suffix, and what is done to the file afterwards."""

    suffix: str
    output: tuple[str, ...]
    video: str | None = PICTURE
    audio: str | None = SOUND
    shift: tuple[str, float] = ("", 0.0)
    after: Callable[[Path], None] | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


def ffmpeg(*arguments: str) -> None:
    """Run the host's ffmpeg; raises with what it said."""
    argv = ["ffmpeg", "-hide_banner", "-nostdin", "-y", "-v", "error", *arguments]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{argv}\n{done.stderr}"


def make(name: str, folder: Path, recipes: Mapping[str, Recipe] | None = None) -> Path:
    """Make the clip of that name, one of these or of `recipes`."""
    recipe = (recipes or RECIPES)[name]
    inputs: list[str] = []
    for kind, source in (("video", recipe.video), ("audio", recipe.audio)):
        if source is not None:
            inputs += ["-itsoffset", f"{recipe.shift[1]}"] if recipe.shift[0] == kind else []
            inputs += ["-f", "lavfi", "-i", source]
    for file, content in recipe.extra.items():
        (folder / file).write_text(content)
        inputs += ["-i", str(folder / file)]
    clip = folder / f"{name}.{recipe.suffix}"
    ffmpeg(*inputs, *recipe.output, str(clip))
    if recipe.after is not None:
        recipe.after(clip)
    return clip


def turn(clip: Path, matrix: tuple[int, int, int, int]) -> None:
    """Write a display matrix into the first track of an MP4."""
    data = bytearray(clip.read_bytes())
    start = data.index(b"tkhd") + 44
    a, b, c, d = (number << 16 for number in matrix)
    data[start : start + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    clip.write_bytes(data)


def _turned(name: str) -> Callable[[Path], None]:
    return lambda clip: turn(clip, TURNS[name])


def _with_cover(clip: Path) -> None:
    cover, bare = clip.with_suffix(".png"), clip.with_suffix(".bare.mp4")
    shutil.move(clip, bare)
    ffmpeg("-f", "lavfi", "-i", "color=c=green:size=64x64", "-frames:v", "1", str(cover))
    ffmpeg(
        *("-i", str(bare), "-i", str(cover), "-map", "0", "-map", "1", "-c", "copy"),
        *("-disposition:v:1", "attached_pic", *FIRST, str(clip)),
    )


_SUBTITLES = "1\n00:00:00,000 --> 00:00:01,000\nwords\n"
_CHAPTERS = """;FFMETADATA1
[CHAPTER]
TIMEBASE=1/1000
START=0
END=500
title=first
[CHAPTER]
TIMEBASE=1/1000
START=500
END=1000
title=second
"""
_X265 = "log-level=error:pools=1:frame-threads=1"
_MPEG4 = ("-c:v", "mpeg4", "-q:v", "4")


def _hdr(transfer: str) -> tuple[str, ...]:
    tags = f"colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc"
    return (
        *("-vf", "format=yuv420p10le", "-c:v", "libx265", "-preset", "ultrafast"),
        *("-x265-params", f"{tags}:{_X265}", "-tag:v", "hvc1", *AAC),
    )


RECIPES: Mapping[str, Recipe] = {
    # Nothing or little to do.
    "ready": Recipe("mp4", READY),
    "silent": Recipe("mp4", READY, audio=None),
    "mono": Recipe("mp4", (*READY, "-ac", "1")),
    "index_at_end": Recipe("mp4", (*H264, *AAC)),
    "fragmented": Recipe("mp4", (*H264, *AAC, "-movflags", "frag_keyframe+empty_moov")),
    "quicktime": Recipe("mov", READY),
    "matroska": Recipe("mkv", (*H264, *AAC)),
    "transport_stream": Recipe("ts", (*H264, *AAC)),
    "flash": Recipe("flv", (*H264, *AAC, "-ar", "44100")),
    "cover": Recipe("mp4", READY, after=_with_cover),
    "several_tracks": Recipe(
        "mkv", (*H264, *AAC, "-map", "0:v", "-map", "0:v", "-map", "1:a", "-map", "1:a")
    ),
    "subtitles": Recipe("mkv", (*H264, *AAC, "-c:s", "srt"), extra={"words.srt": _SUBTITLES}),
    "data": Recipe("mp4", (*READY, "-timecode", "00:00:00:00")),
    "chapters": Recipe("mp4", (*READY, "-map_metadata", "2"), extra={"chapters.ff": _CHAPTERS}),
    "location": Recipe(
        "mp4",
        (
            *(*H264, *AAC, "-movflags", "+faststart+use_metadata_tags"),
            *("-metadata", "location=+52.5163+013.3779/", "-metadata", "make=Canary Phone"),
        ),
    ),
    # The sound alone is wrong.
    "surround": Recipe("mkv", (*H264, "-c:a", "ac3", "-ac", "6")),
    "pcm": Recipe("mov", (*H264, "-c:a", "pcm_s16le")),
    "delayed_sound": Recipe("mkv", (*H264, *AAC), shift=("audio", 0.5)),
    # The picture is wrong.
    "hdr10": Recipe("mp4", _hdr("smpte2084"), video=HALVES.format(49, 143)),
    "hlg": Recipe("mp4", _hdr("arib-std-b67"), video=HALVES.format(49, 180)),
    **{
        name: Recipe("mp4", (*READY, "-g", "5"), video=CORNER, after=_turned(name))
        for name in TURNS
    },
    "wide_pixels": Recipe("mp4", (*READY, "-vf", "setsar=4/3")),
    "tall_pixels": Recipe("mp4", (*READY, "-vf", "setsar=3/4")),
    "odd_size": Recipe("mkv", ("-c:v", "ffv1", "-vf", "scale=321:241", *AAC)),
    "odd_h264": Recipe(
        "mp4", ("-c:v", "libx264", "-pix_fmt", "yuv444p", "-vf", "scale=321:241", *AAC)
    ),
    "variable_rate": Recipe(
        "mkv", (*_MPEG4, *AAC, "-vf", "select='lt(n,8)+not(mod(n,5))'", "-fps_mode", "vfr")
    ),
    "interlaced": Recipe(
        "ts",
        (
            *("-vf", "tinterlace=mode=interleave_top", "-c:v", "mpeg2video", "-q:v", "3"),
            *("-flags", "+ildct+ilme", "-c:a", "mp2"),
        ),
        video="testsrc2=size=320x240:rate=50:duration=1",
    ),
    "ten_bits": Recipe("mp4", ("-c:v", "libx264", "-pix_fmt", "yuv420p10le", *AAC)),
    "full_chroma": Recipe("mp4", ("-c:v", "libx264", "-pix_fmt", "yuv444p", *AAC)),
    "full_range": Recipe(
        "mp4",
        (
            *("-vf", "scale=out_range=full,format=yuvj420p", "-c:v", "libx264"),
            *("-color_range", "pc", *AAC, *FIRST),
        ),
        video="color=c=white:size=320x240:rate=25:duration=1,drawbox=w=160:color=black:t=fill",
    ),
    "late_picture": Recipe("mp4", (*READY, "-fps_mode", "vfr"), shift=("video", 0.5)),
    "fast": Recipe("mp4", READY, video="testsrc2=size=320x240:rate=120:duration=1"),
    "tiny": Recipe("mkv", ("-c:v", "ffv1", *AAC), video="testsrc2=size=2x2:rate=25:duration=1"),
    "one_frame": Recipe(
        "mp4", READY, video="testsrc2=size=320x240:rate=25:duration=0.04", audio=None
    ),
    "transparent": Recipe(
        "mov",
        ("-c:v", "qtrle", "-pix_fmt", "argb"),
        video="color=c=white@0.0:size=320x240:rate=10:duration=1,format=argb,"
        "geq=r=255:g=255:b=255:a='if(lt(X,160),0,255)'",
        audio=None,
    ),
    "png_movie": Recipe("mov", ("-c:v", "png", "-pix_fmt", "rgb24"), video=SLOW, audio=None),
    # Other containers and codecs.
    "webm": Recipe("webm", ("-c:v", "libvpx", "-b:v", "500k", "-c:a", "libopus")),
    "avi": Recipe("avi", (*_MPEG4, "-c:a", "libmp3lame")),
    "mjpeg_avi": Recipe("avi", ("-c:v", "mjpeg", "-pix_fmt", "yuvj422p", "-c:a", "pcm_s16le")),
    "wmv": Recipe("wmv", ("-c:v", "wmv2", "-b:v", "500k", "-c:a", "wmav2")),
    "mpeg": Recipe("mpg", ("-c:v", "mpeg2video", "-q:v", "4", "-c:a", "mp2")),
    "ogg": Recipe("ogv", ("-c:v", "libtheora", "-q:v", "5", "-c:a", "libvorbis")),
    "phone": Recipe("3gp", ("-c:v", "h263", "-s", "176x144", *AAC, "-ar", "16000", "-ac", "1")),
    "gif": Recipe("gif", (), video=SLOW, audio=None),
    "prores": Recipe("mov", ("-c:v", "prores", "-c:a", "pcm_s24le")),
    "mxf": Recipe("mxf", ("-c:v", "mpeg2video", "-b:v", "1M", "-c:a", "pcm_s16le", "-ar", "48000")),
    "raw_h264": Recipe("h264", H264, audio=None),
    "raw_video": Recipe("y4m", ("-pix_fmt", "yuv420p"), audio=None),
}
