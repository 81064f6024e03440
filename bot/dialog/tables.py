"""The tables of the dialog: drafts, what is kept about people, where conversations stand, and what
people said that nobody has heard to its end yet."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, String, Table, Text
from sqlalchemy import text as sql

from bot.storage.columns import UtcDateTime, metadata

_undone = sql("done_at IS NULL")

# See `inbox`.
updates = Table(
    "updates",
    metadata,
    # The order in which they came. (SQLite counts by itself in an INTEGER alone.)
    Column("place", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    # The messenger's name for our account, and its number of the update.
    Column("account", Text, nullable=False),
    Column("update_id", BigInteger, nullable=False),
    # By whom it is, and what: both forgotten once it is done.
    Column("whose", Text, nullable=False),
    Column("raw", Text),
    Column("received_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    # The process that has it in hand; null: nobody.
    Column("holder", Text),
    # How often it was taken up anew.
    Column("tries", Integer, nullable=False),
    Index("uq_updates_account", "account", "update_id", unique=True),
    Index("ix_updates_undone", "whose", sqlite_where=_undone, postgresql_where=_undone),
    Index("ix_updates_done_at", "done_at"),
)

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
    Column("thread_id", Text),
    # The message with pictures beside the menu, see `sheets`.
    Column("sheet_id", Text),
    # Messages and files of an album.
    Column("files", JSON),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_drafts_created_at", "created_at"),
    Index("ix_drafts_user", "platform", "user_id"),
)

# Albums that come in, message by message: who wants what, and the files so far.
gatherings = Table(
    "gatherings",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("platform", String(16), nullable=False),
    Column("chat_id", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    # The messenger's word for it.
    Column("album", Text, nullable=False),
    Column("said", JSON, nullable=False),
    Column("files", JSON, nullable=False),
    # See `gathering.State`.
    Column("state", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index("uq_gatherings_album", "platform", "chat_id", "user_id", "album", unique=True),
    Index("ix_gatherings_created_at", "created_at"),
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

# Quotas of one person, where they aren't the usual ones: null is as usual, 0 is no bound.
allowances = Table(
    "allowances",
    metadata,
    Column("platform", String(16), primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("jobs_per_hour", BigInteger),
    Column("jobs_per_day", BigInteger),
    Column("bytes_per_day", BigInteger),
    Column("minutes_per_day", BigInteger),
    Column("by_user", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# What an admin wants everybody to hear: a message of theirs, or words; and who heard it.
broadcasts = Table(
    "broadcasts",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("platform", String(16), nullable=False),
    Column("by_user", Text, nullable=False),
    Column("chat_id", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("message_id", Text),
    Column("words", Text),
    Column("report_id", Text),
    Column("state", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

broadcast_chats = Table(
    "broadcast_chats",
    metadata,
    Column("broadcast_id", String(16), primary_key=True),
    Column("chat_id", Text, primary_key=True),
    Column("outcome", String(16), nullable=False),
    Index("ix_broadcast_chats_outcome", "broadcast_id", "outcome"),
)
