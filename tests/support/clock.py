"""A clock that a test moves."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Gives aware moments. It stands still, or goes on by `step` seconds with each look."""

    def __init__(self, step: float = 0.0) -> None:
        self.now = datetime(2026, 1, 1, 12, tzinfo=UTC)
        self._step = timedelta(seconds=step)

    def __call__(self) -> datetime:
        """The moment."""
        self.now += self._step
        return self.now

    def move(self, **delta: float) -> None:
        """Go on, by what timedelta takes."""
        self.now += timedelta(**delta)
