"""From what the operator wants to an open converter: the choice of an engine, its ffmpeg asked, its
cards proved."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from converter.converter import Converter
from converter.engines import abilities, docker_runner, host_runner, remains
from converter.engines.capabilities import Gpu
from converter.engines.docker_runner import DockerRunner
from converter.engines.host_runner import HostRunner
from converter.engines.keeper import Keeper
from converter.engines.runner import Resources, Runner
from converter.errors import ConversionError
from converter.nvidia.cards import CardPool
from converter.nvidia.proof import Prover
from converter.nvidia.store import GpuStore

IMAGE = "telegram-video-converter-ffmpeg:7.1"


class OpeningError(Exception):
    """There is no converter to be had: one sentence for the operator."""


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """What the operator wants.

    `data_dir` holds what passes through (work/), the cards' abilities (gpu.json) and the name of
    this installation. `gpu`: use cards that work, use none, or refuse to open without one.
    """

    data_dir: Path
    resources: Resources = field(default_factory=Resources)
    runner: Literal["auto", "docker", "host"] = "auto"
    image: str = IMAGE
    gpu: Literal["auto", "off", "required"] = "auto"

    @property
    def work_dir(self) -> Path:
        """Where conversions have their workspaces, in a folder of each keeper."""
        return self.data_dir / "work"

    @property
    def keepers_dir(self) -> Path:
        """Where the processes on this data folder prove that they live."""
        return self.data_dir / "keepers"

    @property
    def gpu_file(self) -> Path:
        """Where it is kept what the cards can do."""
        return self.data_dir / "gpu.json"


@dataclass(frozen=True, slots=True)
class Warned:
    """Something the operator should know although it works: a short text, and its facts."""

    event: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Opened:
    """An open converter. `orphans` counts what a dead process had left and is gone now."""

    converter: Converter
    warnings: tuple[Warned, ...]
    orphans: int


async def open_converter(options: EngineOptions) -> Opened:
    """A converter on the best engine there is, to be closed. What dead processes of this
    installation left behind is removed. Raises OpeningError, or OSError."""
    keeper = await asyncio.to_thread(Keeper.take, options.keepers_dir)
    try:
        return await _opened(options, keeper)
    except BaseException:
        keeper.release()
        raise


async def _opened(options: EngineOptions, keeper: Keeper) -> Opened:
    runner, warnings = await choose_runner(options, keeper.name)
    work = options.work_dir / keeper.name
    try:
        orphans = await remains.remove(runner, [options.work_dir], options.keepers_dir)
        able = await abilities.ask(runner, work)
    except ConversionError as error:
        text = f"ffmpeg does not work: {error} {error.stderr_tail.strip()}"
        raise OpeningError(text) from error
    prover = None
    cards: tuple[Gpu, ...] = ()
    if options.gpu != "off":
        prover = Prover(runner, work, GpuStore(options.gpu_file), able)
        cards = await prover.cards()
    if options.gpu == "required" and not any(card.works for card in cards):
        raise OpeningError(
            "GPU=required, but no NVIDIA card passed a test encode or decode. See `doctor`."
        )
    converter = Converter(runner, work, able, CardPool(cards), prover, keeper)
    return Opened(converter, warnings, orphans)


async def choose_runner(
    options: EngineOptions, keeper: str = ""
) -> tuple[Runner, tuple[Warned, ...]]:
    """Docker when an engine answers and the image is there, else this machine's ffmpeg with a
    warning of what is lost; or exactly what `options.runner` says. Raises OpeningError."""
    warnings: list[Warned] = []
    way = ""
    if options.runner != "host":
        fault = await docker_runner.fault(options.image)
        if fault is None:
            return in_containers(options, keeper), ()
        if options.runner == "docker":
            raise OpeningError(f"RUNNER=docker, but {fault.reason}: {fault.cure}.")
        warnings.append(Warned("no docker", {"reason": fault.reason, "cure": fault.cure}))
        way = f"Docker: {fault.reason}; {fault.cure}. Or "
    runner = await on_host(options.resources)
    if runner is None:
        raise OpeningError(
            f"There is nothing to convert with. {way}{'i' if way else 'I'}nstall ffmpeg on this "
            "machine, or pip install -r requirements-demo.txt."
        )
    lost = ", ".join(runner.tools.lost)
    warnings.append(Warned("conversions run on the host", {"without": lost}))
    return runner, tuple(warnings)


def in_containers(options: EngineOptions, keeper: str = "") -> DockerRunner:
    """The Docker engine, whether it is there or not."""
    return DockerRunner(options.image, options.resources, instance_of(options.data_dir), keeper)


async def on_host(resources: Resources) -> HostRunner | None:
    """This machine's ffmpeg, None when there is none."""
    tools = host_runner.find_tools()
    if tools is None:
        return None
    return HostRunner(await host_runner.without_broken_bwrap(tools), resources)


def instance_of(data_dir: Path) -> str:
    """Marks an installation's containers: a name that stays with the data folder, whatever the
    machine or the bot's own container is called."""
    path = data_dir / "instance"
    if not path.is_file():
        data_dir.mkdir(parents=True, exist_ok=True)
        mine = data_dir / f".instance-{secrets.token_hex(6)}"
        mine.write_text(secrets.token_hex(6), encoding="ascii")
        # Of several that start at the same time one gives it its name, whole.
        try:
            path.hardlink_to(mine)
        except FileExistsError:
            pass
        except OSError:
            # A file system without hard links.
            mine.rename(path)
        mine.unlink(missing_ok=True)
    return path.read_text(encoding="ascii").strip()
