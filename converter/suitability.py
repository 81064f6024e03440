"""Why the streams of a file can't simply be copied: each answer a list of reasons, empty = they
can. Pure. The reasons are short codes for logs and `--json`, never shown in a chat."""

from converter.formats import Target
from converter.media import AudioStream, MediaInfo, VideoStream

# A copied stream keeps its start; players differ in what they do with more than a frame or two.
LATE_START = 0.1
_FPS_SLACK = 1.0
_LEAST_HZ = 16_000
_MAX_COPIED_PIXELS = 4096 * 2304  # what level 5.2 may show
_EVEN = 2


def why_encode(info: MediaInfo, video: VideoStream, target: Target) -> list[str]:
    """Reasons why the picture itself must be encoded anew."""
    reasons = [
        (video.codec != target.video_codec, f"codec {video.codec}"),
        (video.profile not in target.profiles, f"profile {video.profile}"),
        (video.pix_fmt != "yuv420p", f"pixels {video.pix_fmt}"),
        (video.full_range, "full range"),
        (not 0 < video.level <= target.max_level, f"level {video.level}"),
        (video.sar != 1, f"pixel aspect {video.sar}"),
        (video.transformed, f"rotated {video.rotation}"),
        (video.width % _EVEN + video.height % _EVEN > 0, "odd size"),
        (min(video.width, video.height) < target.min_side, "tiny"),
        (video.width * video.height > _MAX_COPIED_PIXELS, "too many pixels"),
        (video.hdr or video.color_primaries == "bt2020", "wide colour"),
        (video.field_order not in {"progressive", "unknown", ""}, "interlaced"),
        (_too_fast(video, target), "frame rate"),
        (not any(info.is_container(name) for name in target.remuxable), "container"),
        ((video.start or 0.0) - info.start > LATE_START, "late picture"),
        (info.start < -LATE_START, "negative start"),
    ]
    return [reason for wrong, reason in reasons if wrong]


def why_encode_audio(info: MediaInfo, audio: AudioStream | None, target: Target) -> list[str]:
    """Reasons why the sound must be encoded anew."""
    if audio is None:
        return []
    reasons = [
        (audio.codec not in target.audio_codecs, f"sound {audio.codec}"),
        (audio.codec == "aac" and audio.profile not in {"LC", ""}, f"sound {audio.profile}"),
        (audio.channels > target.channels, f"{audio.channels} channels"),
        (not _LEAST_HZ <= audio.sample_rate <= target.sample_rate, f"{audio.sample_rate} Hz"),
        ((audio.start or 0.0) - info.start > LATE_START, "late sound"),
    ]
    return [reason for wrong, reason in reasons if wrong]


def why_remux(info: MediaInfo, target: Target, *, moov_first: bool) -> list[str]:
    """Reasons why the file as it stands is not yet the result, its streams being right."""
    reasons = [
        (not any(info.is_container(name) for name in target.containers), "container"),
        (not moov_first, "index at the end"),
        (len(info.videos) > 1 or len(info.audios) > 1, "several tracks"),
        (info.subtitles + info.others + info.covers > 0, "other tracks"),
        (info.chapters > 0, "chapters"),
        (bool(info.private_tags), "private tags"),
    ]
    return [reason for wrong, reason in reasons if wrong]


def _too_fast(video: VideoStream, target: Target) -> bool:
    return video.fps is not None and video.fps > target.max_fps + _FPS_SLACK
