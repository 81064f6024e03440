"""Sizes and times as people type them."""

import math

import pytest

from bot.dialog.typed.amounts import read_size, read_time


@pytest.mark.parametrize(
    ("text", "size"),
    [("50MB", 50_000_000), ("50M", 50_000_000), ("50MiB", 52_428_800), ("1.5k", 1500), (" 7 ", 7)],
)
def test_sizes(text: str, size: int) -> None:
    assert read_size(text) == size


@pytest.mark.parametrize("text", ["", "MB", "-1", "1 i", "1,5k", "1e3", "9" * 21, "9" * 400])
def test_no_sizes(text: str) -> None:
    with pytest.raises(ValueError, match="no size"):
        read_size(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90.0), ("1:30.5", 90.5), ("1:02:03", 3723.0), ("9" * 400, math.inf)],
)
def test_times(text: str, seconds: float) -> None:
    assert read_time(text) == seconds
