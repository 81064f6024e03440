"""Several videos made into one: whether their packets may follow each other as they are, and if
not, the frame that all are fitted into. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from converter.engines.capabilities import Capabilities
from converter.errors import Code, Failed, Refused
from converter.formats import MP4, SoundRule
from converter.limits import Limits
from converter.media import AudioStream, MediaInfo, VideoStream
from converter.planning import choice, colours, encodes
from converter.planning.budget import expected_bytes
from converter.planning.cuts import length_of
from converter.planning.encoders import ENCODERS, Rate
from converter.planning.filters import Filter
from converter.planning.geometry import geometry
from converter.planning.levels import level_for, rate_of
from converter.planning.plan import Device, Plan
from converter.planning.task import task_for
from converter.request import Quality, Request, Subtitles

# What of a wish decides on the frame itself.
_OF_THE_FRAME: Final = ("quality", "max_side", "height", "max_fps")
_RATES: Final = (24_000 / 1001, 24.0, 25.0, 30_000 / 1001, 30.0, 50.0, 60_000 / 1001, 60.0)
_NEAR: Final = 0.02
_LEAST_FPS: Final = 24.0
_SAME_RATE: Final = 0.1
_USUAL_FPS: Final = 30.0
_HZ: Final = 48_000
# x264's, for what is encoded once more: far finer than anything that is asked for.
_FINE: Final = 12.0
_LATE: Final = 0.1
_PADDING: Final = 0.1
_UNSEEN: Final = (64, 48)
_IN_MP4: Final = frozenset({"h264", "hevc", "av1", "mpeg4"})
_IN_MATROSKA: Final = frozenset({"vp8", "vp9"})
_SOUND_IN_MP4: Final = frozenset({"aac", "mp3", "ac3", "eac3", "alac"})
_SOUND_IN_MATROSKA: Final = _SOUND_IN_MP4 | {"opus", "vorbis", "flac"}
# What every piece becomes before they are put together: sound without an encoder's delay, so that
# there is no gap between two of them.
PIECE: Final = replace(
    MP4,
    muxer="mov",
    suffix=".mov",
    containers=frozenset({"mov"}),
    sound=SoundRule("pcm_s16le", frozenset({"pcm_s16le"}), bit_rate=0),
    subtitles="",
)


@dataclass(frozen=True, slots=True)
class Part:
    """One of the videos: what it is, its picture and its sound."""

    info: MediaInfo
    video: VideoStream
    audio: AudioStream | None

    @property
    def seconds(self) -> float:
        """How long it plays, 0 where nobody can tell."""
        return length_of(self.info, (self.video, self.audio)) or 0.0


@dataclass(frozen=True, slots=True)
class Frame:
    """What every part becomes: `size` in pixels, `fps` frames per second, `crf` x264's quality,
    `channels` of sound, 0 for none. `model` is the picture whose colours all get. `final`: what
    comes out is the result, not encoded again."""

    size: tuple[int, int]
    fps: float
    crf: float
    channels: int
    model: VideoStream
    final: bool


def part_of(info: MediaInfo, request: Request) -> Part:
    """The picture and the sound of a file that are joined to others. Raises Refused (NO_VIDEO)."""
    video = choice.picture(info)
    if video is None or not video.readable:
        raise Refused(Code.NO_VIDEO)
    return Part(info, video, sound_of(info, request))


def sound_of(info: MediaInfo, request: Request) -> AudioStream | None:
    """The track that was asked for; where this file has none such, its best."""
    try:
        return choice.sound(info, Request(mute=request.mute, audio=request.audio))
    except Refused:
        return choice.sound(info, Request(mute=request.mute))


def rest_of(request: Request, *, own_words: bool) -> Request:
    """What is still to be wished of the joined file: it has one sound and, but for the person's
    own, no subtitles."""
    subtitles = request.subtitles if own_words else Subtitles.AUTO
    return replace(request, audio="", subtitle="", subtitles=subtitles)


def muxer_for(parts: Sequence[Part]) -> str | None:
    """In which container all of them can follow each other as they are; None where they can't."""
    first = parts[0]
    if any(_shape(part) != _shape(first) or not _clean(part) for part in parts):
        return None
    rates = [float(part.video.fps or 0) for part in parts]
    if max(rates) - min(rates) > _SAME_RATE * max(rates):
        return None
    sound = first.audio.codec if first.audio else ""
    if first.video.codec in _IN_MP4 and sound in _SOUND_IN_MP4 | {""}:
        return "mp4"
    known = first.video.codec in _IN_MP4 | _IN_MATROSKA and sound in _SOUND_IN_MATROSKA | {""}
    return "matroska" if known else None


def _shape(part: Part) -> tuple[object, ...]:
    v, a = part.video, part.audio
    picture = (v.codec, v.profile, v.level, v.width, v.height, v.sar, v.pix_fmt, v.field_order)
    colour = (v.color_range, v.color_space, v.color_transfer, v.color_primaries)
    turned = (v.rotation, v.transformed, v.dolby_vision_profile)
    sound = None if a is None else (a.codec, a.profile, a.channels, a.sample_rate)
    return (picture, colour, turned, sound)


def _clean(part: Part) -> bool:
    """Nothing is wrong with its packets."""
    info, streams = part.info, [s for s in (part.video, part.audio) if s is not None]
    if info.missing > 0 or info.hides or part.seconds <= 0 or info.start < -_LATE:
        return False
    for stream in streams:
        found = stream.packets
        late = (stream.start or 0.0) - info.start > _LATE
        if found is None or found.broken or found.disordered or stream.varies or late:
            return False
    found = part.video.packets
    return found is not None and not found.early and not found.hidden


def frame_for(parts: Sequence[Part], request: Request, *, final: bool) -> Frame:
    """The first part's frame and rate, as the wish has them where the outcome is `final`, else as
    good as it is."""
    first = parts[0].video
    named = {name: getattr(request, name) for name in _OF_THE_FRAME}
    wish = Request(**named) if final else Request(quality=Quality.ORIGINAL)
    rule = MP4.picture
    if rule is None:
        raise Refused(Code.UNSUPPORTED, "MP4 without a picture")
    size = geometry(first, MP4, rule, wish).shown
    most = min(float(wish.max_fps or rule.max_fps), float(rule.max_fps))
    lines = wish.height or min(size)
    return Frame(
        size=size,
        fps=min(most, _rate([part.video for part in parts])),
        crf=ENCODERS[rule.encoder].quality(wish.quality, lines) if final else _FINE,
        channels=min(2, max((p.audio.channels for p in parts if p.audio), default=0)),
        model=first,
        final=final,
    )


def unseen(frame: Frame) -> Frame:
    """For a result of sound alone: as little picture as may be."""
    return replace(frame, size=_UNSEEN)


def check_copied(parts: Sequence[Part], whole: MediaInfo) -> None:
    """Raise Failed (DAMAGED) unless `whole` is all pictures of these parts, in order, seen as they
    were."""
    video, first = whole.videos[0], parts[0].video
    counted = [p.video.packets.count for p in parts if p.video.packets is not None]
    found = video.packets
    turned = (video.rotation, video.transformed, video.sar)
    if found is None or found.count != sum(counted):
        raise Failed(Code.DAMAGED, f"joined: {found and found.count} pictures of {sum(counted)}")
    if found.broken or found.disordered or found.changes or video.varies:
        raise Failed(Code.DAMAGED, "joined: a clock or a description that changes")
    if turned != (first.rotation, first.transformed, first.sar):
        raise Failed(Code.DAMAGED, "joined: turned otherwise")


def _rate(videos: Sequence[VideoStream]) -> float:
    """The first one's; slides before a film don't make slides of it."""
    rates = [float(video.fps or _USUAL_FPS) for video in videos]
    rate = max(rates[0], min(_LEAST_FPS, max(rates)))
    usual = min(_RATES, key=lambda known: abs(rate / known - 1))
    return usual if abs(rate / usual - 1) < _NEAR else rate


def expected(parts: Sequence[Part], frame: Frame) -> MediaInfo:
    """What the fitted parts are in one file."""
    seconds, (width, height) = sum(part.seconds for part in parts), frame.size
    size = expected_bytes(frame.size, frame.fps, seconds, ENCODERS["libx264"])
    rate = Fraction(frame.fps).limit_denominator(1001)
    video = replace(
        frame.model,
        index=0,
        codec="h264",
        tag="avc1",
        profile="High",
        level=level_for(width, height, frame.fps),
        pix_fmt="yuv420p",
        bit_depth=8,
        width=width,
        height=height,
        sar=Fraction(1),
        rotation=0,
        transformed=False,
        fps=rate,
        peak_fps=rate,
        field_order="progressive",
        color_range="tv",
        color_space="bt709",
        color_transfer="bt709",
        color_primaries="bt709",
        start=0.0,
        duration=seconds or None,
        bit_rate=int(size * 8 / seconds) if seconds else 0,
        dolby_vision_profile=None,
        frames=0,
        mastering=False,
        packets=None,
        varies=False,
        parity="",
        shared_colour=False,
    )
    audio = AudioStream(1, "aac", "mp4a", "LC", frame.channels, _HZ, 0.0, seconds, 0)
    return MediaInfo(
        container="mp4",
        size=size,
        duration=seconds or None,
        start=0.0,
        lead=0.0,
        videos=(video,),
        audios=(audio,) if frame.channels else (),
        subtitles=(),
        others=0,
        covers=(),
        chapters=0,
        private_tags=frozenset(),
        encrypted=False,
    )


def fitted(part: Part, frame: Frame, limits: Limits, able: Capabilities) -> tuple[Plan, ...]:
    """Every plan by which a part may get into the frame, as the ladder has them for a film; on the
    CPU, so that all parts come from one encoder. Raises Refused."""
    task = task_for(
        part.info,
        Request(quality=Quality.ORIGINAL),
        limits,
        able,
        target=PIECE,
        video=part.video,
        audio=part.audio,
        burn=None,
    )
    plans = encodes.of_video(task)
    end = min(task.limits.max_duration, _end(part, frame))
    framed = [_framed(plan, frame) for plan in plans if plan.device is Device.CPU]
    return tuple(replace(plan, max_seconds=end) for plan in framed)


def _end(part: Part, frame: Frame) -> float:
    """When the last picture is over, seconds; where the sound goes on by more than an encoder's
    padding, when that is. No picture stands at a joint for the padding's sake."""
    start = (part.video.start or 0.0) - part.info.start
    pictures = round((start + (part.video.duration or 0.0)) * frame.fps) / frame.fps
    padding = part.seconds - pictures
    return pictures if pictures > 0 and 0 <= padding <= _PADDING else float("inf")


def _framed(plan: Plan, frame: Frame) -> Plan:
    picture, (width, height) = plan.picture, frame.size
    if picture is None:
        return plan
    level = level_for(width, height, frame.fps)
    return replace(
        plan,
        picture=replace(
            picture,
            filters=(*picture.filters, *_tail(frame)),
            width=width,
            height=height,
            fps=frame.fps,
            steady=frame.fps,
            level=level,
            rate=Rate(frame.crf, rate_of(level)),
        ),
        sounds=tuple(replace(s, channels=frame.channels, rate=_HZ) for s in plan.sounds),
        size=None,
    )


def _tail(frame: Frame) -> tuple[Filter, ...]:
    """Into the frame without stretching, in the first one's colours."""
    (width, height), model, why = frame.size, frame.model, "joined"
    wide = model.hdr or model.color_primaries == "bt2020"
    matrix = "bt709" if wide else colours.matrix_after(model, height)
    scale = (
        f"scale={width}:{height}:force_original_aspect_ratio=decrease:force_divisible_by=2"
        f":flags=lanczos:out_color_matrix={colours.SCALE_NAMES[matrix]}:out_range=tv"
    )
    return (
        Filter(scale, why),
        Filter(f"pad={width}:{height}:(ow-iw)/2:(oh-ih)/2:color=black", why),
        Filter("setsar=1", why),
        Filter(colours.tags(model, matrix, full=False), why),
    )
