"""A look at the decoded output: does it decode, and how much is there to hear? Pure: the command
and what its messages mean."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from converter.input.guards import input_guards
from converter.media import MediaInfo, VideoStream
from converter.planning.plan import Plan

# An output up to this long is decoded as a whole, of a longer one so many windows of so many
# frames, each from a keyframe on: decoding up to a moment in between would cost as much as all
# before it.
WHOLE_SECONDS: Final = 8.0
WINDOWS: Final = 5
WINDOW_PICTURES: Final = 10
WINDOW_SOUNDS: Final = 40
# Read from a window, seconds: as long as its pictures last, and never more than this. Up to 6.0,
# ffmpeg decodes all that it reads, wanted or not.
_LEAST_SECONDS: Final = 0.5
_MOST_SECONDS: Final = 2.0
_ROOM: Final = 1.3
_SLOWEST: Final = 5.0
# So many keyframes of a copy are all decoded; of more, more windows are.
_KEYFRAMES: Final = 240
_MANY_WINDOWS: Final = 24
# A window begins at a keyframe, and a picture that refers to one before it is no fault.
_FORGIVEN: Final = 8
SILENT_DB: Final = -70.0
_AUDIBLE_DB: Final = -55.0
# ffmpeg 6.0 leaves the filter's own name out.
_SAMPLES: Final = re.compile(r"(?:volumedetect@)?sound(\d+) @ .*n_samples: (\d+)")
_LOUDEST: Final = re.compile(r"(?:volumedetect@)?sound(\d+) @ .*max_volume: (-?[\d.]+|-inf) dB")
_COMPLAINT: Final = re.compile(r"^.*\[(?:error|fatal|panic)\].*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of the file from the keyframe before `start`, seconds: the few frames that come
    within `seconds`, or all to its end."""

    start: float = 0.0
    seconds: float | None = None

    @property
    def short(self) -> bool:
        """It ends after a few frames."""
        return self.seconds is not None


@dataclass(frozen=True, slots=True)
class Heard:
    """A sound that was decoded to its end: how many samples, of all channels together, and the
    loudest in dB below the largest possible, None where there is none."""

    samples: int = 0
    loudest: float | None = None

    @property
    def silent(self) -> bool:
        """There is sound, and nothing in it."""
        return self.loudest is not None and self.loudest <= SILENT_DB

    @property
    def audible(self) -> bool:
        """There is something to hear for sure."""
        return self.loudest is not None and self.loudest > _AUDIBLE_DB


@dataclass(frozen=True, slots=True)
class Check:
    """What of a file is decoded: `picture` and `sounds` (streams' indexes) in `windows`, the sounds
    of `listened` from the beginning to the end, and of the picture all `keyframes`."""

    windows: tuple[Window, ...]
    picture: int | None
    sounds: tuple[int, ...] = ()
    listened: tuple[int, ...] = ()
    keyframes: bool = False


@dataclass(frozen=True, slots=True)
class Inspected:
    """What was seen: complaints of the decoders, and each listened sound."""

    complaints: tuple[str, ...]
    heard: tuple[Heard, ...]


def check_for(plan: Plan, output: MediaInfo) -> Check:
    """What has to be decoded to believe in this output: of what was encoded every sound, of what
    was copied every keyframe."""
    video = output.videos[0] if plan.picture is not None and output.videos else None
    copied = plan.picture is not None and plan.picture.copied
    few = copied and video is not None and 0 < _keyframes(video) <= _KEYFRAMES
    count = _MANY_WINDOWS if copied and not few else WINDOWS
    parts = windows(output.duration, count, video.fps if video is not None else None)
    pairs = list(zip(plan.sounds, output.audios, strict=False))
    return Check(
        windows=parts,
        picture=video.index if video is not None else None,
        sounds=tuple(track.index for sound, track in pairs if sound.copied),
        listened=tuple(track.index for sound, track in pairs if not sound.copied),
        keyframes=few and len(parts) > 1,
    )


def _keyframes(video: VideoStream) -> int:
    return video.packets.keyframes if video.packets is not None else 0


def windows(
    duration: float | None, count: int = WINDOWS, fps: Fraction | None = None
) -> tuple[Window, ...]:
    """The whole of a short output; `count` samples from the beginning to the end of a long one."""
    if duration is None or duration <= WHOLE_SECONDS:
        return (Window(),)
    long = WINDOW_PICTURES * _ROOM / float(fps or _SLOWEST)
    long = min(_MOST_SECONDS, max(_LEAST_SECONDS, long))
    step = (duration - 2.0) / (count - 1)
    return tuple(Window(step * number, long) for number in range(count))


def argv(url: str, check: Check, *, max_pixels: int) -> list[str]:
    """One ffmpeg call that decodes all this into the null muxer."""
    guards = [*input_guards(max_pixels, pictures=True), "-i", url]
    command = ["ffmpeg", "-hide_banner", "-nostdin", "-nostats", "-v", "level+info"]
    seen = check.windows if check.picture is not None or check.sounds else ()
    for part in seen:
        command += ["-noaccurate_seek", "-ss", f"{part.start:.3f}"] if part.start > 0 else []
        command += ["-t", f"{part.seconds:.3g}"] if part.seconds is not None else []
        command += guards
    inputs = len(seen)
    command += guards if check.listened else []
    command += ["-skip_frame", "nokey", *guards] if check.keyframes else []
    for number, part in enumerate(seen):
        command += _window(number, part, check)
    for index in check.listened:
        command += ["-map", f"{inputs}:{index}", "-af", f"volumedetect@sound{index}", *_NULL_MUXER]
    if check.keyframes:
        command += ["-map", f"{inputs + bool(check.listened)}:{check.picture}", *_NULL_MUXER]
    return command


_NULL_MUXER: Final = ("-fps_mode", "passthrough", "-f", "null", "-")


def _window(number: int, part: Window, check: Check) -> list[str]:
    command: list[str] = []
    if check.picture is not None:
        command += ["-map", f"{number}:{check.picture}"]
        command += ["-frames:v", str(WINDOW_PICTURES)] if part.short else []
    for index in check.sounds:
        command += ["-map", f"{number}:{index}"]
    if check.sounds and part.short:
        command += ["-frames:a", str(WINDOW_SOUNDS)]
    return [*command, *_NULL_MUXER]


def read(stderr: str, check: Check) -> Inspected:
    """What the messages of that call say."""
    samples = {int(index): int(count) for index, count in _SAMPLES.findall(stderr) if int(count)}
    loudest = {int(index): float(level) for index, level in _LOUDEST.findall(stderr)}
    heard = tuple(Heard(samples.get(i, 0), loudest.get(i)) for i in check.listened)
    lines = [line.strip() for line in _COMPLAINT.findall(stderr)]
    # What the null muxer says is of no importance.
    complaints = tuple(line for line in lines if not line.startswith("[null @"))
    return Inspected(complaints, heard)


def undecodable(seen: Inspected, returncode: int, check: Check) -> str | None:
    """What is wrong with the decoded output, None when nothing is."""
    forgiven = 0 if len(check.windows) == 1 else _FORGIVEN
    if returncode != 0 or len(seen.complaints) > forgiven:
        first = seen.complaints[0] if seen.complaints else f"exit {returncode}"
        return f"does not decode: {first}"
    return None
