"""Workers that begin nothing more, by the operator's word."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From 0014."""
    draining = sa.Column("draining", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("runs", draining)


def downgrade() -> None:
    """Back to 0014, where every worker works."""
    op.drop_column("runs", "draining")
