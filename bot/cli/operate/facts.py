"""What the operator may know of a job, as plain data: ids, sizes and how it went, never what a file
is called. Pure."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.dialog.admin.reports import cleaned
from bot.jobs.processes.members import Seen
from bot.jobs.seeing.ledger import Entry
from converter.request import dump

Redact = Callable[[str], str]


def brief(one: Entry) -> dict[str, Any]:
    """For a list."""
    job, told = one.job, one.told
    return {
        "id": job.id,
        "trace": job.trace,
        "platform": job.platform,
        "user": job.user_id,
        "chat": job.chat_id,
        "phase": job.phase.value,
        "place": one.place,
        "percent": told.facts.get("percent") if told is not None and job.phase.running else None,
        "attempt": job.attempt,
        "failures": job.failures,
        "age_seconds": round((one.now - job.created_at).total_seconds(), 1),
        "error_code": job.error_code,
        "host": one.keeper.host if one.keeper is not None else None,
        "pid": one.keeper.pid if one.keeper is not None else None,
        "created_at": job.created_at,
        "finished_at": one.finished_at,
    }


def whole(one: Entry, redact: Redact) -> dict[str, Any]:
    """Everything."""
    job = one.job
    return {
        **brief(one),
        "ended_in": one.ended_in.value if one.ended_in is not None else None,
        "error_detail": _nameless(one.detail, one, redact),
        "held_since": one.held_since,
        "lease_until": one.lease_until,
        "not_before": one.not_before,
        "leaving": one.leaving,
        "receipt": job.receipt.value,
        "deaths": job.deaths,
        "wish": dump(job.request),
        "shots": job.shots,
        "as_file": job.as_file,
        "bytes": job.source.size,
        "type": job.source.mime,
        "extras": [f"{extra.role.value} of {extra.source.size} bytes" for extra in job.extras],
        "batch": job.batch_id,
        "group": job.group,
        "locale": job.locale,
        "thread": job.thread_id,
        "message": job.message_id,
        "status_message": job.status_message_id,
        "result_message": job.result_message_id,
        **_told(one, redact),
    }


def process(one: Seen, now: datetime) -> dict[str, Any]:
    """One that works on jobs."""
    member = one.member
    return {
        "role": member.part.value,
        "host": member.host,
        "pid": member.pid,
        "slots": member.slots,
        "running": one.running,
        "draining": one.draining,
        "started_at": one.started_at,
        "seen_at": one.seen_at,
        "silent_seconds": round((now - one.seen_at).total_seconds(), 1),
    }


def _told(one: Entry, redact: Redact) -> dict[str, Any]:
    """What its person was told last, where that goes through the database."""
    if one.told is None:
        return {}
    facts = {
        name: _nameless(fact, one, redact) if isinstance(fact, str) else fact
        for name, fact in dict(one.told.facts).items()
    }
    told = {"state": one.told.kind.value, **facts}
    if one.told.code:
        told["code"] = one.told.code
    return {"told": told, "told_at": one.told_at}


def _nameless(text: str, one: Entry, redact: Redact) -> str:
    for source in (one.job.source, *(extra.source for extra in one.job.extras)):
        text = cleaned(text, source.name, redact)
    return text
