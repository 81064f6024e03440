"""NVIDIA: the driver, the way into containers, and whether encoding and decoding really work."""

import asyncio
import contextlib
import json
import os
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from bot.cli.doctor.finding import Finding, Level, Problem, look, untried
from bot.cli.doctor.gpu_words import EXPLAINED, abilities
from bot.settings import Settings
from converter.engines import abilities as engine
from converter.engines import docker_runner
from converter.engines.process import Completed, run_process
from converter.engines.runner import GpuAccess, Runner, Session
from converter.engines.workspace import Workspace
from converter.nvidia import faults, gpu
from converter.nvidia.faults import GpuFault
from converter.nvidia.proof import Prover
from converter.nvidia.store import GpuStore

DRIVER: Final = "NVIDIA driver"
TOOLKIT: Final = "container toolkit"
NVENC: Final = "NVENC"
NVDEC: Final = "NVDEC"
CARD: Final = "GPU"
_PROOF_SECONDS: Final = 60.0
_ALL_SECONDS: Final = 600.0
_CDI: Final = (Path("/etc/cdi"), Path("/var/run/cdi"))
_ENCODER: Final = gpu.ENCODERS[0][0]


async def examine(settings: Settings, runner: Runner | None, folder: Path) -> list[Finding]:
    """All four rows. Without a GPU that is wanted nothing is wrong: the CPU encodes."""
    required = settings.gpu == "required"
    driver = await look(
        DRIVER,
        _driver(),
        lacking=Level.FAULT if required else Level.OK,
        fix="install NVIDIA's driver, or set GPU=auto",
    )
    rest = (TOOLKIT, NVENC, NVDEC)
    if settings.gpu == "off":
        return [driver, *(untried(name, "GPU=off", Level.OK) for name in rest)]
    if not driver.works:
        return [driver, *(untried(name, "no driver", driver.level) for name in rest)]
    lacking = Level.FAULT if required else Level.WARNING
    if runner is None:
        return [driver, *(untried(name, "no ffmpeg to try it", lacking) for name in rest)]
    fix = "run `nvidia-smi` and look at its driver; set GPU=off to go without"
    return [
        driver,
        await look(
            TOOLKIT,
            _toolkit(runner),
            lacking=lacking,
            fix="install nvidia-container-toolkit, `nvidia-ctk runtime configure`, restart Docker",
        ),
        await look(NVENC, _nvenc(runner, folder), seconds=_PROOF_SECONDS, lacking=lacking, fix=fix),
        # Decoding on the CPU is slower and nothing else.
        await look(
            NVDEC, _nvdec(runner, folder), seconds=_PROOF_SECONDS, lacking=Level.WARNING, fix=fix
        ),
    ]


async def examine_cards(
    settings: Settings, runner: Runner | None, folder: Path, kept: Path
) -> list[Finding]:
    """One row for each card, everything proved anew. What was found is written to `kept` for the
    bot's next start."""
    if settings.gpu == "off":
        return [untried(CARD, "GPU=off", Level.OK)]
    if runner is None:
        return [untried(CARD, "no ffmpeg to try it", Level.WARNING)]
    lacking = Level.FAULT if settings.gpu == "required" else Level.OK
    try:
        async with asyncio.timeout(_ALL_SECONDS):
            able = await engine.ask(runner, folder)
            cards = await Prover(runner, folder, GpuStore(kept), able).cards(anew=True)
    except TimeoutError:
        return [Finding(CARD, Level.WARNING, f"no answer within {_ALL_SECONDS:g} s", works=False)]
    if not cards:
        return [Finding(CARD, lacking, "none that conversions can reach", works=False)]
    return [
        Finding(
            f"{CARD} {card.index}",
            Level.OK if card.works else Level.WARNING,
            abilities(card),
            works=card.works,
        )
        for card in cards
    ]


async def _driver() -> str:
    argv = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
    try:
        done = await run_process(argv, env={"PATH": os.environ.get("PATH", os.defpath)})
    except FileNotFoundError:
        raise Problem("none: videos are encoded on the CPU") from None
    if done.returncode != 0:
        told = " ".join((done.stdout.decode("utf-8", "replace") + done.stderr).split())
        raise Problem(f"nvidia-smi failed: {told}")
    return "; ".join(done.stdout.decode("utf-8", "replace").strip().splitlines())


async def _toolkit(runner: Runner) -> str:
    """Containers get at a GPU by a runtime that Docker knows or by a CDI specification."""
    if runner.kind != "docker":
        return "not needed: conversions run on the host"
    done = await docker_runner.docker("info", "--format", "{{json .Runtimes}}", seconds=15.0)
    if done.returncode == 0 and "nvidia" in json.loads(done.stdout):
        return "Docker has the nvidia runtime"
    if any(path for folder in _CDI for path in folder.glob("*nvidia*")):
        return "there is a CDI specification"
    raise Problem("Docker has neither the nvidia runtime nor a CDI specification")


async def _nvenc(runner: Runner, folder: Path) -> str:
    async with _session(runner, folder) as session:
        check(await session.run(gpu.encode_argv(_ENCODER, 8)))
    return f"encoded with {_ENCODER}"


async def _nvdec(runner: Runner, folder: Path) -> str:
    sample = gpu.SAMPLES[0]
    async with _session(runner, folder) as session:
        url = session.output_url("sample.mkv")
        check(await session.run(gpu.sample_argv(sample, sample.encoders[0], url)))
        check(await session.run(gpu.decode_argv(sample, url)))
    return "decoded H.264"


@contextlib.asynccontextmanager
async def _session(runner: Runner, folder: Path) -> AsyncIterator[Session]:
    name = f"doctor-{uuid.uuid4().hex[:8]}"
    workspace = await Workspace.create(folder, name, owner=runner.owner)
    try:
        async with runner.open(workspace, gpu=GpuAccess()) as session:
            yield session
    finally:
        await workspace.remove()


def check(done: Completed) -> None:
    """Raises Problem for a proof that failed: the cause in plain words where it is a known one. A
    chip that was made without an encoder is no fault."""
    if done.returncode == 0:
        return
    fault = faults.classify(done.returncode, done.stderr)
    if fault in EXPLAINED:
        what, fix = EXPLAINED[fault]
        raise Problem(what, fix, level=Level.OK if fault is GpuFault.NO_ENCODER else None)
    last = done.stderr.strip().splitlines()[-1:] or [f"exit status {done.returncode}"]
    raise Problem(last[0])
