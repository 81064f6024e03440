"""Which of a file's streams are meant. Pure."""

from collections.abc import Sequence
from typing import Final, TypeVar

from converter import languages
from converter.errors import Code, Refused
from converter.formats import TARGETS
from converter.media import AudioStream, MediaInfo, SubtitleStream, VideoStream
from converter.request import Request, Subtitles

# Codecs of single pictures: as one of several tracks that is a poster, not the film.
_STILLS: Final = frozenset({"png", "bmp", "mjpeg", "gif", "webp", "tiff"})
# Tracks that a sentence lists, and characters of each one's title.
_LISTED: Final = 20
_SHOWN: Final = 40

Track = TypeVar("Track", AudioStream, SubtitleStream)


def picture(info: MediaInfo) -> VideoStream | None:
    """The moving picture: of those that can be read the one that is marked, else the first that
    isn't a poster."""
    there = [v for v in info.videos if v.readable] or list(info.videos)
    films = [v for v in there if v.codec not in _STILLS and v.width > 0] or there
    # A sequence of pictures may have its first beside it, as a track of its own.
    films = [v for v in films if v.packets is None or v.packets.count > 1] or films
    return next((v for v in films if v.default), films[0] if films else None)


def sound(info: MediaInfo, request: Request) -> AudioStream | None:
    """The sound track: the one that was asked for, else of those that can be read the best of the
    picture's own programme. Raises Refused (NO_TRACK) when the one asked for isn't there."""
    if request.mute:
        return None
    audible = [a for a in info.audios if a.audible]
    if request.audio:
        return _wanted(audible, request.audio, "audio")
    return min(_of_the_picture(info, audible), key=_rank, default=None)


def _of_the_picture(info: MediaInfo, audible: list[AudioStream]) -> list[AudioStream]:
    """Those of the programme that the picture belongs to, where that has any."""
    video = picture(info)
    own = next((p for p in info.programmes if video is not None and video.index in p), None)
    return [a for a in audible if own is None or a.index in own] or audible


def _rank(audio: AudioStream) -> tuple[bool, bool, int]:
    """What everybody hears, what is marked, what has most channels: the least is the best."""
    return audio.special, not audio.default, -audio.channels


def burned(info: MediaInfo, request: Request) -> SubtitleStream | None:
    """The subtitle track to paint into the picture: where none is named, the person's own before
    the file's. Raises Refused (NO_TRACK)."""
    if captioning(info, request) is not Subtitles.BURN:
        return None
    known = [s for s in info.subtitles if s.text or s.bitmap]
    if request.subtitle:
        return _wanted(known, request.subtitle, "subtitles")
    if not known:
        raise _absent(known, "", "subtitles")
    return min(known, key=lambda s: (not s.own, not s.default))


def captioning(info: MediaInfo, request: Request) -> Subtitles:
    """What becomes of subtitles, where nobody says it: what a person sent beside the video is kept
    where the target has a place for it, else burned in."""
    if request.subtitles is not Subtitles.AUTO:
        return request.subtitles
    target = TARGETS[request.target]
    if target.everything:
        return Subtitles.KEEP
    if not any(s.own for s in info.subtitles) or target.picture is None:
        return Subtitles.DROP
    return Subtitles.KEEP if target.subtitles else Subtitles.BURN


def kept(info: MediaInfo, request: Request) -> tuple[SubtitleStream, ...]:
    """The subtitle tracks that are to be kept as tracks, the person's own first: all of them, or
    that one alone where nobody said anything and the target keeps nothing else."""
    if captioning(info, request) is not Subtitles.KEEP:
        return ()
    everything = request.subtitles is Subtitles.KEEP or TARGETS[request.target].everything
    wanted = [s for s in info.subtitles if s.own or everything]
    return tuple(sorted(wanted, key=lambda s: not s.own))


def _wanted(tracks: Sequence[Track], wanted: str, kind: str) -> Track:
    if wanted.isdecimal():
        found = tracks[int(wanted) - 1 : int(wanted)] if int(wanted) > 0 else []
    else:
        names = languages.codes(wanted.lower())
        found = [track for track in tracks if track.language in names]
    if not found:
        raise _absent(tracks, wanted, kind)
    return found[0]


def _absent(tracks: Sequence[Track], wanted: str, kind: str) -> Refused:
    """`there` has a line for each track that could be asked for: its number, its language and its
    title, with tabs between; whoever says it finds the words."""
    rows = (
        (str(number), _plain(track.language), _plain(track.title))
        for number, track in enumerate(tracks[:_LISTED], start=1)
    )
    there = "\n".join("\t".join(row) for row in rows)
    return Refused(Code.NO_TRACK, f"{kind} {wanted!r}", kind=kind, wanted=wanted, there=there)


def _plain(words: str) -> str:
    """A file's own words on one line, and no more of them than a sentence bears."""
    return "".join(c if c.isprintable() else " " for c in words).strip()[:_SHOWN]
