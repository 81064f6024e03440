"""Files beside the one to convert: own subtitles, an own thumbnail."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TABLES = ("jobs", "drafts")


def upgrade() -> None:
    """From 0007."""
    for table in _TABLES:
        extras = sa.Column("extras", sa.JSON, nullable=False, server_default=sa.text("'[]'"))
        op.add_column(table, extras)


def downgrade() -> None:
    """Back to 0007, where a file comes alone."""
    for table in _TABLES:
        op.drop_column(table, "extras")
