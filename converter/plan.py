"""From what a file is to what is done with it. Pure: no file, no clock, no process.

A plan is data. `ladder` gives every plan worth trying, the cheapest correct one first; whoever
runs them goes on to the next when an output fails verification.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from converter import filters, suitability
from converter.budget import Budget, budget_for
from converter.capabilities import Capabilities
from converter.filters import Filter
from converter.formats import TARGETS, Target
from converter.levels import level_for
from converter.limits import Limits
from converter.media import AudioStream, MediaInfo, VideoStream

# Containers whose timestamps may jump (ffmpeg's AVFMT_TS_DISCONT).
_JUMPY = frozenset({"mpegts", "mpeg", "ogg"})


class Action(StrEnum):
    """How much work the plan is, from least to most."""

    NOTHING = "nothing"
    REMUX = "remux"
    AUDIO = "audio"
    ENCODE = "encode"


class Device(StrEnum):
    """What encodes the picture."""

    CPU = "cpu"
    NVENC = "nvenc"


class Note(StrEnum):
    """What a person should hear about the result."""

    SHRUNK = "shrunk"
    SOUND_LOST = "sound_lost"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class Request:
    """What the person chose: the key of a target in `formats.TARGETS`."""

    target: str = "mp4"


@dataclass(frozen=True, slots=True)
class Plan:
    """One way to the target.

    `video` and `audio` are the chosen streams (audio None: none there, or left out). `filters`
    are for the picture, each with its reason. `width` × `height` is the size shown, in pixels;
    `level` is H.264's, times ten.
    `reasons` say why nothing cheaper would do. `max_rate` caps the picture's bit rate in bit/s;
    `lead` is cut off the beginning: seconds in which nothing of these streams plays;
    `corrective` marks the one second try of an output that came out too large.
    """

    action: Action
    device: Device
    target: Target
    video: VideoStream
    audio: AudioStream | None
    filters: tuple[Filter, ...]
    width: int
    height: int
    level: int
    max_rate: int | None
    audio_rate: int
    max_duration: float
    threads: int
    lead: float = 0.0
    reasons: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    corrective: bool = False

    @property
    def copies_video(self) -> bool:
        """The picture's packets go through untouched."""
        return self.action is not Action.ENCODE

    @property
    def copies_audio(self) -> bool:
        """The sound's packets go through untouched."""
        return self.action in {Action.NOTHING, Action.REMUX}


def ladder(
    info: MediaInfo,
    request: Request,
    limits: Limits,
    capabilities: Capabilities,
    *,
    moov_first: bool,
) -> tuple[Plan, ...]:
    """Every plan worth trying for an accepted file, cheapest first. Never empty.

    `moov_first` says whether the input is an MP4 whose index stands before its media. Raises
    Refused (OUTPUT_TOO_LARGE) when no watchable result fits `limits.max_output_bytes`, and
    Refused (UNSUPPORTED) when this ffmpeg lacks a filter that the picture needs.
    """
    target = TARGETS[request.target]
    video = info.videos[0]
    audio = _audible(info)
    why_encode = suitability.why_encode(info, video, target)
    info = replace(info, lead=_lead(info, capabilities.version))
    too_large = info.size > limits.max_output_bytes
    plans: list[Plan] = []
    if not why_encode and not too_large:
        plans += _copies(info, video, audio, target, limits, moov_first=moov_first)
    plans += _encodes(info, video, audio, target, limits, capabilities, tuple(why_encode))
    return tuple(plans)


def _lead(info: MediaInfo, version: str) -> float:
    """Seconds to cut off the beginning. From 6.0 on ffmpeg does it by itself where timestamps may
    jump, counting the chosen streams alone; twice would leave nothing."""
    jumpy = any(info.is_container(name) for name in _JUMPY)
    old = re.match(r"n?[0-5]\.", version) is not None
    return 0.0 if jumpy and not old else info.lead


def _audible(info: MediaInfo) -> AudioStream | None:
    """The first sound track whose header makes sense."""
    return next((a for a in info.audios if a.channels > 0 and a.sample_rate > 0), None)


def _copies(
    info: MediaInfo,
    video: VideoStream,
    audio: AudioStream | None,
    target: Target,
    limits: Limits,
    *,
    moov_first: bool,
) -> list[Plan]:
    width, height = video.display_size
    base = Plan(
        action=Action.REMUX,
        device=Device.CPU,
        target=target,
        video=video,
        audio=audio,
        filters=(),
        width=width,
        height=height,
        level=video.level,
        max_rate=None,
        audio_rate=target.audio_bit_rate,
        max_duration=limits.max_duration,
        threads=limits.threads,
        lead=info.lead,
    )
    why_audio = suitability.why_encode_audio(info, audio, target)
    why_remux = suitability.why_remux(info, target, moov_first=moov_first)
    sound = replace(base, action=Action.AUDIO, reasons=(*why_audio, *why_remux))
    if why_audio:
        return [sound]
    remux = replace(base, reasons=tuple(why_remux))
    return [remux] if why_remux else [replace(base, action=Action.NOTHING), remux]


def _encodes(
    info: MediaInfo,
    video: VideoStream,
    audio: AudioStream | None,
    target: Target,
    limits: Limits,
    capabilities: Capabilities,
    reasons: tuple[str, ...],
) -> list[Plan]:
    fps = min(video.fps or Fraction(30), Fraction(target.max_fps))
    budget: Budget = budget_for(
        filters.fit(video.display_size, target.max_side, target.min_side),
        float(fps),
        info.duration,
        limits.max_output_bytes,
        target,
        with_audio=audio is not None,
    )
    chain = filters.chain(video, budget.size, target, capabilities.filters, info.start)
    cpu = Plan(
        action=Action.ENCODE,
        device=Device.CPU,
        target=target,
        video=video,
        audio=audio,
        filters=chain,
        width=budget.size[0],
        height=budget.size[1],
        level=level_for(*budget.size, float(fps)),
        max_rate=budget.max_rate,
        audio_rate=budget.audio_rate,
        max_duration=limits.max_duration,
        threads=limits.threads,
        lead=info.lead,
        reasons=reasons or ("output_limit",),
        notes=(Note.SHRUNK,) if budget.shrunk else (),
    )
    plans = [cpu]
    if capabilities.gpu is not None and capabilities.gpu.encodes("h264_nvenc", 8):
        plans.insert(0, replace(cpu, device=Device.NVENC))
    if audio is not None:
        plans.append(replace(cpu, audio=None, notes=(*cpu.notes, Note.SOUND_LOST)))
    return plans
