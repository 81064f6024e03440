"""The clock of everything that is written down."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The moment, aware."""
    return datetime.now(UTC)
