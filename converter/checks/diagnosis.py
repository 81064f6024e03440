"""What a failed run of ffmpeg means, from its exit code and the end of its stderr. Pure."""

import re
from collections.abc import Sequence
from typing import Final

from converter.errors import Code, ConversionError, Failed, Refused, Unavailable
from converter.nvidia import faults
from converter.planning.plan import Device

_KILLED: Final = frozenset({-9, 137})
_TOO_LARGE: Final = frozenset({-25, 153})  # SIGXFSZ: the limit on file size

_NO_SPACE: Final = re.compile(r"No space left on device|Disk quota exceeded")
_NO_MEMORY: Final = re.compile(
    r"Cannot allocate memory|out of memory|malloc of size \d+ failed", re.IGNORECASE
)
_ENCRYPTED: Final = re.compile(r"decryption|encrypted|\bDRM\b", re.IGNORECASE)
_DAMAGED: Final = re.compile(
    r"Invalid data found|Error while decoding|error reading header|moov atom not found|"
    r"Output file is empty|does not contain any stream|Conversion failed",
    re.IGNORECASE,
)
_UNSUPPORTED: Final = re.compile(
    r"Decoder .* not found|Unknown decoder|no decoder|not implemented|Decoding requested, but no",
    re.IGNORECASE,
)

# In this order: the first that fits is the cause, what follows are its consequences.
_MEANINGS: Final[tuple[tuple[re.Pattern[str], type[ConversionError], Code], ...]] = (
    (_NO_MEMORY, Failed, Code.OUT_OF_MEMORY),
    (_UNSUPPORTED, Refused, Code.UNSUPPORTED),
    (_ENCRYPTED, Refused, Code.ENCRYPTED),
    (_DAMAGED, Refused, Code.DAMAGED),
)


def diagnose(
    returncode: int, stderr: str, command: Sequence[str], device: Device
) -> ConversionError:
    """The error that a run with this end deserves. One of the GPU (GPU_FAILED) names its
    `GpuFault` in ``facts["gpu"]``."""
    detail = f"ffmpeg exit {returncode}"
    if returncode in _KILLED:
        return Failed(Code.OUT_OF_MEMORY, detail, command=command, stderr_tail=stderr)
    if returncode in _TOO_LARGE:
        return Failed(Code.OUTPUT_TOO_LARGE, detail, command=command, stderr_tail=stderr)
    if _NO_SPACE.search(stderr):
        return Unavailable(Code.DISK_FULL, detail, command=command, stderr_tail=stderr)
    # Before memory: the GPU's own "out of memory" is a lack of sessions, and a CPU is still there.
    if device is not Device.CPU or faults.uses_gpu(command):
        fault = faults.classify(returncode, stderr)
        if fault is not None:
            return Failed(
                Code.GPU_FAILED, detail, command=command, stderr_tail=stderr, gpu=fault.value
            )
    kind, code = _cause(stderr)
    return kind(code, detail, command=command, stderr_tail=stderr)


def _cause(stderr: str) -> tuple[type[ConversionError], Code]:
    for pattern, kind, code in _MEANINGS:
        if pattern.search(stderr):
            return kind, code
    return Failed, Code.FAILED
