"""The words of subtitle tracks, taken out in the sandbox, understood here and written anew, so that
nothing that is opened by its name holds a byte of the sender's choice but the words themselves.
See docs/decisions/0011-subtitles.md."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from converter.engines.runner import Session
from converter.engines.workspace import Workspace
from converter.errors import Failed
from converter.input import brightness, codepages, cues, fonts, script
from converter.input.guards import input_guards
from converter.input.own_words import OwnWords
from converter.limits import Limits
from converter.media import MediaInfo, SubtitleStream

# Beside the input, in the folder that is mounted read-only.
BURNED: Final = "burned.ass"
FONTS: Final = "fonts"
# Of one track: a script of four hours with every letter placed by hand takes some 20 MB.
_MOST_BYTES: Final = 32 * 1024 * 1024
_MOST_FONTS: Final = 32
_MOST_FONT_BYTES: Final = 4 * fonts.MOST_BYTES
_SCRIPTS: Final = frozenset({"ass", "ssa"})
# ffmpeg has no decoder for it.
_UNREADABLE: Final = frozenset({"ttml"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """The text tracks whose words matter; `burned`: the one of them is painted into the picture.
    Those that are kept are wanted from `start` to `end`, in seconds, `speed` times as fast."""

    tracks: tuple[SubtitleStream, ...] = ()
    burned: bool = False
    start: float = 0.0
    end: float = float("inf")
    speed: float = 1.0


async def read(
    session: Session,
    workspace: Workspace,
    info: MediaInfo,
    wanted: Wanted,
    limits: Limits,
    own: OwnWords | None = None,
) -> MediaInfo:
    """`info` with these tracks understood: files of ours in the place of words that can't be used
    as they came, and a mark on those that nobody can read. `own` is what the person's own track
    says. Raises Failed or Unavailable."""
    theirs = [track for track in wanted.tracks if not track.own]
    tracks = [track for track in theirs if track.codec not in _UNREADABLE]
    attached = info.fonts[:_MOST_FONTS] if wanted.burned and tracks else ()
    found = {t.index: replace(t, lost=True) for t in theirs if t not in tracks}
    if own is not None and len(theirs) < len(wanted.tracks):
        info = await asyncio.to_thread(_with_own, workspace, own, wanted, info)
    if tracks:
        await session.run(_argv(session, tracks, attached, limits, burned=wanted.burned))
        for track in tracks:
            found[track.index] = await asyncio.to_thread(
                _understood, workspace, track, wanted, info
            )
        await asyncio.to_thread(_lay_out_fonts, workspace, attached)
    subtitles = tuple(found.get(track.index, track) for track in info.subtitles)
    return replace(info, subtitles=subtitles)


def _argv(
    session: Session,
    tracks: Sequence[SubtitleStream],
    attached: Sequence[int],
    limits: Limits,
    *,
    burned: bool,
) -> list[str]:
    """One reading of the file: of each track its packets as they are and a list of them; as a
    script too where it will be drawn."""
    argv = ["ffmpeg", "-hide_banner", "-nostdin", "-y", "-v", "level+error"]
    for number in attached:
        argv += [f"-dump_attachment:{number}", session.output_url(_font_name(number))]
    argv += [*input_guards(limits.max_pixels), "-i", session.input_url]
    most = ("-fs", str(_MOST_BYTES))
    for track in tracks:
        chosen = ("-map", f"0:{track.index}")
        url = session.output_url(_name(track))
        if track.codec in _SCRIPTS:
            argv += [*chosen, "-c:s", "copy", *most, "-f", "ass", f"{url}.ass"]
            continue
        argv += [*chosen, "-c:s", "copy", *most, "-f", "data", f"{url}.data"]
        argv += [*chosen, "-c:s", "copy", *most, "-f", "framecrc", f"{url}.list"]
        if burned:
            argv += [*chosen, "-c:s", "ass", *most, "-f", "ass", f"{url}.ass"]
    return argv


def _understood(
    workspace: Workspace, track: SubtitleStream, wanted: Wanted, info: MediaInfo
) -> SubtitleStream:
    if track.codec in _SCRIPTS:
        raw = _taken(workspace, f"{_name(track)}.ass")
        if raw is None:
            return replace(track, lost=True)
        # Empty lines mean nothing in a script, however many there are.
        lines = [line for line in raw.splitlines() if line.strip()]
        texts = codepages.decode(lines, track.language)
        if texts is None:
            return replace(track, lost=True)
        read = script.read("\n".join(texts))
        if wanted.burned:
            return _drawn(workspace, track, read, info)
        if codepages.clean(lines):
            return track
        return _kept(workspace, track, script.write(script.later(read, wanted.start)), "ass")
    return _of_packets(workspace, track, wanted, info)


def _of_packets(
    workspace: Workspace, track: SubtitleStream, wanted: Wanted, info: MediaInfo
) -> SubtitleStream:
    data = _taken(workspace, f"{_name(track)}.data")
    index = _taken(workspace, f"{_name(track)}.list")
    if data is None or index is None:
        return replace(track, lost=True)
    packets = cues.packets(index.decode("ascii", "replace"), data, track.codec)
    clean = codepages.clean([packet.data for packet in packets])
    if clean and not wanted.burned:
        return track
    found = cues.read(packets, track.language)
    if found is None:
        return replace(track, lost=True)
    if not wanted.burned:
        return _kept(workspace, track, cues.subrip(cues.after(found, wanted.start)), "srt")
    # ffmpeg knows every mark of these formats, but only in UTF-8.
    made = _taken(workspace, f"{_name(track)}.ass") if clean else None
    if made:
        return _drawn(workspace, track, script.read(made.decode("utf-8", "replace")), info)
    return _drawn(workspace, track, script.plain([cues.event(cue) for cue in found]), info)


def _drawn(
    workspace: Workspace, track: SubtitleStream, read: script.Script, info: MediaInfo
) -> SubtitleStream:
    workspace.put(BURNED, script.write(read).encode())
    for transfer in {video.color_transfer for video in info.videos if video.hdr}:
        bright = script.write(read, brightness.paper(transfer))
        workspace.put(brightness.name(BURNED, transfer), bright.encode())
    return track


def _with_own(workspace: Workspace, own: OwnWords, wanted: Wanted, info: MediaInfo) -> MediaInfo:
    """The person's own words laid out; without their track where nothing is said in the part that
    is wanted."""
    track = next(track for track in wanted.tracks if track.own)
    if wanted.burned:
        _drawn(workspace, track, own.drawn(), info)
        _lay_out_fonts(workspace, ())
        return info
    text = own.file(wanted.start, wanted.end, wanted.speed)
    if text is None:
        return replace(info, subtitles=tuple(s for s in info.subtitles if not s.own))
    workspace.put(track.file, text.encode())
    return info


def _kept(workspace: Workspace, track: SubtitleStream, text: str, suffix: str) -> SubtitleStream:
    name = f"kept{track.index}.{suffix}"
    workspace.put(name, text.encode())
    return replace(track, file=name)


def _lay_out_fonts(workspace: Workspace, attached: Sequence[int]) -> None:
    """Every usable face under a name of ours."""
    left = _MOST_FONT_BYTES
    for number in attached:
        data = _taken(workspace, _font_name(number), fonts.MOST_BYTES) or b""
        for face, rewritten in enumerate(fonts.rewritten(data)):
            left -= len(rewritten)
            if left >= 0:
                workspace.put(f"{FONTS}/{number}-{face}.ttf", rewritten)
    # The filter is told of the folder whether there is a font in it or not.
    folder = workspace.input_dir / FONTS
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)


def _taken(workspace: Workspace, name: str, most: int = _MOST_BYTES * 2) -> bytes | None:
    """What the sandbox wrote, at most so many bytes of it; None when it wrote nothing."""
    with contextlib.suppress(OSError, Failed):
        path = workspace.take(name, name)
        with path.open("rb") as file:
            data = file.read(most)
        path.unlink()
        return data
    return None


def _name(track: SubtitleStream) -> str:
    return f"words{track.index}"


def _font_name(number: int) -> str:
    return f"font{number}"
