"""What is known of a conversion before and while it runs, and who hears of it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from converter.commands.progress import Progress
from converter.errors import ConversionError
from converter.media import MediaInfo
from converter.planning.plan import Plan
from converter.seen import Seen


@dataclass(frozen=True, slots=True)
class Survey:
    """An input understood: what it is, and every plan worth trying, the cheapest first."""

    seen: Seen
    plans: tuple[Plan, ...]

    @property
    def info(self) -> MediaInfo:
        """What the file is."""
        return self.seen.info

    @property
    def seconds(self) -> float:
        """How long the result of the first plan will play; 0 for a picture, and where nobody can
        tell."""
        return (self.plans[0].seconds if self.plans else None) or 0.0


def _ignore(*_: object) -> None:
    return None


async def _agree(_: Survey) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Observer:
    """Who hears of what is going on: each plan before it runs, progress while it does, and each
    plan's failure that another plan may make good. `on_survey` hears, before anything is made, what
    the input is; what it raises ends the conversion. `on_shot` hears which of how many pictures is
    taken next, from 1. `on_command` hears each command that makes something of it, as it is about
    to run."""

    on_plan: Callable[[Plan], None] = _ignore
    on_progress: Callable[[Progress], None] = _ignore
    on_setback: Callable[[ConversionError], None] = _ignore
    on_survey: Callable[[Survey], Awaitable[None]] = _agree
    on_shot: Callable[[int, int], None] = _ignore
    on_command: Callable[[Sequence[str]], None] = _ignore
