"""One policy for all that is tried again: how often, how long in all, with which pauses. Pure."""

from dataclasses import dataclass
from typing import Final

_MANY: Final = 16  # tries after which a pause no longer grows, long past every `longest`


@dataclass(frozen=True, slots=True)
class Policy:
    """So many `attempts` within `total` seconds. The pause after the first is `first` seconds, each
    further one `growth` times as long, `longest` at most, and each by up to `spread` less or more,
    so that what failed together doesn't come back together."""

    attempts: int
    total: float
    first: float
    longest: float
    growth: float = 2.0
    spread: float = 0.25

    def wait(
        self, tries: int, elapsed: float, *, asked: float = 0.0, jitter: float
    ) -> float | None:
        """Seconds until the next attempt, None when there is none.

        `tries` so far failed (1 or more), the first one began `elapsed` seconds ago; `asked` is
        the delay that the other side asked for. `jitter`, 0.0 to 1.0, says where in the spread the
        pause falls: the caller draws it at random, a test fixes it.
        """
        if tries >= self.attempts:
            return None
        pause = min(self.first * self.growth ** (min(tries, _MANY) - 1), self.longest)
        pause *= 1 - self.spread + 2 * self.spread * jitter
        # Never less than was asked for, and not all at the very end of it.
        pause = max(pause, asked + self.first * jitter if asked else 0.0)
        return pause if elapsed + pause <= self.total else None


# A job that broke in passing: from the beginning, as the store puts it back.
JOBS: Final = Policy(attempts=3, total=24 * 3600.0, first=2.0, longest=30.0, growth=4.0)
# One that found the disk full: it may be a while until somebody makes room.
ROOM: Final = Policy(attempts=24, total=24 * 3600.0, first=15.0, longest=300.0)
# A download's connection, before the job is put back.
DOWNLOADS: Final = Policy(attempts=3, total=600.0, first=0.5, longest=5.0)
# A proved result on its way: it is kept meanwhile, so this may take a while.
UPLOADS: Final = Policy(attempts=8, total=1800.0, first=2.0, longest=300.0)
# A small request to the messenger.
REQUESTS: Final = Policy(attempts=5, total=180.0, first=0.5, longest=30.0)
# A write that must get there: it ends when the lease is lost, or with the process. Whoever waits
# longer than others until the database is back would find its job taken over.
WRITES: Final = Policy(attempts=100_000, total=7 * 24 * 3600.0, first=0.25, longest=2.0)
