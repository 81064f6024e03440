"""A file that comes damaged, slowly or not at all: one right result or one clear message, nothing
left, and everybody else is served meanwhile."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from standin import FaultOptions, SeenMessage, User
from tests.support.footage import Footage
from tests.support.open_house import open_house
from tests.support.stage import Stage, status_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

IDLE = 1
LARGEST = 5_000_000

PASSING: dict[str, FaultOptions] = {
    "short": {"cut_after": 1000},
    "short without a length": {"cut_after": 1000, "no_length": True},
    "long": {"extra_bytes": 1000},
    "long without a length": {"extra_bytes": 1000, "no_length": True},
    "reset": {"reset_after": 1000},
    "no answer": {"drop_request": True},
    "silent": {"stall_after": 1000},
    "not found": {"status": 404},
    "server error": {"status": 500},
    "gateway's page": {"status": 502, "body": "<html>Bad Gateway</html>"},
}
# Until a job is given up each attempt asks three times, and there are three attempts.
LASTING: dict[str, tuple[FaultOptions, str]] = {
    "lost": ({"status": 404}, "Telegram doesn't have this file any more. Send it again."),
    "cut": ({"cut_after": 1000, "no_length": True}, "The file came incomplete from Telegram."),
    "down": ({"status": 500}, "The file could not be downloaded from Telegram."),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with open_house(
        tmp_path_factory.mktemp("house"),
        download_idle_timeout=IDLE,
        max_input_bytes=LARGEST,
        max_concurrent_conversions=6,
    ) as stage:
        yield stage


@pytest.fixture
def stage(house: Stage) -> Stage:
    """The house with no fault in it."""
    house.standin.faults.clear()
    return house


@pytest.mark.parametrize("fault", PASSING)
async def test_a_fault_that_passes_costs_only_time(
    stage: Stage, footage: Footage, fault: str
) -> None:
    before = stage.standin.count("download")
    added = stage.standin.faults.add("download", **PASSING[fault])
    await _is_served_once(stage, footage.remux)
    assert added.spent
    added.release()
    await stage.standin.wait_for_call("download", before + 2)


async def test_a_slow_line_is_no_fault(stage: Stage, footage: Footage) -> None:
    before = stage.standin.count("download")
    speed = footage.remux.stat().st_size / (2.5 * IDLE)
    stage.standin.faults.add("download", bytes_per_second=speed)
    user = await _is_served_once(stage, footage.remux)
    assert stage.standin.count("download") == before + 1
    downloading = [text for text in user.results[0].texts if "Downloading" in text]
    assert len(set(downloading)) > 1, "its progress is shown meanwhile"


async def test_a_size_that_nobody_told_does_no_harm(stage: Stage, footage: Footage) -> None:
    user = stage.standin.user()
    await user.send_document(footage.remux, size_known=False)
    assert (await user.wait_for_result()).video.duration == 2


async def test_a_link_that_expired_is_asked_for_anew(stage: Stage, footage: Footage) -> None:
    asked = stage.standin.count("getFile")
    slow = stage.standin.faults.add("download", delay=0.3)
    user = stage.standin.user()
    await user.send_document(footage.remux)
    await stage.standin.wait_for_call("getFile", asked + 1)
    stage.standin.expire_links()
    await user.wait_for_result()
    assert slow.spent
    assert stage.standin.count("getFile") == asked + 2


async def test_faults_that_last_end_in_one_clear_message_while_others_are_served(
    stage: Stage, footage: Footage
) -> None:
    waiting: dict[str, tuple[User, SeenMessage]] = {}
    for name, (fault, _) in LASTING.items():
        lasting: FaultOptions = {**fault, "times": None, "when": _names(f".{name}")}
        stage.standin.faults.add("download", **lasting)
        user = stage.standin.user()
        sent = await user.send_document(footage.remux, file_name=f"clip.{name}")
        waiting[name] = user, await status_of(user, sent)
    liar = stage.standin.user()
    sent = await liar.send_document(footage.remux, file_name="clip.lie", file_size=4_000_000)
    lie = await status_of(liar, sent)

    await _is_served_once(stage, footage.quick)

    for name, (user, status) in waiting.items():
        await _failed(user, status, LASTING[name][1])
        trace = status.buttons[1].copy_text
        assert status.text == f"❌ clip.{name}\n{LASTING[name][1]}\n№ {trace}"
    await _failed(liar, lie, "The file came incomplete from Telegram.")
    assert stage.leftovers() == []

    stage.standin.faults.clear()
    for user, status in waiting.values():
        await user.tap(status, "Try again")
        assert (await user.wait_for_result()).id == status.id


async def test_what_telegram_calls_too_big_is_said_to_be_so(stage: Stage, footage: Footage) -> None:
    user = stage.standin.user()
    stage.standin.faults.add("getFile", status=400, description="Bad Request: file is too big")
    sent = await user.send_document(footage.remux)
    status = await status_of(user, sent)
    await user.wait_for_message("doesn't let bots download files of more than 20 MB")
    assert user.bot_messages == [status]
    assert stage.leftovers() == []


async def test_more_bytes_than_the_operator_allows_are_not_taken(
    stage: Stage, tmp_path: Path
) -> None:
    endless = tmp_path / "endless.mkv"
    with endless.open("wb") as file:
        file.truncate(3 * LARGEST)
    user = stage.standin.user()
    status = await status_of(user, await user.send_document(endless, size_known=False))
    await user.wait_for_message("the limit is 5 MB")
    assert user.bot_messages == [status]
    assert stage.leftovers() == []


def _names(suffix: str) -> Callable[[dict[str, Any]], bool]:
    return lambda call: str(call["file_path"]).endswith(suffix)


async def _is_served_once(stage: Stage, clip: Path) -> User:
    user = stage.standin.user()
    sent = await user.send_document(clip)
    result = await user.wait_for_result()
    ready = await user.wait_for_message("Ready")
    assert (result.video.duration, result.reply_to) == (2, sent.id)
    assert user.bot_messages == [result, ready], user.listing()
    return user


async def _failed(user: User, status: SeenMessage, cause: str) -> None:
    await user.wait_for_message(cause, timeout=40.0)
    assert user.bot_messages == [status], user.listing()
    assert [button.text for button in status.buttons] == ["🔁 Try again", "📋 Copy №"]
