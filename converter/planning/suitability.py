"""Why the streams of a file can't simply be copied: each answer a list of reasons, empty = they
can. Pure. The reasons are short codes for logs and `--explain`, never shown in a chat."""

from converter.formats import Kind, PictureRule, Shape, SoundRule, Target
from converter.media import OWN_TRACK, SEEKLESS, AudioStream, MediaInfo, VideoStream
from converter.planning import choice, clock
from converter.planning.geometry import LARGEST, most_side
from converter.request import Quality, Request, Subtitles

# A copied stream keeps its start; players differ in what they do with more than a frame or two.
LATE_START = 0.1
_FPS_SLACK = 1.0
_LEAST_HZ = 16_000
_MAX_COPIED_PIXELS = LARGEST * 2304  # what level 5.2 may show
_EVEN = 2
# Bits per pixel and frame above which a copy is not "small".
_SMALL_BITS = 0.06
_DEEP = frozenset({"yuv420p10le"})
# What is only a stand-in here, many times the size that it should have: an animation's frames,
# several videos put together to be encoded once more.
JOINED = "joined"
_STAND_INS = frozenset({"webp", JOINED})


def why_encode(
    info: MediaInfo, video: VideoStream, target: Target, rule: PictureRule, request: Request
) -> list[str]:
    """Reasons why the picture itself must be encoded anew."""
    known = target.remuxable is None or any(info.is_container(name) for name in target.remuxable)
    reasons = [
        (_foreign(video, rule), f"codec {video.codec}"),
        (not known, "container"),
        (video.transformed, f"rotated {video.rotation}"),
        (_too_fast(video, rule, request), "frame rate"),
        ((video.start or 0.0) - info.start > LATE_START, "late picture"),
        (info.start < -LATE_START, "negative start"),
        (video.varies, "changes on the way"),
        (clock.counted(info, video), "clock set anew"),
        (video.packets is not None and video.packets.hidden > 0, "hidden by an edit list"),
        *_wishes(info, video, target, rule, request),
        *(_strict(video, rule, request) if rule.strict else ()),
    ]
    return [reason for wrong, reason in reasons if wrong]


def _foreign(video: VideoStream, rule: PictureRule) -> bool:
    if rule.codecs is None:
        return video.codec in _STAND_INS
    return video.codec not in rule.codecs


def _strict(
    video: VideoStream, rule: PictureRule, request: Request
) -> tuple[tuple[bool, str], ...]:
    """What a player must be spared."""
    deep = rule.deep and request.ten_bit
    pixels = rule.pixels | (_DEEP if deep else frozenset())
    profiles = rule.profiles and rule.profiles | ({"Main 10"} if deep else frozenset())
    wide = video.hdr or video.color_primaries == "bt2020"
    level = rule.max_level is not None and not 0 < video.level <= rule.max_level
    return (
        (profiles is not None and video.profile not in profiles, f"profile {video.profile}"),
        (video.pix_fmt not in pixels, f"pixels {video.pix_fmt}"),
        (video.full_range, "full range"),
        (level, f"level {video.level}"),
        (video.sar != 1, f"pixel aspect {video.sar}"),
        (video.width % _EVEN + video.height % _EVEN > 0, "odd size"),
        (min(video.width, video.height) < min(rule.min_side, 16), "tiny"),
        (video.width * video.height > _MAX_COPIED_PIXELS, "too many pixels"),
        (wide and not deep, "wide colour"),
        (video.field_order not in {"progressive", "unknown", ""}, "interlaced"),
        (rule.shape is not Shape.FIT and not _shaped(video, rule), "shape"),
        (rule.rate is not None and not 0 < video.bit_rate <= rule.rate * 1.1, "bit rate"),
    )


# Containers in which seeking ends somewhere near, and those in which it ends nowhere.
SEEKS_ROUGHLY = ("mpegts", "mpeg", "ogg")


def _rough(info: MediaInfo) -> bool:
    return any(info.is_container(name) for name in SEEKS_ROUGHLY + SEEKLESS)


def _wishes(
    info: MediaInfo, video: VideoStream, target: Target, rule: PictureRule, request: Request
) -> tuple[tuple[bool, str], ...]:
    """What the person wants otherwise than it is."""
    most = most_side(video.display_size, target, rule, request)
    bounded = request.max_side is not None or request.height is not None
    small = request.quality is Quality.SMALL
    return (
        (request.rotate != 0 or request.mirror, "turned on request"),
        (request.speed != 1, "speed"),
        (choice.captioning(info, request) is Subtitles.BURN, "burned subtitles"),
        (request.start > 0 and (request.exact or _rough(info)), "exact cut"),
        (
            rule.shape is Shape.FIT
            and (bounded or small)
            and max(video.display_size) > most + _EVEN,
            "size on request",
        ),
        (small and _bits(video) > _SMALL_BITS, "bit rate on request"),
        (target.kind is Kind.GIF, "palette"),
    )


def why_encode_audio(
    info: MediaInfo, audio: AudioStream, target: Target, rule: SoundRule, request: Request
) -> list[str]:
    """Reasons why the sound must be encoded anew."""
    keeps = rule.codecs is None
    profile = audio.codec == "aac" and audio.profile not in {"LC", ""} and not keeps
    reasons = [
        (rule.codecs is not None and audio.codec not in rule.codecs, f"sound {audio.codec}"),
        (profile, f"sound {audio.profile}"),
        (audio.channels > rule.channels, f"{audio.channels} channels"),
        (bool(rule.rate) and not _LEAST_HZ <= audio.sample_rate <= rule.rate, "sample rate"),
        (
            (audio.start or 0.0) - info.start > LATE_START
            and target.picture is not None
            and not keeps,
            "late sound",
        ),
        (audio.varies, "changes on the way"),
        (_hidden(audio) and rule.codecs is not None, "hidden by an edit list"),
        (clock.out_of_step(audio) and target.picture is not None, "out of step"),
        (request.loudness is not None, "loudness"),
        (request.speed != 1, "speed"),
        (request.start > 0 and (request.exact or _rough(info)), "exact cut"),
    ]
    return [reason for wrong, reason in reasons if wrong]


# An encoder's lead is hidden by every good MP4.
_LEAD_PACKETS = 4


def _hidden(audio: AudioStream) -> bool:
    return audio.packets is not None and audio.packets.hidden > _LEAD_PACKETS


def why_remux(info: MediaInfo, target: Target, request: Request, *, moov_first: bool) -> list[str]:
    """Reasons why the file as it stands is not yet the result, its streams being right."""
    kept = target.everything
    words = choice.kept(info, request)
    left_out = any(not s.own and s not in words for s in info.subtitles)
    rule = target.picture
    tagged = rule is None or not rule.tag or all(v.tag == rule.tag for v in info.videos)
    poster = info.covers and not target.covers
    reasons = [
        (not is_already(info, target), "container"),
        (target.faststart and not moov_first, "index at the end"),
        (not kept and len(info.videos) > int(target.picture is not None), "several tracks"),
        ((not kept or bool(request.audio)) and len(info.audios) > 1, "several tracks"),
        (not tagged, "tag"),
        (target.sound is None and bool(info.audios), "sound"),
        (request.mute and bool(info.audios), "sound"),
        (left_out or bool(poster) or info.others > 0, "other tracks"),
        (any(s.own and not s.lost for s in words), "own subtitles"),
        (any(c.index == OWN_TRACK for c in info.covers), "own cover"),
        (any(s.file and not s.own for s in words), "code page"),
        (info.chapters > 0 and not kept, "chapters"),
        (info.hides and not kept, "hidden by an edit list"),
        (info.mislabelled and not kept, "wrong label"),
        (bool(info.private_tags) and not _says_only(info, target, request), "private tags"),
        (request.cuts, "cut"),
    ]
    return list(dict.fromkeys(reason for wrong, reason in reasons if wrong))


def is_already(info: MediaInfo, target: Target) -> bool:
    """Whether the file is of the target's own kind."""
    brand = info.tags.get("major_brand", "").strip()
    known = any(info.is_container(name) for name in target.containers)
    return known and (not target.brand or brand == target.brand)


# What music says about itself, which is no secret of the sender's.
MUSIC_TAGS = (
    *("title", "artist", "album", "album_artist", "track", "disc", "date", "genre", "composer"),
)


def _says_only(info: MediaInfo, target: Target, request: Request) -> bool:
    if request.metadata:
        return True
    return target.kind is Kind.SOUND and info.private_tags <= frozenset(MUSIC_TAGS)


def _shaped(video: VideoStream, rule: PictureRule) -> bool:
    size = (video.width, video.height)
    if rule.shape is Shape.SIDE:
        return max(size) == rule.side
    return size == (rule.side, rule.side)


def _too_fast(video: VideoStream, rule: PictureRule, request: Request) -> bool:
    most = min(rule.max_fps if rule.strict else request.max_fps or 1000, request.max_fps or 1000)
    slack = 0.05 if request.max_fps is not None else _FPS_SLACK
    return video.fps is not None and video.fps > most + slack


def _bits(video: VideoStream) -> float:
    pixels = video.width * video.height * float(video.fps or 30)
    return video.bit_rate / pixels if pixels else 0.0
