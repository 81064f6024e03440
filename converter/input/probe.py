"""ffprobe's JSON made into `MediaInfo`, and its complaints made into errors. Pure."""

import json
import re
from typing import Final, TypedDict

from converter.errors import Code, Failed
from converter.input import census
from converter.input.guards import input_guards
from converter.input.values import (
    Json,
    colour,
    listed,
    mapping,
    positive,
    rate,
    ratio,
    seconds,
    text,
    whole,
)
from converter.media import AudioStream, Cover, MediaInfo, SubtitleStream, VideoStream

_FIELDS: Final = (
    f"{census.FIELDS}:"
    "format=format_name,duration,start_time,size:format_tags:chapter=id:"
    "program=program_id:program_stream=index:"
    "stream=index,codec_type,codec_name,codec_tag_string,profile,level,pix_fmt,"
    "bits_per_raw_sample,width,height,sample_aspect_ratio,avg_frame_rate,r_frame_rate,field_order,"
    "color_range,color_space,color_transfer,color_primaries,start_time,duration,bit_rate,channels,"
    "sample_rate,nb_frames:stream_disposition=attached_pic,default,"
    "comment,hearing_impaired,visual_impaired,descriptions,clean_effects,karaoke:stream_side_data:"
    "stream_tags=rotate,language,title,alpha_mode"
)
_ENCRYPTED_TAGS: Final = frozenset({"encv", "enca", "drmi", "drms", "drmt"})
# Written by muxers themselves; they say nothing about the person or the place.
_PUBLIC_TAGS: Final = frozenset({"major_brand", "minor_version", "compatible_brands", "encoder"})
# A file that would need fewer bits than this for a second of video lies about its duration.
_LEAST_BITS_PER_SECOND: Final = 200
_TITLE_LENGTH: Final = 100
_MASTERING: Final = frozenset({"Mastering display metadata", "Content light level metadata"})
_MATRIX_ONE: Final = 65536
_MATRIX_LAST: Final = 1 << 30
_MATRIX_NUMBERS: Final = 9


def probe_argv(input_url: str, max_pixels: int, *, pictures: bool = False) -> list[str]:
    """The ffprobe call whose standard output `parse_probe` reads; see `input_guards`."""
    return [
        "ffprobe",
        "-hide_banner",
        "-v",
        "warning",
        "-print_format",
        "json=compact=1",
        "-show_entries",
        _FIELDS,
        *input_guards(max_pixels, pictures=pictures),
        "-i",
        input_url,
    ]


def keyframe_argv(input_url: str, start: float, stream: int) -> list[str]:
    """The ffprobe call for the keyframe at or before `start`, seconds on the file's clock."""
    return [
        *("ffprobe", "-hide_banner", "-v", "error", "-select_streams", str(stream)),
        *("-show_entries", "packet=pts_time", "-of", "csv=p=0"),
        *("-read_intervals", f"{start:.6f}%+#1", *input_guards(1 << 30), "-i", input_url),
    ]


def parse_keyframe(listing: bytes) -> float | None:
    """Seconds on the file's clock, None when there is none."""
    words = listing.decode("ascii", "replace").replace(",", " ").split()
    return seconds(words[0]) if words else None


def parse_probe(report: bytes | str, size: int) -> MediaInfo:
    """Read ffprobe's JSON for a file of `size` bytes.

    Never raises anything but Failed (not ffprobe's JSON at all): a missing or mad value becomes
    "unknown".
    """
    try:
        document = json.loads(report)
    except (ValueError, RecursionError) as error:
        raise Failed(Code.FAILED, f"ffprobe printed no JSON: {error}") from error
    if not isinstance(document, dict):
        raise Failed(Code.FAILED, "ffprobe's JSON is no object")
    form = mapping(document.get("format"))
    streams = [mapping(stream) for stream in listed(document.get("streams"))]
    videos = tuple(_video(s) for s in streams if s.get("codec_type") == "video" and not _cover(s))
    audios = tuple(_audio(s) for s in streams if s.get("codec_type") == "audio")
    subtitles = tuple(_subtitle(s) for s in streams if s.get("codec_type") == "subtitle")
    covers = tuple(
        Cover(whole(s.get("index")), text(s.get("codec_name")))
        for s in streams
        if s.get("codec_type") == "video" and _cover(s)
    )
    fonts = tuple(whole(s.get("index")) for s in streams if s.get("codec_type") == "attachment")
    known = len(videos) + len(audios) + len(subtitles) + len(covers) + len(fonts)
    tags = {str(name).lower(): str(text) for name, text in mapping(form.get("tags")).items()}
    starts = [s for s in (*(v.start for v in videos), *(a.start for a in audios)) if s is not None]
    clock = seconds(form.get("start_time")) or 0.0
    start = min(starts, default=clock)
    return MediaInfo(
        container=_container(form, tags),
        size=size,
        duration=_duration(form, videos, audios, size),
        start=start,
        lead=max(0.0, start - clock),
        videos=videos,
        audios=audios,
        subtitles=subtitles,
        others=len(streams) - known,
        covers=covers,
        fonts=fonts,
        tags=tags,
        chapters=len(listed(document.get("chapters"))),
        private_tags=frozenset(tags) - _PUBLIC_TAGS,
        encrypted=any(text(s.get("codec_tag_string")) in _ENCRYPTED_TAGS for s in streams),
        programmes=_programmes(document),
    )


def _programmes(document: Json) -> tuple[frozenset[int], ...]:
    found = [mapping(programme) for programme in listed(document.get("programs"))]
    members = [listed(programme.get("streams")) for programme in found]
    return tuple(frozenset(whole(mapping(s).get("index")) for s in streams) for streams in members)


def _video(stream: Json) -> VideoStream:
    rotation, transformed, dolby_vision = _side_data(stream)
    side_data = [
        text(mapping(d).get("side_data_type")) for d in listed(stream.get("side_data_list"))
    ]
    average = rate(stream.get("avg_frame_rate"))
    peak = rate(stream.get("r_frame_rate"))
    pix_fmt = _pixels(stream)
    return VideoStream(
        index=whole(stream.get("index")),
        codec=text(stream.get("codec_name")),
        tag=text(stream.get("codec_tag_string")),
        profile=text(stream.get("profile")),
        level=whole(stream.get("level")),
        pix_fmt=pix_fmt,
        bit_depth=_bit_depth(pix_fmt, whole(stream.get("bits_per_raw_sample"))),
        width=whole(stream.get("width")),
        height=whole(stream.get("height")),
        sar=ratio(stream.get("sample_aspect_ratio")),
        rotation=rotation,
        transformed=transformed,
        fps=average or peak,
        peak_fps=max((rate for rate in (average, peak) if rate), default=None),
        field_order=text(stream.get("field_order")),
        color_range=colour(stream.get("color_range")),
        color_space=colour(stream.get("color_space")),
        color_transfer=colour(stream.get("color_transfer")),
        color_primaries=colour(stream.get("color_primaries")),
        start=seconds(stream.get("start_time")),
        duration=positive(stream.get("duration")),
        bit_rate=whole(stream.get("bit_rate")),
        dolby_vision_profile=dolby_vision,
        frames=whole(stream.get("nb_frames")),
        mastering=any(kind in _MASTERING for kind in side_data),
        **_said(stream),
        title=_title(stream),
    )


def _pixels(stream: Json) -> str:
    # WebM keeps transparency beside the picture, where only the tag tells of it.
    pix_fmt = text(stream.get("pix_fmt"))
    aside = mapping(stream.get("tags")).get("alpha_mode") == "1"
    return "yuva420p" if aside and pix_fmt == "yuv420p" else pix_fmt


def _audio(stream: Json) -> AudioStream:
    return AudioStream(
        index=whole(stream.get("index")),
        codec=text(stream.get("codec_name")),
        tag=text(stream.get("codec_tag_string")),
        profile=text(stream.get("profile")),
        channels=whole(stream.get("channels")),
        sample_rate=whole(stream.get("sample_rate")),
        start=seconds(stream.get("start_time")),
        duration=positive(stream.get("duration")),
        bit_rate=whole(stream.get("bit_rate")),
        **_said(stream),
        title=_title(stream),
        special=_special(stream),
    )


# What tracks call themselves where nobody set the flag.
_SPECIAL_TITLE: Final = re.compile(
    r"comment|descri|audio.?desc|\bad\b|hearing|impaired|isolated|karaoke|"
    r"коммент|тифло|описан|слабовид|слабослыш|караоке",
    re.IGNORECASE,
)
_SPECIAL: Final = (
    *("comment", "hearing_impaired", "visual_impaired", "descriptions"),
    *("clean_effects", "karaoke"),
)


def _special(stream: Json) -> bool:
    said = mapping(stream.get("disposition"))
    flagged = any(whole(said.get(name)) for name in _SPECIAL)
    return flagged or _SPECIAL_TITLE.search(_title(stream)) is not None


def _subtitle(stream: Json) -> SubtitleStream:
    return SubtitleStream(
        whole(stream.get("index")),
        text(stream.get("codec_name")),
        **_said(stream),
        title=_title(stream),
        canvas=(whole(stream.get("width")), whole(stream.get("height"))),
    )


def _title(stream: Json) -> str:
    """What a track calls itself; it may travel in an argument list."""
    said = text(mapping(stream.get("tags")).get("title"))
    return "".join(c for c in said if c.isprintable())[:_TITLE_LENGTH]


class _Said(TypedDict):
    language: str
    default: bool


def _said(stream: Json) -> _Said:
    language = text(mapping(stream.get("tags")).get("language")).lower()
    known = re.fullmatch(r"[a-z]{2,3}", language) is not None and language != "und"
    default = bool(whole(mapping(stream.get("disposition")).get("default")))
    return _Said(language=language if known else "", default=default)


def _side_data(stream: Json) -> tuple[int, bool, int | None]:
    """Clockwise rotation, whether any transform is there, and the Dolby Vision profile."""
    rotation, transformed, dolby_vision = 0, False, None
    for data in map(mapping, listed(stream.get("side_data_list"))):
        if "rotation" in data or "displaymatrix" in data:
            rotation = _clockwise(data.get("rotation"))
            transformed = rotation != 0 or not _identity(text(data.get("displaymatrix")))
        if "dv_profile" in data:
            dolby_vision = whole(data.get("dv_profile"))
    return rotation, transformed, dolby_vision


def _clockwise(counterclockwise: object) -> int:
    # ffprobe gives the counterclockwise angle of the matrix; players turn the other way.
    degrees = seconds(counterclockwise) or 0.0
    return round(-degrees / 90) * 90 % 360


def _identity(matrix: str) -> bool:
    numbers = [int(n) for n in re.findall(r"-?\d{1,19}", re.sub(r"[0-9a-f]{8}:", "", matrix))]
    if len(numbers) != _MATRIX_NUMBERS:
        return True
    a, b, _, c, d, _, _, _, w = numbers
    return (a, b, c, d, w) == (_MATRIX_ONE, 0, 0, _MATRIX_ONE, _MATRIX_LAST)


def _container(form: Json, tags: Json) -> str:
    # ffprobe has one name for the whole family; QuickTime's own kind is no MP4.
    names = text(form.get("format_name"))
    if not names.startswith("mov,"):
        return names
    brand = text(tags.get("major_brand"))
    return "mov" if brand in {"qt  ", ""} else names.removeprefix("mov,")


def _cover(stream: Json) -> bool:
    return bool(whole(mapping(stream.get("disposition")).get("attached_pic")))


def _duration(
    form: Json, videos: tuple[VideoStream, ...], audios: tuple[AudioStream, ...], size: int
) -> float | None:
    lengths = [v.duration for v in videos] + [a.duration for a in audios]
    longest = max((length for length in lengths if length), default=None)
    duration = positive(form.get("duration")) or longest
    if duration is None:
        return None
    return duration if size * 8 >= _LEAST_BITS_PER_SECOND * duration else None


def _bit_depth(pix_fmt: str, raw: int) -> int:
    named = re.search(r"(?:p|gray|x)(9|10|12|14|16)(?:le|be)?$", pix_fmt)
    if named:
        return int(named[1])
    deep = re.search(r"(?:rgb|bgr|rgba|bgra|ya)(48|64|16)(?:le|be)$", pix_fmt)
    if deep:
        return 16
    return raw if pix_fmt == "" and raw > 0 else 8
