"""What the ffmpeg at hand can do: asked, never assumed (5.1 to 7.1 and builds of all kinds)."""

import asyncio
import re
import secrets
from pathlib import Path
from typing import Final

from converter.engines.capabilities import Capabilities
from converter.engines.runner import Runner, Session
from converter.engines.workspace import Workspace
from converter.errors import Code, Unavailable

_ASKING_SECONDS: Final = 60.0
_FILTER_LINE: Final = re.compile(r"^ [T.][S.][C.]? +(\w+) ", re.MULTILINE)
_ENCODER_LINE: Final = re.compile(r"^ [VAS][F.][S.][X.][B.][D.] ([\w-]+)", re.MULTILINE)
_CODEC_LINE: Final = re.compile(r"^ D[E.][VAS]... ([\w-]+)", re.MULTILINE)
_VERSION_LINE: Final = re.compile(r"^ffmpeg version (\S+)", re.MULTILINE)


def parse_filters(listing: str) -> frozenset[str]:
    """Names in the listing of ``ffmpeg -filters``."""
    return frozenset(_FILTER_LINE.findall(listing))


def parse_encoders(listing: str) -> frozenset[str]:
    """Names in the listing of ``ffmpeg -encoders``."""
    return frozenset(_ENCODER_LINE.findall(listing))


def parse_decoders(listing: str) -> frozenset[str]:
    """Names of the codecs that can be decoded, in the listing of ``ffmpeg -codecs``."""
    return frozenset(_CODEC_LINE.findall(listing))


def parse_version(listing: str) -> str:
    """The version in the first line of ``ffmpeg -version``, "" when there is none."""
    found = _VERSION_LINE.search(listing)
    return found[1] if found else ""


def sample_argv(output_url: str, *, pixels: str = "yuv420p") -> list[str]:
    """Make a one-second H.264 clip with sound, to test with; `pixels` is ffmpeg's pixel format."""
    return [
        *("ffmpeg", "-hide_banner", "-nostdin", "-y", "-v", "error"),
        *("-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25:duration=1"),
        *("-f", "lavfi", "-i", "sine=frequency=440:duration=1"),
        *("-c:v", "libx264", "-pix_fmt", pixels, "-c:a", "aac", "-f", "mp4", output_url),
    ]


async def ask(runner: Runner, base: Path) -> Capabilities:
    """What `runner`'s ffmpeg says it can do; what a card can do is proved elsewhere (nvidia/proof).

    `base` is a folder for a temporary workspace. Raises Unavailable (ENGINE) when there is no
    working ffmpeg.
    """
    workspace = await Workspace.create(
        base, f"probe-engine-{secrets.token_hex(3)}", owner=runner.owner
    )
    try:
        async with asyncio.timeout(_ASKING_SECONDS), runner.open(workspace) as session:
            version = parse_version(await _listing(session, "-version"))
            filters = parse_filters(await _listing(session, "-filters"))
            encoders = parse_encoders(await _listing(session, "-encoders"))
            decoders = parse_decoders(await _listing(session, "-codecs"))
    except TimeoutError as error:
        raise Unavailable(Code.ENGINE, "ffmpeg does not answer") from error
    finally:
        await workspace.remove()
    if not {"libx264", "aac"} <= encoders:
        raise Unavailable(Code.ENGINE, "this ffmpeg has no libx264 or no aac encoder")
    return Capabilities(version, filters, encoders, decoders=decoders)


async def _listing(session: Session, option: str) -> str:
    done = await session.run(["ffmpeg", option])
    if done.returncode != 0:
        raise Unavailable(Code.ENGINE, f"ffmpeg {option} failed", stderr_tail=done.stderr)
    return done.stdout.decode("utf-8", "replace")
