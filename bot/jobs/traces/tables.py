"""Tables of what is written down of jobs on their way, for the operator: personal data, all of it,
which goes with the job, whoever deletes that. Fits SQLite and PostgreSQL."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
)
from sqlalchemy import (
    text as sql,
)

from bot.jobs.tables import jobs
from bot.storage.columns import UtcDateTime, metadata

# In the order of pages, and all that they can be narrowed by.
_PAGE = (
    *("finished_at", "job_id", "name", "user_id", "outcome"),
    *("target", "action", "device", "code"),
)
_converted = sql("work IS NOT NULL")
_with_code = sql("code IS NOT NULL")


def _with_job(table: str) -> ForeignKeyConstraint:
    """The row goes with its job."""
    name = f"fk_{table}_job_id"
    return ForeignKeyConstraint(["job_id"], [jobs.c.id], name=name, ondelete="CASCADE")


# What happened to a job, in this order; see `timeline`.
timeline = Table(
    "timeline",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("job_id", String(32), nullable=False),
    Column("event", String(16), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    # The process that did it, "" and 0 where none did.
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("detail", Text, nullable=False),
    _with_job("timeline"),
    Index("ix_timeline_job", "job_id", "id"),
)

# One of each ended job, to be searched and counted; see `records`.
records = Table(
    "records",
    metadata,
    Column("job_id", String(32), primary_key=True),
    Column("finished_at", UtcDateTime, nullable=False),
    # Its day in UTC, counted from 1970.
    Column("day", Integer, nullable=False),
    Column("user_id", Text, nullable=False),
    # The file's, folded for a search in any case, and no longer than an index bears.
    Column("name", Text, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("target", String(32), nullable=False),
    Column("action", String(16), nullable=False),
    Column("device", String(16), nullable=False),
    Column("code", Text),
    # Seconds since it was asked for last: until it was taken, null where it never was; until its
    # end; and in each phase.
    Column("wait", Float),
    Column("lived", Float, nullable=False),
    Column("downloading", Float, nullable=False),
    Column("converting", Float, nullable=False),
    Column("sending", Float, nullable=False),
    # Of the conversion alone, null where no result was delivered that came of one.
    Column("work", Float),
    # Bytes: what was to be converted, what of it came, and what was delivered.
    Column("before", BigInteger, nullable=False),
    Column("came", BigInteger, nullable=False),
    Column("after", BigInteger, nullable=False),
    # Seconds that the delivered result plays.
    Column("video", Float, nullable=False),
    _with_job("records"),
    # What is searched and counted is in indexes alone: none of these reads the rows themselves.
    Index("ix_records_page", *_PAGE),
    Index("ix_records_day", "day", "outcome", "wait", "video", "came", "after", "before"),
    Index("ix_records_user", "user_id", "finished_at"),
    Index(
        "ix_records_code",
        *("code", "day", "outcome"),
        sqlite_where=_with_code,
        postgresql_where=_with_code,
    ),
    Index("ix_records_wait", "day", "wait"),
    Index(
        "ix_records_pace",
        *("action", "device", "work", "video", "day"),
        sqlite_where=_converted,
        postgresql_where=_converted,
    ),
)

# How a job's last attempt converted; see `traces.Conversion`.
conversions = Table(
    "conversions",
    metadata,
    Column("job_id", String(32), primary_key=True),
    Column("attempt", Integer, nullable=False),
    Column("words", JSON, nullable=False),
    _with_job("conversions"),
)
