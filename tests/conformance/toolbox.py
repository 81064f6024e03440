"""The judge's own ffmpeg and ffprobe: this machine's, or those of the image where it has none."""

import os
import shutil
import subprocess
from dataclasses import dataclass
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
    """How a program ended and what it said."""

    status: int
    out: str
    err: str


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

    def _run(self, path: Path, argv: list[str], after: tuple[str, ...] = ()) -> Said:
        if not self.image:
            return _ended([*argv, "-i", f"file:{path.resolve()}", *after], self.seconds)
        inside = [*argv, "-i", f"file:{MOUNT}/{path.name}", *after]
        around = ["docker", "run", "--rm", "--network", "none", "--pull", "never", "--read-only"]
        around += ["--cap-drop", "ALL", "--security-opt", "no-new-privileges"]
        # Our temporary folders are nobody else's to read.
        around += ["--user", f"{os.geteuid()}:{os.getegid()}"]
        around += ["--mount", f"type=bind,source={path.resolve().parent},target={MOUNT},readonly"]
        # Killing the client would leave the container at work.
        around += [self.image, "timeout", "--signal=KILL", f"{self.seconds:.0f}", *inside]
        return _ended(around, self.seconds + 30)


def find(image: str) -> Toolbox:
    """This machine's programs, else the image's."""
    here = shutil.which("ffmpeg") and shutil.which("ffprobe")
    return Toolbox() if here else Toolbox(image)


def _ended(argv: list[str], seconds: float) -> Said:
    try:
        done = subprocess.run(
            argv, capture_output=True, timeout=seconds, stdin=subprocess.DEVNULL, check=False
        )
    except subprocess.TimeoutExpired:
        return Said(_KILLED, "", f"[error] killed after {seconds:.0f} s")
    return Said(done.returncode, _text(done.stdout), _text(done.stderr))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
