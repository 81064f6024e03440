"""What a choice would cost, said before it is made: from the plan that the converter would make."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.jobs.house.speed import Speeds
from bot.jobs.model import Job
from converter.engines.capabilities import Capabilities
from converter.errors import Refused
from converter.limits import Limits
from converter.planning.plan import Action, Plan
from converter.request import Request
from converter.seen import Seen


@dataclass(frozen=True, slots=True)
class Expected:
    """`size` in bytes and `seconds` of work, None where nobody knows; `action` of the plan.
    `refused` is the error where it can't be done at all."""

    action: Action | None = None
    size: int | None = None
    seconds: float | None = None
    refused: Refused | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """Plans for a file that was seen, as a job would be planned."""

    limits: Limits
    able: Callable[[], Capabilities]
    speeds: Speeds

    def plan(self, seen: Seen | None, job: Job) -> Plan | None:
        """What would be done for a job whose file was seen; None where nobody can tell. Pure."""
        if seen is None or job.shots or job.extras:
            return None
        try:
            return seen.plan(job.request, self.limits, self.able())
        except Refused:
            return None

    def of(self, seen: Seen | None, request: Request) -> Expected:
        """What would come of this wish. Pure but for what the machine has shown so far."""
        if seen is None:
            return Expected()
        try:
            plan = seen.plan(request, self.limits, self.able())
        except Refused as error:
            return Expected(refused=error)
        return Expected(plan.action, plan.size, self.speeds.estimate(plan))
