"""The tables of the dialog: drafts, what is kept about people, where conversations stand."""

from sqlalchemy import JSON, Boolean, Column, Index, String, Table, Text
from sqlalchemy import text as sql

from bot.storage.columns import UtcDateTime, metadata

drafts = Table(
    "drafts",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("platform", String(16), nullable=False),
    Column("user_id", Text, nullable=False),
    Column("chat_id", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("in_group", Boolean, nullable=False),
    Column("locale", Text, nullable=False),
    Column("source", JSON, nullable=False),
    Column("request", JSON, nullable=False),
    Column("as_file", Boolean, nullable=False),
    Column("extras", JSON, nullable=False, server_default=sql("'[]'")),
    Column("page", Text, nullable=False),
    # What the file was seen to be, see `converter.seen`; null until somebody has looked.
    Column("seen", JSON),
    # Why it can't be looked at: an error's code.
    Column("trouble", Text),
    Column("card_id", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_drafts_created_at", "created_at"),
    Index("ix_drafts_user", "platform", "user_id"),
)

people = Table(
    "people",
    metadata,
    Column("platform", String(16), primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("settings", JSON, nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    Column("key", Text, primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("state", Text),
    Column("data", JSON, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Index("ix_conversations_changed_at", "changed_at"),
)

# Who may come in and who may not; by whom that was said, and when.
standing = Table(
    "standing",
    metadata,
    Column("platform", String(16), primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("word", String(16), nullable=False),
    Column("by_user", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

invites = Table(
    "invites",
    metadata,
    Column("code", String(32), primary_key=True),
    Column("by_user", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("used_by", Text),
)
