"""The jobs table.

The types are written out here rather than taken from `bot.jobs.tables`: what this revision made
must stay the same when the tables move on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From nothing."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("message_id", sa.BigInteger, nullable=False),
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
        sa.Column("status_message_id", sa.BigInteger),
        sa.Column("error_code", sa.Text),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("finished_at", moment),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("turn", sa.BigInteger, nullable=False),
        sa.Column("not_before", moment),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.UniqueConstraint("chat_id", "message_id", name="uq_jobs_chat_id_message_id"),
    )
    op.create_index("ix_jobs_phase_round_turn", "jobs", ["phase", "round", "turn"])
    op.create_index("ix_jobs_user_id_phase", "jobs", ["user_id", "phase"])
    op.create_index("ix_jobs_turn", "jobs", ["turn"])


def downgrade() -> None:
    """Back to nothing."""
    op.drop_table("jobs")
