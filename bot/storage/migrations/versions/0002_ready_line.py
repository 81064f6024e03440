"""Ids as text for more than one messenger, the ready line, leases, blame and receipts.

Made anew and copied: SQLite changes no column's type. Invariants become unique indexes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_LIVE = "phase IN ('queued', 'downloading', 'converting', 'sending')"
_RUNNING = "phase IN ('downloading', 'converting', 'sending')"
_SAME = (
    "id, locale, file_id, file_unique_id, file_name, file_size, file_mime, request, work, "
    "in_group, phase, attempt, failures, error_code, created_at, finished_at, turn, not_before"
)
_TEXT = "user_id, chat_id, message_id, status_message_id"


def upgrade() -> None:
    """From 0001."""
    for name in ("ix_jobs_phase_round_turn", "ix_jobs_user_id_phase", "ix_jobs_turn"):
        op.drop_index(name, table_name="jobs")
    op.rename_table("jobs", "jobs_0001")
    if op.get_bind().dialect.name == "postgresql":
        # Names of constraints are the schema's there, not the table's.
        op.execute("ALTER TABLE jobs_0001 RENAME CONSTRAINT pk_jobs TO pk_jobs_0001")
    _make()
    texts = ", ".join(f"CAST({name} AS TEXT)" for name in _TEXT.split(", "))
    op.execute(
        f"INSERT INTO jobs ({_SAME}, {_TEXT}, platform, suspect, deaths, all_deaths, receipt) "  # noqa: S608 - our own names
        f"SELECT {_SAME}, {texts}, 'telegram', false, 0, 0, '' FROM jobs_0001"
    )
    # One of each user: the one that runs, else the first that waits for nothing but its turn.
    op.execute(
        "UPDATE jobs SET line = turn WHERE id IN (SELECT id FROM ("  # noqa: S608
        "SELECT id, row_number() OVER (PARTITION BY user_id ORDER BY "
        "CASE WHEN phase = 'queued' THEN 1 ELSE 0 END, turn) AS place FROM jobs "
        f"WHERE {_RUNNING} OR (phase = 'queued' AND not_before IS NULL)) AS mine WHERE place = 1)"
    )
    op.drop_table("jobs_0001")
    _index()


def downgrade() -> None:
    """Not back: ids of other messengers don't fit there."""
    raise NotImplementedError


def _make() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("chat_id", sa.Text, nullable=False),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("file_id", sa.Text, nullable=False),
        sa.Column("file_unique_id", sa.Text, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("file_size", sa.BigInteger, nullable=False),
        sa.Column("file_mime", sa.Text, nullable=False),
        sa.Column("request", sa.JSON, nullable=False),
        sa.Column("work", sa.String(64)),
        sa.Column("in_group", sa.Boolean, nullable=False),
        sa.Column("phase", sa.String(16), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("status_message_id", sa.Text),
        sa.Column("error_code", sa.Text),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("finished_at", moment),
        sa.Column("turn", sa.BigInteger, nullable=False),
        sa.Column("line", sa.BigInteger),
        sa.Column("not_before", moment),
        sa.Column("holder", sa.Text),
        sa.Column("held_since", moment),
        sa.Column("lease_until", moment),
        sa.Column("suspect", sa.Boolean, nullable=False),
        sa.Column("deaths", sa.Integer, nullable=False),
        sa.Column("all_deaths", sa.Integer, nullable=False),
        sa.Column("died_in", sa.String(16)),
        sa.Column("receipt", sa.String(16), nullable=False),
        sa.Column("result_message_id", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_table(
        "runs",
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("holder", name="pk_runs"),
    )


def _index() -> None:
    owner = ["platform", "user_id"]
    live = f"{_LIVE} AND work IS NOT NULL"
    op.create_index(
        "uq_jobs_one_of_a_message", "jobs", ["platform", "chat_id", "message_id"], unique=True
    )
    for name, columns, where in (
        ("uq_jobs_one_running", owner, _RUNNING),
        ("uq_jobs_one_in_line", owner, "line IS NOT NULL"),
        ("uq_jobs_one_live", [*owner, "chat_id", "work"], live),
    ):
        at = sa.text(where)
        op.create_index(name, "jobs", columns, unique=True, sqlite_where=at, postgresql_where=at)
    op.create_index("ix_jobs_phase_line", "jobs", ["phase", "line"])
    op.create_index("ix_jobs_user_phase", "jobs", ["platform", "user_id", "phase"])
    op.create_index("ix_jobs_turn", "jobs", ["turn"])
