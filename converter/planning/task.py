"""One file and one wish, put together: what every plan for them has in common. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from converter.engines.capabilities import Capabilities
from converter.formats import TARGETS, Kind, Shape, SoundRule, Target
from converter.limits import Limits
from converter.media import AudioStream, MediaInfo, SubtitleStream, VideoStream
from converter.planning import choice, clock, cuts
from converter.planning.plan import COPY, Action, Caption, Cut, Device, Note, Plan, Sound
from converter.planning.suitability import MUSIC_TAGS
from converter.request import Quality, Request

# What Matroska has no place for as it is.
_UNKNOWN_TO_MKV: Final = frozenset({"mov_text", "text", "ttml", "srt"})
_TAG_LENGTH: Final = 256
# Bytes: phones load about 15 MB of a video beforehand.
_PRELOADED: Final = 14 * 1024 * 1024
_LATE_SOUND: Final = 0.03
# Seconds for which a track and the one that takes over may both be there.
_OVERLAP: Final = 0.5
# A share of a file that no header and no index takes.
_JOINED: Final = 0.2


@dataclass(frozen=True, slots=True)
class Task:
    """Streams, bounds and the wish.

    `cut` is the part wanted; `whole` the length of the file and `seconds` that of the result, None
    when unknown; `max_bytes` what the result may be, `aims` that it shall come near it;
    `source_bytes` what the part wanted takes in the file as it is; `notes` what the person must
    hear whatever the plan.
    """

    info: MediaInfo
    request: Request
    limits: Limits
    capabilities: Capabilities
    target: Target
    video: VideoStream | None
    audio: AudioStream | None
    burn: SubtitleStream | None
    cut: Cut
    whole: float | None
    seconds: float | None
    max_bytes: int
    aims: bool
    source_bytes: float
    notes: tuple[Note, ...]

    def base(self, action: Action, device: Device = Device.CPU) -> Plan:
        """A plan with everything but picture and sound."""
        request, target = self.request, self.target
        captions, lost = captions_of(self)
        keeps = request.metadata
        return Plan(
            action=action,
            device=device,
            target=target,
            picture=None,
            sounds=(),
            max_bytes=self.max_bytes,
            max_seconds=self.limits.max_duration,
            threads=self.limits.threads,
            captions=captions,
            burn=self.burn,
            cut=self.cut,
            speed=request.speed,
            lead=self.lead,
            tags=() if keeps else _music_tags(self.info, target),
            metadata=keeps,
            chapters=target.everything and not request.cuts and request.speed == 1,
            seconds=self.seconds,
            aims=self.aims,
            notes=(*self.notes, *lost),
        )

    @property
    def lead(self) -> float:
        """Seconds that are cut off the beginning."""
        cut = self.cut.start + self.cut.skip > 0
        return 0.0 if cut else _lead(self.info, self.capabilities.version)

    @property
    def most_seconds(self) -> float | None:
        """The length of the result, or what it can't be longer than; None when unknown."""
        if self.seconds is not None or self.cut.length is None:
            return self.seconds
        return self.cut.length / self.request.speed

    def encoded_sound(self, rule: SoundRule, audio: AudioStream, bit_rate: int) -> Sound:
        """This track, encoded anew."""
        channels = min(rule.channels, audio.channels)
        share = 1.0 if channels > 1 else 0.6
        return Sound(
            stream=audio,
            encoder=rule.encoder,
            channels=channels,
            rate=_sample_rate(rule, audio),
            bit_rate=int(bit_rate * share) if channels <= 2 else bit_rate * channels // 2,  # noqa: PLR2004
            loudness=self.request.loudness,
            drift=clock.drift(audio) if self.target.picture is not None else 1.0,
            counted=clock.counted(self.info, audio),
            late=self._late(audio),
            slack=clock.slack(audio),
        )

    def _late(self, audio: AudioStream) -> bool:
        """Whether silence may have to be put before it. Where it was seen to begin with the rest,
        none is: a change of channels on the way would have it put there once more."""
        known = audio.packets is not None and audio.start is not None and not self.request.cuts
        return not known or (audio.start or 0.0) - self.info.start > _LATE_SOUND

    def every_sound(self) -> tuple[AudioStream, ...]:
        """The tracks that go into the result."""
        if self.audio is None:
            return ()
        if self.target.everything and not self.request.audio:
            return tuple(a for a in self.info.audios if a.audible or self._kept_unread(a))
        return (self.audio,)

    def _kept_unread(self, audio: AudioStream) -> bool:
        """A track that nothing here can decode, but that can be copied."""
        named = audio.codec not in {"", "none", "unknown"} and audio.channels > 0
        there = audio.packets is None or audio.packets.count > 0
        anew = self.request.speed != 1 or self.request.loudness is not None or self.request.cuts
        return named and there and not anew


def task_for(
    info: MediaInfo,
    request: Request,
    limits: Limits,
    capabilities: Capabilities,
    *,
    target: Target,
    video: VideoStream | None,
    audio: AudioStream | None,
    burn: SubtitleStream | None,
    phones: bool = True,
) -> Task:
    """Put together what is known. Raises Refused (BAD_REQUEST) for a cut outside of the file."""
    streams = (video if target.picture is not None else None, audio)
    kept = _kept(info, request, target, streams)
    info = _from_the_first(info, kept)
    whole = cuts.length_of(info, kept)
    cut = cuts.cut_for(info, request, target, whole)
    seconds = cuts.seconds_of(cut, whole)
    most = [limits.max_output_bytes, target.max_bytes, request.max_bytes]
    most += [_PRELOADED] if phones and for_phones(request) else []
    max_bytes = min(bound for bound in most if bound is not None)
    source_bytes = info.size * (seconds / whole if seconds and whole else 1.0)
    asked = request.max_bytes is not None or request.fit
    small = target.picture is not None and target.picture.shape in {Shape.SIDE, Shape.PADDED}
    shortened = (
        target.max_seconds is not None and cuts.wanted_seconds(request, whole) > target.max_seconds
    )
    return Task(
        info=info,
        request=request,
        limits=limits,
        capabilities=capabilities,
        target=target,
        video=video,
        audio=audio,
        burn=None if burn is not None and burn.lost else burn,
        cut=cut,
        whole=whole,
        seconds=None if seconds is None else seconds / request.speed,
        max_bytes=max_bytes,
        aims=(asked and source_bytes > max_bytes) or small,
        source_bytes=source_bytes,
        notes=_notes(info, request, target, (*streams, burn), shortened=shortened),
    )


def _kept(
    info: MediaInfo,
    request: Request,
    target: Target,
    streams: tuple[VideoStream | None, AudioStream | None],
) -> tuple[VideoStream | AudioStream | None, ...]:
    """The tracks whose length is the result's: of a target that keeps everything, all of them."""
    if not target.everything:
        return streams
    there = [v for v in info.videos if v.packets is None or v.packets.count]
    heard = [a for a in info.audios if a.audible] if not (request.audio or request.mute) else []
    return (*there, *heard, *(streams[1:] if not heard else ()))


def _notes(
    info: MediaInfo,
    request: Request,
    target: Target,
    streams: tuple[VideoStream | None, AudioStream | None, SubtitleStream | None],
    *,
    shortened: bool,
) -> tuple[Note, ...]:
    """What the person must hear whatever the plan."""
    video, audio, burn = streams
    unheard = audio is None and bool(info.audios) and not request.mute
    goes_on = _taken_over(video, info.videos) or _taken_over(audio, info.audios)
    # Two recordings in one file, of which the demuxer sees the first alone.
    goes_on = goes_on or (info.is_container("flv") and info.unread > info.size * _JOINED)
    noted = (
        (shortened, Note.CUT),
        (unheard and target.sound is not None, Note.SOUND_LOST),
        (goes_on and not target.everything, Note.GOES_ON),
        (burn is not None and burn.lost, Note.SUBTITLES_LOST),
    )
    return tuple(note for wanted, note in noted if wanted)


def _taken_over(
    chosen: VideoStream | AudioStream | None, all_of_them: Sequence[VideoStream | AudioStream]
) -> bool:
    """Whether another track begins where this one ends: a recorder that changed its channel."""
    if chosen is None or chosen.packets is None or chosen.duration is None:
        return False
    end = (chosen.start or 0.0) + chosen.duration - _OVERLAP
    return any(
        other.packets is not None
        and other.packets.count > 1
        and (other.start or 0.0) >= end
        and (other.duration or 0.0) >= _OVERLAP
        for other in all_of_them
        if other is not chosen
    )


def for_phones(request: Request) -> bool:
    """Whether a film is wanted that a phone loads before it is tapped."""
    target = TARGETS[request.target]
    film = target.kind in {Kind.VIDEO, Kind.ANIMATION} and not target.everything
    return request.quality is Quality.SMALL and film


def _from_the_first(
    info: MediaInfo, streams: tuple[VideoStream | AudioStream | None, ...]
) -> MediaInfo:
    """The same file, seen as beginning where the first of these streams does: what comes before
    belongs to tracks that aren't wanted."""
    starts = [s.start for s in streams if s is not None and s.start is not None]
    start = min(starts, default=info.start)
    before = max(0.0, start - info.start)
    return replace(info, start=start, lead=info.lead + before)


def captions_of(task: Task) -> tuple[tuple[Caption, ...], tuple[Note, ...]]:
    """Subtitles to keep, and what to say of those that can't be kept."""
    target, tracks = task.target, choice.kept(task.info, task.request)
    found: list[Caption] = []
    for stream in tracks if target.subtitles else ():
        # Words of ours are written for the speed; the file's own would come at other times.
        if (task.request.speed != 1 and not stream.own) or (stream.own and stream.lost):
            continue
        as_it_is = target.everything and stream.codec not in _UNKNOWN_TO_MKV
        if as_it_is or (stream.file and target.everything):
            found.append(Caption(stream, COPY))
        elif stream.text and not stream.lost:
            same = stream.codec == target.subtitles and not stream.file
            found.append(Caption(stream, COPY if same else target.subtitles))
    # Words that nobody can read stay in a container that takes anything, and it is said.
    lost = len(found) < len(tracks) or any(c.stream.lost for c in found)
    return tuple(found), (Note.SUBTITLES_LOST,) if lost else ()


def without_captions(plan: Plan) -> Plan:
    """The same without kept subtitles, which can't be written."""
    notes = tuple(dict.fromkeys((*plan.notes, Note.SUBTITLES_LOST)))
    return replace(plan, captions=(), notes=notes)


def _lead(info: MediaInfo, version: str) -> float:
    """Seconds to cut off the beginning. From 6.0 on ffmpeg does it by itself where timestamps may
    jump, counting the chosen streams alone; twice would leave nothing."""
    old = re.match(r"n?[0-5]\.", version) is not None
    return 0.0 if info.mended and not old else info.lead


def _music_tags(info: MediaInfo, target: Target) -> tuple[tuple[str, str], ...]:
    """A song's words about itself; they travel in an argument list, so without control
    characters."""
    if target.kind is not Kind.SOUND or info.videos:
        return ()
    clean = {
        name: "".join(c for c in info.tags[name] if c.isprintable())[:_TAG_LENGTH]
        for name in MUSIC_TAGS
        if name in info.tags
    }
    return tuple((name, text) for name, text in clean.items() if text)


def _sample_rate(rule: SoundRule, audio: AudioStream) -> int:
    if rule.rate == 0:
        return 0
    if audio.varies:
        return rule.rate or audio.sample_rate
    usual = audio.sample_rate in {32_000, 44_100, 48_000}
    return audio.sample_rate if usual and rule.encoder != "libopus" else rule.rate
