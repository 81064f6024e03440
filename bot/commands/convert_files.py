"""Which files `convert` reads and writes: the arguments made into pairs, and files moved so that
nobody ever sees half of one."""

import contextlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_PAIR = 2


class UsageError(Exception):
    """The command was called wrongly: one sentence."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One input, and where its result goes: a folder, a file, or (None) beside the input."""

    source: Path
    output: Path | None

    def target(self, suffix: str) -> Path:
        """The file to write, when the result's names end in `suffix`."""
        if self.output is not None and not self.output.is_dir():
            return self.output
        folder = self.source.parent if self.output is None else self.output
        target = folder / f"{self.source.stem}{suffix}"
        taken = target.exists() and target.samefile(self.source)
        return folder / f"{self.source.stem}.converted{suffix}" if taken else target


def pairs(
    files: Sequence[Path], folder: Path | None, suffix: str, *, many: bool, force: bool
) -> list[Pair]:
    """Read the arguments as ``cp`` does: IN, IN OUT, or IN… FOLDER; all are inputs when `folder`
    is given or `many` says so.

    Raises UsageError for a missing input, for an output that is an input, has another format's
    name, or is there already and not to be overwritten (`force`).
    """
    found = _split(list(files), folder, many=many)
    for pair in found:
        if not pair.source.is_file():
            raise UsageError(f"{pair.source} is not a file")
    targets = [pair.target(suffix) for pair in found]
    for pair, target in zip(found, targets, strict=True):
        _check(pair, target, suffix)
        if targets.count(target) > 1:
            raise UsageError(f"two inputs would both become {target}")
        if target.exists() and any(target.samefile(other.source) for other in found):
            raise UsageError(f"{target} is an input; for several inputs give --out FOLDER")
        if target.exists() and not force:
            raise UsageError(f"{target} is there already; --force overwrites it")
    return found


def bring(source: Path, to: Path) -> None:
    """Put an input where a conversion reads it."""
    # As root the conversion runs as somebody else, who may not read a private file of ours.
    if os.geteuid() != 0:
        with contextlib.suppress(OSError):
            os.link(source.resolve(), to)
            return
    shutil.copyfile(source, to)


def put(result: Path, target: Path) -> None:
    """Beside the target first, then renamed: nobody sees half a file there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.part")
    try:
        shutil.copyfile(result, partial)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _split(files: list[Path], folder: Path | None, *, many: bool) -> list[Pair]:
    if folder is not None:
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder} is no folder")
        folder.mkdir(parents=True, exist_ok=True)
        return [Pair(source, folder) for source in files]
    if len(files) >= _PAIR and files[-1].is_dir():
        return [Pair(source, files[-1]) for source in files[:-1]]
    if len(files) == _PAIR and not many:
        return [Pair(files[0], files[1])]
    return [Pair(source, None) for source in files]


def _check(pair: Pair, target: Path, suffix: str) -> None:
    if target.exists() and target.samefile(pair.source):
        raise UsageError("IN and OUT are the same file")
    if target.suffix.lower() != suffix:
        raise UsageError(
            f"{target} would be a {suffix} file: name it so, or choose another --target"
        )
