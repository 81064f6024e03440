"""The words of a card: what a file is, what is wished, what that would cost. Pure."""

from collections.abc import Collection
from fractions import Fraction
from typing import Final

from bot.dialog.draft import Draft
from bot.dialog.forecast import Expected
from bot.dialog.screens import beside, joining
from bot.dialog.wish import said
from bot.jobs.extras import parts_of
from bot.jobs.model import Role
from bot.names import elided
from bot.texts import Texts
from bot.texts.sentences import cause, clock, duration, shown_name, size
from converter.media import MediaInfo, VideoStream
from converter.options import OPTIONS
from converter.planning.plan import Action
from converter.request import Request

_EIGHT: Final = 8
# Codecs by the names that people know them by.
_NAMES: Final = {
    "h264": "H.264",
    "hevc": "HEVC",
    "av1": "AV1",
    "vp8": "VP8",
    "vp9": "VP9",
    "mpeg4": "MPEG-4",
    "mpeg2video": "MPEG-2",
    "mpeg1video": "MPEG-1",
    "prores": "ProRes",
    "mjpeg": "MJPEG",
    "aac": "AAC",
    "mp3": "MP3",
    "opus": "Opus",
    "vorbis": "Vorbis",
    "flac": "FLAC",
    "alac": "ALAC",
    "ac3": "AC-3",
    "eac3": "E-AC-3",
    "dts": "DTS",
}
# Said in a sentence of their own, or by another option.
_UNSAID: Final = frozenset({"target", "exact"})


def card(texts: Texts, draft: Draft, expected: Expected) -> str:
    """The whole text of a draft's message."""
    if draft.files:
        lines = _album(texts, draft)
    else:
        lines = [texts("card-name", name=shown_name(draft.source.name)), _what(texts, draft)]
        joined = len(joining.parts(draft)) > 1
        lines += [joining.line(texts, draft)] if joined else []
    lines += [_wish(texts, draft), *beside.lines(texts, draft)]
    if draft.trouble:
        lines.append(texts("card-trouble", cause=cause(texts, draft.trouble, {})))
    elif expected.refused is not None:
        lines.append(texts("card-trouble", cause=refused(texts, expected)))
    elif not parts_of(draft.extras) and (told := cost(texts, expected)):
        # Whether parts can be copied is seen once all of them are here.
        lines.append(texts("card-cost", cost=told))
    return "\n".join(lines)


def facts(texts: Texts, info: MediaInfo) -> str:
    """``HEVC 10-bit HDR · 3840×2160 · 60 fps · 1 min 12 s · 48 MB``."""
    parts = [_picture(texts, info.videos[0])] if info.videos else []
    if not info.videos and info.audios:
        parts.append(_name(info.audios[0].codec))
    if info.duration is not None:
        parts.append(duration(texts, info.duration))
    parts.append(size(texts, info.size))
    if len(info.audios) > 1:
        parts.append(texts("card-tracks", count=len(info.audios)))
    if info.subtitles:
        parts.append(texts("card-subtitles", count=len(info.subtitles)))
    return " · ".join(parts)


def cost(texts: Texts, expected: Expected) -> str:
    """What it is expected to be: how it is done, how large, how long it takes."""
    if expected.action is None:
        return ""
    parts = [texts(f"plan-{expected.action.name.lower()}")]
    if expected.action is not Action.NOTHING and expected.size:
        parts.append(texts("card-about", what=size(texts, expected.size)))
    if expected.seconds is not None:
        parts.append(texts("card-about", what=duration(texts, max(1.0, expected.seconds))))
    return " · ".join(parts)


def refused(texts: Texts, expected: Expected) -> str:
    """Why a wish can't be granted for this file."""
    error = expected.refused
    if error is None:
        return ""
    return cause(texts, error.code, error.facts)


def target_name(texts: Texts, key: str) -> str:
    """A target as its button says it."""
    return texts(f"target-{key}")


def value_text(texts: Texts, name: str, value: str) -> str:
    """An option's value in words: "" is as usual."""
    if value == "":
        return texts("value-usual")
    if texts.has(f"value-{name}-{value.lower()}"):
        return texts(f"value-{name}-{value.lower()}")
    if texts.has(f"value-{value.lower()}"):
        return texts(f"value-{value.lower()}")
    if name == "max_bytes":
        return size(texts, float(value))
    if name in {"start", "end", "at"}:
        return clock(float(value))
    number = value.removesuffix(".0")
    return texts(f"value-{name}", value=number) if texts.has(f"value-{name}") else number


def _album(texts: Texts, draft: Draft) -> list[str]:
    """``7 files · 310 MB`` and their names."""
    sizes = [sent.source.size for sent in draft.files]
    told = texts("card-album", count=len(sizes))
    if all(sizes):
        told += f" · {size(texts, sum(sizes))}"
    names = [elided(shown_name(sent.source.name), 48, 8) for sent in draft.files]
    numbered = enumerate(names, 1)
    return [told, *(texts("card-album-line", number=n, name=name) for n, name in numbered)]


def _what(texts: Texts, draft: Draft) -> str:
    if draft.seen is not None:
        return facts(texts, draft.seen.info)
    told = [size(texts, draft.source.size)] if draft.source.size else []
    if not draft.trouble:
        told.append(texts("card-looking"))
    return " · ".join(told)


def _wish(texts: Texts, draft: Draft) -> str:
    told = {"subtitles"} if draft.came(Role.SUBTITLE) else set()
    options = [part for part in _options(texts, draft.request, told) if part]
    if draft.as_file:
        options.append(texts("card-as-file"))
    what = " · ".join([target_name(texts, draft.request.target), *options])
    return texts("card-wish", what=what)


def _options(texts: Texts, request: Request, elsewhere: Collection[str]) -> list[str]:
    told = [_cut(texts, request)]
    for name in OPTIONS:
        value = said(request, name)
        if value and name not in _UNSAID.union({"start", "end"}, elsewhere):
            label = texts(f"option-{name}")
            if value == "true":
                told.append(label)
            else:
                told.append(f"{label}: {value_text(texts, name, value)}")
    return told


def _cut(texts: Texts, request: Request) -> str:
    if not request.cuts:
        return ""
    end = clock(request.end) if request.end is not None else texts("card-end")
    return f"✂️ {clock(request.start)}–{end}"


def _picture(texts: Texts, video: VideoStream) -> str:
    depth = f" {texts('card-bits', bits=video.bit_depth)}" if video.bit_depth > _EIGHT else ""
    width, height = video.display_size
    parts = [f"{_name(video.codec)}{depth}{' HDR' if video.hdr else ''}", f"{width}×{height}"]
    if video.fps:
        parts.append(texts("card-fps", fps=_rate(video.fps)))
    return " · ".join(parts)


def _rate(fps: Fraction) -> float | int:
    rate = round(float(fps), 2)
    return int(rate) if rate.is_integer() else rate


def _name(codec: str) -> str:
    return _NAMES.get(codec, codec)
