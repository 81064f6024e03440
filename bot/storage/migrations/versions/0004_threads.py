"""Topics of chats: what is said about a job or a draft stays in the one that it was asked in."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From 0003."""
    for table in ("jobs", "drafts"):
        op.add_column(table, sa.Column("thread_id", sa.Text))


def downgrade() -> None:
    """Back to 0003."""
    for table in ("drafts", "jobs"):
        op.drop_column(table, "thread_id")
