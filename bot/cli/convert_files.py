"""Which files `convert` reads and writes: the arguments made into pairs, and files moved so that
nobody ever sees half of one."""

import contextlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.names import result_name

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
        target = folder / result_name(self.source.name, suffix)
        taken = target.exists() and target.samefile(self.source)
        return folder / result_name(self.source.name, f".converted{suffix}") if taken else target


def pairs(files: Sequence[Path], folder: Path | None, suffix: str, *, many: bool) -> list[Pair]:
    """Read the arguments as ``cp`` does: IN, IN OUT, or IN… FOLDER; all are inputs when `folder`
    is given or `many` says so.

    Raises UsageError for a missing input, for an output that is an input or has another format's
    name.
    """
    try:
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
    except OSError as error:
        raise UsageError(told(error)) from error
    return found


def check_outputs(targets: Sequence[Path], *, force: bool) -> None:
    """Before any work is done for them: raises UsageError for one that can't be written, or that
    is there already and not to be overwritten (`force`)."""
    for target in targets:
        if target.exists() and not force:
            raise UsageError(f"{target} is there already; --force overwrites it")
        if target.is_dir():
            raise UsageError(f"{target} can't be written: it is a folder")
        folder = next(parent for parent in target.absolute().parents if parent.exists())
        try:
            # Only trying tells: rights, read-only file systems, folders that aren't any.
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            raise UsageError(f"{target} can't be written: {error.strerror}") from error


def told(error: OSError) -> str:
    """What went wrong with which file."""
    return f"{error.filename}: {error.strerror}" if error.filename else str(error)


def bring(source: Path, to: Path) -> None:
    """Put an input where a conversion reads it."""
    # As root the conversion runs as somebody else, who may not read a private file of ours.
    if os.geteuid() != 0:
        with contextlib.suppress(OSError):
            os.link(source.resolve(), to)
            return
    shutil.copyfile(source, to)


def put(result: Path, target: Path) -> None:
    """Beside the target first, then renamed: nobody sees half a file there. Raises OSError naming
    the target."""
    # Not by the target's name, which may be as long as names can be.
    partial = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(result, partial)
        partial.replace(target)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target)) from error
    finally:
        with contextlib.suppress(OSError):
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
