"""The message that tells of several files together. Pure."""

from collections.abc import Sequence
from typing import Final

from bot.jobs.messenger import Line
from bot.jobs.model import Job, Phase
from bot.jobs.status import State
from bot.names import elided
from bot.texts.catalogue import Texts
from bot.texts.sentences import cause, clock, shown_name

_LONGEST_NAME: Final = 48
_TAIL: Final = 8
_WITH_PERCENT: Final = {State.DOWNLOADING, State.CONVERTING, State.SENDING}
_AS_WAITING: Final = {State.ACCEPTED, State.WAITING}


def summary_text(texts: Texts, lines: Sequence[Line], *, output_limit: int) -> str:
    """What was asked for, how much of it is done, and a line for each file. `output_limit` in bytes
    is what the messenger takes."""
    done = sum(line.job.phase is Phase.DONE for line in lines)
    target = texts(f"target-{lines[0].job.request.target}") if lines else ""
    told = [texts("batch", count=len(lines), target=target, done=done)]
    told += [
        texts(
            "batch-line",
            number=number,
            name=_name(line.job),
            state=_state(texts, line, output_limit),
        )
        for number, line in enumerate(lines, 1)
    ]
    return "\n".join(told)


def _name(job: Job) -> str:
    """The file's name, and which part of it is meant."""
    name = elided(shown_name(job.source.name), _LONGEST_NAME, _TAIL)
    if not job.request.cuts or job.request.end is None:
        return name
    return f"{name} {clock(job.request.start)}–{clock(job.request.end)}"


def _state(texts: Texts, line: Line, output_limit: int) -> str:
    job, status = line.job, line.status
    facts = status.facts if status is not None else {}
    told = status is not None and status.kind is State.FAILED
    if told or job.phase in {Phase.FAILED, Phase.REFUSED}:
        code = job.error_code or (status.code if status is not None else "")
        return texts("batch-failed", cause=cause(texts, code, {"limit": output_limit, **facts}))
    if job.phase.final:
        return texts(f"batch-{job.phase.value}")
    if status is None or status.kind in _AS_WAITING:
        return texts("batch-queued")
    if status.kind in _WITH_PERCENT:
        return texts(f"batch-{status.kind.value}", percent=int(facts.get("percent", 0)))
    return texts(f"batch-{status.kind.value}")
