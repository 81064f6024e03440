"""What NVIDIA's driver or ffmpeg means by a failure, read from stderr, and what helps. Pure.

ffmpeg ends nearly every refusal of NVENC with "No capable devices found", the text of a machine
without any GPU: the cause stands lines before it, so the patterns go from cause to consequence.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final


class GpuFault(StrEnum):
    """Why a run on the GPU failed. The value is stable: it is logged."""

    NO_RUNTIME = "no_runtime"  # Docker can't give a GPU to a container
    NO_DRIVER = "no_driver"
    DRIVER_MISMATCH = "driver_mismatch"  # updated, but the old one is still loaded
    DRIVER_TOO_OLD = "driver_too_old"
    NO_VIDEO_LIBRARY = "no_video_library"  # the driver's libraries for video are missing
    NO_DEVICE = "no_device"
    LOST = "lost"  # the card stopped working
    NO_ENCODER = "no_encoder"  # this chip encodes nothing, or not this codec
    OUT_OF_SESSIONS = "out_of_sessions"
    OUT_OF_MEMORY = "out_of_memory"
    TEN_BITS = "ten_bits"
    B_FRAMES = "b_frames"
    SETTING = "setting"  # a profile, a level or an option that this chip does not take
    SIZE = "size"
    INPUT = "input"  # a stream that this chip does not decode
    DECODER = "decoder"  # decoding failed, nobody says why
    FILTERS = "filters"  # pictures are not where the filters expect them
    OTHER = "other"


class Retry(StrEnum):
    """What is worth trying after a fault."""

    WAIT = "wait"  # the same again, after the seconds of WAITS
    NEXT = "next"  # another way, which may use this card for something else
    CPU = "cpu"  # nothing on this card


# Seconds before each further try: encodes of other programs end some time, or they don't.
WAITS: Final = (2.0, 5.0, 10.0)

_F = GpuFault
_TEXTS: Final[tuple[tuple[GpuFault, tuple[str, ...]], ...]] = (
    (
        _F.DRIVER_MISMATCH,
        (
            r"Driver/library version mismatch",
            r"CUDA_ERROR_SYSTEM_DRIVER_MISMATCH",
            r"CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE",
        ),
    ),
    (_F.NO_VIDEO_LIBRARY, (r"Cannot load lib(?:nvidia-encode|nvcuvid)",)),
    (
        _F.NO_DRIVER,
        (
            r"Cannot load libcuda",
            r"Could not dynamically load CUDA",
            r"driver not loaded",
            r"libnvidia-ml\.so",
            r"couldn't communicate with the NVIDIA driver",
            r"CUDA_ERROR_STUB_LIBRARY",
        ),
    ),
    (_F.NO_DEVICE, (r"nvidia-container-cli: device error", r"unresolvable CDI devices")),
    (
        _F.NO_RUNTIME,
        (
            r"could not select device driver",
            r"failed to discover GPU vendor",
            r"nvidia-container-(?:cli|runtime)",
        ),
    ),
    (
        _F.DRIVER_TOO_OLD,
        (
            r"does not support the required nvenc API version",
            r"minimum required Nvidia driver",
            r"CUDA_ERROR_INSUFFICIENT_DRIVER",
            r"CUDA driver version is insufficient",
            r"Cannot load (?:cu|nvEnc)\w+",
            r"Failed loading nvcuvid",
        ),
    ),
    (_F.TEN_BITS, (r"10 bit encode not supported",)),
    (
        _F.B_FRAMES,
        (r"B[ -]frames as references are not supported", r"Max B-frames \d+ exceed"),
    ),
    (_F.SIZE, (r"(?:Width|Height) \d+ exceeds", r"Frame Dimension less than the minimum")),
    (
        _F.SETTING,
        (
            r"Invalid Level",
            r"(?:Temporal AQ|Lookahead level|Temporal Filter|Lossless encoding) (?:is )?not supp",
            r"(?:RC lookahead|Weighted Prediction|CABAC entropy coding) not supported",
            r"(?:YUV444P|Interlaced encoding) (?:is )?not supported",
            r"InitializeEncoder failed: (?:invalid|unsupported) param",
        ),
    ),
    (
        _F.OUT_OF_SESSIONS,
        (r"OpenEncodeSessionEx failed: (?:out of memory \(10\)|incompatible client key \(21\))",),
    ),
    (
        _F.NO_ENCODER,
        (
            r"OpenEncodeSessionEx failed: (?:unsupported device|no encode device)",
            r"Codec not supported",
        ),
    ),
    (_F.OUT_OF_MEMORY, (r"CUDA_ERROR_OUT_OF_MEMORY", r"failed!?: out of memory \(10\)")),
    (
        _F.NO_DEVICE,
        (
            r"CUDA_ERROR_(?:NO_DEVICE|INVALID_DEVICE|DEVICE_UNAVAILABLE)",
            r"CUDA_ERROR_(?:OPERATING_SYSTEM|SYSTEM_NOT_READY)",
            r"Failed to initialize NVML",
            r"No devices were found",
        ),
    ),
    (
        _F.INPUT,
        (
            r"Hardware is lacking required capabilities",
            r"not within range from \d+ to \d+",
            r"macroblock count \d+ exceeds",
            r"Unsupported (?:chroma format|bit depth)",
            r"CUDA_ERROR_NOT_SUPPORTED",
            r"hardware accelerated AV1 decoding",
        ),
    ),
    (
        _F.LOST,
        (
            r"CUDA_ERROR_(?:UNKNOWN|ILLEGAL_\w+|LAUNCH_\w+|NOT_PERMITTED|DEINITIALIZED)",
            r"CUDA_ERROR_(?:ECC_UNCORRECTABLE|HARDWARE_STACK_ERROR|CONTEXT_IS_DESTROYED)",
            r"GPU is lost",
        ),
    ),
    (
        _F.DECODER,
        (
            r"Failed setup for format cuda",
            r"cuvid\w+\(.*\) failed",
            r"No decoder surfaces left",
            r"decode surfaces might cause nvdec to fail",
        ),
    ),
    (_F.FILTERS, (r"Impossible to convert between the formats",)),
    (_F.NO_DEVICE, (r"No (?:NVENC )?capable devices found",)),
    (_F.OTHER, (r"nvenc|nvdec|cuda|cuvid|nvidia|OpenEncodeSessionEx",)),
)
_MEANINGS: Final = tuple(
    (fault, re.compile("|".join(texts), re.IGNORECASE)) for fault, texts in _TEXTS
)
# What ffmpeg 7 makes of "Function not implemented", its answer to filters that don't fit.
_NOT_IMPLEMENTED: Final = 218

_WAITING: Final = frozenset({_F.OUT_OF_SESSIONS, _F.OUT_OF_MEMORY})
_CARD_GONE: Final = frozenset(
    {_F.NO_RUNTIME, _F.NO_DRIVER, _F.DRIVER_MISMATCH, _F.NO_DEVICE, _F.LOST}
)
_ON_GPU: Final = re.compile(r"_nvenc\b|\bcuda\b|_cuda\b|\bnvdec\b|_cuvid\b")


def classify(returncode: int, stderr: str) -> GpuFault | None:
    """The fault behind a failed run that was to use the GPU; None when the GPU had no part in
    it."""
    for fault, pattern in _MEANINGS:
        if pattern.search(stderr):
            return fault
    return GpuFault.FILTERS if returncode == _NOT_IMPLEMENTED else None


def advice(fault: GpuFault) -> Retry:
    """What is worth trying next."""
    if fault in _WAITING:
        return Retry.WAIT
    return Retry.CPU if fault in _CARD_GONE else Retry.NEXT


def uses_gpu(argv: Sequence[str]) -> bool:
    """Whether this ffmpeg call asks for anything of the GPU."""
    return any(_ON_GPU.search(word) for word in argv)
