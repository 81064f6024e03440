"""Every packet of a file counted as it is read: how much of each stream there is, when it plays
and how its clock runs. Pure: lines of ffprobe's JSON in, `Packets` out.

Headers, tags and indexes say how long a stream is; only its packets know. Reading them decodes
nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final

from converter.errors import Code, Refused
from converter.input.values import seconds
from converter.media import AudioStream, MediaInfo, Packets, SubtitleStream, VideoStream

# The fields of a packet that `Census` reads, in ffprobe's own order.
FIELDS: Final = (
    "packet=stream_index,pts_time,dts_time,duration_time,size,flags:packet_side_data=side_data_type"
)
_PACKET: Final = re.compile(
    r'^ *\{ "stream_index": (\d+)'
    r'(?:, "pts_time": "([^"]*)")?(?:, "dts_time": "([^"]*)")?'
    r'(?:, "duration_time": "([^"]*)")?(?:, "size": "(\d+)")?(?:, "flags": "([^"]*)")?'
)
_BEGIN: Final = '"packets": ['
_END: Final = ("    ]", "    ],")
_CHANGE: Final = '"New Extradata"'
# ffmpeg takes a step back of more than this, or a step of `_LEAP` ahead, for a clock that was set
# anew (its dts_delta_threshold).
_BACK: Final = 0.1
# Without decoding times, pictures come out of order.
_REORDERED: Final = 2.0
_LEAP: Final = 10.0
# No packet of sound that is in use lasts as long.
_HOLE: Final = 0.15
# Seconds within which several tracks' leaps are one and the same.
_TOGETHER: Final = 1.0
# How often packets may share what is in a file, and what small ones may claim besides.
_MOST_COPIES: Final = 4
_SLACK_BYTES: Final = 1024 * 1024
_LONGEST_DOCUMENT: Final = 4 * 1024 * 1024
# Clocks of less than this are no evidence against what a header says of the rate.
_LEAST_FRAMES: Final = 10


@dataclass(slots=True)
class _Piece:
    """A stretch of a stream on one run of its clock, seconds."""

    first: float
    last: float
    last_length: float
    clock: float | None

    @property
    def length(self) -> float:
        return max(0.0, self.last + self.last_length - self.first)


@dataclass(slots=True)
class _Tally:
    packets: int = 0
    size: int = 0
    keyframes: int = 0
    hidden: int = 0
    changes: int = 0
    early: int = 0
    untimed: int = 0
    shortest: float = 0.0
    restarts: int = 0
    disordered: int = 0
    leaps: float = 0.0
    lengths: float = 0.0
    holes: float = 0.0
    done: float = 0.0
    start: float | None = None
    piece: _Piece | None = None

    def add(
        self, shown: float | None, decoded: float | None, length: float, size: int, flags: str
    ) -> None:
        self.packets += 1
        self.size += size
        self.keyframes += "K" in flags
        self.early += not self.keyframes
        if "D" in flags:
            self.hidden += 1
            return
        self.lengths += length
        moment = shown if shown is not None else decoded
        if moment is not None:
            self._time(decoded, moment, length)
        elif self.piece is None:
            self.untimed += 1

    def _time(self, decoded: float | None, moment: float, length: float) -> None:
        piece = self.piece
        if piece is None:
            self.start = moment
            self.piece = _Piece(moment, moment, length, decoded)
            return
        step = self._step(piece, decoded, moment)
        if step < 0 or step - piece.last_length > _LEAP:
            self.restarts += step < 0
            self.leaps += max(0.0, step - piece.last_length)
            self.done += piece.length
            self.piece = _Piece(moment, moment, length, decoded)
            return
        self.holes += step if step > _HOLE else 0.0
        if step > 0 and (not self.shortest or step < self.shortest):
            self.shortest = step
        piece.first = min(piece.first, moment)
        if self.done == 0:
            self.start = piece.first
        if moment >= piece.last:
            piece.last, piece.last_length = moment, length

    def _step(self, piece: _Piece, decoded: float | None, moment: float) -> float:
        """How far the clock went on since the latest packet, seconds; below 0 where it was set
        back."""
        if decoded is None:
            # Not told, or not yet: then packets come in the order of decoding, pictures among them
            # out of turn.
            step = moment - piece.last
            return step if step < -_REORDERED or step > _LEAP else 0.0
        before, piece.clock = piece.clock, decoded
        if before is None:
            return 0.0
        step = decoded - before
        self.disordered += step < 0
        return step if step < -_BACK else max(0.0, step)

    def result(self) -> Packets:
        piece = self.piece
        if piece is None:
            self.untimed = 0
            return self._packets(self.lengths, 0.0)
        if not piece.last_length:
            # Nobody says how long the last one stands: as long as the quickest of the others.
            piece.last_length = self.shortest
        lead = self.untimed * (piece.last_length or self.shortest)
        return self._packets(self.done + piece.length + lead, piece.last_length)

    def _packets(self, plays: float, last: float) -> Packets:
        return Packets(
            count=self.packets,
            size=self.size,
            keyframes=self.keyframes,
            hidden=self.hidden,
            changes=self.changes,
            early=self.early,
            untimed=self.untimed,
            restarts=self.restarts,
            disordered=self.disordered,
            leaps=self.leaps,
            start=self.start,
            seconds=plays,
            lengths=self.lengths,
            holes=self.holes,
            last=last,
        )


@dataclass(slots=True)
class Census:
    """Hears ffprobe's JSON line by line: counts the packets and keeps the rest of the document.

    `size` of the file in bytes: tables that claim many times as much are a trap, not a film.
    """

    size: int | None = None
    _tallies: dict[int, _Tally] = field(default_factory=dict)
    _rest: list[str] = field(default_factory=list)
    _kept: int = 0
    _claimed: int = 0
    _inside: bool = False
    _latest: _Tally | None = None

    def hear(self, line: str) -> None:
        """One more line."""
        if not self._inside:
            if line.strip() == _BEGIN:
                self._inside = True
            elif self._kept < _LONGEST_DOCUMENT:
                self._rest.append(line)
                self._kept += len(line)
            return
        found = _PACKET.match(line)
        if found is not None:
            self._count(found)
        elif line.rstrip() in _END:
            self._inside = False
        elif _CHANGE in line and self._latest is not None:
            # The first packet of a stream tells what holds from the beginning.
            self._latest.changes += self._latest.packets > 1

    def _count(self, found: re.Match[str]) -> None:
        index, shown, decoded, length, size, flags = found.groups()
        tally = self._tallies.setdefault(int(index), _Tally())
        tally.add(
            seconds(shown),
            seconds(decoded),
            max(0.0, seconds(length) or 0.0),
            int(size or 0),
            flags or "",
        )
        self._latest = tally
        self._claimed += int(size or 0)
        if self.size is not None and self._claimed > self.size * _MOST_COPIES + _SLACK_BYTES:
            raise Refused(Code.DAMAGED, f"packets of more than {self._claimed} bytes")

    @property
    def document(self) -> str:
        """The document without its packets."""
        return "\n".join(self._rest)

    @property
    def packets(self) -> Mapping[int, Packets]:
        """What was counted, by the stream's index."""
        return {index: tally.result() for index, tally in self._tallies.items()}


_NONE: Final = Packets()


def _with_gaps(info: MediaInfo, found: Mapping[int, Packets]) -> Mapping[int, Packets]:
    """The same with leaps counted as time that plays, where they are no more than that: pictures
    that stand, a sound that pauses. Picture and sound leaping together is the clock's doing."""
    if info.mended:
        return found
    indexes = [*(v.index for v in info.videos), *(a.index for a in info.audios)]
    leaps = [found[i].leaps for i in indexes if i in found and found[i].count > 1]
    together = len(leaps) > 1 and min(leaps) > 0 and max(leaps) - min(leaps) < _TOGETHER
    if together:
        return found
    return {
        index: replace(track, seconds=track.seconds + track.leaps, leaps=0.0)
        for index, track in found.items()
    }


def measured(info: MediaInfo, found: Mapping[int, Packets]) -> MediaInfo:
    """The file with what was counted in the place of what was said."""
    found = _with_gaps(info, found)
    videos = tuple(_video(v, found.get(v.index, _NONE)) for v in info.videos)
    audios = tuple(_audio(a, found.get(a.index, _NONE)) for a in info.audios)
    subtitles = tuple(_subtitle(s, found.get(s.index, _NONE)) for s in info.subtitles)
    tracks: list[VideoStream | AudioStream] = [*videos, *audios]
    tracks = [t for t in tracks if t.packets is not None and t.packets.count]
    starts = [t.start for t in tracks if t.start is not None]
    clock = info.start - info.lead
    start = min(starts, default=info.start)
    ends = [(t.start or start) - start + t.duration for t in tracks if t.duration is not None]
    return replace(
        info,
        videos=videos,
        audios=audios,
        subtitles=subtitles,
        unread=max(0, info.size - sum(packets.size for packets in found.values())),
        start=start,
        lead=max(0.0, start - clock),
        duration=max(ends, default=None) or None,
    )


def _video(stream: VideoStream, found: Packets) -> VideoStream:
    if not found.count:
        return replace(stream, packets=found)
    return replace(
        stream,
        packets=found,
        start=stream.start if found.start is None else found.start,
        duration=found.seconds or None,
        frames=found.count - found.hidden,
        bit_rate=_rate(found, stream.bit_rate),
        fps=stream.fps or _fps(found),
    )


def _fps(found: Packets) -> Fraction | None:
    shown = found.count - found.hidden
    if shown < _LEAST_FRAMES or not found.seconds:
        return None
    return Fraction(shown / found.seconds).limit_denominator(1001)


def _audio(stream: AudioStream, found: Packets) -> AudioStream:
    if not found.count:
        return replace(stream, packets=found)
    return replace(
        stream,
        packets=found,
        start=stream.start if found.start is None else found.start,
        duration=found.seconds or None,
        bit_rate=_rate(found, stream.bit_rate),
    )


def _subtitle(stream: SubtitleStream, found: Packets) -> SubtitleStream:
    return replace(stream, packets=found)


def _rate(found: Packets, said: int) -> int:
    return int(found.size * 8 / found.seconds) if found.seconds else said
