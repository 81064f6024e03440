"""Plans tried one after the other until one gives a proved output."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from converter.attempt import Attempt, Proved
from converter.checks import recourse
from converter.engines.runner import Session
from converter.engines.workspace import Workspace
from converter.errors import Code, ConversionError, Failed
from converter.limits import Limits
from converter.media import MediaInfo
from converter.nvidia import faults
from converter.nvidia.faults import Retry
from converter.observer import Observer
from converter.planning import singles
from converter.planning.plan import Plan


@dataclass(frozen=True, slots=True)
class Climb:
    """Where plans are tried for the workspace's input, and who hears of it."""

    workspace: Workspace
    session: Session
    limits: Limits
    watch: Observer

    async def up(self, plans: Sequence[Plan], info: MediaInfo) -> tuple[Plan, Proved]:
        """The first plan that gave a proved output for the input `info`, and that. Raises the last
        failure where none did."""
        waiting = list(plans)
        latest: ConversionError = Failed(Code.FAILED, "no plan")
        while waiting:
            plan = waiting.pop(0)
            try:
                outcome = await self.once(plan, info)
            except ConversionError as error:
                if error.code in recourse.HOPELESS:
                    raise
                self.watch.on_setback(error)
                latest = error
                smaller = singles.smaller(plan, error)
                waiting = [smaller] if smaller else recourse.after(plan, error, waiting)
                continue
            return plan, outcome
        raise latest

    async def once(self, plan: Plan, info: MediaInfo, *, least: int = 0) -> Proved:
        """One plan, again where a card is busy. An output under `least` bytes is none. Raises
        Refused, Failed or Unavailable."""
        self.watch.on_plan(plan)
        place = self.workspace, self.session
        attempt = Attempt(plan, info, self.limits, *place, self.watch, least)
        for pause in faults.WAITS:
            try:
                return await attempt.run()
            except ConversionError as error:
                if recourse.advice(error) is not Retry.WAIT:
                    raise
                self.watch.on_setback(error)
            # Others' encodes on this card end some time.
            await asyncio.sleep(pause)
        return await attempt.run()
