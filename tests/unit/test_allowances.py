"""How admins write quotas, and what they hear where nothing can be read."""

import pytest

from bot.dialog.stores.allowances import NAMES, UnclearError, read


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("", {}),
        ("jobs_per_day=50", {"jobs_per_day": 50}),
        ("JOBS_PER_DAY=0 minutes_per_day=90", {"jobs_per_day": 0, "minutes_per_day": 90}),
        ("bytes_per_day=2GB", {"bytes_per_day": 2_000_000_000}),
        ("bytes_per_day=8MiB", {"bytes_per_day": 8 * 2**20}),
        ("bytes_per_day=123", {"bytes_per_day": 123}),
        ("jobs_per_hour=usual bytes_per_day=0", {"jobs_per_hour": None, "bytes_per_day": 0}),
        ("usual", dict.fromkeys(NAMES)),
        ("jobs_per_day=1 jobs_per_day=2", {"jobs_per_day": 2}),
    ],
)
def test_what_quotas_mean(words: str, meant: dict[str, int | None]) -> None:
    assert read(words.split()) == meant


@pytest.mark.parametrize(
    ("words", "why", "word", "name"),
    [
        ("50", "word", "50", ""),
        ("usual jobs_per_day=1", "word", "usual", ""),
        ("jobs_per_week=1", "name", "jobs_per_week", ""),
        ("=1", "name", "", ""),
        ("jobs_per_day=", "value", "", "jobs_per_day"),
        ("jobs_per_day=-1", "value", "-1", "jobs_per_day"),
        ("jobs_per_day=1.5", "value", "1.5", "jobs_per_day"),
        ("jobs_per_day=many", "value", "many", "jobs_per_day"),
        ("jobs_per_day=٣", "value", "٣", "jobs_per_day"),
        ("minutes_per_day=2GB", "value", "2GB", "minutes_per_day"),
        ("bytes_per_day=two", "value", "two", "bytes_per_day"),
        ("bytes_per_day=99999999999GB", "value", "99999999999GB", "bytes_per_day"),
        (f"jobs_per_day={'9' * 30}", "value", "9" * 30, "jobs_per_day"),
        (f"bytes_per_day={'9' * 400}", "value", "9" * 400, "bytes_per_day"),
    ],
)
def test_what_says_nothing(words: str, why: str, word: str, name: str) -> None:
    with pytest.raises(UnclearError) as unclear:
        read(words.split())
    assert (unclear.value.why, unclear.value.word, unclear.value.name) == (why, word, name)
