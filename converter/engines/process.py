"""Child processes that never outlive their purpose: bounded output, killed and waited for."""

import asyncio
import contextlib
import logging
import os
import shlex
import signal
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from converter.errors import Code, Failed

log = logging.getLogger(__name__)

_CHUNK = 64 * 1024
# A film's tags may hold a whole transcript, on one line of what ffprobe prints.
_LONGEST_LINE = 4 * 1024 * 1024
# Room for every complaint about a damaged file; a bound for one that complains for ever.
MAX_STDERR = 256 * 1024
_LAST_SECONDS = 10.0

T = TypeVar("T")
OnLine = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Completed:
    """A program that ended: exit status, standard output, the end of standard error."""

    returncode: int
    stdout: bytes
    stderr: str


async def uninterrupted(work: Awaitable[T]) -> T:
    """Await `work` to its end even when the caller is cancelled meanwhile; then the cancellation
    goes on. For cleaning up, where a half-done job is worse than a late one."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            if task.cancelled():
                raise
            cancelled = error
        except Exception:  # noqa: BLE001 - the task keeps it, result() raises it below
            break
    if cancelled is not None:
        if not task.cancelled():
            task.exception()  # seen: the cancellation is what the caller must hear of
        raise cancelled
    return task.result()


async def run_process(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    on_line: OnLine | None = None,
    max_stdout: int = 1024 * 1024,
) -> Completed:
    """Run a program to its end, without a shell, with nothing on standard input.

    With `on_line` each line of standard output goes there and is not kept. However this is left,
    by an error or a cancellation too, the program's whole process group is dead. Raises OSError
    when it can't be started, Failed when it prints more than `max_stdout` bytes.
    """
    began = time.monotonic()
    process = await _start(argv, env)
    reading = asyncio.ensure_future(_read(process.stdout, on_line, max_stdout))
    complaining = asyncio.ensure_future(_tail(process.stderr))
    ending = asyncio.ensure_future(process.wait())
    try:
        stdout, stderr, returncode = await asyncio.gather(reading, complaining, ending)
    except BaseException:
        await uninterrupted(_end(process, [reading, complaining, ending]))
        raise
    if log.isEnabledFor(logging.DEBUG):
        log.debug("ran in %.2f s, status %d: %s", time.monotonic() - began, returncode, shown(argv))
    return Completed(returncode, stdout, stderr)


async def _start(argv: Sequence[str], env: Mapping[str, str]) -> asyncio.subprocess.Process:
    """Start it. Cancelled meanwhile, asyncio could wait for ever for pipes that nobody closes: so
    it is started to the end, and killed."""
    starting = asyncio.ensure_future(
        asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=dict(env),
            start_new_session=True,
        )
    )
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        await uninterrupted(_discard(starting))
        raise


async def _discard(starting: "asyncio.Future[asyncio.subprocess.Process]") -> None:
    with contextlib.suppress(OSError):
        await _kill(await starting)


def shown(argv: Sequence[str]) -> str:
    """A command as a shell would take it, without the titles and names of somebody's file."""
    told = [
        f"{word.partition('=')[0]}=…" if before.startswith("-metadata") else word
        for before, word in zip(["", *argv], argv, strict=False)
    ]
    return shlex.join(told)


def kill_group(process: asyncio.subprocess.Process) -> None:
    """Kill a child that was started in a session of its own, with all its children."""
    if process.returncode is None:
        # Not process.kill(): it may reap the child behind the event loop's back.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


async def _end(process: asyncio.subprocess.Process, tasks: "Sequence[asyncio.Future[Any]]") -> None:
    """Stop listening, kill, and wait until it is dead."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await _kill(process)


async def _kill(process: asyncio.subprocess.Process) -> None:
    """Kill and wait. asyncio takes a process for ended once its pipes have, and a full one that
    nobody reads never does: so what is left in them is read."""
    kill_group(process)
    try:
        async with asyncio.timeout(_LAST_SECONDS):
            await asyncio.gather(_drain(process.stdout), _drain(process.stderr), process.wait())
    except TimeoutError:
        # Something of it that left its group holds a pipe open.
        log.warning("a program's pipes stay open after its end: %d", process.pid)


async def _drain(stream: asyncio.StreamReader | None) -> None:
    while stream is not None and await stream.read(_CHUNK):
        pass


async def _read(
    stream: asyncio.StreamReader | None, on_line: OnLine | None, max_stdout: int
) -> bytes:
    if stream is None:
        return b""
    kept = bytearray()
    while chunk := await stream.read(_CHUNK):
        kept += chunk
        if on_line is not None:
            *lines, rest = bytes(kept).split(b"\n")
            for line in lines:
                on_line(line.decode("utf-8", "replace"))
            kept = bytearray(rest[-_LONGEST_LINE:])
        elif len(kept) > max_stdout:
            raise Failed(Code.FAILED, f"more than {max_stdout} bytes on standard output")
    return bytes(kept)


async def _tail(stream: asyncio.StreamReader | None) -> str:
    if stream is None:
        return ""
    kept = b""
    while chunk := await stream.read(_CHUNK):
        kept = (kept + chunk)[-MAX_STDERR:]
    return kept.decode("utf-8", "replace")
