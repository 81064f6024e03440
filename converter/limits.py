"""How much one conversion may cost, and the check of a probed file against that."""

from dataclasses import dataclass

from converter.errors import Code, Refused
from converter.media import MediaInfo, VideoStream


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one conversion.

    Bytes, seconds and pixels per frame. `max_output_bytes` is what the receiving side takes;
    `timeout` bounds everything from probe to thumbnail; `threads` is for one encoder.
    """

    max_input_bytes: int = 2_000_000_000
    max_output_bytes: int = 2_000_000_000
    max_duration: float = 3 * 3600.0
    max_pixels: int = 40_000_000
    max_streams: int = 64
    timeout: float = 300.0
    threads: int = 1


def check(
    info: MediaInfo, limits: Limits, video: VideoStream | None, seconds: float | None
) -> None:
    """Refuse what no plan may touch; `video` is the picture that would be decoded, if any,
    `seconds` how long the wanted streams play.

    Raises Refused with the limit and the actual value.
    """
    if info.streams > limits.max_streams:
        raise Refused(Code.TOO_MANY_STREAMS, limit=limits.max_streams, actual=info.streams)
    if info.encrypted:
        raise Refused(Code.ENCRYPTED)
    if not info.videos and not info.audios:
        raise Refused(Code.NOT_MEDIA, f"streams in {info.container or 'nothing'}: {info.streams}")
    if info.size > limits.max_input_bytes:
        raise Refused(Code.TOO_LARGE, limit=limits.max_input_bytes, actual=info.size)
    if seconds is not None and seconds > limits.max_duration:
        raise Refused(Code.TOO_LONG, limit=limits.max_duration, actual=seconds)
    if video is not None:
        _check_picture(video, limits)


def _check_picture(video: VideoStream, limits: Limits) -> None:
    pixels = video.width * video.height
    if pixels > limits.max_pixels:
        raise Refused(Code.TOO_MANY_PIXELS, limit=limits.max_pixels, actual=pixels)
    if video.width < 1 or video.height < 1:
        raise Refused(Code.DAMAGED, "the picture has no size")
    if video.dolby_vision_profile == 5:  # noqa: PLR2004 - the profile's own number
        raise Refused(Code.DOLBY_VISION, "profile 5 has no base layer that others can show")
