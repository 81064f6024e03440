"""`python -m tests.conformance FOLDER`: convert everything in it, judge, print; exit status 0 when
all is right, 1 when something is wrong, 2 for a wrong call."""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from converter.limits import Limits
from converter.opening import OpeningError
from tests.conformance import cases, engine, pool, report, toolbox
from tests.conformance.case import Fault
from tests.conformance.cases import Named
from tests.conformance.expectations import EXPECTATIONS
from tests.conformance.kinds import files_of, read_index
from tests.conformance.outcome import Word
from tests.conformance.row import Row
from tests.conformance.worker import Orders, Task

CORES = len(os.sched_getaffinity(0))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tool; returns the exit status."""
    options = _parser().parse_args(arguments)
    folder: Path = options.folder
    if not folder.is_dir():
        return _usage(f"{folder} is not a folder")
    if not engine.offers(options.target):
        return _usage(f"this version of the converter has no target {options.target}")
    limits = Limits(timeout=options.timeout, threads=max(1, CORES // options.jobs))
    try:
        runner = asyncio.run(_runner(options.runner, limits))
    except OpeningError as error:
        return _usage(str(error))
    try:
        table = cases.read(options.cases) if options.cases else []
    except ValueError as error:
        return _usage(str(error))
    tasks = _named(folder, table) if table else _all(folder)
    absent = [_absent(named) for named in table if not (folder / named.file).is_file()]
    tools = toolbox.find(engine.IMAGE)
    orders = Orders(options.target, options.runner, options.gpu, limits, tools)
    started = time.monotonic()
    rows = pool.run(tasks, orders, options.jobs, _Progress(len(tasks))) + absent
    report.write_json(options.report, rows, target=options.target, runner=runner)
    _say(f"target {options.target}, runner {runner}, {time.monotonic() - started:.0f} s\n")
    for part in (report.table(rows), report.wrong(rows), report.faults(rows)):
        if part:
            _say(part + "\n")
    _say(f"one entry for each file: {options.report}")
    return 0 if report.all_right(rows) else 1


async def _runner(wanted: engine.Runs, limits: Limits) -> str:
    with tempfile.TemporaryDirectory(prefix="conformance-") as name:
        return await engine.runner_kind(engine.options_of(Path(name), limits, wanted, "off"))


class _Progress:
    """A line for each wrong file as it comes, and on a terminal a counter."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0

    def __call__(self, row: Row) -> None:
        self._done += 1
        if row.word is Word.WRONG:
            kinds = ", ".join(fault.kind for fault in row.all_faults)
            sys.stderr.write(f"[{self._done}/{self._total}] wrong: {row.file}: {kinds}\n")
        elif sys.stderr.isatty():
            sys.stderr.write(f"[{self._done}/{self._total}]\r")
        sys.stderr.flush()


def _all(folder: Path) -> list[Task]:
    """Every file of the folder."""
    index = read_index(folder)
    names = [(path, path.relative_to(folder).as_posix()) for path in files_of(folder)]
    return [Task(path, name, index.get(name)) for path, name in names]


def _named(folder: Path, table: Sequence[Named]) -> list[Task]:
    """Every case of the table whose file is there."""
    paths = [(folder / named.file, named) for named in table]
    return [Task(path, named.name, None, named) for path, named in paths if path.is_file()]


def _absent(named: Named) -> Row:
    fault = Fault("file_missing", named.about)
    return Row(named.name, named.target, "unknown", Word.WRONG, (fault,))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument("folder", type=Path, help="folder of media files")
    parser.add_argument("--cases", type=Path, help="table of named cases, instead of every file")
    parser.add_argument("--target", default="mp4", choices=EXPECTATIONS, help="what to make")
    parser.add_argument("--jobs", type=_count, default=CORES, help="how many at a time")
    parser.add_argument("--runner", default="auto", choices=get_args(engine.Runs))
    parser.add_argument("--gpu", default="off", choices=get_args(engine.Cards))
    parser.add_argument("--timeout", type=float, default=300.0, help="seconds for a conversion")
    parser.add_argument("--report", type=Path, default=Path("build/conformance.json"))
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _usage(sentence: str) -> int:
    sys.stderr.write(f"conformance: {sentence}\n")
    return 2


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
