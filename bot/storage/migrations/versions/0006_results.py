"""What the messenger calls delivered results: to give them again, and to send them on."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From 0005."""
    op.create_table(
        "results",
        sa.Column("job_id", sa.String(32), nullable=False),
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("key", sa.String(64)),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("file_id", sa.Text, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("made", sa.JSON, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("job_id", name="pk_results"),
    )
    op.create_index("ix_results_key", "results", ["key"])
    op.create_index("ix_results_user_at", "results", ["platform", "user_id", "at"])
    op.create_index("ix_results_at", "results", ["at"])


def downgrade() -> None:
    """Back to 0005: whatever is asked for again is made anew."""
    op.drop_table("results")
