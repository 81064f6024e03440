"""One process that converts and judges files, one after the other, as it is told. What hangs or
dies in here can be ended and counted from outside."""

import asyncio
import shutil
import signal
import tempfile
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from converter.converter import Converter
from converter.limits import Limits
from tests.conformance import engine
from tests.conformance.case import Fault
from tests.conformance.cases import Named
from tests.conformance.engine import Cards, Runs
from tests.conformance.expectations import EXPECTATIONS, FOR_SOUNDS, Expectation, Family
from tests.conformance.judged import judged, wish
from tests.conformance.kinds import Kind, Known, Source, examine
from tests.conformance.outcome import Word
from tests.conformance.row import Row, figures, summary
from tests.conformance.toolbox import Toolbox

_CALLS_OF_A_JUDGE: Final = 8
_GRACE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Orders:
    """What every file of a run is done with, and the folder to do it in: the parent's, who empties
    it even of what a lost worker left."""

    target: str
    runner: Runs
    gpu: Cards
    limits: Limits
    tools: Toolbox
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """What a worker does next, and how long that may take."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Task:
    """One file: where it is, what to call it, what the folder's index knows of it, and what is
    expected where it is a named case."""

    path: Path
    name: str
    known: Known | None
    named: Named | None = None


Tell = Callable[[Stage], None]


def serve(pipe: Connection, orders: Orders) -> None:
    """Answer every `Task` with stages and a `Row`, until None comes or the other side is gone."""
    # Ctrl-C reaches the whole group; only the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with (
        tempfile.TemporaryDirectory(prefix="conformance-", dir=orders.folder) as name,
        asyncio.Runner() as loop,
        suppress(EOFError, BrokenPipeError),
    ):
        folder = Path(name)
        options = engine.options_of(folder / "data", orders.limits, orders.runner, orders.gpu)
        converter: Converter | None = None
        while (task := pipe.recv()) is not None:
            try:
                if converter is None:
                    pipe.send(Stage("opening", _GRACE * 2))
                    converter = loop.run(engine.open_converter(options))
                row = _File(orders, converter, loop, folder, pipe.send).row(task)
            except Exception:  # noqa: BLE001 - a fault of this tool, shown as one
                fault = Fault("tool", traceback.format_exc())
                row = Row(task.name, orders.target, "unknown", Word.WRONG, (fault,))
            pipe.send(row)


@dataclass(frozen=True, slots=True)
class _File:
    """Makes the row of a file."""

    orders: Orders
    converter: Converter
    loop: asyncio.Runner
    folder: Path
    tell: Tell

    def row(self, task: Task) -> Row:
        place = self.folder / "judged"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        try:
            # Under the name that the converter sees: an ending would tell a decoder too much.
            copy = Path(shutil.copyfile(task.path, place / "source"))
            self._judging("examining")
            source = examine(self.orders.tools, copy, task.known)
            if task.named is not None:
                return self._one(task, source, wish(task.named), place)
            want = EXPECTATIONS[self.orders.target]
            row = self._one(task, source, want, place)
            picture = want.family is not Family.SOUND
            if source.kind is Kind.SOUND and picture and engine.offers(FOR_SOUNDS):
                row = _both(row, self._one(task, source, EXPECTATIONS[FOR_SOUNDS], place))
        finally:
            shutil.rmtree(place, ignore_errors=True)
        return row

    def _one(self, task: Task, source: Source, want: Expectation, place: Path) -> Row:
        limits = self.orders.limits
        request: Mapping[str, Any] = {"target": want.key}
        if task.named is not None:
            request, limits = task.named.request, replace(limits, **task.named.limits)
        self.tell(Stage("converting", limits.timeout + engine.SLACK + _GRACE))
        made = self.loop.run(engine.convert(self.converter, source.path, request, limits, place))
        self._judging("judging")
        found = judged(self.orders.tools, source, want, made, limits, task.named)
        return Row(
            file=task.name,
            target=want.key,
            kind=source.kind.value,
            word=found.verdict.word,
            faults=found.verdict.faults,
            remark=found.verdict.remark,
            how=found.ending.how.value,
            code=found.ending.code,
            detail="\n".join([found.ending.detail, *made.setbacks]).strip(),
            action=made.action,
            notes=made.notes,
            seconds=round(made.seconds, 3),
            source=summary(source.facts),
            output=summary(found.facts),
            compared=figures(found.compared),
        )

    def _judging(self, name: str) -> None:
        self.tell(Stage(name, _CALLS_OF_A_JUDGE * self.orders.tools.seconds + _GRACE))


def _both(refused: Row, made: Row) -> Row:
    """A sound is right when it is refused as a picture and becomes a right sound."""
    words = {refused.word, made.word}
    word = Word.WRONG if Word.WRONG in words else Word.RIGHT
    return refused.joined(made, word)
