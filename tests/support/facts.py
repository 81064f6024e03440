"""Facts for tests of pure functions: an ordinary video, from which each test differs a little."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from converter.engines.capabilities import Capabilities, Gpu
from converter.formats import TARGETS
from converter.limits import Limits
from converter.media import AudioStream, Cover, MediaInfo, SubtitleStream, VideoStream
from converter.options import OPTIONS
from converter.planning.ladder import ladder
from converter.planning.plan import Action, Picture, Plan
from converter.request import Request

VIDEO = VideoStream(
    index=0,
    codec="h264",
    tag="avc1",
    profile="High",
    level=31,
    pix_fmt="yuv420p",
    bit_depth=8,
    width=1280,
    height=720,
    sar=Fraction(1),
    rotation=0,
    transformed=False,
    fps=Fraction(30),
    peak_fps=Fraction(30),
    field_order="progressive",
    color_range="tv",
    color_space="bt709",
    color_transfer="bt709",
    color_primaries="bt709",
    start=0.0,
    duration=10.0,
    bit_rate=2_000_000,
    dolby_vision_profile=None,
    frames=300,
)
AUDIO = AudioStream(
    index=1,
    codec="aac",
    tag="mp4a",
    profile="LC",
    channels=2,
    sample_rate=48_000,
    start=0.0,
    duration=10.0,
    bit_rate=128_000,
)
TEXT = SubtitleStream(2, "subrip", "rus")
PAINTED = SubtitleStream(3, "hdmv_pgs_subtitle", "eng")
COVER = Cover(4, "mjpeg")
INFO = MediaInfo(
    container="mov,mp4,m4a,3gp,3g2,mj2",
    size=2_500_000,
    duration=10.0,
    start=0.0,
    lead=0.0,
    videos=(VIDEO,),
    audios=(AUDIO,),
    subtitles=(),
    others=0,
    covers=(),
    chapters=0,
    private_tags=frozenset(),
    encrypted=False,
)
MKV = "matroska,webm"
SONG = replace(
    INFO,
    container="mp3",
    size=240_000,
    videos=(),
    audios=(replace(AUDIO, index=0, codec="mp3", profile="", bit_rate=192_000),),
)

FILTERS = frozenset(
    {
        *("scale", "format", "setsar", "setparams", "zscale", "tonemap", "bwdif", "select"),
        *("setpts", "premultiply", "transpose", "hflip", "vflip", "crop", "pad", "ass"),
        *(
            "overlay",
            "palettegen",
            "paletteuse",
            "aresample",
            "atempo",
            "loudnorm",
            "sidedata",
            "fps",
        ),
    }
)
ENCODERS = frozenset(
    {
        *("libx264", "libx265", "libsvtav1", "libvpx-vp9", "gif", "mjpeg", "png"),
        *("h264_nvenc", "hevc_nvenc", "av1_nvenc", "aac", "libmp3lame", "libopus", "flac"),
    }
)
CARD = Gpu(0, "NVIDIA L4", "580.00", frozenset({("h264_nvenc", 8)}))
_DEEP = ("hevc", "vp9", "av1")
_DECODERS = frozenset(
    {(codec, 8) for codec in ("h264", "mpeg2video", "mpeg4", *_DEEP)} | {(c, 10) for c in _DEEP}
)
_CUDA = frozenset({"hwupload_cuda", "scale_cuda", "yadif_cuda", "bwdif_cuda", "transpose_cuda"})
# Everything that a card of today does.
FULL = replace(
    CARD,
    encoders=frozenset(
        {
            *(("h264_nvenc", 8), ("hevc_nvenc", 8), ("hevc_nvenc", 10)),
            *(("av1_nvenc", 8), ("av1_nvenc", 10)),
        }
    ),
    decoders=_DECODERS,
    filters=_CUDA,
)
# A card for data centres: it decodes and has no encoder.
DECODER = replace(FULL, encoders=frozenset())
# An old card: eight bits and no more.
EIGHT_BIT = replace(
    FULL,
    encoders=frozenset({("h264_nvenc", 8), ("hevc_nvenc", 8)}),
    decoders=frozenset((codec, bits) for codec, bits in _DECODERS if bits == 8),
)
CPU = Capabilities("7.1", FILTERS, ENCODERS)
GPU = replace(CPU, gpu=CARD)


def with_video(info: MediaInfo = INFO, **changes: Any) -> MediaInfo:  # noqa: ANN401 - any field
    """The file, its picture different."""
    return replace(info, videos=(replace(info.videos[0], **changes),))


def with_audio(info: MediaInfo = INFO, **changes: Any) -> MediaInfo:  # noqa: ANN401 - any field
    """The file, its sound different."""
    return replace(info, audios=(replace(info.audios[0], **changes),))


def plans(
    info: MediaInfo,
    request: Request | None = None,
    limits: Limits | None = None,
    capabilities: Capabilities = CPU,
    *,
    moov_first: bool = True,
) -> tuple[Plan, ...]:
    """The ladder."""
    wish = request or Request()
    return ladder(info, wish, limits or Limits(), capabilities, moov_first=moov_first)


def wish(key: str, **options: Any) -> Request:  # noqa: ANN401 - any field
    """A request for a target, with those of the options that mean something for it."""
    target = TARGETS[key]
    said = {n: value for n, value in options.items() if OPTIONS[n].suits(target, value)}
    return Request(target=key, **said)


def on(card: Gpu, info: MediaInfo, request: Request | None = None) -> tuple[Plan, ...]:
    """The ladder with this card."""
    return plans(info, request, capabilities=replace(CPU, gpu=card))


def encode(found: Sequence[Plan]) -> Plan:
    """The first plan that makes a new picture."""
    return next(plan for plan in found if plan.action is Action.ENCODE)


def picture(plan: Plan) -> Picture:
    """The plan's picture, there being one."""
    assert plan.picture is not None
    return plan.picture


def chain(plan: Plan) -> str:
    """The picture's filters as ffmpeg reads them."""
    return ",".join(f.text for f in picture(plan).filters)


def names(plan: Plan) -> list[str]:
    """The names of the picture's filters."""
    return [f.text.partition("=")[0] for f in picture(plan).filters]
