"""What an operator can do about a folder that can't be used: the advice fits the fault. Pure."""

import errno
from pathlib import Path
from typing import Final

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN: Final = frozenset({errno.EACCES, errno.EPERM})
_IN_THE_WAY: Final = frozenset({errno.ENOTDIR, errno.EEXIST, errno.EISDIR})


def complaint(setting: str, folder: Path, error: OSError) -> str:
    """One line: the setting, what failed, and the cure."""
    return f"{setting}: cannot write to {folder}: {error.strerror or error}; " + cure(
        setting, folder, error
    )


def cure(setting: str, place: Path, error: OSError) -> str:
    """What to do about it, in half a sentence."""
    elsewhere = f"set {setting} to another folder"
    if error.errno in _FULL:
        return f"make room on its disk, or {elsewhere}"
    if error.errno in _FORBIDDEN:
        return f"give this user write access to {place}, or {elsewhere}"
    if error.errno == errno.ENOENT:
        return f"it was taken away: make it again, or {elsewhere}"
    if error.errno == errno.EROFS:
        return f"that disk can only be read: {elsewhere}"
    if error.errno in _IN_THE_WAY:
        return f"something that is no folder stands in its way: remove it, or {elsewhere}"
    return f"see to that disk, or {elsewhere}"
