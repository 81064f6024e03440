"""A sound against its own clock: is there as much of it as the time it plays in? Pure."""

import re
from typing import Final

from converter.media import AudioStream, MediaInfo, VideoStream

# Samples in one packet; of the others each packet tells how long it is.
_FRAME_SAMPLES: Final = {"mp3": 1152, "ac3": 1536, "eac3": 1536, "mp2": 1152, "dts": 512}
_PCM: Final = re.compile(r"pcm_[suf](8|16|24|32|64)(?:le|be)")
_ROUNDING: Final = 0.0011
_AAC_SAMPLES: Final = {"LC": 1024, "": 1024, "HE-AAC": 2048, "HE-AACv2": 2048}
_LOW_RATE: Final = 32_000
# Sound may differ from its own clock by so many seconds, or this share, before it counts.
_STEP_SLACK: Final = 0.1
_STEP_SHARE: Final = 0.0005
_LEAST_SLACK: Final = 0.05
_MOST_SLACK: Final = 0.3
# What a crystal, a call or a capture card is off by; more is a mistake of another kind.
_MOST_DRIFT: Final = 0.06
_LEAST_DRIFTING: Final = 5.0


def decoded_seconds(audio: AudioStream) -> float | None:
    """How much sound the packets hold once they are decoded, whatever their timestamps say; None
    where nobody can tell."""
    found = audio.packets
    if found is None or not found.count or not audio.sample_rate or not audio.channels:
        return None
    plain = _PCM.fullmatch(audio.codec)
    if plain is not None:
        return found.size * 8 / (int(plain[1]) * audio.channels * audio.sample_rate)
    samples = _FRAME_SAMPLES.get(audio.codec, 0)
    if audio.codec == "aac":
        samples = _AAC_SAMPLES.get(audio.profile, 0)
    if audio.codec == "mp3" and audio.sample_rate < _LOW_RATE:
        samples //= 2
    if samples:
        return (found.count - found.hidden) * samples / audio.sample_rate
    if audio.codec == "opus":
        return found.lengths or found.seconds  # in steps of 2.5 ms, which nobody rounds
    # Some containers round each packet's length to a thousandth of a second.
    rounded = abs(found.lengths - found.seconds) <= found.count * _ROUNDING
    return found.seconds if rounded or not found.lengths else found.lengths


def out_of_step(audio: AudioStream) -> bool:
    """Whether there is more or less sound than the time that it plays in: a copy would drift away
    from its picture in players that count samples."""
    found, decoded = audio.packets, decoded_seconds(audio)
    if found is not None and found.broken:
        return True  # each piece may be a little longer than its picture
    if decoded is None or audio.duration is None:
        return False
    slack = _STEP_SLACK + audio.duration * _STEP_SHARE
    return abs(decoded - audio.duration) > slack


def slack(audio: AudioStream) -> float:
    """How many seconds a sound's clock may tremble before something is filled in or left out: as
    much as lies between two packets, whose times are rounded (Windows Media: 0.25 s)."""
    found = audio.packets
    if found is None or not found.count:
        return _LEAST_SLACK
    return min(_MOST_SLACK, max(_LEAST_SLACK, found.seconds / found.count))


def counted(info: MediaInfo, stream: VideoStream | AudioStream) -> bool:
    """Whether the stream's clock was set anew where ffmpeg doesn't notice: then time is counted,
    frame by frame, not read."""
    found = stream.packets
    return found is not None and found.broken and not info.mended


def drift(audio: AudioStream) -> float:
    """How much faster than its own clock the sound runs, as a ratio; 1.0 where it keeps time, or
    where it is holes that make the difference."""
    decoded, found = decoded_seconds(audio), audio.packets
    if (
        decoded is None
        or found is None
        or not audio.duration
        or found.holes
        or found.broken
        or audio.varies
    ):
        return 1.0
    off = decoded - audio.duration
    ratio = decoded / audio.duration
    real = abs(off) > _STEP_SLACK and abs(ratio - 1) < _MOST_DRIFT
    return ratio if real and audio.duration > _LEAST_DRIFTING else 1.0
