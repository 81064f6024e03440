"""What the doctor says about cards and their faults."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from converter.engines.capabilities import Gpu
from converter.nvidia.faults import GpuFault

# What it is, and what to do about it; docs/gpu.md says more.
EXPLAINED: Final[dict[GpuFault | None, tuple[str, str]]] = {
    GpuFault.NO_RUNTIME: (
        "Docker can't give a GPU to a container",
        "install nvidia-container-toolkit, `nvidia-ctk runtime configure`, restart Docker",
    ),
    GpuFault.NO_DRIVER: (
        "the driver's libcuda is missing where conversions run",
        "install NVIDIA's driver, and nvidia-container-toolkit for Docker",
    ),
    GpuFault.DRIVER_MISMATCH: (
        "the driver was updated while the old one is still loaded",
        "restart the machine",
    ),
    GpuFault.DRIVER_TOO_OLD: (
        "the driver is too old for this ffmpeg",
        "update NVIDIA's driver, or set FFMPEG_IMAGE to one with an older ffmpeg",
    ),
    GpuFault.NO_VIDEO_LIBRARY: (
        "the driver's libraries for video are missing where conversions run",
        "install libnvidia-encode and libnvcuvid (on Debian: libnvidia-encode1, libnvcuvid1)",
    ),
    GpuFault.NO_DEVICE: (
        "no card answers where conversions run",
        "run `nvidia-smi`; a container loses its card after `systemctl daemon-reload`",
    ),
    GpuFault.LOST: ("the card stopped working", "look into `dmesg` for Xid, restart the machine"),
    GpuFault.NO_ENCODER: ("this chip has no encoder: the CPU encodes", ""),
    GpuFault.OUT_OF_SESSIONS: (
        "other programs hold all the encodes that this card's driver allows",
        "end them, or update the driver: newer ones allow more",
    ),
    GpuFault.OUT_OF_MEMORY: ("the card's memory is full", "end what else runs on it"),
}
_NAMES: Final = {
    "h264_nvenc": "H.264",
    "hevc_nvenc": "HEVC",
    "av1_nvenc": "AV1",
    "h264": "H.264",
    "hevc": "HEVC",
    "vp8": "VP8",
    "vp9": "VP9",
    "av1": "AV1",
    "mpeg1video": "MPEG-1",
    "mpeg2video": "MPEG-2",
    "mpeg4": "MPEG-4",
}


def abilities(card: Gpu) -> str:
    """Everything a card was seen to do, in one line."""
    filters = ", ".join(sorted(card.filters)) or "none"
    return (
        f"{card.name}, driver {card.driver}: encodes {_by_depth(card.encoders)};"
        f" decodes {_by_depth(card.decoders)}; filters: {filters}"
    )


def _by_depth(proved: Iterable[tuple[str, int]]) -> str:
    """`H.264 (8 bit), HEVC (8 and 10 bit)` or `nothing`."""
    depths: defaultdict[str, list[int]] = defaultdict(list)
    for name, bits in sorted(proved):
        depths[name].append(bits)
    order = sorted(depths, key=list(_NAMES).index)
    found = [f"{_NAMES[name]} ({' and '.join(map(str, depths[name]))} bit)" for name in order]
    return ", ".join(found) or "nothing"
