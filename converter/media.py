"""What a media file is: frozen facts, already made sense of, with no trace of the tool that read
them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

# Containers in which ffmpeg takes a leap of the clock for one that was set anew, and closes it
# (its AVFMT_TS_DISCONT); elsewhere it plays a gap.
MENDED = ("mpegts", "mpeg", "ogg")
# Containers in which seeking ends nowhere.
SEEKLESS = ("h264", "hevc", "mpegvideo", "m4v")
HDR_TRANSFERS = frozenset({"smpte2084", "arib-std-b67"})
TEXT_SUBTITLES = frozenset({"subrip", "srt", "ass", "ssa", "mov_text", "webvtt", "text", "ttml"})
BITMAP_SUBTITLES = frozenset({"hdmv_pgs_subtitle", "dvd_subtitle", "dvb_subtitle", "xsub"})


# The index of a subtitle track or a cover that is no stream of the file: it came beside it.
OWN_TRACK = -1
# A demuxer may find the clock a few packets late.
_FEW_UNTIMED = 4


@dataclass(frozen=True, slots=True)
class Packets:
    """What was counted of one stream by reading its packets, in bytes and seconds.

    `seconds` is how long it plays: where the clock starts anew (`restarts`) or leaps ahead by more
    than 10 s, what lies before and behind is added up; `leaps` is what was left out by that.
    `start` is when the first one plays, on the file's clock; `last` how long the last one stands,
    `lengths` how long all do by their own word, `holes` the time from one to the next that is far
    more than usual for sound.
    `untimed` are those before the first with a time, `early` those before the first keyframe,
    `hidden` those that an edit list leaves out of the show, `changes` how often a new description
    of the stream came with a packet, `disordered` how often the clock went back.
    """

    count: int = 0
    size: int = 0
    keyframes: int = 0
    hidden: int = 0
    changes: int = 0
    early: int = 0
    untimed: int = 0
    restarts: int = 0
    disordered: int = 0
    leaps: float = 0.0
    start: float | None = None
    seconds: float = 0.0
    lengths: float = 0.0
    holes: float = 0.0
    last: float = 0.0

    @property
    def broken(self) -> bool:
        """Its clock was set anew on the way, or begins only after a while."""
        return self.restarts > 0 or self.leaps > 0 or self.untimed > _FEW_UNTIMED


@dataclass(frozen=True, slots=True)
class VideoStream:
    """One moving picture.

    `packets` is what was counted of it; where it is there, `start`, `duration`, `frames` and
    `bit_rate` are measured too. `decodable` is false where this ffmpeg has no decoder for it.
    `varies`: its size or its parameters change on the way. `parity` is ``tff`` or ``bff`` where its
    frames were seen to be woven of two fields, the upper or the lower one first;
    `shared_colour` where both fields' lines have their colour in common.
    `width` and `height` are stored pixels, before rotation and pixel aspect. `rotation` is the
    clockwise turn that a player must apply: 0, 90, 180 or 270. `transformed` is true for any
    display matrix that is not the identity (a mirror too). `sar` is the shape of one pixel.
    `fps` is the average rate, `peak_fps` the highest that the container claims; None when unknown.
    `start` in seconds on the file's own clock. `frames` is how many the container says there are,
    0 when it doesn't; `mastering` that it describes the screen it was graded on, as HDR does.
    `language` is ISO 639's code, "" when untagged. Colour names are ffmpeg's, "" when untagged.
    """

    index: int
    codec: str
    tag: str
    profile: str
    level: int
    pix_fmt: str
    bit_depth: int
    width: int
    height: int
    sar: Fraction
    rotation: int
    transformed: bool
    fps: Fraction | None
    peak_fps: Fraction | None
    field_order: str
    color_range: str
    color_space: str
    color_transfer: str
    color_primaries: str
    start: float | None
    duration: float | None
    bit_rate: int
    dolby_vision_profile: int | None
    frames: int = 0
    mastering: bool = False
    language: str = ""
    default: bool = False
    title: str = ""
    packets: Packets | None = None
    decodable: bool = True
    varies: bool = False
    parity: str = ""
    shared_colour: bool = False

    @property
    def readable(self) -> bool:
        """There is something of it, and this ffmpeg can decode it."""
        return self.decodable and (self.packets is None or self.packets.count > 0)

    @property
    def display_size(self) -> tuple[int, int]:
        """Width and height as a person sees them, in square pixels, unrounded upwards."""
        width, height = Fraction(self.width), Fraction(self.height)
        if self.sar > 1:
            width *= self.sar
        elif self.sar < 1:
            height /= self.sar
        if self.rotation in {90, 270}:
            width, height = height, width
        return max(1, round(width)), max(1, round(height))

    @property
    def hdr(self) -> bool:
        """Its brightness needs tone mapping on an ordinary screen."""
        return self.color_transfer in HDR_TRANSFERS

    @property
    def full_range(self) -> bool:
        """Black is 0, not 16."""
        return self.color_range == "pc" or self.pix_fmt.startswith("yuvj")

    @property
    def rgb(self) -> bool:
        """Stored as red, green and blue (a palette too) instead of luma and chroma."""
        return self.color_space == "gbr" or self.pix_fmt.startswith(
            ("rgb", "bgr", "gbr", "argb", "abgr", "rgba", "bgra", "pal8", "0rgb", "0bgr")
        )

    @property
    def alpha(self) -> bool:
        """It has a transparency plane."""
        return self.pix_fmt.startswith(
            ("yuva", "gbrap", "rgba", "bgra", "argb", "abgr", "ya", "pal8")
        )


@dataclass(frozen=True, slots=True)
class AudioStream:
    """One sound track. `start` and `duration` in seconds, `bit_rate` in bit/s (0 = unknown), both
    measured where `packets` is there; `language` is ISO 639's code, "" when untagged. `special` is
    what nobody hears unless he asks: commentary, description, a mix for the hard of hearing.
    `decodable` is false where this ffmpeg has no decoder for it; `varies`: its rate or its channels
    change on the way."""

    index: int
    codec: str
    tag: str
    profile: str
    channels: int
    sample_rate: int
    start: float | None
    duration: float | None
    bit_rate: int
    language: str = ""
    default: bool = False
    title: str = ""
    special: bool = False
    packets: Packets | None = None
    decodable: bool = True
    varies: bool = False

    @property
    def audible(self) -> bool:
        """Its header makes sense, there is something of it, and this ffmpeg can decode it."""
        there = self.packets is None or self.packets.count > 0
        return self.channels > 0 and self.sample_rate > 0 and there and self.decodable


@dataclass(frozen=True, slots=True)
class SubtitleStream:
    """One subtitle track, `language` as for sound.

    `file` is the name of a file of ours in the input's folder that stands for it, "" where it is
    kept as it came; `lost` says that nobody can read them. `canvas` is the size in pixels of
    the screen that painted ones are laid out on, zeros when the file doesn't tell. The track of a
    file that came beside the video has OWN_TRACK for its index.
    """

    index: int
    codec: str
    language: str = ""
    default: bool = False
    title: str = ""
    packets: Packets | None = None
    file: str = ""
    lost: bool = False
    canvas: tuple[int, int] = (0, 0)

    @property
    def own(self) -> bool:
        """It is a file of the person's own, beside the video."""
        return self.index == OWN_TRACK

    @property
    def text(self) -> bool:
        """It is written in letters."""
        return self.codec in TEXT_SUBTITLES

    @property
    def bitmap(self) -> bool:
        """It is painted."""
        return self.codec in BITMAP_SUBTITLES


@dataclass(frozen=True, slots=True)
class Cover:
    """An attached picture: a song's cover, a film's poster; OWN_TRACK for one that came beside."""

    index: int
    codec: str


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """One file. `duration` in seconds, None when unknown or not to be believed; `size` in bytes.

    `start` is when the first picture or sound comes, on the file's own clock; `lead` how long
    before that the clock starts, for the sake of a data track perhaps.
    `videos` holds moving pictures only; attached pictures are in `covers`, and `fonts` are the
    indexes of attached fonts. `programmes` are a broadcast's: indexes of the streams that belong
    together. `missing` is how many seconds the file promises and doesn't hold, 0 where it holds
    all; `unread` how many of its bytes belong to no packet. `hides`: it has media in it that an
    edit list leaves out of the show; `mislabelled`: its label of the picture's profile or level
    isn't what is inside. `tags` are the file's own words about itself, names in small letters.
    `private_tags` are the names of container tags that say more than the format needs (a phone's
    location, its maker, a title).
    """

    container: str
    size: int
    duration: float | None
    start: float
    lead: float
    videos: tuple[VideoStream, ...]
    audios: tuple[AudioStream, ...]
    subtitles: tuple[SubtitleStream, ...]
    others: int
    covers: tuple[Cover, ...]
    chapters: int
    private_tags: frozenset[str]
    encrypted: bool
    fonts: tuple[int, ...] = ()
    programmes: tuple[frozenset[int], ...] = ()
    missing: float = 0.0
    unread: int = 0
    hides: bool = False
    mislabelled: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def streams(self) -> int:
        """Streams of every kind."""
        known = (self.videos, self.audios, self.subtitles, self.covers, self.fonts)
        return sum(map(len, known)) + self.others

    @property
    def mended(self) -> bool:
        """ffmpeg closes the gaps of its clock by itself."""
        return any(self.is_container(name) for name in MENDED)

    def is_container(self, name: str) -> bool:
        """Whether ffmpeg's list of names for this container includes `name`."""
        return name in self.container.split(",")
