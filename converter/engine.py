"""What the ffmpeg at hand can do: asked, never assumed (5.1 to 7.1 and builds of all kinds)."""

import asyncio
import re
from pathlib import Path
from typing import Final

from converter.capabilities import Capabilities, Gpu
from converter.errors import Code, ConversionError, Unavailable
from converter.runner import GpuAccess, Runner, Session
from converter.workspace import Workspace

NVENC_ENCODERS: Final = ("h264_nvenc",)
_ASKING_SECONDS: Final = 60.0
_FILTER_LINE: Final = re.compile(r"^ [T.][S.][C.]? +(\w+) ", re.MULTILINE)
_ENCODER_LINE: Final = re.compile(r"^ [VAS][F.][S.][X.][B.][D.] (\w+)", re.MULTILINE)
_VERSION_LINE: Final = re.compile(r"^ffmpeg version (\S+)", re.MULTILINE)


def parse_filters(listing: str) -> frozenset[str]:
    """Names in the listing of ``ffmpeg -filters``."""
    return frozenset(_FILTER_LINE.findall(listing))


def parse_encoders(listing: str) -> frozenset[str]:
    """Names in the listing of ``ffmpeg -encoders``."""
    return frozenset(_ENCODER_LINE.findall(listing))


def parse_version(listing: str) -> str:
    """The version in the first line of ``ffmpeg -version``, "" when there is none."""
    found = _VERSION_LINE.search(listing)
    return found[1] if found else ""


def nvenc_proof_argv(encoder: str) -> list[str]:
    """A real encode of a few small frames; exit status 0 is the proof."""
    source = "testsrc2=size=256x256:rate=25:duration=0.2"
    return [
        *("ffmpeg", "-hide_banner", "-nostdin", "-v", "error"),
        *("-f", "lavfi", "-i", source, "-vf", "format=yuv420p"),
        *("-c:v", encoder, "-f", "null", "-"),
    ]


def nvdec_proof_argv(input_url: str) -> list[str]:
    """A real decode on the GPU of a small file; exit status 0 and no complaint is the proof."""
    return [
        *("ffmpeg", "-hide_banner", "-nostdin", "-v", "error"),
        *("-hwaccel", "cuda", "-hwaccel_output_format", "cuda"),
        *("-i", input_url, "-f", "null", "-"),
    ]


def sample_argv(output_url: str, *, pixels: str = "yuv420p") -> list[str]:
    """Make a one-second H.264 clip with sound, to test with; `pixels` is ffmpeg's pixel format."""
    return [
        *("ffmpeg", "-hide_banner", "-nostdin", "-y", "-v", "error"),
        *("-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25:duration=1"),
        *("-f", "lavfi", "-i", "sine=frequency=440:duration=1"),
        *("-c:v", "libx264", "-pix_fmt", pixels, "-c:a", "aac", "-f", "mp4", output_url),
    ]


async def ask(runner: Runner, base: Path, *, gpu: bool) -> Capabilities:
    """What `runner`'s ffmpeg can do, NVENC proved by encoding when `gpu` says to look for one.

    `base` is a folder for a passing workspace. Raises Unavailable (ENGINE) when there is no
    working ffmpeg.
    """
    workspace = await Workspace.create(base, "probe-engine", owner=runner.owner)
    try:
        async with asyncio.timeout(_ASKING_SECONDS), runner.open(workspace) as session:
            version = parse_version(await _listing(session, "-version"))
            filters = parse_filters(await _listing(session, "-filters"))
            encoders = parse_encoders(await _listing(session, "-encoders"))
        nvenc = await _prove(runner, workspace, encoders) if gpu else frozenset()
    except TimeoutError as error:
        raise Unavailable(Code.ENGINE, "ffmpeg does not answer") from error
    finally:
        await workspace.remove()
    if not {"libx264", "aac"} <= encoders:
        raise Unavailable(Code.ENGINE, "this ffmpeg has no libx264 or no aac encoder")
    card = Gpu(0, "", "", frozenset((name, 8) for name in nvenc)) if nvenc else None
    return Capabilities(version, filters, encoders, card)


async def _listing(session: Session, option: str) -> str:
    done = await session.run(["ffmpeg", option])
    if done.returncode != 0:
        raise Unavailable(Code.ENGINE, f"ffmpeg {option} failed", stderr_tail=done.stderr)
    return done.stdout.decode("utf-8", "replace")


async def _prove(runner: Runner, workspace: Workspace, encoders: frozenset[str]) -> frozenset[str]:
    proved: set[str] = set()
    try:
        async with (
            asyncio.timeout(_ASKING_SECONDS),
            runner.open(workspace, gpu=GpuAccess()) as session,
        ):
            for encoder in NVENC_ENCODERS:
                if encoder in encoders:
                    done = await session.run(nvenc_proof_argv(encoder))
                    if done.returncode == 0:
                        proved.add(encoder)
    except (ConversionError, TimeoutError):
        return frozenset()  # no GPU for containers here: an ordinary machine
    return frozenset(proved)
