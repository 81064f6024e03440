"""What runs say: progress, complaints, listings."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.checks.diagnosis import diagnose
from converter.commands.progress import Progress, advance
from converter.engines.abilities import parse_encoders, parse_filters, parse_version
from converter.engines.process import uninterrupted
from converter.errors import Code, ConversionError, Failed, Refused, Unavailable
from converter.planning.plan import Device

# --- progress

# ffmpeg 5.1 before the first packet, in the middle, and ffmpeg 7.1 at the end.
LINES = """frame=0
fps=0.00
stream_0_0_q=0.0
bitrate=N/A
total_size=48
out_time_us=-9223372036854775807
out_time_ms=-9223372036854775807
out_time=-2562047:-47:-16.854775
dup_frames=0
drop_frames=0
speed=N/A
progress=continue
frame=25
fps=0.00
out_time_us=5000000
out_time=00:00:05.000000
speed=   2x
progress=continue
out_time_us=N/A
out_time_us=10000000
speed= 165x
progress=end"""


def test_real_lines() -> None:
    progress, seen = Progress(total=10.0), []
    for line in LINES.splitlines():
        progress = advance(progress, line)
        if line.startswith("progress="):
            seen.append((progress.fraction, progress.seconds_left, progress.finished))
    assert seen == [(0.0, None, False), (0.5, 2.5, False), (1.0, 0.0, True)]


@pytest.mark.parametrize(
    ("progress", "fraction", "left"),
    [
        (Progress(), None, None),
        (Progress(5, 2), None, None),
        (Progress(5, None, 10), 0.5, None),
        (Progress(20, 1, 10), 1.0, 0.0),
        (Progress(finished=True), 1.0, None),
        (Progress(1, 1, 0), None, None),
    ],
)
def test_fractions(progress: Progress, fraction: float | None, left: float | None) -> None:
    assert (progress.fraction, progress.seconds_left) == (fraction, left)


_lines = st.text() | st.builds(
    "{}={}".format,
    st.sampled_from(["out_time_us", "speed", "progress", "frame"]),
    st.text() | st.floats().map(str) | st.integers().map(str),
)


@given(st.lists(_lines))
def test_any_text_is_progress_or_nothing(lines: list[str]) -> None:
    progress = Progress(total=10.0)
    for line in lines:
        progress = advance(progress, line)
        assert progress.seconds >= 0
        assert progress.fraction is not None
        assert 0 <= progress.fraction <= 1
        assert progress.seconds_left is None or progress.seconds_left >= 0


# --- complaints

NO_GPU = """[h264_nvenc @ 0x56492dcd9b40] [error] Cannot load libcuda.so.1
[vost#0:0/h264_nvenc @ 0x56492dcf8ec0] [error] Error while opening encoder - maybe incorrect \
parameters such as bit_rate, rate, width or height."""


@pytest.mark.parametrize(
    ("status", "stderr", "device", "kind", "code"),
    [
        (1, NO_GPU, Device.NVENC, Failed, Code.GPU_FAILED),
        (1, "No capable devices found", Device.NVENC, Failed, Code.GPU_FAILED),
        (1, "Cannot load libnvidia-encode.so.1", Device.NVENC, Failed, Code.GPU_FAILED),
        (
            *(1, "OpenEncodeSessionEx failed: out of memory (10): (no details)"),
            *(Device.NVENC, Failed, Code.GPU_FAILED),
        ),
        (
            *(1, "could not select device driver with capabilities: [[gpu]]"),
            *(Device.CPU, Failed, Code.FAILED),
        ),
        (1, "Error: Cannot allocate memory", Device.CPU, Failed, Code.OUT_OF_MEMORY),
        (1, "x264 [error]: malloc of size 8256320 failed", Device.CPU, Failed, Code.OUT_OF_MEMORY),
        (137, "", Device.CPU, Failed, Code.OUT_OF_MEMORY),
        (-9, "", Device.NVENC, Failed, Code.OUT_OF_MEMORY),
        (
            *(1, "av_interleaved_write_frame(): No space left on device"),
            *(Device.CPU, Unavailable, Code.DISK_FULL),
        ),
        (1, "Disk quota exceeded", Device.NVENC, Unavailable, Code.DISK_FULL),
        (-25, "", Device.CPU, Failed, Code.OUTPUT_TOO_LARGE),
        (153, "", Device.CPU, Failed, Code.OUTPUT_TOO_LARGE),
        (
            *(1, "Decoder (codec none) not found for input stream #0:0"),
            *(Device.CPU, Refused, Code.UNSUPPORTED),
        ),
        (1, "Incorrect decryption key", Device.CPU, Refused, Code.ENCRYPTED),
        (
            *(1, "Error while decoding stream #0:0: Invalid data found when processing input"),
            *(Device.CPU, Refused, Code.DAMAGED),
        ),
        (1, "Conversion failed!", Device.CPU, Refused, Code.DAMAGED),
        (1, "", Device.CPU, Failed, Code.FAILED),
        (1, "[h264_cuvid] cuda", Device.CPU, Failed, Code.FAILED),
    ],
)
def test_diagnosis(
    status: int, stderr: str, device: Device, kind: type[ConversionError], code: Code
) -> None:
    error = diagnose(status, stderr, ["ffmpeg", "-x"], device)
    assert (type(error), error.code) == (kind, code)
    assert error.command == ("ffmpeg", "-x")
    assert error.stderr_tail == stderr


@given(st.integers(), st.text(), st.sampled_from(Device))
def test_any_end_has_a_meaning(status: int, stderr: str, device: Device) -> None:
    assert isinstance(diagnose(status, stderr, [], device), ConversionError)


# --- listings

FILTERS_5 = """Filters:
  T.. = Timeline support
  .S. = Slice threading
  ..C = Command support
  A = Audio input/output
  V = Video input/output
  N = Dynamic number and/or type of input/output
  | = Source or sink filter
 ... abench            A->A       Benchmark part of a filtergraph.
 ..C scale             V->V       Scale the input video size and/or convert the image format.
 TS. bwdif             V->V       Deinterlace the input image.
 .SC zscale            V->V       Apply resizing, colorspace and bit depth conversion.
 ... scale_cuda        V->V       GPU accelerated video resizer
 ..C concat            N->N       Concatenate audio and video streams.
"""
FILTERS_7 = FILTERS_5 + (
    " TSC aap               AA->A      Apply Affine Projection algorithm to first audio stream.\n"
    " T.. bwdif_cuda        V->V       Deinterlace CUDA frames\n"
)
FILTERS_8 = """Filters:
  T. = Timeline support
  .S = Slice threading
 TS bwdif             V->V       Deinterlace the input image.
 .. scale             V->V       Scale the input video size and/or convert the image format.
"""
ENCODERS = """Encoders:
 V..... = Video
 A..... = Audio
 .....D = Supports direct rendering method 1
 ------
 V....D libx264              libx264 H.264 / AVC / MPEG-4 AVC / MPEG-4 part 10 (codec h264)
 V....D h264_nvenc           NVIDIA NVENC H.264 encoder (codec h264)
 A..... aac                  AAC (Advanced Audio Coding)
 A....D ac3                  ATSC A/52A (AC-3)
 A..X.. opus                 Opus
 VFS... prores_ks            Apple ProRes (iCodec Pro) (codec prores)
"""


def test_filters() -> None:
    five = {"abench", "scale", "bwdif", "zscale", "scale_cuda", "concat"}
    assert parse_filters(FILTERS_5) == five
    assert parse_filters(FILTERS_7) == five | {"aap", "bwdif_cuda"}
    assert parse_filters(FILTERS_8) == {"bwdif", "scale"}
    assert parse_filters("") == set()


def test_encoders() -> None:
    assert parse_encoders(ENCODERS) == {"libx264", "h264_nvenc", "aac", "ac3", "opus", "prores_ks"}
    assert parse_encoders("") == set()


@pytest.mark.parametrize(
    ("line", "version"),
    [
        ("ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026", "5.1.9-0+deb12u1"),
        ("ffmpeg version 7.1.5-0+deb13u1 Copyright (c)", "7.1.5-0+deb13u1"),
        ("ffmpeg version 6.0-static https://johnvansickle.com/ffmpeg/", "6.0-static"),
        ("ffmpeg version n8.0 Copyright", "n8.0"),
        ("no such thing", ""),
    ],
)
def test_versions(line: str, version: str) -> None:
    assert parse_version(line + "\nbuilt with gcc") == version


# --- cleaning up


async def test_cleaning_up_survives_two_cancellations() -> None:
    begun, go_on, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def clean() -> None:
        begun.set()
        await go_on.wait()
        done.set()

    task = asyncio.create_task(uninterrupted(clean()))
    await begun.wait()
    for _ in range(2):
        task.cancel()
        await asyncio.wait([task], timeout=0)
        assert not task.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done.is_set()


async def test_cleaning_up_gives_its_result_or_its_error() -> None:
    async def seven() -> int:
        return 7

    async def fail() -> None:
        raise Failed(Code.FAILED)

    assert await uninterrupted(seven()) == 7
    with pytest.raises(Failed):
        await uninterrupted(fail())
