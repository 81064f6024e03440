"""Updates of the messenger, kept until they are done and known for a day."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_UNDONE = sa.text("done_at IS NULL")


def upgrade() -> None:
    """From 0011."""
    moment = sa.DateTime(timezone=True)
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "updates",
        sa.Column("place", number, nullable=False, autoincrement=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("update_id", sa.BigInteger, nullable=False),
        sa.Column("whose", sa.Text, nullable=False),
        sa.Column("raw", sa.Text),
        sa.Column("received_at", moment, nullable=False),
        sa.Column("done_at", moment),
        sa.Column("holder", sa.Text),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("place", name="pk_updates"),
    )
    op.create_index("uq_updates_account", "updates", ["account", "update_id"], unique=True)
    op.create_index(
        "ix_updates_undone", "updates", ["whose"], sqlite_where=_UNDONE, postgresql_where=_UNDONE
    )
    op.create_index("ix_updates_done_at", "updates", ["done_at"])


def downgrade() -> None:
    """Back to 0011, where updates are known to the messenger alone."""
    op.drop_table("updates")
