"""What the bot's log calls an error: whatever people do, it has nothing to say."""

from collections.abc import Iterator
from contextlib import contextmanager

from structlog.testing import capture_logs

_GRAVE = frozenset({"error", "critical"})


@contextmanager
def nothing_breaks() -> Iterator[None]:
    """AssertionError when a bot in this process logs an error within the block."""
    with capture_logs() as log:
        yield
    complaints = [entry for entry in log if entry["log_level"] in _GRAVE]
    assert complaints == [], complaints
