"""A runner stub: an ffmpeg and an ffprobe on PATH that answer for one clip what the real ones said
of it once, at once or after so long, and pass everything else on to the real ones.

They are scripts without `#!`, which the shell runs: a sandbox lets a program see itself alone, so
all that they answer with stands in them.
"""

import asyncio
import base64
import contextlib
import itertools
import os
import shlex
import shutil
import subprocess
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from converter.converter import Converter
from converter.engines import abilities, host_runner
from converter.engines.host_runner import HostRunner
from converter.engines.process import Completed, OnLine
from converter.engines.runner import GpuAccess, Left, Resources, Session
from converter.engines.workspace import INPUT_NAME, Workspace
from converter.limits import Limits
from converter.request import Request

_NAMES: Final = ("ffmpeg", "ffprobe")
_PATH: Final = "PATH=/usr/local/bin:/usr/bin:/bin"


@dataclass(frozen=True, slots=True)
class Stub:
    """`folder` goes to the front of PATH; `clip` is what is answered for."""

    folder: Path
    clip: Path

    def environment(self) -> dict[str, str]:
        """PATH with the stub in front."""
        return {"PATH": f"{self.folder}{os.pathsep}{os.environ['PATH']}"}

    def clips(self) -> "Clips":
        """The clip under as many names as you like: each is a file of its own to the messenger."""
        return Clips(self)


class Clips:
    """One after the other."""

    def __init__(self, stub: Stub) -> None:
        self._stub = stub
        self._numbers = itertools.count()
        self._folder = stub.folder / "clips"
        self._folder.mkdir(exist_ok=True)

    def __next__(self) -> Path:
        path = self._folder / f"stub-{next(self._numbers):05d}{self._stub.clip.suffix}"
        path.unlink(missing_ok=True)
        path.hardlink_to(self._stub.clip)
        return path


async def make(folder: Path, *, work: str = "sleep 0.05") -> Stub:
    """Record what the real programs say of a clip that is made here, and write those that repeat
    it; what they do instead of converting is `work`, a shell command."""
    clip = folder / "stub.mkv"
    await asyncio.to_thread(_make_clip, clip)
    tools = host_runner.find_tools()
    if tools is None:
        raise RuntimeError("the stub needs a real ffmpeg: run .ci/prepare")
    recorder = _Recorder(HostRunner(await host_runner.without_broken_bwrap(tools), Resources()))
    able = await abilities.ask(recorder.runner, folder / "abilities")
    async with Converter(recorder, folder / "work", able).open("record") as conversion:
        await asyncio.to_thread(shutil.copyfile, clip, conversion.workspace.input_path)
        await conversion.run(Request(), Limits())
    for name, real in zip(_NAMES, (tools.ffmpeg, tools.ffprobe), strict=True):
        answers = [answer for answer in recorder.answers if answer.program == name]
        path = folder / name
        path.write_text(_script(real, clip.stat().st_size, answers, work), encoding="ascii")
        path.chmod(0o755)
    return Stub(folder, clip)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a program said once, of which files, and those that it wrote."""

    program: str
    files: tuple[str, ...]
    done: Completed
    written: dict[str, bytes]


@dataclass(slots=True)
class _Recorder:
    """A runner that keeps what its programs answer."""

    runner: HostRunner
    answers: list[_Answer] = field(default_factory=list)
    kind: str = "host"
    owner: int | None = None

    @contextlib.asynccontextmanager
    async def open(
        self, workspace: Workspace, *, gpu: GpuAccess | None = None
    ) -> AsyncIterator[Session]:
        async with self.runner.open(workspace, gpu=gpu) as session:
            yield _Recorded(session, workspace, self.answers)

    async def identity(self) -> str:
        return await self.runner.identity()

    async def left(self) -> Sequence[Left]:
        return await self.runner.left()

    async def remove(self, left: Left) -> None:
        await self.runner.remove(left)


@dataclass(slots=True)
class _Recorded:
    session: Session
    workspace: Workspace
    answers: list[_Answer]

    @property
    def input_url(self) -> str:
        return self.session.input_url

    def output_url(self, name: str) -> str:
        return self.session.output_url(name)

    async def run(
        self, argv: Sequence[str], *, on_line: OnLine | None = None, max_stdout: int = 1024 * 1024
    ) -> Completed:
        lines: list[bytes] = []

        def heard(line: str) -> None:
            lines.append(line.encode() + b"\n")
            if on_line is not None:
                on_line(line)

        before = _times(self.workspace.output_dir)
        done = await self.session.run(argv, on_line=on_line and heard, max_stdout=max_stdout)
        if lines:
            done = Completed(done.returncode, b"".join(lines), done.stderr)
        files = tuple(_file(word) for word in argv if word.startswith("file:"))
        changed = _times(self.workspace.output_dir).items() - before.items()
        written = {path.name: path.read_bytes() for path, _ in changed}
        self.answers.append(_Answer(argv[0], files, done, written))
        return done


def _times(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.iterdir()}


def _file(word: str) -> str:
    return word.rpartition("/")[2]


def _script(real: Path, size: int, answers: Sequence[_Answer], work: str) -> str:
    """Which answer is meant, the files say that a call names. Our clip is known by its size; a
    call that doesn't read it reads what was made of it, which is ours as well."""
    cases = "\n".join(_case(answer, work) for answer in answers)
    return f"""\
export {_PATH}
names= first= last=
for word; do
    case $word in
    file:*) last=${{word#file:}}; first=${{first:-$last}}; names="$names ${{word##*/}}";;
    esac
done
input=$first
case $first in
/in/*) ;;
/out/*) input=/in/input;;
*/out/*) input=${{first%/out/*}}/in/input;;
esac
if [ "$(stat -c %s "$input" 2>/dev/null)" = {size} ]; then
    case $names in
{cases}
    esac
fi
exec {shlex.quote(str(real))} "$@"
"""


def _case(answer: _Answer, work: str) -> str:
    lines = [f"    ' {' '.join(answer.files)}')"]
    if answer.written and answer.files[0] == INPUT_NAME:
        lines.append(work)
    for name, content in answer.written.items():
        lines.append(f'base64 -d >"${{last%/*}}/{name}" <<\\EOF\n{_coded(content)}EOF')
    if answer.done.stderr:
        lines.append(f"base64 -d >&2 <<\\EOF\n{_coded(answer.done.stderr.encode())}EOF")
    if answer.done.stdout:
        lines.append(f"base64 -d <<\\EOF\n{_coded(answer.done.stdout)}EOF")
    return "\n".join([*lines, f"exit {answer.done.returncode};;"])


def _coded(content: bytes) -> str:
    return base64.encodebytes(content).decode("ascii")


def _make_clip(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    inputs = ["-f", "lavfi", "-i", "testsrc2=size=64x64:rate=5:duration=1"]
    inputs += ["-f", "lavfi", "-i", "sine=duration=1"]
    codecs = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2"]
    argv = ["ffmpeg", "-v", "error", "-nostdin", "-y", *inputs, *codecs, str(path)]
    subprocess.run(argv, check=True)
