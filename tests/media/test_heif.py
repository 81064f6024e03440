"""HEIC and AVIF: a single picture is refused as one, a sequence is a film."""

import struct
from pathlib import Path

import pytest

from converter.errors import Code
from converter.planning.plan import Action
from converter.request import Request
from tests.support import eyes, measures, outputs
from tests.support.bench import BenchOn
from tests.support.clips import ffmpeg
from tests.support.engines import DOCKER

AV1 = ("-c:v", "libaom-av1", "-cpu-used", "8", "-pix_fmt", "yuv420p")


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _labelled(path: Path, major: bytes, *compatible: bytes) -> Path:
    """A file that says what it is, and has something in it."""
    brands = _box(b"ftyp", major, struct.pack(">I", 0), *compatible)
    path.write_bytes(brands + _box(b"meta", bytes(64)) + _box(b"mdat", bytes(2000)))
    return path


def _avif(path: Path, seconds: float) -> Path:
    """Red; with more than one picture lime from the middle on."""
    red, lime = (f"color=c={c}:s=160x120:r=10:d={seconds / 2:g}" for c in ("red", "lime"))
    one = seconds == 0
    graph = "color=c=red:s=160x120" if one else f"{red}[a];{lime}[b];[a][b]concat"
    options = ("-frames:v", "1", "-still-picture", "1") if one else ()
    ffmpeg("-f", "lavfi", "-i", graph, *AV1, *options, "-f", "avif", str(path))
    return path


@pytest.mark.parametrize(
    "brands",
    [
        (b"heic", b"mif1", b"heic"),
        (b"mif1", b"mif1", b"heic"),
        (b"heix", b"mif1", b"heix"),
        (b"heim", b"mif1"),
        (b"heis", b"mif1"),
        (b"mif2", b"mif1", b"heic"),
        (b"avif", b"avif", b"mif1", b"miaf", b"MA1B"),
        (b"mif1", b"avif", b"miaf"),
        (b"heic",),
        (b"heic", b"mif1", b"heic", b"MiHB", b"MiHE", b"miaf"),
    ],
    ids=lambda brands: b" ".join(brands).decode(),
)
@pytest.mark.parametrize("target", ["mp4", "frame"])
async def test_a_single_picture_is_none_of_ours(
    brands: tuple[bytes, ...], target: str, bench_on: BenchOn, tmp_path: Path
) -> None:
    source = _labelled(tmp_path / "picture", *brands)
    error = await bench_on("bwrap").refuse(source, request=Request(target=target))
    assert error.code is Code.PICTURE
    assert not error.retryable


@pytest.mark.parametrize("engine", ["bwrap", "wheel", DOCKER])
async def test_a_real_one(engine: str, bench_on: BenchOn, tmp_path: Path) -> None:
    error = await bench_on(engine).refuse(_avif(tmp_path / "still.avif", 0))
    assert error.code is Code.PICTURE


@pytest.mark.parametrize(
    ("engine", "target"),
    [
        ("bwrap", "mp4"),
        ("bwrap", "webm"),
        ("bwrap", "gif"),
        ("wheel", "mp4"),
        ("wheel", "hevc"),
        pytest.param("docker", "mp4", marks=pytest.mark.docker),
    ],
)
async def test_a_sequence_is_a_film(
    engine: str, target: str, bench_on: BenchOn, tmp_path: Path
) -> None:
    source = _avif(tmp_path / "film.avif", 1.0)
    assert b"avis" in source.read_bytes()[:64]
    result = await bench_on(engine).convert(source, request=Request(target=target))
    assert result.plan.action is Action.ENCODE
    assert measures.plays(result.path) == pytest.approx(1.0, abs=0.12)
    assert len(measures.pictures(result.path)) == 10
    assert eyes.colours(result.path, at=0.1) == ["red"]
    assert eyes.colours(result.path, at=0.8) == ["lime"]
    if target == "mp4":
        outputs.assert_plays(result.path)
