"""What one attempt does, kept as it goes, in words that the operator may read."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot import explain
from bot.jobs.made import Made
from bot.jobs.traces.facts import Conversion
from bot.jobs.traces.records import Work
from converter.commands.picture_args import quoted
from converter.convert import Result
from converter.engines.process import shown
from converter.engines.workspace import Workspace
from converter.errors import ConversionError
from converter.observer import Survey
from converter.planning.plan import Plan
from converter.shots import Shots

# Of several plans and many parts the latest.
_MOST_COMMANDS: Final = 60
_MOST_SETBACKS: Final = 20


@dataclass(slots=True)
class Logbook:
    """Hears of what goes on; `work` is what came of it so far. `clock` in seconds. Folders of this
    machine are told as a container has them."""

    clock: Callable[[], float] = time.monotonic
    _folders: list[tuple[str, str]] = field(default_factory=list)
    _began: float | None = None
    _survey: Survey | None = None
    _plan: Plan | None = None
    _setbacks: list[str] = field(default_factory=list)
    _commands: list[str] = field(default_factory=list)
    _seconds: float | None = None
    _before: int = 0
    _after: int = 0
    _video: float = 0.0
    _result: str = ""

    def begin(self, workspace: Workspace) -> None:
        """It converts, there."""
        self._began = self.clock()
        named: tuple[tuple[Path, str], ...] = (
            (workspace.input_dir, "/in"),
            (workspace.output_dir, "/out"),
            (workspace.root, ""),
        )
        # As it is, and as a filter's option has it.
        self._folders = [
            (form, name)
            for path, name in named
            for form in dict.fromkeys((str(path), quoted(str(path)).strip("'")))
        ]

    def surveyed(self, survey: Survey) -> None:
        """What came, and what may be done with it."""
        self._survey = survey
        self._before = survey.info.size
        self._plan = survey.plans[0] if survey.plans else None

    def planned(self, plan: Plan) -> None:
        """This is going to be done."""
        self._plan = plan

    def set_back(self, error: ConversionError) -> None:
        """That failed, and something else is done instead."""
        if self._plan is not None:
            told = f"{explain.brief(self._plan)}: {error.code}"
            self._setbacks = [*self._setbacks, told][-_MOST_SETBACKS:]

    def ran(self, argv: Sequence[str]) -> None:
        """This command is run."""
        words = list(argv)
        for path, name in self._folders:
            words = [word.replace(path, name) for word in words]
        self._commands = [*self._commands, shown(words)][-_MOST_COMMANDS:]

    def made(self, result: Result | Shots) -> None:
        """That came of it."""
        self._seconds = result.seconds
        if isinstance(result, Shots):
            self._after = result.size
            count, size = len(result.pictures), explain.say_size(result.size)
            self._result = f"{size}, {count} pictures"
            return
        self._plan = result.plan
        self._before, self._after = result.before.size, result.after.size
        self._video = result.after.duration or 0.0
        self._result = explain.media(result.after)

    def gave(self, made: Made) -> None:
        """It was there already."""
        self._before, self._after, self._video = made.before, made.after, made.read

    @property
    def work(self) -> Work:
        """What the attempt came to."""
        return Work(self.conversion, self._before, self._after, self._video)

    @property
    def conversion(self) -> Conversion | None:
        """How it converts, None where it doesn't, or nobody knows yet how to."""
        plan, survey = self._plan, self._survey
        if plan is None or survey is None or self._began is None:
            return None
        seconds = self.clock() - self._began if self._seconds is None else self._seconds
        return Conversion(
            action=plan.action.value,
            device=plan.device.value,
            seconds=seconds,
            plan=(*explain.lines_of(plan), *self._otherwise(plan, survey)),
            commands=tuple(self._commands),
            before=explain.media(survey.info),
            after=self._result,
        )

    def _otherwise(self, plan: Plan, survey: Survey) -> list[str]:
        """What failed before it, and what would follow if it failed."""
        lines = explain.listed("failed", self._setbacks) if self._setbacks else []
        if self._seconds is None and plan in survey.plans:
            rest = survey.plans[survey.plans.index(plan) + 1 :]
            lines += explain.listed("if it fails", [explain.brief(p) for p in rest]) if rest else []
        return lines
