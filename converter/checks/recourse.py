"""What is still worth trying once a plan has failed, or has missed the size it aimed at. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from converter.errors import Code, ConversionError
from converter.nvidia import faults
from converter.nvidia.faults import GpuFault, Retry
from converter.planning.budget import AIM
from converter.planning.encoders import ENCODERS, RATE_WINDOW
from converter.planning.plan import Action, Device, Note, Plan, Step

# These end a conversion: another plan for the same file would end no better.
HOPELESS: Final = frozenset(
    {Code.TIMED_OUT, Code.OUT_OF_MEMORY, Code.DISK_FULL, Code.ENGINE, Code.ENCRYPTED}
)
# An aimed size is met from here on.
CLOSE: Final = 0.9
_CORRECTION: Final = 0.95
_LEAST_RATE: Final = 8_000


def after(plan: Plan, error: ConversionError, waiting: Sequence[Plan]) -> list[Plan]:
    """The plans to go on with once `plan` ended with `error`."""
    if error.code is Code.OUTPUT_TOO_LARGE and plan.action is Action.ENCODE:
        # Cut off by the engine's own limit, nobody knows how large it would have become.
        if "least" not in error.facts or plan.corrective:
            return []
        smaller = corrected(plan, int(error.facts["least"]), float(error.facts["seconds"]))
        # A card may still fail in its second try.
        spare = [p for p in waiting if p.device is Device.CPU and plan.device is not Device.CPU]
        return [smaller, *spare] if smaller is not None else spare
    if plan.device is not Device.CPU and advice(error) in {None, Retry.CPU}:
        # Not the GPU's fault, or it is gone altogether: its other half would meet the same.
        return [other for other in waiting if other.device is Device.CPU]
    if error.code is Code.FAILED and plan.device is Device.CPU:
        simpler = plainer(plan)
        return [simpler, *waiting] if simpler is not None else list(waiting)
    return list(waiting)


def plainer(plan: Plan) -> Plan | None:
    """The same without the filters that it could do without: a picture may be one that they can't
    bear. None where there are none."""
    picture = plan.picture
    if picture is None or not any(filter_.optional for filter_ in picture.filters):
        return None
    kept = tuple(filter_ for filter_ in picture.filters if not filter_.optional)
    return replace(plan, picture=replace(picture, filters=kept))


def advice(error: ConversionError) -> Retry | None:
    """What to do about a fault of the GPU's; None when it had no part in the failure."""
    fault = error.facts.get("gpu")
    if fault is None:
        return None
    return faults.advice(GpuFault(str(fault)))


def corrected(plan: Plan, size: int, seconds: float) -> Plan | None:
    """The one corrective pass for an output of `size` bytes: the same picture at the rate that
    would have been right. None where no rate decides."""
    picture = plan.picture
    if picture is None or not seconds or picture.encoder in {"gif", "mjpeg", "png"}:
        return None
    sound = sum(s.bit_rate or s.stream.bit_rate for s in plan.sounds) * seconds / 8
    share = (plan.max_bytes * AIM - sound) / max(1.0, size - sound)
    had = max(1.0, size - sound) * 8 / seconds
    rate, steps = picture.rate, plan.steps
    if rate.average is not None:
        # What was asked for and what came: an encoder errs the same way twice.
        most = plan.max_bytes * 8 / seconds
        rate = replace(rate, average=max(_LEAST_RATE, int(min(most, rate.average * share))))
        steps = tuple(step for step in steps if step is not Step.FIRST_PASS)
    elif ENCODERS[picture.encoder].two_pass and seconds > RATE_WINDOW:
        rate = replace(rate, most=None, average=max(_LEAST_RATE, int(had * share)))
        steps = (*steps[:-1], Step.FIRST_PASS, Step.CONVERT)
    else:
        window = seconds / (seconds + RATE_WINDOW)
        most = int(had * share * _CORRECTION * window)
        rate = replace(rate, most=max(_LEAST_RATE, most))
    notes = (
        plan.notes if share > 1 or plan.aims else tuple(dict.fromkeys((*plan.notes, Note.SHRUNK)))
    )
    return replace(
        plan, picture=replace(picture, rate=rate), steps=steps, notes=notes, corrective=True
    )


def misses(plan: Plan, size: int) -> bool:
    """Whether a right output is so far under the size it aimed at that a second try is due."""
    anew = plan.action is Action.ENCODE and not plan.corrective
    return plan.aims and anew and size < plan.max_bytes * CLOSE
