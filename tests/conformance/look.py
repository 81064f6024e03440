"""Reads the facts of a file: one ffprobe call for its headers, one that decodes every frame, and
one ffmpeg run for loudness and complaints."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from tests.conformance import tally
from tests.conformance.avc import levels
from tests.conformance.boxes import layout
from tests.conformance.endings import cut_off
from tests.conformance.facts import Facts, Picture, Sound
from tests.conformance.tally import number
from tests.conformance.toolbox import Toolbox

_HEADERS: Final = ("-v", "error", "-show_format", "-show_streams", "-show_chapters", "-of", "json")
_FRAMES: Final = (
    "-v",
    "error",
    "-threads",
    "2",
    "-show_entries",
    tally.ENTRIES,
    "-of",
    "compact=p=0",
)
_LEVELS: Final = ("-loglevel", "level+info")
_LOUDEST: Final = re.compile(r"max_volume: (-?[\d.]+|-inf) dB")
_MEAN: Final = re.compile(r"mean_volume: (-?[\d.]+|-inf) dB")
# What the muxer of our own throw-away output says is no fault of the file.
_COMPLAINT: Final = re.compile(r"^(?!\[null @).*\[(?:error|fatal|panic)\]")
_SILENCE: Final = -120.0
UPRIGHT: Final = (1, 0, 0, 1)
# The 1 of a display matrix.
_ONE: Final = 65536
_ASIDE: Final = ("comment", "hearing_impaired", "visual_impaired", "descriptions", "karaoke")
_MOST_COMPLAINTS: Final = 5

Json = Mapping[str, Any]


def look(tools: Toolbox, path: Path, *, strictly: bool = False) -> Facts | None:
    """The facts of a file, None where ffprobe makes nothing of it. `strictly` decodes once more,
    as a player would, and keeps what the decoder complains about."""
    said = tools.ffprobe(path, *_HEADERS)
    try:
        found = json.loads(said.out)
    except ValueError:
        return None
    if "format" not in found or not found.get("streams"):
        return None
    facts = _headers(found, path)
    if is_playlist(facts.container):
        return facts
    facts = tally.decoded(facts, tools.ffprobe(path, *_FRAMES).out.splitlines())
    return _heard(tools, path, facts, strictly=strictly)


def is_playlist(container: str) -> bool:
    """It names other files instead of holding anything."""
    return container in {"hls", "dash", "concat", "sdp", "rtsp", "imf"}


def _headers(found: Json, path: Path) -> Facts:
    form, streams = found["format"], found["streams"]
    of = {kind: [s for s in streams if s.get("codec_type") == kind] for kind in _kinds(streams)}
    seen = [s for s in of.get("video", ()) if not _attached(s)]
    tags = {name.lower(): str(value) for name, value in form.get("tags", {}).items()}
    known = sum(len(of.get(kind, ())) for kind in ("video", "audio", "subtitle"))
    return Facts(
        size=path.stat().st_size,
        container=str(form.get("format_name", "")),
        brand=tags.get("major_brand", "").strip(),
        header_seconds=number(form.get("duration")),
        tags=frozenset(tags),
        stream_tags=frozenset(name for s in streams for name in _names(s)),
        pictures=tuple(_picture(s) for s in seen),
        sounds=tuple(_sound(s) for s in of.get("audio", ())),
        subtitles=len(of.get("subtitle", ())),
        covers=len(of.get("video", ())) - len(seen),
        others=len(streams) - known,
        chapters=len(found.get("chapters", ())),
        layout=layout(path),
        cut_off=cut_off(path),
        levels=levels(path),
    )


def _names(stream: Json) -> set[str]:
    """Names of a stream's tags, without what ffprobe says of any attached picture's kind."""
    return {name.lower() for name in stream.get("tags", {})} - (
        {"comment"} if _attached(stream) else set()
    )


def _kinds(streams: Iterable[Json]) -> set[str]:
    return {str(s.get("codec_type", "")) for s in streams}


def _attached(stream: Json) -> bool:
    disposition = stream.get("disposition", {})
    return bool(disposition.get("attached_pic") or disposition.get("still_image"))


def _picture(stream: Json) -> Picture:
    side = [s for s in stream.get("side_data_list", ()) if isinstance(s, dict)]
    turns = [number(s.get("rotation")) for s in side if "displaymatrix" in s]
    turns += [number(stream.get("tags", {}).get("rotate"))] if not turns else []
    vision = [s.get("dv_profile") for s in side if "dv_profile" in s]
    return Picture(
        index=int(stream["index"]),
        codec=stream.get("codec_name", ""),
        tag=stream.get("codec_tag_string", ""),
        profile=stream.get("profile", ""),
        level=int(stream.get("level", 0)),
        pixels=stream.get("pix_fmt", ""),
        width=int(stream.get("width", 0)),
        height=int(stream.get("height", 0)),
        sar=_ratio(stream.get("sample_aspect_ratio", "")),
        rotation=round(turns[0] or 0.0) if turns else 0,
        matrix=any("displaymatrix" in s for s in side) or "rotate" in stream.get("tags", {}),
        field_order=stream.get("field_order", ""),
        colour_range=stream.get("color_range", ""),
        space=stream.get("color_space", ""),
        transfer=stream.get("color_transfer", ""),
        primaries=stream.get("color_primaries", ""),
        side_data=tuple(str(s.get("side_data_type", "")) for s in side),
        turn=next((_turn(str(s["displaymatrix"])) for s in side if "displaymatrix" in s), UPRIGHT),
        default=bool(stream.get("disposition", {}).get("default")),
        promised=_promised(stream),
        dolby_vision=next((int(str(profile)) for profile in vision), None),
    )


def _sound(stream: Json) -> Sound:
    disposition = stream.get("disposition", {})
    return Sound(
        index=int(stream["index"]),
        codec=stream.get("codec_name", ""),
        profile=str(stream.get("profile", "")),
        channels=int(stream.get("channels", 0)),
        sample_rate=int(stream.get("sample_rate", 0)),
        default=bool(disposition.get("default")),
        aside=any(disposition.get(name) for name in _ASIDE),
        promised=_promised(stream),
    )


def _turn(dump: str) -> tuple[int, int, int, int]:
    """Where a display matrix moves the axes, as whole numbers; ffprobe prints three rows of it."""
    rows = [line.split(":")[1].split() for line in dump.splitlines() if ":" in line]
    if len(rows) < 2 or min(len(row) for row in rows) < 2:
        return UPRIGHT
    a, b, c, d = (round(int(n) / _ONE) for row in rows[:2] for n in row[:2])
    return (a, b, c, d)


def _promised(stream: Json) -> float | None:
    """How long a track is by its own index. Matroska has none, but most writers leave a tag."""
    tag = re.fullmatch(r"(\d+):(\d\d):([\d.]+)", str(stream.get("tags", {}).get("DURATION", "")))
    if tag is not None:
        return int(tag[1]) * 3600 + int(tag[2]) * 60 + float(tag[3])
    return number(stream.get("duration"))


def _heard(tools: Toolbox, path: Path, facts: Facts, *, strictly: bool) -> Facts:
    """Loudness of the first sound; the whole file is decoded only when complaints matter."""
    sound = facts.sound
    after: tuple[str, ...] = ("-map", "0:V?") if strictly else ()
    if sound is not None:
        after += ("-map", f"0:{sound.index}", "-af", "volumedetect")
    if not after:
        return facts
    said = tools.ffmpeg(path, _LEVELS, (*after, "-fps_mode", "passthrough", "-f", "null", "-"))
    complaints = [line for line in said.err.splitlines() if _COMPLAINT.search(line)]
    if said.status != 0:
        complaints.append(f"exit status {said.status}")
    loud = tuple(
        replace(s, loudest=_decibels(_LOUDEST, said.err), mean=_decibels(_MEAN, said.err))
        if s is sound
        else s
        for s in facts.sounds
    )
    kept = tuple(complaints[:_MOST_COMPLAINTS]) if strictly else ()
    return replace(facts, sounds=loud, complaints=kept)


def _decibels(pattern: re.Pattern[str], text: str) -> float | None:
    found = pattern.search(text)
    if found is None:
        return None
    return _SILENCE if found[1] == "-inf" else float(found[1])


def _ratio(text: str) -> Fraction:
    top, _, bottom = text.partition(":")
    if top.isdigit() and bottom.isdigit() and int(top) and int(bottom):
        return Fraction(int(top), int(bottom))
    return Fraction(1)
