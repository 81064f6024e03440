"""What happened to jobs, one record of each ended one, how it was converted; how processes are."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_CONVERTED = sa.text("work IS NOT NULL")
_WITH_CODE = sa.text("code IS NOT NULL")
_MOMENT = sa.DateTime(timezone=True)
_AT_ONCE = 500
_LONGEST_NAME = 250
_Row = Mapping[Any, Any]


def upgrade() -> None:
    """From 0012."""
    op.add_column("runs", sa.Column("vitals", sa.JSON))
    _make_timeline()
    _make_records()
    op.create_table(
        "conversions",
        sa.Column("job_id", sa.String(32), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("words", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("job_id", name="pk_conversions"),
        _with_job("conversions"),
    )
    _record_what_was()


def _make_timeline() -> None:
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "timeline",
        sa.Column("id", number, nullable=False, autoincrement=True),
        sa.Column("job_id", sa.String(32), nullable=False),
        sa.Column("event", sa.String(16), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_timeline"),
        _with_job("timeline"),
    )
    op.create_index("ix_timeline_job", "timeline", ["job_id", "id"])


def _make_records() -> None:
    op.create_table(
        "records",
        sa.Column("job_id", sa.String(32), nullable=False),
        sa.Column("finished_at", _MOMENT, nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("target", sa.String(32), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("device", sa.String(16), nullable=False),
        sa.Column("code", sa.Text),
        sa.Column("wait", sa.Float),
        sa.Column("lived", sa.Float, nullable=False),
        sa.Column("downloading", sa.Float, nullable=False),
        sa.Column("converting", sa.Float, nullable=False),
        sa.Column("sending", sa.Float, nullable=False),
        sa.Column("work", sa.Float),
        sa.Column("before", sa.BigInteger, nullable=False),
        sa.Column("came", sa.BigInteger, nullable=False),
        sa.Column("after", sa.BigInteger, nullable=False),
        sa.Column("video", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("job_id", name="pk_records"),
        _with_job("records"),
    )
    page = ["finished_at", "job_id", "name", "user_id", "outcome"]
    page += ["target", "action", "device", "code"]
    op.create_index("ix_records_page", "records", page)
    sums = ["day", "outcome", "wait", "video", "came", "after", "before"]
    op.create_index("ix_records_day", "records", sums)
    op.create_index("ix_records_user", "records", ["user_id", "finished_at"])
    op.create_index("ix_records_wait", "records", ["day", "wait"])
    for name, columns, where in (
        ("ix_records_code", ["code", "day", "outcome"], _WITH_CODE),
        ("ix_records_pace", ["action", "device", "work", "video", "day"], _CONVERTED),
    ):
        op.create_index(name, "records", columns, sqlite_where=where, postgresql_where=where)


def _with_job(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_job_id"
    return sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=name, ondelete="CASCADE")


def _record_what_was() -> None:
    """Of jobs that have ended before: what is known of them."""
    db, meta = op.get_bind(), sa.MetaData()
    jobs = sa.Table("jobs", meta, autoload_with=db)
    records = sa.Table("records", meta, autoload_with=db)
    wanted = (jobs.c.id, jobs.c.finished_at, jobs.c.user_id, jobs.c.file_name, jobs.c.phase)
    ended = sa.select(*wanted, jobs.c.request, jobs.c.error_code, jobs.c.file_size)
    ended = ended.where(jobs.c.finished_at.is_not(None))
    for rows in _in_portions(db.execute(ended).mappings().all()):
        db.execute(sa.insert(records), [_record(row) for row in rows])


def _in_portions(rows: Sequence[_Row]) -> Iterator[Sequence[_Row]]:
    for first in range(0, len(rows), _AT_ONCE):
        yield rows[first : first + _AT_ONCE]


def _record(row: _Row) -> dict[str, Any]:
    """Where its time and its bytes went nobody wrote down."""
    at: datetime = row["finished_at"]
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    wish = row["request"] if isinstance(row["request"], dict) else {}
    nothing = ("lived", "downloading", "converting", "sending", "came", "after", "video")
    return {
        "job_id": row["id"],
        "finished_at": row["finished_at"],
        "day": (at - datetime(1970, 1, 1, tzinfo=UTC)).days,
        "user_id": row["user_id"],
        "name": row["file_name"].casefold()[:_LONGEST_NAME],
        "outcome": row["phase"],
        "target": str(wish.get("target", "mp4"))[:32],
        "action": "",
        "device": "",
        "code": row["error_code"],
        "before": row["file_size"],
        **dict.fromkeys(nothing, 0),
    }


def downgrade() -> None:
    """Back to 0012, where nobody remembers how it went."""
    for table in ("conversions", "records", "timeline"):
        op.drop_table(table)
    op.drop_column("runs", "vitals")
