"""When something is tried again, as a table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.jobs.errors import NO_USE, PassingTransferError, TransferCode, TransferError
from bot.jobs.store import retry
from bot.jobs.store.retry import Policy
from converter.errors import Code, Failed, Refused, Unavailable

PLAIN = Policy(attempts=4, total=100.0, first=2.0, longest=30.0, growth=4.0)


@pytest.mark.parametrize(
    ("tries", "elapsed", "asked", "jitter", "expected"),
    [
        (1, 0.0, 0.0, 0.5, 2.0),
        (2, 0.0, 0.0, 0.5, 8.0),
        (3, 0.0, 0.0, 0.5, 30.0),
        (4, 0.0, 0.0, 0.5, None),
        (5, 0.0, 0.0, 0.5, None),
        (1, 0.0, 0.0, 0.0, 1.5),
        (1, 0.0, 0.0, 1.0, 2.5),
        # As long as the other side asks for, but not past the end of all patience.
        (1, 0.0, 40.0, 0.0, 40.0),
        (1, 0.0, 40.0, 0.5, 41.0),
        (1, 60.0, 40.0, 0.0, 40.0),
        (1, 60.1, 40.0, 0.0, None),
        (3, 0.0, 1.0, 0.5, 30.0),
        (1, 0.0, 54_262.0, 0.5, None),
        (3, 70.1, 0.0, 0.5, None),
    ],
)
def test_when_the_next_attempt_comes(
    tries: int, elapsed: float, asked: float, jitter: float, expected: float | None
) -> None:
    assert PLAIN.wait(tries, elapsed, asked=asked, jitter=jitter) == expected


POLICIES = [retry.JOBS, retry.DOWNLOADS, retry.UPLOADS, retry.REQUESTS, retry.WRITES]


@pytest.mark.parametrize("policy", POLICIES)
@given(tries=st.integers(1, 10**9), elapsed=st.floats(0, 1e9), jitter=st.floats(0, 1))
def test_no_pause_is_absurd(policy: Policy, tries: int, elapsed: float, jitter: float) -> None:
    pause = policy.wait(tries, elapsed, jitter=jitter)
    if pause is not None:
        assert policy.first * 0.75 <= pause <= policy.longest * 1.25
        assert elapsed + pause <= policy.total


@pytest.mark.parametrize("policy", POLICIES)
def test_whoever_tries_again_comes_to_an_end(policy: Policy) -> None:
    elapsed, tries = 0.0, 1
    while (pause := policy.wait(tries, elapsed, jitter=1.0)) is not None:
        elapsed, tries = elapsed + pause, tries + 1
    assert 2 <= tries <= policy.attempts
    assert elapsed <= policy.total


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
