"""What was sent before the start is forgotten once, by the bot as a whole."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.jobs.processes.members import Member, Part, Seen
from bot.telegram.ways.pending import Pending, served

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


class Clock:
    """Seconds that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("among_others", [False, True])
def test_once_alone(among_others: bool) -> None:
    pending = Pending(True, among_others=among_others)
    assert [pending.to_be_forgotten() for _ in range(3)] == [True, False, False]


def test_whoever_comes_to_lead_later_forgets_nothing() -> None:
    clock = Clock()
    alone, standby = Pending(True, clock=clock), Pending(True, among_others=True, clock=clock)
    clock.now = 3600.0
    assert not standby.to_be_forgotten()
    assert alone.to_be_forgotten(), "its database may have been away for that long"


def test_never_unasked() -> None:
    assert not Pending(False).to_be_forgotten()


@pytest.mark.parametrize(
    ("parts", "talks"),
    [
        ([], False),
        ([Part.WORKER, Part.WORKER], False),
        ([Part.WORKER, Part.FRONTEND], True),
        ([Part.BOTH], True),
    ],
)
def test_who_talks_with_people(parts: list[Part], talks: bool) -> None:
    seen = [Seen(Member(part), MOMENT, MOMENT, 0) for part in parts]
    assert served(seen, MOMENT) is talks


def test_who_was_killed_talks_with_nobody() -> None:
    killed = Seen(Member(Part.FRONTEND), MOMENT, MOMENT, 0)
    assert not served([killed], MOMENT + timedelta(seconds=10))
