"""Several processes: who they are, what stands for a ready job in an engine's queue, whether a
result is on its way, and what a worker says of its job to whoever shows it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_UNTOLD = sa.text("ticket IS NULL AND phase = 'queued'")


def upgrade() -> None:
    """From 0009."""
    moment = sa.DateTime(timezone=True)
    op.add_column("jobs", sa.Column("ticket", sa.BigInteger))
    op.add_column(
        "jobs", sa.Column("leaving", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.create_index(
        "ix_jobs_untold", "jobs", ["line"], sqlite_where=_UNTOLD, postgresql_where=_UNTOLD
    )
    op.create_index("ix_jobs_holder", "jobs", ["holder"])
    op.add_column("runs", sa.Column("seen_at", moment))
    op.add_column("runs", sa.Column("role", sa.String(16), nullable=False, server_default="both"))
    op.add_column("runs", sa.Column("host", sa.Text, nullable=False, server_default=""))
    op.add_column("runs", sa.Column("pid", sa.Integer, nullable=False, server_default="0"))
    op.add_column("runs", sa.Column("slots", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "statuses",
        sa.Column("job_id", sa.String(32), nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("status", sa.JSON),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.PrimaryKeyConstraint("job_id", name="pk_statuses"),
    )
    op.create_index("ix_statuses_at", "statuses", ["at"])


def downgrade() -> None:
    """Back to 0009."""
    op.drop_table("statuses")
    for name in ("slots", "pid", "host", "role", "seen_at"):
        op.drop_column("runs", name)
    op.drop_index("ix_jobs_holder", table_name="jobs")
    op.drop_index("ix_jobs_untold", table_name="jobs")
    for name in ("leaving", "ticket"):
        op.drop_column("jobs", name)
