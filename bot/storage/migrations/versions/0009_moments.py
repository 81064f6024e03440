"""Jobs whose result is several pictures; drafts that have a picture beside their menu."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From 0008."""
    shots = sa.Column("shots", sa.Integer, nullable=False, server_default=sa.text("0"))
    op.add_column("jobs", shots)
    op.add_column("drafts", sa.Column("sheet_id", sa.Text))


def downgrade() -> None:
    """Back to 0008."""
    op.drop_column("drafts", "sheet_id")
    op.drop_column("jobs", "shots")
