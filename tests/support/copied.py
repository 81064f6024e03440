"""How many bytes a process moved by itself; what its children did doesn't count."""

from pathlib import Path


def moved(pid: int) -> int:
    """Bytes that it read and wrote so far, by whatever call: files, sockets and pipes."""
    lines = (Path("/proc") / str(pid) / "io").read_text(encoding="ascii").splitlines()
    told = dict(line.split(": ") for line in lines)
    return int(told["rchar"]) + int(told["wchar"])
