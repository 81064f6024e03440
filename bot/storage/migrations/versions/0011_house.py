"""How the gate stands, how fast conversions go and what people were told of their wait, for every
process."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From 0010."""
    op.create_table(
        "gate",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("passage", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_gate"),
    )
    op.create_table(
        "gate_askers",
        sa.Column("chat_id", sa.Text, nullable=False),
        sa.Column("locale", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("chat_id", name="pk_gate_askers"),
    )
    op.create_table(
        "speeds",
        sa.Column("kind", sa.String(120), nullable=False),
        sa.Column("rate", sa.Float, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", name="pk_speeds"),
    )
    op.create_table(
        "estimates",
        sa.Column("job_id", sa.String(32), nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("job_id", name="pk_estimates"),
    )


def downgrade() -> None:
    """Back to 0010."""
    for name in ("estimates", "speeds", "gate_askers", "gate"):
        op.drop_table(name)
