"""How an NVIDIA card is asked what it can do: the calls that prove it and their answers. Pure.

Listings prove nothing: ffmpeg lists NVENC on machines without a card, and cards for data centres
decode but have no encoder. So each ability is proved by doing it once, with a few small pictures.
"""

from dataclasses import dataclass
from typing import Final

from converter.engines.capabilities import Gpu

# Encoders of NVENC with the bits per sample worth proving.
ENCODERS: Final = (("h264_nvenc", (8,)), ("hevc_nvenc", (8, 10)), ("av1_nvenc", (8, 10)))
FILTERS: Final = ("hwupload_cuda", "scale_cuda", "yadif_cuda", "bwdif_cuda", "transpose_cuda")

_SOFTWARE: Final = {8: "yuv420p", 10: "yuv420p10le"}
_CARDS: Final = {8: "nv12", 10: "p010le"}
_QUIET: Final = ("ffmpeg", "-hide_banner", "-nostdin", "-y", "-v", "level+warning")
# Above the least size of every encoder and decoder, five pictures at 25 per second.
_SOURCE: Final = ("-f", "lavfi", "-i", "testsrc2=size=256x256:rate=25:duration=0.2")
# Exit status 0 alone would do for a run that gave no picture.
_NULL_MUXER: Final = ("-abort_on", "empty_output", "-f", "null", "-")
_FILTER_WORDS: Final = {
    "hwupload_cuda": "hwupload_cuda",
    "scale_cuda": "hwupload_cuda,scale_cuda=128:128:format=yuv420p",
    "yadif_cuda": "hwupload_cuda,yadif_cuda",
    "bwdif_cuda": "hwupload_cuda,bwdif_cuda",
    "transpose_cuda": "hwupload_cuda,transpose_cuda=dir=clock",
}
_COLUMNS: Final = 3


@dataclass(frozen=True, slots=True)
class Sample:
    """A small file that shows whether a card decodes `codec` at `bits` per sample; `encoders` are
    ffmpeg's that can make it, the quickest first."""

    codec: str
    bits: int
    encoders: tuple[str, ...]


_AV1: Final = ("libsvtav1", "librav1e", "libaom-av1")
SAMPLES: Final = (
    Sample("h264", 8, ("libx264", "libopenh264")),
    Sample("hevc", 8, ("libx265",)),
    Sample("hevc", 10, ("libx265",)),
    Sample("vp8", 8, ("libvpx",)),
    Sample("vp9", 8, ("libvpx-vp9",)),
    Sample("vp9", 10, ("libvpx-vp9",)),
    Sample("av1", 8, _AV1),
    Sample("av1", 10, _AV1),
    Sample("mpeg1video", 8, ("mpeg1video",)),
    Sample("mpeg2video", 8, ("mpeg2video",)),
    Sample("mpeg4", 8, ("mpeg4", "libxvid")),
)


def cards_argv() -> list[str]:
    """Lists the driver's cards, see `parse_cards`."""
    return ["nvidia-smi", "--query-gpu=index,name,driver_version", "--format=csv,noheader"]


def parse_cards(listing: str) -> tuple[Gpu, ...]:
    """The cards in that listing, nothing proved of them yet. Lines that name none are passed
    over: a broken card answers with a sentence."""
    found: list[Gpu] = []
    for line in listing.splitlines():
        fields = [field.strip() for field in line.split(",")]
        if len(fields) < _COLUMNS or not fields[0].isdecimal():
            continue
        found.append(Gpu(int(fields[0]), ", ".join(fields[1:-1]), fields[-1]))
    return tuple(found)


def encode_argv(encoder: str, bits: int) -> list[str]:
    """An encode of a few pictures; exit status 0 is the proof."""
    return [*_QUIET, *_SOURCE, "-vf", f"format={_CARDS[bits]}", "-c:v", encoder, *_NULL_MUXER]


def sample_argv(sample: Sample, encoder: str, output_url: str) -> list[str]:
    """Makes the sample on the CPU."""
    pixels = ("-pix_fmt", _SOFTWARE[sample.bits])
    return [*_QUIET, *_SOURCE, "-c:v", encoder, *pixels, "-f", "matroska", output_url]


def decode_argv(sample: Sample, input_url: str) -> list[str]:
    """A decode of the sample on the card; exit status 0 is the proof.

    Where the card can't, ffmpeg silently decodes on the CPU; then `hwdownload` finds its pictures
    in the wrong memory, and the run fails. The decoder is named since ffmpeg prefers libdav1d for
    AV1, which knows no card.
    """
    return [
        *_QUIET,
        *("-hwaccel", "cuda", "-hwaccel_output_format", "cuda"),
        *("-c:v", sample.codec, "-i", input_url),
        *("-vf", f"hwdownload,format={_CARDS[sample.bits]}"),
        *_NULL_MUXER,
    ]


def filter_argv(name: str) -> list[str]:
    """Pictures through one of FILTERS on the card and back; exit status 0 is the proof."""
    back = "yuv420p" if name == "scale_cuda" else "nv12"
    chain = f"format=nv12,{_FILTER_WORDS[name]},hwdownload,format={back}"
    return [*_QUIET, *_SOURCE, "-vf", chain, *_NULL_MUXER]
