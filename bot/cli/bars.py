"""Progress bars on a terminal, nothing elsewhere."""

import contextlib
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from converter.commands.progress import Progress as Step


class Bars:
    """A bar for each file that is being converted."""

    def __init__(self, *, shown: bool) -> None:
        console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeRemainingColumn(),
            console=console,
            disable=not (shown and console.is_terminal),
            transient=True,
        )

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    @contextlib.contextmanager
    def bar(self, name: str) -> Iterator[Callable[[Step], None]]:
        """A bar called `name`, moved by what it gives."""
        task = self._progress.add_task(name, total=100)

        def moved(step: Step) -> None:
            self._progress.update(task, completed=(step.fraction or 0.0) * 100)

        try:
            yield moved
        finally:
            self._progress.remove_task(task)
