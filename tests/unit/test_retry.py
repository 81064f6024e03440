"""The retry decision, as a table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.jobs.errors import NO_USE, PassingTransferError, TransferCode, TransferError
from bot.jobs.retry import GiveUp, RetryIn, decide
from converter.errors import Code, Failed, Refused, Unavailable


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


# Of what broke, what a person may try again: where others' load can have been the cause.
PASSING = {Code.TIMED_OUT, Code.OUT_OF_MEMORY, Code.GPU_FAILED}


@pytest.mark.parametrize("code", Code)
def test_a_conversion_that_broke_is_tried_again_only_where_that_can_help(code: Code) -> None:
    assert Failed(code).worth_retrying is (code in PASSING)
    assert not Failed(code).retryable
    assert not Refused(code).worth_retrying
    assert not Refused(code).retryable
    assert Unavailable(code).worth_retrying
    assert Unavailable(code).retryable


@pytest.mark.parametrize("code", TransferCode)
def test_a_transfer_is_tried_again_unless_the_file_is_too_large(code: TransferCode) -> None:
    assert TransferError(code).worth_retrying is (code not in NO_USE)
    assert PassingTransferError(code).retryable


def test_too_large_files_stay_so() -> None:
    assert {TransferCode.TOO_BIG_TO_FETCH, TransferCode.UPLOAD_TOO_LARGE} == NO_USE
