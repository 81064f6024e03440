"""What is decided about a file: data, with no trace of how it is carried out."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from converter.formats import Target
from converter.media import AudioStream, SubtitleStream, VideoStream
from converter.planning.encoders import ENCODERS, Rate
from converter.planning.filters import Filter

COPY = "copy"


class Action(StrEnum):
    """How much work the plan is, from least to most."""

    NOTHING = "nothing"
    REMUX = "remux"
    AUDIO = "audio only"
    ENCODE = "encode"


class Device(StrEnum):
    """What works on the picture: the CPU, or NVIDIA's decoder, encoder or both."""

    CPU = "cpu"
    NVDEC = "nvdec"
    NVENC = "nvenc"
    GPU = "gpu"

    @property
    def decodes(self) -> bool:
        """The GPU decodes."""
        return self in {Device.NVDEC, Device.GPU}

    @property
    def encodes(self) -> bool:
        """The GPU encodes."""
        return self in {Device.NVENC, Device.GPU}


class Note(StrEnum):
    """What a person should hear about the result."""

    SHRUNK = "shrunk"
    SLOWED = "slowed"
    CUT = "cut"
    SOUND_LOST = "sound_lost"
    SUBTITLES_LOST = "subtitles_lost"
    THUMBNAIL_LOST = "thumbnail_lost"
    PARTIAL = "partial"
    GOES_ON = "goes_on"
    JOINED = "joined"


class Step(StrEnum):
    """One run of a program. A plan has one or more, in this order, CONVERT last."""

    LOUDNESS = "loudness"
    PALETTE = "palette"
    FIRST_PASS = "first pass"  # noqa: S105 - of an encoder
    CONVERT = "convert"


@dataclass(frozen=True, slots=True)
class Picture:
    """How the picture comes about.

    `encoder` is COPY or a row of `encoders`. `filters` each with its reason; on the GPU they are
    CUDA's. `width` × `height` is the size shown, in pixels; `fps` the rate expected, frames per
    second; `level` as ffprobe counts it (0: the encoder's choice); `pixels` ffmpeg's pixel format.
    `relabelled`: the container's label of profile and level is written anew from what is inside.
    `steady` is a fixed rate that is forced upon a file whose timestamps can't be used.
    """

    stream: VideoStream
    encoder: str
    filters: tuple[Filter, ...]
    width: int
    height: int
    fps: float
    level: int
    pixels: str
    rate: Rate
    tag: str = ""
    steady: float | None = None
    on_gpu: bool = False
    relabelled: bool = False

    @property
    def copied(self) -> bool:
        """Its packets go through untouched."""
        return self.encoder == COPY


@dataclass(frozen=True, slots=True)
class Sound:
    """How one sound track comes about: `encoder` is COPY or ffmpeg's name, `rate` in Hz (0: as it
    is), `bit_rate` in bit/s (0: the encoder's own), `loudness` in LUFS. `drift` is how much faster
    than the file's clock the sound runs, to be undone; `counted`: that clock is of no use; `late`:
    it may begin after the picture; `slack` is how many seconds its clock may tremble."""

    stream: AudioStream
    encoder: str
    channels: int = 2
    rate: int = 48_000
    bit_rate: int = 0
    loudness: float | None = None
    drift: float = 1.0
    counted: bool = False
    late: bool = True
    slack: float = 0.05

    @property
    def copied(self) -> bool:
        """Its packets go through untouched."""
        return self.encoder == COPY


@dataclass(frozen=True, slots=True)
class Caption:
    """How one subtitle track is kept: `encoder` is COPY or ffmpeg's name."""

    stream: SubtitleStream
    encoder: str


@dataclass(frozen=True, slots=True)
class Cut:
    """The part that is wanted: seconds from the file's beginning, `length` None to its end.

    `skip` is thrown away once it is decoded, in containers where nobody can seek to the point.
    """

    start: float = 0.0
    length: float | None = None
    skip: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """One way to the target.

    `extras` are indexes of further streams that are copied as they are. `burn` is the subtitle
    track painted into the picture. `lead` is cut off the beginning: seconds in which nothing of
    these streams plays. `tags` are words to be written into the file; `metadata` keeps all the
    file's own and its chapters, `chapters` these alone. `tolerant` reads on over errors; `mended`
    takes small steps of the clock too for one that was set anew. `seconds` and `size` are what is
    expected, in seconds and bytes, None when nobody can tell;
    `max_bytes` what the result may be, `aims` that it shall come near that. `reasons` say why
    nothing cheaper would do; `corrective` marks the one second try of an output whose size was
    wrong.
    """

    action: Action
    device: Device
    target: Target
    picture: Picture | None
    sounds: tuple[Sound, ...]
    max_bytes: int
    max_seconds: float
    threads: int
    captions: tuple[Caption, ...] = ()
    extras: tuple[int, ...] = ()
    covers: tuple[int, ...] = ()
    burn: SubtitleStream | None = None
    cut: Cut = Cut()
    speed: float = 1.0
    lead: float = 0.0
    tags: tuple[tuple[str, str], ...] = ()
    metadata: bool = False
    chapters: bool = False
    tolerant: bool = False
    mended: bool = False
    steps: tuple[Step, ...] = (Step.CONVERT,)
    seconds: float | None = None
    size: int | None = None
    aims: bool = False
    reasons: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    corrective: bool = False

    @property
    def copies_video(self) -> bool:
        """No picture is decoded or encoded."""
        return self.picture is None or self.picture.copied

    @property
    def two_pass(self) -> bool:
        """Its encode knows from a first pass where the bits are needed."""
        picture = self.picture
        if picture is None or picture.copied or picture.rate.average is None:
            return False
        return ENCODERS[picture.encoder].two_pass

    @property
    def copies_audio(self) -> bool:
        """No sound is decoded or encoded."""
        return all(sound.copied for sound in self.sounds)


def steps_for(sounds: Sequence[Sound], picture: Picture | None = None) -> tuple[Step, ...]:
    """Everything that has to be known before the last step, then that one."""
    steps: list[Step] = []
    if any(sound.loudness is not None and not sound.copied for sound in sounds):
        steps.append(Step.LOUDNESS)
    if picture is not None and not picture.copied:
        if picture.encoder == "gif":
            steps.append(Step.PALETTE)
        if picture.rate.average is not None and ENCODERS[picture.encoder].two_pass:
            steps.append(Step.FIRST_PASS)
    return (*steps, Step.CONVERT)
