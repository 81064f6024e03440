"""Where conversions can run: a Docker engine with its image, and this machine's own ffmpeg. Each
proves itself by a conversion from the first byte to the last."""

import asyncio
import shutil
import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bot.cli.doctor.finding import Finding, Level, Problem, look, untried
from bot.conversions import limits_of, options_of, resources_of
from bot.settings import Settings
from converter.converter import Converter
from converter.engines import abilities, docker_runner
from converter.engines.host_runner import HostRunner
from converter.engines.runner import Runner
from converter.errors import Code, Failed, Unavailable
from converter.opening import in_containers, on_host
from converter.request import Request

ENGINE: Final = "Docker engine"
IMAGE: Final = "ffmpeg image"
IN_CONTAINER: Final = "conversion in Docker"
HOST: Final = "ffmpeg on the host"
ON_HOST: Final = "conversion on the host"

SAMPLE: Final = "sample.mp4"
_CONVERSION_SECONDS: Final = 120.0
# What no player wants: a sample in it must be encoded anew.
_UNPLAYABLE: Final = "yuv444p"


@dataclass(frozen=True, slots=True)
class Engines:
    """What was found, and the runner that the bot would use, None when there is none."""

    findings: list[Finding]
    runner: Runner | None


async def examine(settings: Settings, folder: Path) -> Engines:
    """Look at both. `folder` is for what passes through meanwhile."""
    docker, containers = await _docker(settings, folder)
    host, programs = await _host(settings, folder, needed=containers is None)
    return Engines([*docker, *host], containers or programs)


async def _docker(settings: Settings, folder: Path) -> tuple[list[Finding], Runner | None]:
    if settings.runner == "host":
        return [
            untried(name, "RUNNER=host", Level.OK) for name in (ENGINE, IMAGE, IN_CONTAINER)
        ], None
    lacking = Level.FAULT if settings.runner == "docker" else Level.WARNING
    server = await look(ENGINE, _server(), lacking=lacking)
    if not server.works:
        why = "no Docker engine"
        return [server, untried(IMAGE, why, lacking), untried(IN_CONTAINER, why, lacking)], None
    image = await look(IMAGE, _image(settings.ffmpeg_image), lacking=lacking)
    if not image.works:
        return [server, image, untried(IN_CONTAINER, "no image", lacking)], None
    runner = in_containers(options_of(settings, limits_of(settings)))
    # Of an installation of its own: a bot that runs would take its container for an orphan.
    runner = replace(runner, instance=f"doctor-{uuid.uuid4().hex[:8]}")
    tried = await look(
        IN_CONTAINER,
        convert(runner, settings, folder),
        seconds=_CONVERSION_SECONDS,
        lacking=lacking,
        fix="build the image anew with `docker/build.sh --force`; see `docker info`",
    )
    return [server, image, tried], runner if tried.works else None


async def _server() -> str:
    try:
        version = ("version", "--format", "{{.Server.Version}}")
        done = await docker_runner.docker(*version, seconds=15.0)
    except Unavailable as error:
        fault = docker_runner.no_client(error)
        raise Problem(fault.reason, f"{fault.cure}, or set RUNNER=host") from None
    if done.returncode == 0:
        return f"version {done.stdout.decode().strip()}"
    fault = docker_runner.no_engine(done.stderr)
    raise Problem(fault.reason, f"{fault.cure}, or set RUNNER=host")


async def _image(name: str) -> str:
    fault = await docker_runner.fault(name)
    if fault is not None:
        raise Problem(fault.reason, fault.cure)
    return name


async def _host(
    settings: Settings, folder: Path, *, needed: bool
) -> tuple[list[Finding], Runner | None]:
    if settings.runner == "docker":
        return [untried(name, "RUNNER=docker", Level.OK) for name in (HOST, ON_HOST)], None
    lacking = Level.FAULT if needed else Level.OK
    runner = await on_host(resources_of(settings, limits_of(settings)))
    fix = "install ffmpeg and ffprobe, or: pip install -r requirements-demo.txt"
    if runner is None:
        nothing = Finding(HOST, lacking, "none", fix if needed else "", works=False)
        return [nothing, untried(ON_HOST, "no ffmpeg", lacking)], None
    unsafe = Level.WARNING if needed else Level.OK
    programs = await look(HOST, _programs(runner), lacking=unsafe)
    tried = await look(
        ON_HOST,
        convert(runner, settings, folder),
        seconds=_CONVERSION_SECONDS,
        lacking=lacking,
        fix="install another ffmpeg, 5.1 or newer, with libx264",
    )
    return [programs, tried], runner if tried.works else None


async def _programs(runner: HostRunner) -> str:
    """Where they are, and what protects the machine from a hostile file."""
    where = str(runner.tools.ffmpeg)
    lost = [name for name in runner.tools.lost if name != "container"]
    if lost:
        fix = "install bubblewrap and util-linux, and let them make user namespaces"
        raise Problem(f"{where}, without {', '.join(lost)}", fix)
    return f"{where}, with bubblewrap and prlimit"


async def convert(runner: Runner, settings: Settings, folder: Path) -> str:
    """Make a sample and convert it, as a job would."""
    found = await abilities.ask(runner, folder)
    converter = Converter(runner, folder, found)
    async with converter.open(f"doctor-{uuid.uuid4().hex[:8]}") as conversion:
        session, workspace = conversion.session, conversion.workspace
        argv = abilities.sample_argv(session.output_url(SAMPLE), pixels=_UNPLAYABLE)
        made = await session.run(argv)
        if made.returncode != 0:
            raise Failed(Code.ENGINE, "ffmpeg made no sample", stderr_tail=made.stderr)
        sample = workspace.output_dir / SAMPLE
        await asyncio.to_thread(shutil.copyfile, sample, workspace.input_path)
        result = await conversion.run(Request(), limits_of(settings))
    return f"ffmpeg {found.version}: {result.plan.action} in {result.seconds:.1f} s"
