"""The judge's own ffmpeg and ffprobe: this machine's, or those of the image where it has none."""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

MOUNT: Final = "/judged"
# What hangs beyond this is killed and counts as undecodable.
SECONDS: Final = 300.0
_KILLED: Final = 137
# ffmpeg opens no other file and no network for a playlist that somebody calls a video.
_GUARDS: Final = ("-protocol_whitelist", "file,pipe")


@dataclass(frozen=True, slots=True)
class Said:
    """How a program ended and what it said; `data` is what it wrote, as it came."""

    status: int
    out: str
    err: str
    data: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Toolbox:
    """Programs that read one file. `image` is set where they run in containers."""

    image: str = ""
    seconds: float = SECONDS

    def ffprobe(self, path: Path, *options: str) -> Said:
        """Ask ffprobe about a file."""
        return self._run(path, ["ffprobe", "-hide_banner", *_GUARDS, *options])

    def ffmpeg(self, path: Path, before: tuple[str, ...], after: tuple[str, ...]) -> Said:
        """Let ffmpeg read a file; `before` and `after` stand around the input."""
        return self._run(path, ["ffmpeg", "-hide_banner", "-nostdin", *before, *_GUARDS], after)

    def pour(self, path: Path, before: tuple[str, ...], after: tuple[str, ...]) -> Said:
        """Let ffmpeg read a file and write raw frames or samples, which are in `data`."""
        return self._run(
            path,
            ["ffmpeg", "-hide_banner", "-nostdin", *before, *_GUARDS],
            (*after, "pipe:1"),
            raw=True,
        )

    def _run(
        self, path: Path, argv: list[str], after: tuple[str, ...] = (), *, raw: bool = False
    ) -> Said:
        if not self.image:
            return _ended([*argv, "-i", f"file:{path.resolve()}", *after], self.seconds, raw=raw)
        inside = [*argv, "-i", f"file:{MOUNT}/{path.name}", *after]
        around = ["docker", "run", "--rm", "--network", "none", "--pull", "never", "--read-only"]
        around += ["--cap-drop", "ALL", "--security-opt", "no-new-privileges"]
        # Our temporary folders are nobody else's to read.
        around += ["--user", f"{os.geteuid()}:{os.getegid()}"]
        around += ["--mount", f"type=bind,source={path.resolve().parent},target={MOUNT},readonly"]
        # Killing the client would leave the container at work.
        around += [self.image, "timeout", "--signal=KILL", f"{self.seconds:.0f}", *inside]
        return _ended(around, self.seconds + 30, raw=raw)


def find(image: str) -> Toolbox:
    """This machine's programs, else the image's."""
    here = shutil.which("ffmpeg") and shutil.which("ffprobe")
    return Toolbox() if here else Toolbox(image)


def _ended(argv: list[str], seconds: float, *, raw: bool) -> Said:
    try:
        done = subprocess.run(
            argv, capture_output=True, timeout=seconds, stdin=subprocess.DEVNULL, check=False
        )
    except subprocess.TimeoutExpired:
        return Said(_KILLED, "", f"[error] killed after {seconds:.0f} s")
    out, data = ("", done.stdout) if raw else (_text(done.stdout), b"")
    return Said(done.returncode, out, _text(done.stderr), data)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
