"""For the operator: what a failure was, quotas of one person and in minutes, broadcasts."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_QUOTAS = ("jobs_per_hour", "jobs_per_day", "bytes_per_day", "minutes_per_day")


def upgrade() -> None:
    """From 0006."""
    op.add_column("jobs", sa.Column("error_detail", sa.Text))
    op.add_column("jobs", sa.Column("ended_in", sa.String(16)))
    counted = sa.Column("counted", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("jobs", counted)
    jobs = sa.Column("jobs", sa.Integer, nullable=False, server_default=sa.text("1"))
    op.add_column("usage", jobs)
    seconds = sa.Column("seconds", sa.BigInteger, nullable=False, server_default=sa.text("0"))
    op.add_column("usage", seconds)
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "allowances",
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        *(sa.Column(name, sa.BigInteger) for name in _QUOTAS),
        sa.Column("by_user", sa.Text, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.PrimaryKeyConstraint("platform", "user_id", name="pk_allowances"),
    )
    op.create_table(
        "broadcasts",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("by_user", sa.Text, nullable=False),
        sa.Column("chat_id", sa.Text, nullable=False),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("message_id", sa.Text),
        sa.Column("words", sa.Text),
        sa.Column("report_id", sa.Text),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_broadcasts"),
    )
    op.create_table(
        "broadcast_chats",
        sa.Column("broadcast_id", sa.String(16), nullable=False),
        sa.Column("chat_id", sa.Text, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("broadcast_id", "chat_id", name="pk_broadcast_chats"),
    )
    op.create_index("ix_broadcast_chats_outcome", "broadcast_chats", ["broadcast_id", "outcome"])


def downgrade() -> None:
    """Back to 0006; quotas count no minutes there."""
    for table in ("broadcast_chats", "broadcasts", "allowances"):
        op.drop_table(table)
    op.execute(sa.text("DELETE FROM usage WHERE jobs = 0"))
    for name in ("jobs", "seconds"):
        op.drop_column("usage", name)
    for name in ("error_detail", "ended_in", "counted"):
        op.drop_column("jobs", name)
