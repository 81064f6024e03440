"""The bot's own image, and containers of it that serve a stage."""

import asyncio
import contextlib
import os
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from converter.engines import docker_runner
from tests.support.engines import unique
from tests.support.stage import ROOT, Stage

IMAGE = "telegram-video-converter:test"
# The image's own user.
_UID = 10001
_SOCKET = Path("/var/run/docker.sock")
_TOKEN = "/run/secrets/telegram_bot_token"
# As in docker/compose.yaml.
_LOCKED_DOWN = ("--init", "--read-only", "--tmpfs=/tmp", "--cap-drop=ALL")
_NO_MORE = "--security-opt=no-new-privileges"


def build() -> None:
    """Make the image of this working tree; seconds when little has changed since the last time."""
    script = ROOT / "docker" / "build-bot.sh"
    done = subprocess.run(
        [str(script)],
        env=os.environ | {"BOT_IMAGE": IMAGE},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@dataclass(frozen=True, slots=True)
class Container:
    """One that was started."""

    name: str

    @classmethod
    @contextlib.asynccontextmanager
    async def start(cls, stage: Stage) -> AsyncIterator["Container"]:
        """A bot that polls, with this host's engine; removed on leaving."""
        container = cls(unique("bot-image"))
        await docker("run", "--detach", "--name", container.name, *_options(stage), IMAGE)
        try:
            await _polled(stage, container)
            yield container
        finally:
            await docker("rm", "--force", "--volumes", container.name)

    async def stop(self) -> int:
        """`docker stop` it. Returns the exit status."""
        await docker("stop", "--time", "30", self.name)
        return int(await docker("inspect", "--format", "{{.State.ExitCode}}", self.name))

    async def output(self) -> str:
        """What it printed so far."""
        return await docker("logs", self.name)


@contextlib.asynccontextmanager
async def containers_made() -> AsyncIterator[Callable[[], Awaitable[str]]]:
    """Hands out what tells the names of all containers that conversions had since. Listened to all
    the while: the engine remembers few events."""
    wanted = ("type=container", "event=create", f"label={docker_runner.LABEL}")
    process = await asyncio.create_subprocess_exec(
        "docker",
        "events",
        *(f"--filter={one}" for one in wanted),
        "--format={{.Actor.Attributes.name}}",
        stdout=asyncio.subprocess.PIPE,
        env=docker_runner.client_environment(),
    )

    async def told() -> str:
        process.terminate()
        names, _ = await process.communicate()
        return names.decode()

    try:
        yield told
    finally:
        if process.returncode is None:
            await told()


async def docker(*arguments: str) -> str:
    """What a docker command prints; AssertionError when it fails."""
    done = await asyncio.to_thread(
        subprocess.run,
        ["docker", *arguments],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=docker_runner.client_environment(),
    )
    assert done.returncode == 0, f"docker {arguments[0]}: {done.stdout}"
    return done.stdout.strip()


def _options(stage: Stage) -> list[str]:
    """Everything between `docker run` and the image's name."""
    user = os.getuid() or _UID
    for folder in (stage.data, stage.logs):
        folder.mkdir(parents=True)
        if os.getuid() == 0:
            os.chown(folder, user, user)
    token = stage.data.parent / "token"
    token.write_text(stage.standin.token, encoding="ascii")
    token.chmod(0o444)
    settings = {
        "TELEGRAM_BOT_TOKEN_FILE": _TOKEN,
        "TELEGRAM_API_URL": stage.standin.url,
        "DATA_DIR": str(stage.data),
        "LOG_DIR": str(stage.logs),
        "RUNNER": "docker",
        "GPU": "off",
        "REUSE_RESULTS": "false",
    }
    mounts = [f"{folder}:{folder}" for folder in (stage.data, stage.logs)]
    mounts += [f"{token}:{_TOKEN}:ro", f"{_SOCKET}:/var/run/docker.sock"]
    return [
        *_LOCKED_DOWN,
        _NO_MORE,
        "--network=host",
        f"--user={user}",
        f"--group-add={_SOCKET.stat().st_gid}",
        *(f"--env={name}={value}" for name, value in settings.items()),
        *(f"--volume={mount}" for mount in mounts),
    ]


async def _polled(stage: Stage, container: Container) -> None:
    polled = asyncio.create_task(stage.standin.wait_until_polled(timeout=90.0))
    ended = asyncio.create_task(docker("wait", container.name))
    await asyncio.wait({polled, ended}, return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    if not polled.done():
        polled.cancel()
        raise AssertionError(f"the container ended: {await container.output()}")
    await polled
