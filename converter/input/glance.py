"""A glance at a file before anything is planned: are its frames woven of two fields, do picture or
sound change their kind on the way? Pure: the command, and what it says.

Flags say "progressive" of combed pictures and the other way round. `idet` alone errs with noise,
drawings and fine stripes, so what it suspects is looked at once more (`torn`). Measured:
docs/decisions/0012-measured-not-believed.md.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from converter.input.guards import input_guards
from converter.media import AudioStream, VideoStream

# What carries a description of the picture within the stream: the bitstream's name for a stream of
# packets, and the kinds of unit that hold it.
_DESCRIBED: Final = {"h264": ("h264", "7"), "hevc": ("hevc", "33")}
# Codecs that know no fields, or none that anybody would weave.
_NEVER_WOVEN: Final = frozenset(
    {"vp8", "vp9", "av1", "gif", "apng", "webp", "png", "theora", "flv1", "h261", "h263", "vp6f"}
)
# Filters that a picture of few lines can't bear; nor were any ever filmed in fields.
_LEAST_LINES: Final = 200
_LEAST_WIDTH: Final = 16
_MOST_FPS: Final = 32
_WINDOWS: Final = 4
_WINDOW_FRAMES: Final = 12
_WHOLE_FRAMES: Final = 40
_WHOLE_SECONDS: Final = 6.0
# Read from a window at most, seconds: up to ffmpeg 6 all of that is decoded, wanted or not.
_WINDOW_SECONDS: Final = 2.0
_ROOM: Final = 1.3
_SLOWEST: Final = 25.0
_WINDOW_SOUNDS: Final = 4
# ffmpeg stops listing here; what is printed may be a little more.
_MOST_DESCRIPTIONS: Final = 4 * 1024 * 1024
MAX_DESCRIPTIONS: Final = 2 * _MOST_DESCRIPTIONS
_COUNTS: Final = re.compile(
    # ffmpeg 6.0 leaves the filter's own name out.
    r"(?:idet@)?(frames|colours) @ .*Multi frame detection: "
    r"TFF: *(\d+) BFF: *(\d+) Progressive: *(\d+)"
)
# Before 7.0 it says channel_layout, since then chlayout.
_SOUND: Final = re.compile(r"ashowinfo.* ch(?:annel_)?layout:(.+?) rate:(\d+)")
_START_CODE: Final = re.compile(rb"\x00\x00\x00?\x01")
# Shares of the frames that could be told. Telecine weaves two frames of five.
_WOVEN_SHARE: Final = 0.3
_ONE_PARITY: Final = 0.9
# Fields whose colours are woven although their brightness isn't.
_SHARED: Final = 0.8
_LEAST_TOLD: Final = 6


@dataclass(frozen=True, slots=True)
class Told:
    """How `idet` took frames: the upper field first, the lower, or not woven."""

    upper: int = 0
    lower: int = 0
    progressive: int = 0

    @property
    def woven(self) -> int:
        """Frames of two fields."""
        return self.upper + self.lower

    @property
    def all(self) -> int:
        """Frames of which something could be told."""
        return self.woven + self.progressive


@dataclass(frozen=True, slots=True)
class Glance:
    """What was seen: of whole frames by their brightness, of their fields taken apart with colours,
    how many different descriptions the picture's stream holds, and how many different kinds of
    sound (rate, channels)."""

    frames: Told = Told()
    colours: Told = Told()
    descriptions: int = 0
    sounds: int = 0

    @property
    def order(self) -> str:
        """``tt`` or ``bb`` for a picture that seems to be woven of fields, the upper or the lower
        one first; ``progressive``, or "" where nothing can be told."""
        told = self.frames
        if told.all < _LEAST_TOLD:
            return ""
        most = max(told.upper, told.lower)
        woven = told.woven >= told.all * _WOVEN_SHARE and most >= told.woven * _ONE_PARITY
        if not woven:
            return "progressive"
        return "tt" if told.upper > told.lower else "bb"


def looks_at_fields(video: VideoStream) -> bool:
    """Whether the picture might be woven of fields at all."""
    large = video.height >= _LEAST_LINES and video.width >= _LEAST_WIDTH
    slow = video.fps is None or video.fps <= _MOST_FPS
    return large and slow and video.codec not in _NEVER_WOVEN and video.height % 2 == 0


def argv(
    url: str,
    video: VideoStream | None,
    audio: AudioStream | None = None,
    *,
    max_pixels: int,
    seekable: bool = True,
) -> list[str]:
    """One ffmpeg call that looks at a few stretches of the picture, and of the sound where its kind
    may change on the way, and lists the picture's descriptions on standard output; [] where there
    is nothing to be looked at."""
    looks = video is not None and looks_at_fields(video)
    longest = max((s.duration or 0.0 for s in (video, audio) if s is not None), default=0.0)
    starts = stretches(longest, seekable=seekable) if looks or audio is not None else []
    described = _DESCRIBED.get(video.codec) if video is not None else None
    if not starts and described is None:
        return []
    guards = input_guards(max_pixels)
    frames = _WHOLE_FRAMES if len(starts) == 1 else _WINDOW_FRAMES
    command = ["ffmpeg", "-hide_banner", "-nostdin", "-nostats", "-v", "level+info"]
    for start in starts:
        command += ["-noaccurate_seek", "-ss", f"{start:.3f}"] if start > 0 else []
        # One thread each: more would only stand in each other's way.
        command += ["-threads", "1", "-t", f"{_window(video, frames):.3g}", *guards, "-i", url]
    command += [*guards, "-i", url] if described is not None else []
    for number in range(len(starts)):
        if video is not None and looks:
            command += _fields_argv(f"{number}:{video.index}", frames, _brightness(video))
        if audio is not None:
            command += ["-map", f"{number}:{audio.index}", "-frames:a", str(_WINDOW_SOUNDS)]
            command += ["-af", "ashowinfo", "-f", "null", "-"]
    if video is not None and described is not None:
        form, units = described
        command += ["-map", f"{len(starts)}:{video.index}", "-c", "copy"]
        command += [
            "-bsf:v",
            f"filter_units=pass_types={units}",
            "-fs",
            str(_MOST_DESCRIPTIONS),
            "-f",
            form,
            "pipe:1",
        ]
    return command


def _window(video: VideoStream | None, frames: int) -> float:
    """Seconds in which so many frames come."""
    rate = float(video.fps or _SLOWEST) if video is not None else _SLOWEST
    return min(_WINDOW_SECONDS, max(0.3, frames * _ROOM / rate))


def _brightness(video: VideoStream) -> str:
    """A filter that leaves the brightness alone. Taking the plane out costs nothing, where there is
    one: converting cost a third of the whole glance."""
    return "extractplanes=y" if video.pix_fmt.startswith(("yuv4", "yuvj4")) else "format=gray"


def _fields_argv(stream: str, frames: int, brightness: str) -> list[str]:
    null_muxer = ("-fps_mode", "passthrough", "-f", "null", "-")
    argv: list[str] = []
    # By brightness: colour that was once shared between two fields' lines deceives `idet`.
    for filters, count in (
        (f"{brightness},idet@frames", frames),
        ("separatefields,idet@colours", frames * 2),
    ):
        argv += ["-map", stream, "-frames:v", str(count), "-vf", filters, *null_muxer]
    return argv


def stretches(seconds: float, *, seekable: bool) -> list[float]:
    """Where it looks, seconds."""
    if seconds <= _WHOLE_SECONDS or not seekable:
        return [0.0]
    return [seconds * number / _WINDOWS for number in range(_WINDOWS)]


def read(stdout: bytes, stderr: str) -> Glance:
    """What that call says."""
    seen = {"frames": Told(), "colours": Told()}
    for name, *counts in _COUNTS.findall(stderr):
        upper, lower, progressive = map(int, counts)
        before = seen.get(name, Told())
        seen[name] = Told(
            before.upper + upper, before.lower + lower, before.progressive + progressive
        )
    units = {unit.rstrip(b"\x00") for unit in _START_CODE.split(stdout)} - {b""}
    sounds = len(set(_SOUND.findall(stderr)))
    return Glance(seen["frames"], seen["colours"], len(units), sounds)


def heard(audio: AudioStream, seen: Glance) -> AudioStream:
    """The sound with what was found in the place of what was said."""
    return replace(audio, varies=seen.sounds > 1)


def applied(video: VideoStream, seen: Glance, *, torn: bool) -> VideoStream:
    """The picture with what was seen in the place of what was said; `torn`: a second look found its
    lines torn apart."""
    order = seen.order if torn or seen.order not in _PARITY else "progressive"
    told = video.field_order in _FIELDS
    changes = video.packets.changes if video.packets is not None else 0
    varies = changes > 0 or seen.descriptions > 1
    if order in _PARITY:
        shared = seen.colours.woven > seen.colours.all * _SHARED
        parity = _PARITY[order]
        return replace(video, field_order=order, parity=parity, shared_colour=shared, varies=varies)
    # A camera that says "fields" knows; of what stands still nothing can be seen.
    if told or not order:
        return replace(video, varies=varies)
    return replace(video, field_order="progressive", varies=varies)


_FIELDS: Final = frozenset({"tt", "bb", "tb", "bt"})
_PARITY: Final = {"tt": "tff", "bb": "bff"}
