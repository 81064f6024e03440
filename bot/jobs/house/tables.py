"""Tables of what the whole house knows, whichever process learnt it: how the gate stands, how fast
conversions go, what people were told of their wait. Fits SQLite and PostgreSQL."""

from sqlalchemy import Column, Float, Integer, String, Table, Text

from bot.storage.columns import UtcDateTime, metadata

# One row, or none before anybody moved it: see `gate`.
gate = Table(
    "gate",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("passage", String(16), nullable=False),
)

# Who wants to hear when all that is under way has ended.
gate_askers = Table(
    "gate_askers",
    metadata,
    Column("chat_id", Text, primary_key=True),
    Column("locale", Text, nullable=False),
)

# What was measured of one kind of work: an average that forgets, see `speed`.
speeds = Table(
    "speeds",
    metadata,
    Column("kind", String(120), primary_key=True),
    Column("rate", Float, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# What a waiting job's person was last told of its start: so many seconds from that moment.
estimates = Table(
    "estimates",
    metadata,
    Column("job_id", String(32), primary_key=True),
    Column("seconds", Float, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
