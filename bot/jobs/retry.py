"""Whether a job that went wrong gets another attempt, and when. Pure."""

from dataclasses import dataclass

FIRST_DELAY = 2.0
GROWTH = 4.0
LONGEST_DELAY = 30.0
SPREAD = 0.25
_MANY = 8  # failures after which the delay no longer grows, long past LONGEST_DELAY


@dataclass(frozen=True, slots=True)
class RetryIn:
    """Try again in `delay` seconds."""

    delay: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The failure is final."""


def decide(
    retryable: bool, failures: int, *, max_attempts: int = 3, jitter: float
) -> RetryIn | GiveUp:
    """What follows a failure.

    `retryable`: another try can help (a network fault does, a damaged file does not).
    `failures`: how many attempts of this job went wrong, this one included (1 or more).
    `jitter`: where in the spread the delay falls, from 0.0 to 1.0, so that jobs which failed
    together don't come back together: the caller draws it at random, a test fixes it. The delay
    is 2, 8, 30, 30 … seconds, each 25 % less at 0.0 and 25 % more at 1.0.
    """
    if not retryable or failures >= max_attempts:
        return GiveUp()
    delay = min(FIRST_DELAY * GROWTH ** (min(failures, _MANY) - 1), LONGEST_DELAY)
    return RetryIn(delay * (1 - SPREAD + 2 * SPREAD * jitter))
