"""How often a person is answered."""

from bot.telegram.reading.throttle import Throttle


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_same_words_are_answered_once_in_some_seconds() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    assert [throttle.allows("ann", "/start") for _ in range(50)].count(True) == 1
    assert throttle.allows("ann", "/help"), "other words are"
    assert throttle.allows("bob", "/start"), "and so is somebody else"
    assert throttle.allows("ann", "/start"), "something else was said in between"
    assert not throttle.allows("ann", "/start")
    throttle.acted("ann")
    throttle.acted("nobody")
    assert throttle.allows("ann", "/start"), "a button was tapped in between"
    clock.now += 3
    assert throttle.allows("ann", "/start")


def test_different_words_are_answered_until_the_bucket_is_empty() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    assert [throttle.allows("ann", str(number)) for number in range(30)].count(True) == 10
    clock.now += 4
    assert [throttle.allows("ann", None) for _ in range(30)].count(True) == 2
    clock.now += 3600
    assert [throttle.allows("ann", None) for _ in range(30)].count(True) == 10


def test_a_flood_is_worth_one_line() -> None:
    throttle = Throttle(clock := Clock())
    told = 0
    for _ in range(2):
        for _ in range(50):
            told += not throttle.allows("ann", "x") and throttle.first_time("ann")
        clock.now += 10
    assert told == 2


def test_no_number_of_people_fills_the_memory() -> None:
    throttle = Throttle(clock := Clock())
    for number in range(25_000):
        clock.now += 0.001
        assert throttle.allows(str(number), "/start")
    assert len(throttle._buckets) <= 10_000
