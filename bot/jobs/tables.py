"""The tables, and the one translation between a row and a job. Fits SQLite and PostgreSQL."""

import hashlib
import json
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    RowMapping,
    String,
    Table,
    Text,
    false,
)
from sqlalchemy import (
    text as sql,
)

from bot.jobs import extras
from bot.jobs.model import Job, NewJob, Phase, Receipt, Source
from bot.storage.columns import UtcDateTime, metadata, storable
from converter.errors import Refused
from converter.request import Request, dump, parse

RUNNING = tuple(phase for phase in Phase if phase.running)
LIVE = (Phase.QUEUED, *RUNNING)
FINAL = tuple(phase for phase in Phase if phase.final)


_live = sql("phase IN ('queued', 'downloading', 'converting', 'sending') AND work IS NOT NULL")
_running = sql("phase IN ('downloading', 'converting', 'sending')")
_in_line = sql("line IS NOT NULL")
_untold = sql("ticket IS NULL AND phase = 'queued'")

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("platform", String(16), nullable=False),
    Column("user_id", Text, nullable=False),
    Column("chat_id", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("file_id", Text, nullable=False),
    Column("file_unique_id", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("file_size", BigInteger, nullable=False),
    Column("file_mime", Text, nullable=False),
    Column("request", JSON, nullable=False),
    # What makes two jobs the same work; null when the messenger gave the file no lasting name.
    Column("work", String(64)),
    Column("in_group", Boolean, nullable=False),
    Column("phase", String(16), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("status_message_id", Text),
    Column("error_code", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    # Of a user's own jobs the lower turn goes first.
    Column("turn", BigInteger, nullable=False),
    # Its place in the ready line: null while it waits for its user's other job or for a moment.
    Column("line", BigInteger),
    Column("not_before", UtcDateTime),
    # Who runs it, since when, and until when this holds unless it is renewed.
    Column("holder", Text),
    Column("held_since", UtcDateTime),
    Column("lease_until", UtcDateTime),
    # See `blame`.
    Column("suspect", Boolean, nullable=False),
    Column("deaths", Integer, nullable=False),
    Column("all_deaths", Integer, nullable=False),
    Column("died_in", String(16)),
    # See model.Receipt.
    Column("receipt", String(16), nullable=False),
    Column("result_message_id", Text),
    # The draft it came from, "" for one that was made of the message at once.
    Column("origin", String(16), nullable=False, server_default=sql("''")),
    Column("as_file", Boolean, nullable=False, server_default=false()),
    # The topic of the chat.
    Column("thread_id", Text),
    # Pictures of so many moments; 0 for one result.
    Column("shots", Integer, nullable=False, server_default=sql("0")),
    # Several files that are told of in one message.
    Column("batch_id", String(16)),
    # For the operator: what an error said, and the phase that the job ended in.
    Column("error_detail", Text),
    Column("ended_in", String(16)),
    # Whether its length has been counted, see `quota`.
    Column("counted", Boolean, nullable=False, server_default=false()),
    # What stands for it in a dispatcher's queue while it waits, see `dispatch`.
    Column("ticket", BigInteger),
    # Its result is on its way: it can't be stopped any more.
    Column("leaving", Boolean, nullable=False, server_default=false()),
    # Files beside it, see `extras`.
    Column("extras", JSON, nullable=False, server_default=sql("'[]'")),
    Index("uq_jobs_one_of_a_message", "platform", "chat_id", "message_id", "origin", unique=True),
    *(
        Index(name, *columns, unique=True, sqlite_where=where, postgresql_where=where)
        for name, columns, where in (
            ("uq_jobs_one_running", ("platform", "user_id"), _running),
            ("uq_jobs_one_in_line", ("platform", "user_id"), _in_line),
            ("uq_jobs_one_live", ("platform", "user_id", "chat_id", "work"), _live),
        )
    ),
    Index("ix_jobs_phase_line", "phase", "line"),
    Index("ix_jobs_user_phase", "platform", "user_id", "phase"),
    Index("ix_jobs_turn", "turn"),
    Index("ix_jobs_batch", "batch_id"),
    Index("ix_jobs_holder", "holder"),
    Index("ix_jobs_untold", "line", sqlite_where=_untold, postgresql_where=_untold),
)

# Files that were sent together, see `batch`.
batches = Table(
    "batches",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("platform", String(16), nullable=False),
    Column("user_id", Text, nullable=False),
    Column("chat_id", Text, nullable=False),
    Column("thread_id", Text),
    Column("message_id", Text, nullable=False),
    Column("in_group", Boolean, nullable=False),
    Column("locale", Text, nullable=False),
    Column("status_message_id", Text),
    # Its results were sent as an album, or that was tried.
    Column("united", Boolean, nullable=False, server_default=false()),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_batches_created_at", "created_at"),
    Index("ix_batches_user", "platform", "user_id"),
)

# Processes that work on jobs. One that has not been seen for a while has died, or is cut off; on
# SQLite, where there is one, whoever is still here when the next one starts.
runs = Table(
    "runs",
    metadata,
    Column("holder", Text, primary_key=True),
    Column("started_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime),
    Column("role", String(16), nullable=False, server_default=sql("'both'")),
    Column("host", Text, nullable=False, server_default=sql("''")),
    Column("pid", Integer, nullable=False, server_default=sql("0")),
    Column("slots", Integer, nullable=False, server_default=sql("0")),
    # How it is, by its own word: see `vitals`.
    Column("vitals", JSON),
    # The operator's word: it shall begin nothing more.
    Column("draining", Boolean, nullable=False, server_default=false()),
)

# What is to be seen of a job, from its worker to whoever shows it; see `bulletin`.
statuses = Table(
    "statuses",
    metadata,
    Column("job_id", String(32), primary_key=True),
    Column("version", BigInteger, nullable=False),
    # Null: nothing more is to be shown.
    Column("status", JSON),
    # The version that has been shown.
    Column("seen", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_statuses_at", "at"),
)

# What was asked for in the last day, for quotas: no word about what it was.
usage = Table(
    "usage",
    metadata,
    Column("platform", String(16), nullable=False),
    Column("user_id", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    # A row tells of what was asked for, or of the length of what was found in it.
    Column("jobs", Integer, nullable=False, server_default=sql("1")),
    Column("seconds", BigInteger, nullable=False, server_default=sql("0")),
    Index("ix_usage_user_at", "platform", "user_id", "at"),
    Index("ix_usage_at", "at"),
)


# What the messenger calls a delivered result, see `shelf`. No file, and no word of anybody's.
results = Table(
    "results",
    metadata,
    Column("job_id", String(32), primary_key=True),
    Column("platform", String(16), nullable=False),
    Column("user_id", Text, nullable=False),
    # The bot that sent it.
    Column("account", Text, nullable=False),
    # What it is the result of; null for one that is good for its owner alone.
    Column("key", String(64)),
    # What its name is made of, "" where none is seen with it.
    Column("name", Text, nullable=False),
    Column("file_id", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    # See `made.Made`.
    Column("made", JSON, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_results_key", "key"),
    Index("ix_results_user_at", "platform", "user_id", "at"),
    Index("ix_results_at", "at"),
)


def job_of(row: RowMapping) -> Job:
    """The job that a whole row of `jobs` says."""
    return Job(
        id=row["id"],
        platform=row["platform"],
        user_id=row["user_id"],
        chat_id=row["chat_id"],
        message_id=row["message_id"],
        locale=row["locale"],
        source=Source(
            file_id=row["file_id"],
            unique_id=row["file_unique_id"],
            name=row["file_name"],
            size=row["file_size"],
            mime=row["file_mime"],
        ),
        request=_request(row["request"]),
        group=row["in_group"],
        phase=Phase(row["phase"]),
        attempt=row["attempt"],
        failures=row["failures"],
        deaths=row["deaths"],
        receipt=Receipt(row["receipt"]),
        status_message_id=row["status_message_id"],
        error_code=row["error_code"],
        created_at=row["created_at"],
        origin=row["origin"],
        as_file=row["as_file"],
        thread_id=row["thread_id"],
        batch_id=row["batch_id"],
        extras=extras.load(row["extras"]),
        shots=row["shots"],
        result_message_id=row["result_message_id"],
    )


def _request(words: dict[str, object]) -> Request:
    """A wish that this version doesn't know any more is no reason to read no jobs at all."""
    try:
        return parse(words)
    except Refused:
        return Request()


def values_of(new: NewJob) -> dict[str, Any]:
    """The columns that a new job fills by itself; the store adds id, phase, order and time."""
    return {
        "platform": new.platform,
        "user_id": new.user_id,
        "chat_id": new.chat_id,
        "message_id": new.message_id,
        "locale": storable(new.locale),
        "file_id": storable(new.source.file_id),
        "file_unique_id": storable(new.source.unique_id),
        "file_name": storable(new.source.name),
        "file_size": new.source.size,
        "file_mime": storable(new.source.mime),
        "origin": new.origin,
        "as_file": new.as_file,
        "thread_id": new.thread_id,
        "batch_id": new.batch_id,
        "extras": extras.dump(new.extras),
        "shots": new.shots,
        "status_message_id": new.status_message_id,
        "request": {key: storable(value) for key, value in dump(new.request).items()},
        "work": work_of(new),
        "in_group": new.group,
    }


def work_of(new: NewJob | Job) -> str | None:
    """What makes two jobs the same work; None when the messenger gave the file no lasting name."""
    if not new.source.unique_id:
        return None
    wish: list[object] = [new.source.unique_id, dump(new.request)]
    wish += ["as file"] if new.as_file else []
    wish += [extras.alike(new.extras)] if new.extras else []
    wish += [f"{new.shots} shots"] if new.shots else []
    same = json.dumps(wish, sort_keys=True)
    return hashlib.sha256(same.encode("utf-8", "replace")).hexdigest()
