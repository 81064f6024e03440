"""ffmpeg in a locked-down container, one container for each conversion.

Every program runs in the waiting container by ``docker exec``, measured at 100 ms a step against
229 ms for a ``docker run`` of its own. Killing a docker client does not end what runs inside, so
the container is removed by name. Its own process reads a pipe that we hold: when we die, however
we die, the pipe closes and the container ends within a second, with everything in it; a time
limit ends it where even that fails.
"""

import asyncio
import contextlib
import math
import os
import stat
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from converter.engines.held import Held, hold
from converter.engines.process import Completed, OnLine, run_process, uninterrupted
from converter.engines.runner import GpuAccess, Left, Resources, Session
from converter.engines.workspace import GONE, INPUT_NAME, LENT_PATH, Workspace, is_plain
from converter.errors import Code, Unavailable

LABEL = "telegram-video-converter"
# The workspace's name (of a job: its id and the attempt), and the process that made it.
PLACE_LABEL = f"{LABEL}.place"
KEEPER_LABEL = f"{LABEL}.keeper"
_SHOWN = ("{{.ID}}", f'{{{{.Label "{PLACE_LABEL}"}}}}', f'{{{{.Label "{KEEPER_LABEL}"}}}}')
NOBODY = 65534
_COMMAND_SECONDS = 60.0
_GONE_SECONDS = 20.0
_CLIENT_VARIABLES = (
    "PATH",
    "HOME",
    "XDG_RUNTIME_DIR",
    "DOCKER_HOST",
    "DOCKER_CONTEXT",
    "DOCKER_CONFIG",
    "DOCKER_CERT_PATH",
    "DOCKER_TLS_VERIFY",
)
# A quarter of what a process has otherwise: whoever taps a button waits for the bot, not for an
# encoder. With nothing else to do a container gets all the same.
_SHARES = "256"
_DRIVER_PARTS = "compute,video,utility"
_STARTED_BADLY = frozenset({125, 126, 127})
_NO_CONTAINER = ("No such container", "is not running", "Cannot connect to the Docker daemon")


def default_user() -> str:
    """Our own ids, or nobody's when we are root: the container never runs as root."""
    uid, gid = os.geteuid(), os.getegid()
    return f"{uid}:{gid}" if uid != 0 else f"{NOBODY}:{NOBODY}"


@dataclass(frozen=True, slots=True)
class DockerRunner:
    """Sessions in containers of `image`.

    `instance` marks the containers of one installation (a data folder), so that two on one machine
    leave each other's alone; `keeper` those of one process of it. `user` is ``uid:gid`` inside the
    container, never root unless the engine itself is rootless. `patience` is how many seconds a
    container may wait for a slow download before it has to be made anew.
    """

    image: str
    resources: Resources
    instance: str
    keeper: str = ""
    user: str = field(default_factory=default_user)
    kind: str = "docker"
    patience: float = 1800.0

    @property
    def owner(self) -> int | None:
        """Who must own the output folder: set only where we may change owners, as root."""
        return int(self.user.partition(":")[0]) if os.geteuid() == 0 else None

    @contextlib.asynccontextmanager
    async def open(
        self, workspace: Workspace, *, gpu: GpuAccess | None = None
    ) -> AsyncIterator[Session]:
        """A container on `workspace`, starting while the caller goes on, removed on leaving."""
        session = _DockerSession(self, workspace, gpu=gpu)
        session.start()
        try:
            yield session
        finally:
            await uninterrupted(session.end())

    async def identity(self) -> str:
        """The image's id."""
        found = await docker("image", "inspect", "--format", "{{.Id}}", self.image)
        if found.returncode != 0:
            raise Unavailable(Code.ENGINE, f"no image {self.image}", stderr_tail=found.stderr)
        return found.stdout.decode().strip()

    async def left(self) -> Sequence[Left]:
        """This installation's containers, running or not."""
        ours, shown = f"label={LABEL}={self.instance}", "\t".join(_SHOWN)
        listed = await docker("ps", "--all", "--no-trunc", "--filter", ours, "--format", shown)
        if listed.returncode != 0:
            raise Unavailable(Code.ENGINE, "docker ps failed", stderr_tail=listed.stderr)
        rows = [line.split("\t") for line in listed.stdout.decode().splitlines()]
        return [Left(*row) for row in rows if len(row) == len(_SHOWN)]

    async def remove(self, left: Left) -> None:
        """Remove one of them: that very one, whatever has its name by now."""
        await remove_container(left.id)

    def run_argv(self, name: str, workspace: Workspace, *, gpu: GpuAccess | None) -> list[str]:
        """The ``docker run`` arguments of a container that waits, echoing its standard input."""
        resources = self.resources
        argv = ["run", "--interactive", "--rm", "--init", "--pull", "never"]
        argv += ["--name", name, "--label", f"{LABEL}={self.instance}"]
        argv += ["--label", f"{PLACE_LABEL}={workspace.root.name}"]
        argv += ["--label", f"{KEEPER_LABEL}={self.keeper}"]
        argv += ["--network", "none", "--read-only", "--cap-drop", "ALL"]
        argv += ["--security-opt", "no-new-privileges", "--user", self.user]
        argv += ["--pids-limit", str(resources.pids)]
        argv += ["--memory", str(resources.memory), "--memory-swap", str(resources.memory)]
        argv += ["--cpu-shares", _SHARES]
        if resources.cpus > 0:
            argv += ["--cpus", f"{resources.cpus:.3f}"]
        argv += ["--ulimit", f"fsize={resources.file_size}", "--ulimit", "core=0"]
        argv += ["--tmpfs", "/tmp:rw,noexec,nosuid,nodev,size=64m"]  # noqa: S108 - the container's
        argv += ["--log-driver", "none", "--workdir", "/out"]
        argv += ["--mount", f"type=bind,source={workspace.input_dir},target=/in,readonly"]
        argv += ["--mount", f"type=bind,source={workspace.output_dir},target=/out"]
        argv += self._lent_argv(workspace)
        if gpu is not None:
            argv += _gpu_argv(gpu)
        life = str(math.ceil(resources.seconds + self.patience))
        return [*argv, self.image, "timeout", "--signal=KILL", life, "cat"]

    def _lent_argv(self, workspace: Workspace) -> list[str]:
        """The one file that is lent, by our own link to it: its path may hold what no list of
        processes should show. Raises Unavailable (ENGINE)."""
        lent = workspace.lent
        if lent is None:
            return []
        if not is_plain(lent):
            raise Unavailable(Code.ENGINE, GONE)
        mount = f"type=bind,source={workspace.input_path},target={LENT_PATH},readonly"
        found = lent.stat()
        # Nothing else in the container belongs to that group.
        shut = not found.st_mode & stat.S_IROTH and str(found.st_uid) != self.user.partition(":")[0]
        return ["--mount", mount, *(["--group-add", str(found.st_gid)] if shut else [])]


def _gpu_argv(gpu: GpuAccess) -> list[str]:
    # The client reads the value as CSV: one number needs no quotes, a list of them would. Which
    # libraries of the driver come along is said here, since an image of the operator's own may
    # not say it; without `video` there is neither NVENC nor NVDEC.
    cards = "all" if gpu.device is None else f"device={gpu.device}"
    return ["--gpus", cards, "--env", f"NVIDIA_DRIVER_CAPABILITIES={_DRIVER_PARTS}"]


class _DockerSession:
    def __init__(
        self, runner: DockerRunner, workspace: Workspace, *, gpu: GpuAccess | None
    ) -> None:
        self.name = container_name(runner.instance, workspace.root.name)
        self._runner = runner
        self._workspace = workspace
        self._gpu = gpu
        self._lent: Path | None = None
        self._started = 0.0
        self._holding: asyncio.Task[Held] | None = None
        # One at a time begins or ends a container: two would take each other's away.
        self._changing = asyncio.Lock()
        self._users = 0
        self._ended = False

    @property
    def input_url(self) -> str:
        lent = self._workspace.lent is not None
        return f"file:{LENT_PATH}" if lent else f"file:/in/{INPUT_NAME}"

    def output_url(self, name: str) -> str:
        return f"file:/out/{name}"

    def start(self) -> None:
        """Begin to start the container; `run` waits for it."""
        self._started = time.monotonic()
        self._lent = self._workspace.lent
        self._holding = asyncio.create_task(self._start())

    async def _start(self) -> Held:
        """A GPU that was proved at start may be lost since (a driver update, a reload of systemd):
        then a container without it, in which the GPU's plan fails and the CPU's follows."""
        if self._gpu is not None:
            try:
                return await hold(self._run_argv(self._gpu), client_environment())
            except Unavailable:
                await remove_container(self.name)
        try:
            return await hold(self._run_argv(None), client_environment())
        except Unavailable:
            # An engine that is elsewhere, or whose bot is in a container, sees other disks.
            if self._lent is None or not await asyncio.to_thread(self._workspace.copy_lent):
                raise
        await remove_container(self.name)
        self._lent = self._workspace.lent
        return await hold(self._run_argv(None), client_environment())

    def _run_argv(self, gpu: GpuAccess | None) -> list[str]:
        return self._runner.run_argv(self.name, self._workspace, gpu=gpu)

    async def end(self) -> None:
        """The container is gone when this returns, whether it ever started or not; another one
        never comes."""
        self._ended = True
        async with self._changing:
            await self._drop()

    async def _drop(self) -> None:
        holding, self._holding = self._holding, None
        if holding is None:
            return
        # A client that is killed half-way may still get its container started later.
        await asyncio.wait([holding])
        try:
            await remove_container(self.name)
        finally:
            if not holding.cancelled() and holding.exception() is None:
                await holding.result().close()

    async def run(
        self, argv: Sequence[str], *, on_line: OnLine | None = None, max_stdout: int = 1024 * 1024
    ) -> Completed:
        async with self._container():
            return await self._exec(argv, on_line, max_stdout)

    async def _exec(
        self, argv: Sequence[str], on_line: OnLine | None, max_stdout: int
    ) -> Completed:
        limit = f"{self._runner.resources.seconds:.0f}"
        inside = ["timeout", "--signal=KILL", limit, *argv]
        command = ["docker", "exec", self.name, *inside]
        try:
            done = await run_process(
                command, env=client_environment(), on_line=on_line, max_stdout=max_stdout
            )
        except OSError as error:
            raise Unavailable(Code.ENGINE, f"docker: {error}", command=command) from error
        except BaseException:
            # The client is dead, what it started inside is not.
            await uninterrupted(remove_container(self.name))
            raise
        lost = any(text in done.stderr for text in _NO_CONTAINER)
        if done.returncode in _STARTED_BADLY or (done.returncode != 0 and lost):
            raise Unavailable(
                Code.ENGINE, "docker exec failed", command=command, stderr_tail=done.stderr
            )
        return done

    @contextlib.asynccontextmanager
    async def _container(self) -> AsyncIterator[None]:
        """A container that runs, and stays while somebody is in here; a new one after a download
        slower than its patience, and for an input that was lent since: what a container sees is
        said when it starts. Raises Unavailable (ENGINE)."""
        async with self._changing:
            if self._ended:
                raise Unavailable(Code.ENGINE, "the session ended")
            late = time.monotonic() - self._started > self._runner.patience
            stale = late or self._workspace.lent not in {None, self._lent}
            # A program in the old one began in time, and what begins beside it has its life too.
            if self._holding is None or (stale and not self._users):
                await uninterrupted(self._drop())
                self.start()
            holding = self._holding
            self._users += 1
        try:
            if holding is not None:
                await asyncio.shield(holding)
            yield
        finally:
            self._users -= 1


def container_name(instance: str, workspace: str) -> str:
    """The name by which a conversion's container is found again."""
    return f"convert-{instance}-{workspace}"


def client_environment() -> dict[str, str]:
    """What the docker client needs of ours, and no secret of ours."""
    return {name: os.environ[name] for name in _CLIENT_VARIABLES if name in os.environ}


async def docker(*arguments: str, seconds: float = _COMMAND_SECONDS) -> Completed:
    """Run one docker command. Raises Unavailable (ENGINE) when the client is missing or the
    engine does not answer within `seconds`."""
    command = ["docker", *arguments]
    try:
        async with asyncio.timeout(seconds):
            return await run_process(command, env=client_environment())
    except TimeoutError as error:
        raise Unavailable(
            Code.ENGINE, f"no answer within {seconds:g} s", command=command
        ) from error
    except OSError as error:
        raise Unavailable(Code.ENGINE, f"docker: {error}", command=command) from error


@dataclass(frozen=True, slots=True)
class Fault:
    """Why containers can't be had, and what an operator does about it: half a sentence each."""

    reason: str
    cure: str


async def fault(image: str) -> Fault | None:
    """Why containers of `image` can't be had; None = they can."""
    try:
        found = await docker("image", "inspect", "--format", "{{.Id}}", image, seconds=15.0)
    except Unavailable as error:
        return no_client(error)
    if found.returncode == 0:
        return None
    if "No such image" in found.stderr:
        cure = "build it with `make image`, or correct FFMPEG_IMAGE"
        return Fault(f"the image {image} is not there", cure)
    if found.stderr.startswith("Error response from daemon"):
        return Fault(_last_line(found.stderr), "correct FFMPEG_IMAGE")
    return no_engine(found.stderr)


def _last_line(stderr: str) -> str:
    lines = stderr.strip().splitlines()
    return lines[-1].strip() if lines else "docker failed"


def no_client(error: Unavailable) -> Fault:
    """The docker command is missing, or says nothing."""
    if isinstance(error.__cause__, FileNotFoundError):
        return Fault("docker is not installed", "install it (apt-get install docker.io)")
    if isinstance(error.__cause__, PermissionError):
        return Fault(error.detail, "let this user run the docker command")
    return Fault(error.detail, "start it anew (systemctl restart docker)")


def no_engine(stderr: str) -> Fault:
    """The docker command reached no engine."""
    reason = _last_line(stderr)
    elsewhere = [name for name in ("DOCKER_HOST", "DOCKER_CONTEXT") if os.environ.get(name)]
    if elsewhere:
        return Fault(reason, f"does {elsewhere[0]} lead to an engine?")
    if "permission denied" in stderr:
        return Fault(reason, "add this user to the group docker and log in anew")
    return Fault(reason, "start the engine (systemctl start docker)")


async def remove_container(name: str) -> None:
    """Kill a container by name and wait until it is gone. One that isn't there is no error."""
    deadline = time.monotonic() + _GONE_SECONDS
    while time.monotonic() < deadline:
        done = await docker("rm", "--force", "--volumes", name)
        if "No such container" in done.stderr or "is already in progress" not in done.stderr:
            if done.returncode == 0 or "No such container" in done.stderr:
                return
            raise Unavailable(
                Code.ENGINE, f"container {name} can't be removed", stderr_tail=done.stderr
            )
        await docker("wait", name)
    raise Unavailable(Code.ENGINE, f"container {name} is still there")
