"""Two worker processes against one, each on a core of its own, with conversions that are nothing
but work for a processor; and what a worker and a front end cost while nothing is asked of them."""

import asyncio
import contextlib
import logging
import os
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import structlog

from benchmarks.table import HEADER, Row, ratio, seconds
from standin import StandIn, User
from tests.support import postgres, stub_engine
from tests.support.cluster import Cluster, cluster
from tests.support.stage import UNPACED, Program, Stage
from tests.support.stub_engine import Clips

ROUNDS = 3
JOBS = 8
IDLE_SECONDS = 20.0
_PEOPLE = 8
_PATIENCE = 300.0
# About two seconds of one core.
_WORK = "i=0; while [ $i -lt 2000000 ]; do i=$((i+1)); done"


async def measure(folder: Path) -> list[Row]:
    """All of it, on one PostgreSQL."""
    stub = await stub_engine.make(folder / "stub", work=_WORK)
    before = os.environ["PATH"]
    os.environ.update(stub.environment())
    try:
        async with _house(folder) as house:
            front = await house.frontend()
            worker = await _pinned(house, 0)
            idle = [await _idle(front), await _idle(worker)]
            people = [house.standin.user(name=f"P{number}") for number in range(_PEOPLE)]
            clips = stub.clips()
            alone = [await _round(people, clips) for _ in range(ROUNDS)]
            await _pinned(house, 1)
            together = [await _round(people, clips) for _ in range(ROUNDS)]
    finally:
        os.environ["PATH"] = before
    return [
        Row(
            f"{JOBS} jobs by 2 workers, speed ÷ 1 worker's, a core each",
            ratio(alone, together),
            "≥ 1.9",
            f"{seconds(together)} against {seconds(alone)}",
        ),
        Row(
            "processor of an idle front end and an idle worker, of one core",
            " and ".join(f"{share * 100:.1f} %" for share in idle),
            "≤ 3 %",
            f"{IDLE_SECONDS:.0f} s, PostgreSQL",
        ),
    ]


@contextlib.asynccontextmanager
async def _house(folder: Path) -> AsyncIterator[Cluster]:
    async with StandIn(folder=folder / "telegram", pace=UNPACED) as standin:
        with postgres.server(careful=True) as server:
            stage = Stage(standin, folder / "workers")
            async with cluster(standin, stage, server, server.database()) as house:
                yield house


async def _pinned(house: Cluster, core: int) -> Program:
    """A worker of one slot on one of the cores that we may use."""
    cores = sorted(os.sched_getaffinity(0))
    worker = await house.worker(slots=1)
    for task in (Path("/proc") / str(worker.process.pid) / "task").iterdir():
        os.sched_setaffinity(int(task.name), {cores[core % len(cores)]})
    return worker


async def _round(people: list[User], clips: Clips) -> float:
    """Seconds until all are served."""
    began = time.monotonic()
    waits = []
    for number in range(JOBS):
        person = people[number % len(people)]
        had = len(person.results)
        await person.send_document(next(clips))
        waits.append(_served(person, had + 1))
    await asyncio.gather(*waits)
    return time.monotonic() - began


async def _served(person: User, results: int) -> None:
    await person.wait_until(lambda: len(person.results) >= results, timeout=_PATIENCE)


async def _idle(program: Program) -> float:
    """Which share of a core a process takes."""
    before = _ticks(program.process.pid)
    await asyncio.sleep(IDLE_SECONDS)
    used = _ticks(program.process.pid) - before
    return used / os.sysconf("SC_CLK_TCK") / IDLE_SECONDS


def _ticks(pid: int) -> int:
    fields = (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


async def _main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        print(HEADER)
        for row in await measure(Path(name)):
            print(row)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(_main())
