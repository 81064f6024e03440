"""Drafts, what is kept about people, the states of conversations; several jobs of one message.

`origin` is the draft that a job came from: with it the same file can be asked for again in another
form, and the same update still makes one job.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_MESSAGE = ["platform", "chat_id", "message_id"]


def upgrade() -> None:
    """From 0002."""
    moment = sa.DateTime(timezone=True)
    origin = sa.Column("origin", sa.String(16), nullable=False, server_default=sa.text("''"))
    op.add_column("jobs", origin)
    as_file = sa.Column("as_file", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("jobs", as_file)
    op.drop_index("uq_jobs_one_of_a_message", table_name="jobs")
    op.create_index("uq_jobs_one_of_a_message", "jobs", [*_MESSAGE, "origin"], unique=True)
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("chat_id", sa.Text, nullable=False),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("in_group", sa.Boolean, nullable=False),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("source", sa.JSON, nullable=False),
        sa.Column("request", sa.JSON, nullable=False),
        sa.Column("as_file", sa.Boolean, nullable=False),
        sa.Column("page", sa.Text, nullable=False),
        sa.Column("seen", sa.JSON),
        sa.Column("trouble", sa.Text),
        sa.Column("card_id", sa.Text),
        sa.Column("created_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
    )
    op.create_index("ix_drafts_created_at", "drafts", ["created_at"])
    op.create_index("ix_drafts_user", "drafts", ["platform", "user_id"])
    op.create_table(
        "people",
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("platform", "user_id", name="pk_people"),
    )
    op.create_table(
        "conversations",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("state", sa.Text),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_conversations"),
    )
    op.create_index("ix_conversations_changed_at", "conversations", ["changed_at"])
    op.create_table(
        "standing",
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("word", sa.String(16), nullable=False),
        sa.Column("by_user", sa.Text, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.PrimaryKeyConstraint("platform", "user_id", name="pk_standing"),
    )
    op.create_table(
        "invites",
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("by_user", sa.Text, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("used_by", sa.Text),
        sa.PrimaryKeyConstraint("code", name="pk_invites"),
    )
    op.create_table(
        "usage",
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_usage_user_at", "usage", ["platform", "user_id", "at"])
    op.create_index("ix_usage_at", "usage", ["at"])


def downgrade() -> None:
    """Back to 0002, where one message makes one job."""
    for table in ("usage", "invites", "standing", "conversations", "people", "drafts"):
        op.drop_table(table)
    op.execute(sa.text("DELETE FROM jobs WHERE origin <> ''"))
    op.drop_index("uq_jobs_one_of_a_message", table_name="jobs")
    op.create_index("uq_jobs_one_of_a_message", "jobs", _MESSAGE, unique=True)
    for name in ("as_file", "origin"):
        op.drop_column("jobs", name)
