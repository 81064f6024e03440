"""Workers side by side: gives out the files, waits no longer than a stage may take, and replaces a
worker that hangs or dies."""

import contextlib
import multiprocessing
import queue
import tempfile
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Final

from tests.conformance import worker
from tests.conformance.case import Fault
from tests.conformance.outcome import Word
from tests.conformance.row import Row
from tests.conformance.worker import Orders, Stage, Task

_START_SECONDS: Final = 120.0
_END_SECONDS: Final = 10.0


Serve = Callable[[Connection, Orders], None]


def run(
    tasks: Iterable[Task],
    orders: Orders,
    jobs: int,
    heard: Callable[[Row], None],
    *,
    serve: Serve = worker.serve,
) -> list[Row]:
    """Convert and judge every file, `jobs` at a time; `heard` is told each row as it comes.
    `serve` is what a worker does."""
    waiting: queue.SimpleQueue[Task] = queue.SimpleQueue()
    for task in tasks:
        waiting.put(task)
    stop = threading.Event()
    lock = threading.Lock()
    rows: list[Row] = []

    def work() -> None:
        with contextlib.closing(_Hand(orders, serve)) as hand:
            while not stop.is_set():
                try:
                    task = waiting.get_nowait()
                except queue.Empty:
                    return
                row = hand.do(task, stop)
                with lock:
                    rows.append(row)
                    heard(row)

    with (
        tempfile.TemporaryDirectory(prefix="conformance-") as name,
        ThreadPoolExecutor(jobs) as threads,
    ):
        orders = replace(orders, folder=Path(name))
        running = [threads.submit(work) for _ in range(jobs)]
        try:
            for thread in running:
                thread.result()
        finally:
            stop.set()
    return sorted(rows, key=lambda row: row.file)


@dataclass(slots=True)
class _Hand:
    """One worker process at a time, started when there is something to do."""

    orders: Orders
    serve: Serve
    _process: SpawnProcess | None = field(default=None, init=False)
    _pipe: Connection | None = field(default=None, init=False)

    def do(self, task: Task, stop: threading.Event) -> Row:
        """The row of a file, whatever happens to the worker."""
        stage = Stage("starting", _START_SECONDS)
        try:
            pipe = self._started()
            pipe.send(task)
            while True:
                if not _wait(pipe, stage.seconds, stop):
                    self._kill()
                    return _lost(task, self.orders, stage, hung=True)
                answer = pipe.recv()
                if isinstance(answer, Row):
                    return answer
                stage = answer
        except (EOFError, OSError):
            self._kill()
            return _lost(task, self.orders, stage, hung=False)

    def close(self) -> None:
        """The worker is gone when this returns."""
        if self._process is not None and self._pipe is not None:
            with contextlib.suppress(OSError):
                self._pipe.send(None)
            self._process.join(_END_SECONDS)
        self._kill()

    def _started(self) -> Connection:
        if self._process is None or self._pipe is None:
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(
                target=self.serve, args=(theirs, self.orders), daemon=True
            )
            self._process.start()
            theirs.close()
        return self._pipe

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None


def _wait(pipe: Connection, seconds: float, stop: threading.Event) -> bool:
    """Whether an answer came in time."""
    for _ in range(max(1, int(seconds))):
        if pipe.poll(1.0):
            return True
        if stop.is_set():
            return False
    return False


def _lost(task: Task, orders: Orders, stage: Stage, *, hung: bool) -> Row:
    converting = stage.name == "converting"
    kind = ("hang" if hung else "crash") if converting else "tool"
    told = f"no answer in {stage.seconds:.0f} s" if hung else "the process died"
    fault = Fault(kind, f"{told} while {stage.name}")
    return Row(task.name, orders.target, "unknown", Word.WRONG, (fault,), how=kind)
