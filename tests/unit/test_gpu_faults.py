"""NVIDIA's failures by their own words: what ffmpeg 4 to 7, Docker and the driver write, and what
is to be done about each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.checks.diagnosis import diagnose
from converter.errors import Code, Failed, Unavailable
from converter.nvidia.faults import WAITS, GpuFault, Retry, advice, classify, uses_gpu
from converter.planning.plan import Device

# --- from the machines of this project, which have no card: ffmpeg 5.1 and 7.1 word for word

NO_LIBRARY_5 = """\
[h264_nvenc @ 0x558332927300] [error] Cannot load libcuda.so.1
[error] Error initializing output stream 0:0 -- Error while opening encoder for output stream #0:0 \
- maybe incorrect parameters such as bit_rate, rate, width or height"""
NO_LIBRARY_7 = """\
[h264_nvenc @ 0x55b201dadcc0] [error] Cannot load libcuda.so.1
[vost#0:0/h264_nvenc @ 0x55b201dc8c80] [error] Error while opening encoder - maybe incorrect \
parameters such as bit_rate, rate, width or height.
[vf#0:0 @ 0x55b201de3d80] [error] Error sending frames to consumers: Operation not permitted
[vf#0:0 @ 0x55b201de3d80] [error] Task finished with error code: -1 (Operation not permitted)"""
NO_DECODER_5 = """\
[AVHWDeviceContext @ 0x55dbe87a3680] [error] Cannot load libcuda.so.1
[AVHWDeviceContext @ 0x55dbe87a3680] [error] Could not dynamically load CUDA
[error] Device creation failed: -1.
[h264 @ 0x55dbe87cc900] [error] No device available for decoder: device type cuda needed for \
codec h264.
[error] Device setup failed for decoder on input stream #0:0 : Operation not permitted"""
NO_UPLOAD_7 = """\
[AVHWDeviceContext @ 0x5646e7784d40] [error] Cannot load libcuda.so.1
[AVHWDeviceContext @ 0x5646e7784d40] [error] Could not dynamically load CUDA
[AVFilterGraph @ 0x5646e7784340] [error] Error initializing filters
[error] Error opening output file -."""
WRONG_MEMORY_5 = """\
[error] Impossible to convert between the formats supported by the filter 'graph 0 input from \
stream 0:0' and the filter 'auto_scale_0'
[error] Error reinitializing filters!
[error] Failed to inject frame into filter network: Function not implemented
[fatal] Error while processing the decoded data for stream #0:0"""
WRONG_MEMORY_7 = """\
[error] Impossible to convert between the formats supported by the filter 'graph -1 input from \
stream 0:0' and the filter 'auto_scale_0'
[vf#0:0 @ 0x55f4293ebf80] [error] Error reinitializing filters!
[vf#0:0 @ 0x55f4293ebf80] [error] Task finished with error code: -38 (Function not implemented)
[vf#0:0 @ 0x55f4293ebf80] [error] Terminating thread with return code -38 (Function not \
implemented)"""
NO_AV1_7 = """\
[av1 @ 0x55a0e4bc7980] [error] Your platform doesn't support hardware accelerated AV1 decoding.
[av1 @ 0x55a0e4bc7980] [error] Failed to get pixel format.
[vist#0:0/av1 @ 0x55a0e4bbc7c0] [dec:av1 @ 0x55a0e4bb8040] [error] Error submitting packet to \
decoder: Function not implemented
[error] Impossible to convert between the formats supported by the filter 'graph -1 input from \
stream 0:0' and the filter 'auto_scale_0'"""

# --- from other people's machines, as they reported them

_OPENING_5 = (
    "Error initializing output stream 0:0 -- Error while opening encoder for output stream #0:0"
    " - maybe incorrect parameters such as bit_rate, rate, width or height"
)
_OPENING_7 = (
    "[vost#0:0/h264_nvenc @ 00000285c7607cc0] Error while opening encoder - maybe incorrect"
    " parameters such as bit_rate, rate, width or height."
)
_NO_CARD = "[h264_nvenc @ 00000285c760dc00] No capable devices found"
TEN_BITS = f"""\
[h264_nvenc @ 00000285c760dc00] 10 bit encode not supported
    Last message repeated 1 times
{_NO_CARD}
{_OPENING_7}"""
B_FRAMES = """\
[hevc_nvenc @ 000001debf9a0840] B frames as references are not supported
[hevc_nvenc @ 000001debf9a0840] No capable devices found
[vost#0:0/hevc_nvenc @ 000001debf9a0540] Error initializing output stream: Error while opening \
encoder for output stream #0:0 - maybe incorrect parameters such as bit_rate, rate, width or height
Conversion failed!"""
A100 = f"""\
[h264_nvenc @ 0x55d754c3ce80] OpenEncodeSessionEx failed: unsupported device (2): (no details)
[h264_nvenc @ 0x55d754c3ce80] No capable devices found
{_OPENING_5}"""
SESSIONS_4 = """\
[h264_nvenc @ 0x5601aa5b40c0] OpenEncodeSessionEx failed: out of memory (10)
[h264_nvenc @ 0x5601aa5b40c0] No NVENC capable devices found"""
SESSIONS_5 = """\
[h264_nvenc @ 0x46d8300] OpenEncodeSessionEx failed: out of memory (10): (no details)
ERROR: encoder.c:199] Error opening video encoder : Cannot allocate memory"""
CLIENT_KEY = """\
[h264_nvenc @ 000001b6accb0500] OpenEncodeSessionEx failed: incompatible client key (21): \
(no details)
[vost#6:0/h264_nvenc @ 000001b6acc90bc0] Error while opening encoder - maybe incorrect parameters \
such as bit_rate, rate, width or height.
[vf#6:0 @ 000001b6acc6d080] Error sending frames to consumers: Invalid argument"""
MEMORY = f"""\
[h264_nvenc @ 0x561355b9bcc0] dl_fn->cuda_dl->cuCtxCreate(&ctx->cu_context_internal, 0, cu_device) \
failed -> CUDA_ERROR_OUT_OF_MEMORY: out of memory
[h264_nvenc @ 0x561355b9bcc0] No NVENC capable devices found
{_OPENING_5}"""
OLD_DRIVER = """\
[h264_nvenc @ 000001aedcf7e740] Driver does not support the required nvenc API version. Required: \
12.1 Found: 12.0
[h264_nvenc @ 000001aedcf7e740] The minimum required Nvidia driver for nvenc is (unknown) or newer
[13:17:25] encavcodecInit: avcodec_open failed"""
NO_ENCODE_LIBRARY = f"""\
[h264_nvenc @ 0x55bd94c6bb40] Cannot load libnvidia-encode.so.1
[h264_nvenc @ 0x55bd94c6bb40] The minimum required Nvidia driver for nvenc is 435.21 or newer
{_OPENING_5}
Conversion failed!"""
OLD_CUVID = """\
[ffmpeg/video] h264: Cannot load cuvidGetDecodeStatus
[ffmpeg/video] h264: Failed loading nvcuvid.
[ffmpeg/video] h264: Failed setup for format cuda: hwaccel initialisation returned error."""

# --- ffmpeg's words from its sources or from reports that quote no more than a line

LEVEL = f"""\
[h264_nvenc @ 0x5581] InitializeEncoder failed: invalid param (8): Invalid Level.
{_OPENING_7}"""
SMALL = (
    "[h264_nvenc @ 000001bb864a3fc0] InitializeEncoder failed: invalid param (8):"
    " Frame Dimension less than the minimum supported value."
)
HIGH_10 = """\
[h264 @ 0x55d0] Hardware is lacking required capabilities
[h264 @ 0x55d0] Failed setup for format cuda: hwaccel initialisation returned error.
Impossible to convert between the formats supported by the filter 'graph 0 input from stream 0:0' \
and the filter 'auto_scaler_0'"""
NARROW = (
    "[hevc @ 0x55d0] Video width 16 not within range from 48 to 8192\n"
    "[hevc @ 0x55d0] Failed setup for format cuda: hwaccel initialisation returned error."
)
SURFACES = """\
[h264 @ 0x563135bebf80] decoder->cvdl->cuvidCreateDecoder(&decoder->decoder, params) failed -> \
CUDA_ERROR_INVALID_VALUE: invalid argument
[h264 @ 0x563135bebf80] Using more than 32 (35) decode surfaces might cause nvdec to fail.
[h264 @ 0x563135bebf80] Try lowering the amount of threads. Using 16 right now.
[h264 @ 0x563135bebf80] Failed setup for format cuda: hwaccel initialisation returned error.
Impossible to convert between the formats supported by the filter 'graph 0 input from stream 0:1' \
and the filter 'auto_scaler_0'"""
UNKNOWN = """\
[AVHWDeviceContext @ 0x55bf99883d00] cu->cuInit(0) failed -> CUDA_ERROR_UNKNOWN: unknown error
Error while opening decoder for input stream #0:0 : Generic error in an external library"""
GONE = "[AVHWDeviceContext @ 0x1] cu->cuInit(0) failed -> CUDA_ERROR_NO_DEVICE: no CUDA-capable \
device is detected"

# --- Docker's, the first from a machine of this project (20.10), the others as reported

NO_TOOLKIT = (
    'docker: Error response from daemon: could not select device driver "" with capabilities:'
    " [[gpu]]."
)
NO_VENDOR = (
    "docker: Error response from daemon: failed to discover GPU vendor from CDI: no known GPU"
    " vendor found"
)
MISMATCH = """\
docker: Error response from daemon: failed to create shim task: OCI runtime create failed: runc \
create failed: unable to start container process: error during container init: error running hook \
#0: error running hook: exit status 1, stdout: , stderr: Auto-detected mode as 'legacy'
nvidia-container-cli: initialization error: nvml error: driver/library version mismatch: unknown."""
NOT_LOADED = "nvidia-container-cli: initialization error: nvml error: driver not loaded: unknown."

REAL = [
    (1, NO_LIBRARY_5, GpuFault.NO_DRIVER),
    (255, NO_LIBRARY_7, GpuFault.NO_DRIVER),
    (1, NO_DECODER_5, GpuFault.NO_DRIVER),
    (255, NO_UPLOAD_7, GpuFault.NO_DRIVER),
    (1, WRONG_MEMORY_5, GpuFault.FILTERS),
    (218, WRONG_MEMORY_7, GpuFault.FILTERS),
    (218, "", GpuFault.FILTERS),
    (69, NO_AV1_7, GpuFault.INPUT),
    (1, TEN_BITS, GpuFault.TEN_BITS),
    (1, B_FRAMES, GpuFault.B_FRAMES),
    (1, A100, GpuFault.NO_ENCODER),
    (1, f"[av1_nvenc @ 0x1] Codec not supported\n{_NO_CARD}", GpuFault.NO_ENCODER),
    (1, SESSIONS_4, GpuFault.OUT_OF_SESSIONS),
    (1, SESSIONS_5, GpuFault.OUT_OF_SESSIONS),
    (1, CLIENT_KEY, GpuFault.OUT_OF_SESSIONS),
    (1, MEMORY, GpuFault.OUT_OF_MEMORY),
    (1, OLD_DRIVER, GpuFault.DRIVER_TOO_OLD),
    (1, OLD_CUVID, GpuFault.DRIVER_TOO_OLD),
    (1, NO_ENCODE_LIBRARY, GpuFault.NO_VIDEO_LIBRARY),
    (1, LEVEL, GpuFault.SETTING),
    (1, f"[hevc_nvenc @ 0x1] Temporal AQ not supported\n{_NO_CARD}", GpuFault.SETTING),
    (1, SMALL, GpuFault.SIZE),
    (1, f"[h264_nvenc @ 0x1] Width 5120 exceeds 4096\n{_NO_CARD}", GpuFault.SIZE),
    (1, HIGH_10, GpuFault.INPUT),
    (1, NARROW, GpuFault.INPUT),
    (1, SURFACES, GpuFault.DECODER),
    (1, UNKNOWN, GpuFault.LOST),
    (1, GONE, GpuFault.NO_DEVICE),
    (1, _NO_CARD, GpuFault.NO_DEVICE),
    (255, "Failed to initialize NVML: Unknown Error", GpuFault.NO_DEVICE),
    (18, "Failed to initialize NVML: Driver/library version mismatch", GpuFault.DRIVER_MISMATCH),
    (125, NO_TOOLKIT, GpuFault.NO_RUNTIME),
    (125, NO_VENDOR, GpuFault.NO_RUNTIME),
    (125, MISMATCH, GpuFault.DRIVER_MISMATCH),
    (125, NOT_LOADED, GpuFault.NO_DRIVER),
    (1, "[h264_nvenc @ 0x1] Failed locking bitstream buffer", GpuFault.OTHER),
    (1, "[h264 @ 0x1] Invalid data found when processing input", None),
    (1, "", None),
]


@pytest.mark.parametrize(("status", "stderr", "fault"), REAL)
def test_the_cause_is_found_among_its_consequences(
    status: int, stderr: str, fault: GpuFault | None
) -> None:
    assert classify(status, stderr) is fault


def test_every_fault_was_seen() -> None:
    assert {fault for _, _, fault in REAL} == {None, *GpuFault}


def test_what_helps() -> None:
    gone = {
        *(GpuFault.NO_RUNTIME, GpuFault.NO_DRIVER, GpuFault.DRIVER_MISMATCH),
        *(GpuFault.NO_DEVICE, GpuFault.LOST),
    }
    busy = {GpuFault.OUT_OF_SESSIONS, GpuFault.OUT_OF_MEMORY}
    assert {fault for fault in GpuFault if advice(fault) is Retry.CPU} == gone
    assert {fault for fault in GpuFault if advice(fault) is Retry.WAIT} == busy
    assert 0 < sum(WAITS) < 30


@pytest.mark.parametrize(
    ("argv", "uses"),
    [
        (["ffmpeg", "-c:v", "h264_nvenc"], True),
        (["ffmpeg", "-hwaccel", "cuda", "-i", "in"], True),
        (["ffmpeg", "-vf", "format=nv12,hwupload_cuda"], True),
        (["ffmpeg", "-vf", "scale_cuda=128:128,hwdownload"], True),
        (["ffmpeg", "-c:v", "libx264", "-vf", "scale=128:128"], False),
        (["ffprobe", "file:/in/input"], False),
    ],
)
def test_calls_that_use_the_gpu(argv: list[str], uses: bool) -> None:
    assert uses_gpu(argv) is uses


def test_the_error_of_a_conversion_names_the_fault() -> None:
    error = diagnose(1, TEN_BITS, ["ffmpeg"], Device.NVENC)
    assert (type(error), error.code, error.facts) == (Failed, Code.GPU_FAILED, {"gpu": "ten_bits"})


def test_a_call_that_merely_decodes_on_the_card_can_fail_there_too() -> None:
    command = ["ffmpeg", "-hwaccel", "cuda", "-i", "in", "-c:v", "libx264", "out"]
    assert diagnose(1, HIGH_10, command, Device.CPU).facts == {"gpu": "input"}
    assert diagnose(1, HIGH_10, ["ffmpeg"], Device.CPU).facts == {}


def test_a_full_disk_is_no_fault_of_the_card() -> None:
    stderr = f"{_NO_CARD}\nav_interleaved_write_frame(): No space left on device"
    error = diagnose(1, stderr, ["ffmpeg"], Device.NVENC)
    assert (type(error), error.code) == (Unavailable, Code.DISK_FULL)


@given(st.integers(-64, 255), st.text())
def test_any_text_is_a_fault_or_none(status: int, stderr: str) -> None:
    fault = classify(status, stderr)
    assert fault is None or advice(fault) in Retry
