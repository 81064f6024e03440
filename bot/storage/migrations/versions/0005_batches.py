"""Several files that were sent together: `gatherings` holds an album while it comes in, message by
message; `batches` the one message that tells of the jobs that were made of one."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From 0004."""
    moment = sa.DateTime(timezone=True)
    op.add_column("jobs", sa.Column("batch_id", sa.String(16)))
    op.create_index("ix_jobs_batch", "jobs", ["batch_id"])
    op.add_column("drafts", sa.Column("files", sa.JSON))
    op.create_table(
        "batches",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("chat_id", sa.Text, nullable=False),
        sa.Column("thread_id", sa.Text),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("in_group", sa.Boolean, nullable=False),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("status_message_id", sa.Text),
        sa.Column("united", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("created_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
    )
    op.create_index("ix_batches_created_at", "batches", ["created_at"])
    op.create_index("ix_batches_user", "batches", ["platform", "user_id"])
    op.create_table(
        "gatherings",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("chat_id", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("album", sa.Text, nullable=False),
        sa.Column("said", sa.JSON, nullable=False),
        sa.Column("files", sa.JSON, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_gatherings"),
    )
    of_album = ["platform", "chat_id", "user_id", "album"]
    op.create_index("uq_gatherings_album", "gatherings", of_album, unique=True)
    op.create_index("ix_gatherings_created_at", "gatherings", ["created_at"])


def downgrade() -> None:
    """Back to 0004."""
    for table in ("gatherings", "batches"):
        op.drop_table(table)
    op.drop_column("drafts", "files")
    op.drop_index("ix_jobs_batch", table_name="jobs")
    op.drop_column("jobs", "batch_id")
