"""The tables of the dashboard: who is logged in, and links that log somebody in once. What a
browser or a link carries stands in neither, only what it hashes to."""

from sqlalchemy import Column, Index, String, Table, Text

from bot.storage.columns import UtcDateTime, metadata

sessions = Table(
    "web_sessions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("user_id", Text, nullable=False),
    # See `sessions.Way`.
    Column("way", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # When it was last used, to some minutes.
    Column("seen_at", UtcDateTime, nullable=False),
    Index("ix_web_sessions_created_at", "created_at"),
)

links = Table(
    "web_links",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)
