"""Which requests are made again, how often, and for how long."""

import pytest
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import GetMe

from bot.telegram.wire.session import tried, upload_seconds

METHOD = GetMe()
BROKEN = TelegramNetworkError(METHOD, "broken")
GIB = 1024**3


def flood(seconds: int) -> TelegramRetryAfter:
    return TelegramRetryAfter(METHOD, "slowly", seconds)


class Line:
    """Answers with these errors, then well; knows how long one waited in between."""

    def __init__(self, *errors: TelegramAPIError) -> None:
        self.errors = list(errors)
        self.made = 0
        self.pauses: list[float] = []

    async def ask(self) -> str:
        self.made += 1
        if self.errors:
            raise self.errors.pop(0)
        return "well"

    async def wait(self, seconds: float) -> None:
        self.pauses.append(seconds)

    async def tried(self) -> str:
        return await tried(self.ask, "getMe", sleep=self.wait)


@pytest.mark.parametrize("error", [BROKEN, TelegramServerError(METHOD, "500"), flood(7)])
async def test_what_may_pass_is_tried_again(error: TelegramAPIError) -> None:
    line = Line(*[error] * 4)
    assert await line.tried() == "well"
    assert line.made == 5


async def test_five_times_and_no_more() -> None:
    line = Line(*[BROKEN] * 5)
    with pytest.raises(TelegramNetworkError):
        await line.tried()
    assert line.made == 5


async def test_pauses_grow_and_telegrams_own_are_kept() -> None:
    line = Line(BROKEN, BROKEN, BROKEN, flood(7))
    await line.tried()
    for pause, least in zip(line.pauses, (0.25, 0.5, 1.0, 7.0), strict=True):
        assert least <= pause <= 3 * least


@pytest.mark.parametrize(
    "error",
    [TelegramBadRequest(METHOD, "no"), TelegramEntityTooLarge(METHOD, "too large"), flood(181)],
)
async def test_what_will_not_pass_soon_is_not(error: TelegramAPIError) -> None:
    line = Line(error)
    with pytest.raises(type(error)):
        await line.tried()
    assert line.made == 1


def test_an_uploads_last_bound_is_generous_but_finite() -> None:
    small, large = upload_seconds(1), upload_seconds(50_000_000)
    assert 600 <= small < large
    assert 50_000_000 / large < 20_000, "a line of 20 kB/s is slow, not dead"
    assert upload_seconds(GIB) == upload_seconds(100 * GIB)
