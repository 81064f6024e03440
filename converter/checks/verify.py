"""Whether an output is what its plan promised. Pure.

ffmpeg ends with exit code 0 after writing an empty file, so nothing is delivered unproved.
"""

from collections.abc import Sequence
from typing import Final

from converter.formats import Kind, PictureRule, Shape
from converter.media import MediaInfo, Packets, VideoStream
from converter.planning.encoders import ENCODERS
from converter.planning.plan import Action, Picture, Plan
from converter.planning.suitability import MUSIC_TAGS

ASPECT_TOLERANCE: Final = 0.03
DURATION_SHARE: Final = 0.02
DURATION_SLACK: Final = 0.25
# What little of a broken file is still a video, and how much longer than its header says one may
# turn out to be.
LEAST_SALVAGE: Final = 0.1
MOST_EXCESS: Final = 0.1
_GROUP_SECONDS: Final = 1.0
# How much more or less than its track lasts a sound may be when it is decoded, seconds and share:
# an encoder's delay and padding.
_SOUND_SLACK: Final = 0.1
_SOUND_SHARE: Final = 0.0005
# What containers do to packets: another prefix for each unit, a header of sound left out. And a
# demuxer may give the last, unfinished one away.
_SIZE_SHARE: Final = 0.02
_PACKET_BYTES: Final = 64
_LOST_PACKETS: Final = 2
_INFLATED_SHARE: Final = 1.05
_INFLATED_FRAMES: Final = 10
_DEEP: Final = frozenset({"yuv420p10le"})
_FREE_SIZES: Final = frozenset({"gif", "mjpeg", "png", "libvpx-vp9"})


def problems(plan: Plan, source: MediaInfo, output: MediaInfo, *, moov_first: bool) -> list[str]:
    """Everything wrong with the form of the output, but for its length: short sentences for the
    log, empty when it is right."""
    target = plan.target
    found = [
        (not any(output.is_container(name) for name in target.containers), output.container),
        (target.faststart and not moov_first, "index at the end"),
        (len(output.audios) < len(plan.sounds), "sound lost"),
        (len(output.audios) > len(plan.sounds), "extra sound"),
        (len(output.subtitles) != len(plan.captions), f"{len(output.subtitles)} subtitles"),
        (output.others > (1 if plan.metadata or plan.chapters else 0), "extra tracks"),
        (target.kind is not Kind.FRAME and output.duration is None, "no duration"),
        (_too_long(plan, output), f"{output.duration} s"),
        (_tells(plan, source, output), "private tags"),
        (output.mislabelled and not target.everything, "wrong label"),
        *_sound(plan, output),
        *_picture(plan, output),
        *_copies(plan, output),
    ]
    return [problem for wrong, problem in found if wrong]


def heard_problems(plan: Plan, output: MediaInfo, samples: Sequence[int]) -> list[str]:
    """What is wrong with the encoded sounds once they were decoded: `samples` of each, of all
    channels together. Whatever a container says, a player plays what is in there."""
    encoded = [a for s, a in zip(plan.sounds, output.audios, strict=False) if not s.copied]
    found: list[str] = []
    for audio, count in zip(encoded, samples, strict=False):
        decoded = count / max(1, audio.channels * audio.sample_rate)
        if not count:
            found.append("sound lost: an empty track")
        elif audio.duration and abs(decoded - audio.duration) > _sound_slack(audio.duration):
            found.append(f"sound of {decoded:.2f} s in a track of {audio.duration:.2f} s")
    return found


def promised_seconds(plan: Plan, source: MediaInfo) -> float:
    """How many seconds of what is wanted the file promises and doesn't hold, after `plan.speed`."""
    if plan.cut.length is None or plan.seconds is None:
        return source.missing / plan.speed
    return max(0.0, min(source.missing, plan.cut.length - plan.seconds * plan.speed)) / plan.speed


def _sound_slack(length: float) -> float:
    return _SOUND_SLACK + length * _SOUND_SHARE


def _copies(plan: Plan, output: MediaInfo) -> list[tuple[bool, str]]:
    """A copy holds all packets of what was copied, of the same size, in order."""
    if plan.action is Action.NOTHING:
        return []
    pairs: list[tuple[Packets | None, Packets | None]] = []
    if plan.picture is not None and plan.picture.copied and output.videos:
        pairs.append((plan.picture.stream.packets, output.videos[0].packets))
    for sound, audio in zip(plan.sounds, output.audios, strict=False):
        if sound.copied:
            pairs.append((sound.stream.packets, audio.packets))
    cut = plan.cut.start + plan.cut.skip > 0 or plan.cut.length is not None
    whole = not cut and not plan.tolerant
    return [
        problem
        for before, after in pairs
        if before is not None and after is not None
        for problem in (_uncopied(before, after) if whole else _disordered(after))
    ]


def _uncopied(before: Packets, after: Packets) -> list[tuple[bool, str]]:
    # What comes before the first keyframe can't be shown, and isn't copied.
    least = before.count - before.early - _LOST_PACKETS
    slack = before.size * _SIZE_SHARE + before.count * _PACKET_BYTES
    same = after.count == before.count
    return [
        (not least <= after.count <= before.count, f"{after.count} packets of {before.count}"),
        (same and abs(after.size - before.size) > slack, f"{after.size} bytes of {before.size}"),
        *_disordered(after),
    ]


def _disordered(after: Packets) -> list[tuple[bool, str]]:
    return [(after.disordered > 0, f"time goes back {after.disordered} times")]


def missing_seconds(plan: Plan, output: MediaInfo) -> float:
    """How many seconds the output lacks (negative: has too many), 0.0 within tolerance."""
    if plan.seconds is None or output.duration is None:
        return 0.0
    difference = plan.seconds - output.duration
    tolerance = max(DURATION_SLACK, plan.seconds * DURATION_SHARE)
    if plan.picture is not None and plan.picture.fps:
        # Of very few frames a second, the last one's standing is anybody's guess.
        tolerance = max(tolerance, 1.5 / plan.picture.fps)
    if plan.copies_video and plan.cut.length is not None:
        # Copied frames come in groups: the last one may end later.
        tolerance = max(tolerance, _GROUP_SECONDS)
    return 0.0 if abs(difference) <= tolerance else difference


def salvageable(missing: float, total: float) -> bool:
    """Whether an output of `total` seconds that lacks `missing` is still worth having: the input's
    header may lie a little, and of a broken file the readable part is all there is."""
    if missing < 0:
        return -missing <= max(1.0, total * MOST_EXCESS)
    return total >= LEAST_SALVAGE


def _too_long(plan: Plan, output: MediaInfo) -> bool:
    most = plan.target.max_seconds
    return most is not None and output.duration is not None and output.duration > most


def _sound(plan: Plan, output: MediaInfo) -> list[tuple[bool, str]]:
    rule = plan.target.sound
    if rule is None:
        return []
    known = rule.codecs
    return [
        (any(a.channels > rule.channels for a in output.audios), "too many channels"),
        (
            known is not None and any(a.codec not in known for a in output.audios),
            f"sound {', '.join(a.codec for a in output.audios)}",
        ),
    ]


def _picture(plan: Plan, output: MediaInfo) -> list[tuple[bool, str]]:
    picture, rule = plan.picture, plan.target.picture
    if picture is None or rule is None:
        return [(bool(output.videos), "a picture in a sound file")]
    if not output.videos:
        return [(True, "no picture")]
    video = output.videos[0]
    extra = len(output.videos) - 1 > len(plan.extras)
    return [
        (extra, "extra pictures"),
        (video.codec != _codec(picture), f"codec {video.codec}"),
        (bool(rule.tag) and video.tag != rule.tag, f"tag {video.tag}"),
        (not _same_shape(picture, video.display_size), f"shape {video.width}x{video.height}"),
        (_inflated(plan, picture, video), f"frames {video.frames}, rate {video.fps}"),
        *(_strict(picture, rule, video) if rule.strict else _loose(picture, video)),
    ]


def _strict(picture: Picture, rule: PictureRule, video: VideoStream) -> list[tuple[bool, str]]:
    deep = picture.pixels in _DEEP and rule.deep
    profiles = rule.profiles
    if profiles is not None and deep:
        profiles = profiles | {"Main 10"}
    pixels = rule.pixels | (_DEEP if deep else frozenset())
    even = picture.encoder in _FREE_SIZES or video.width % 2 + video.height % 2 == 0
    still = "yuvj420p" in rule.pixels
    exact = rule.shape is Shape.FIT or (picture.width, picture.height) == video.display_size
    return [
        (profiles is not None and video.profile not in profiles, f"profile {video.profile}"),
        (video.pix_fmt not in pixels, f"pixels {video.pix_fmt}"),
        (video.full_range and not still and not video.rgb, "full range"),
        (rule.max_level is not None and video.level > rule.max_level, f"level {video.level}"),
        (video.transformed or video.sar != 1, f"rotated {video.rotation}, sar {video.sar}"),
        (not even, f"odd size {video.width}x{video.height}"),
        ((video.hdr or video.mastering) and not (deep and picture.stream.hdr), "HDR"),
        (not exact, f"size {video.width}x{video.height}"),
        (video.packets is not None and video.packets.hidden > 0, "hidden pictures"),
    ]


def _loose(picture: Picture, video: VideoStream) -> list[tuple[bool, str]]:
    """Where everything may stay as it is: it must have stayed."""
    source = picture.stream
    return [
        (picture.copied and video.rotation != source.rotation, f"rotated {video.rotation}"),
        (picture.copied and video.hdr != source.hdr, "HDR tags"),
    ]


def _codec(picture: Picture) -> str:
    return picture.stream.codec if picture.copied else ENCODERS[picture.encoder].codec


def _tells(plan: Plan, source: MediaInfo, output: MediaInfo) -> bool:
    """Something private of the source's is still there."""
    if plan.metadata:
        return False
    told = source.private_tags & output.private_tags
    return bool(told - frozenset(MUSIC_TAGS if plan.target.kind is Kind.SOUND else ()))


def _same_shape(picture: Picture, shown: tuple[int, int]) -> bool:
    wanted = picture.width / picture.height
    # Rounding a small picture to even sides moves its shape by more than the tolerance.
    slack = ASPECT_TOLERANCE + 2 / min(shown)
    return abs(shown[0] / shown[1] / wanted - 1) <= slack


def _inflated(plan: Plan, picture: Picture, video: VideoStream) -> bool:
    """Frames were doubled, or the cap on their rate did not hold."""
    rule = plan.target.picture
    # A handful of frames has no rate worth the name: the last one's length decides it.
    if picture.copied or rule is None or video.fps is None or (video.duration or 0.0) < 1:
        return False
    comparable = picture.stream.frames > 0 and picture.steady is None and not plan.tolerant
    most = picture.stream.frames * _INFLATED_SHARE + _INFLATED_FRAMES
    counted = float(video.fps)
    if video.codec == "gif" and video.frames and video.duration:
        # ffprobe leaves the last frame's standing out of a GIF's rate.
        counted = video.frames / video.duration
    return (comparable and video.frames > most) or counted > rule.max_fps + 1
