"""Answers that are kept for a while."""

import asyncio

from bot.storage.errors import StorageError
from bot.web.kept import Kept

LONG = 600.0


class Asked:
    """Counts how often it is asked; answers once it may, or fails."""

    def __init__(self) -> None:
        self.times = 0
        self.may = asyncio.Event()
        self.error: Exception | None = None

    async def __call__(self) -> int:
        self.times += 1
        await self.may.wait()
        if self.error is not None:
            raise self.error
        return self.times


async def test_who_comes_together_asks_once_and_what_is_known_is_not_asked_again() -> None:
    asked = Asked()
    kept = Kept(asked, age=LONG, patience=LONG)
    waiting = [asyncio.create_task(kept.get()) for _ in range(10)]
    await asyncio.sleep(0)
    asked.may.set()
    assert await asyncio.gather(*waiting) == [1] * 10
    assert await kept.get() == 1
    assert asked.times == 1


async def test_what_is_old_is_asked_for_anew() -> None:
    asked = Asked()
    asked.may.set()
    kept = Kept(asked, age=0.0, patience=LONG)
    assert [await kept.get(), await kept.get()] == [1, 2]


async def test_patience_ends_but_not_what_was_begun() -> None:
    asked = Asked()
    kept = Kept(asked, age=LONG, patience=0.01)
    assert [await kept.get(), await kept.get()] == [None, None]
    asked.may.set()
    while (answer := await kept.get()) is None:
        pass
    assert (answer, asked.times) == (1, 1)


async def test_a_failure_is_nothing_and_the_next_one_asks_again() -> None:
    asked = Asked()
    asked.may.set()
    kept = Kept(asked, age=LONG, patience=LONG)
    for error in (StorageError("away"), OSError("gone"), ValueError("a mistake")):
        asked.error = error
        assert await kept.get() is None
    asked.error = None
    assert await kept.get() == 4


async def test_closing_breaks_off_what_is_asked() -> None:
    asked = Asked()
    kept = Kept(asked, age=LONG, patience=0.01)
    assert await kept.get() is None
    await kept.close()
    assert len(asyncio.all_tasks()) == 1
