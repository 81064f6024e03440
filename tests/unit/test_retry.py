"""The retry decision, as a table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.jobs.retry import GiveUp, RetryIn, decide


@pytest.mark.parametrize(
    ("retryable", "failures", "max_attempts", "jitter", "expected"),
    [
        (True, 1, 3, 0.5, RetryIn(2.0)),
        (True, 2, 3, 0.5, RetryIn(8.0)),
        (True, 3, 3, 0.5, GiveUp()),
        (True, 4, 3, 0.5, GiveUp()),
        (True, 3, 9, 0.5, RetryIn(30.0)),
        (True, 8, 9, 0.5, RetryIn(30.0)),
        (True, 10**6, 10**9, 0.5, RetryIn(30.0)),
        (True, 1, 3, 0.0, RetryIn(1.5)),
        (True, 1, 3, 1.0, RetryIn(2.5)),
        (True, 1, 1, 0.5, GiveUp()),
        (False, 1, 3, 0.5, GiveUp()),
    ],
)
def test_decision(
    retryable: bool, failures: int, max_attempts: int, jitter: float, expected: RetryIn | GiveUp
) -> None:
    assert decide(retryable, failures, max_attempts=max_attempts, jitter=jitter) == expected


def test_three_attempts_unless_said_otherwise() -> None:
    assert isinstance(decide(True, 2, jitter=0.5), RetryIn)
    assert isinstance(decide(True, 3, jitter=0.5), GiveUp)


@given(st.integers(1, 1000), st.floats(0, 1))
def test_no_delay_is_absurd(failures: int, jitter: float) -> None:
    decision = decide(True, failures, max_attempts=10**6, jitter=jitter)
    assert isinstance(decision, RetryIn)
    assert 1.5 <= decision.delay <= 37.5
