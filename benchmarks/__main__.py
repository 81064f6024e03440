"""`python -m benchmarks`: measure everything and print one table."""

import asyncio
import logging
import os
import platform
import tempfile
from pathlib import Path

import structlog

from benchmarks import (
    cancel,
    clips,
    dispatch,
    handbrake,
    local_files,
    memory,
    overview,
    slots,
    stalls,
    webhook,
    whole_job,
    workers,
)
from benchmarks.table import HEADER


async def main() -> None:
    """Make the clips, measure, print."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        encode, remux = clips.to_encode(folder), clips.to_remux(folder)
        rows = [
            *await whole_job.measure(folder, encode, remux),
            await memory.measure(folder),
            *await local_files.measure(folder),
            await stalls.measure(folder, encode),
            await cancel.measure(folder),
            await slots.measure(folder),
            *await dispatch.measure(folder),
            *await workers.measure(folder),
            *await webhook.measure(folder),
            *await overview.measure(folder),
            *await handbrake.measure(folder),
        ]
    cores = len(os.sched_getaffinity(0))
    print(f"Python {platform.python_version()}, {cores} cores, load {os.getloadavg()[0]:.1f}\n")
    print(HEADER)
    for row in rows:
        print(row)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(main())
