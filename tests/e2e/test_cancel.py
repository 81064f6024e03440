"""Cancel, in every phase, for the owner alone: everything stops, one clear message, nothing is
left."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.texts import Texts
from standin import SeenMessage, User
from tests.support.footage import Footage
from tests.support.open_house import open_house
from tests.support.running import FOR_EVER
from tests.support.stage import Stage, reaches, status_of
from tests.support.waiting import eventually, processes

pytestmark = pytest.mark.asyncio(loop_scope="module")

EN = Texts("en")
CANCEL = EN("button-cancel")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with open_house(tmp_path_factory.mktemp("house")) as house:
        yield house


async def says_stopped(user: User, status: SeenMessage, words: str) -> None:
    """The answer to a tap is quicker than the end of what ran: the message follows."""
    await user.wait_for_message(lambda m: m.id == status.id and m.text == words)
    assert status.buttons == []


async def stopped(stage: Stage, user: User, status: SeenMessage, name: str) -> None:
    """The message says so, its button is gone, nothing runs and nothing lies about."""
    await says_stopped(user, status, f"✖️ {name}: stopped")
    assert user.results == []
    assert stage.leftovers() == []
    assert await asyncio.to_thread(eventually, lambda: not processes(str(stage.data)))


async def test_while_it_waits(stage: Stage, footage: Footage) -> None:
    user = stage.standin.user()
    held = stage.standin.faults.add("download", stall_after=1000)
    first = await status_of(user, await user.send_document(footage.quick))
    await reaches(user, first, "Downloading")
    second = await status_of(user, await user.send_document(footage.remux))
    assert "place in the queue: 1" in second.text
    assert (await user.tap(second, CANCEL)).text == EN("tap-cancelled")
    await says_stopped(user, second, "✖️ remux.mkv: stopped")
    held.release()
    assert (await user.wait_for_result()).id == first.id
    await user.wait_for_message("Ready")
    assert len(user.results) == 1


async def test_while_it_downloads(stage: Stage, footage: Footage) -> None:
    user = stage.standin.user()
    stage.standin.faults.add("download", stall_after=1000)
    status = await status_of(user, await user.send_document(footage.quick))
    await reaches(user, status, "Downloading")
    assert (await user.tap(status, CANCEL)).text == EN("tap-cancelled")
    await stopped(stage, user, status, "quick.avi")


async def test_while_it_converts(stage: Stage, footage: Footage) -> None:
    user = stage.standin.user(lang="ru")
    status = await status_of(user, await user.send_document(footage.slow))
    await user.wait_for_message(
        lambda m: m.id == status.id and "Конвертирую… " in m.text and "×" in m.text, timeout=30
    )
    assert processes(str(stage.data)), "or this test could not see them"
    assert (await user.tap(status, "Отменить")).text == "Остановлено"
    await says_stopped(user, status, "✖️ slow.mkv: остановлено")
    assert await asyncio.to_thread(eventually, lambda: not processes(str(stage.data)))
    assert stage.leftovers() == []


async def test_while_it_is_sent(stage: Stage, footage: Footage) -> None:
    user = stage.standin.user()
    held = stage.standin.faults.add("editMessageMedia", delay=FOR_EVER, drop_request=True)
    status = await status_of(user, await user.send_document(footage.quick))
    await reaches(user, status, "Sending")
    assert [b.text for b in status.buttons] == [CANCEL]
    assert (await user.tap(status, CANCEL)).text == EN("tap-cancelled")
    held.release()
    await stopped(stage, user, status, "quick.avi")


async def test_while_it_waits_for_another_try(stage: Stage, footage: Footage) -> None:
    user = stage.standin.user()
    fault = stage.standin.faults.add("download", times=None, status=500)
    status = await status_of(user, await user.send_document(footage.quick))
    await reaches(user, status, "trying again")
    stage.standin.faults.waiting.remove(fault)
    assert (await user.tap(status, CANCEL)).text == EN("tap-cancelled")
    await stopped(stage, user, status, "quick.avi")


async def test_a_strangers_tap_is_refused_and_the_job_goes_on(
    stage: Stage, footage: Footage
) -> None:
    owner, stranger = stage.standin.user(name="Owner"), stage.standin.user(lang="ru")
    held = stage.standin.faults.add("download", stall_after=1000)
    status = await status_of(owner, await owner.send_document(footage.quick))
    await reaches(owner, status, "Downloading")
    refusal = await stranger.tap(status, CANCEL)
    assert (refusal.text, refusal.show_alert) == ("Это не ваше видео", True)
    held.release()
    assert (await owner.wait_for_result()).id == status.id


async def test_tapping_again_and_again_stops_it_once(stage: Stage, footage: Footage) -> None:
    user = stage.standin.user()
    stage.standin.faults.add("download", stall_after=1000)
    status = await status_of(user, await user.send_document(footage.quick))
    await reaches(user, status, "Downloading")
    answers = await asyncio.gather(*(user.tap(status, CANCEL) for _ in range(5)))
    assert sorted({a.text for a in answers}) == sorted({EN("tap-cancelled"), EN("tap-too-late")})
    assert [a.text for a in answers].count(EN("tap-cancelled")) == 1
    await stopped(stage, user, status, "quick.avi")
    data = next(v for v in status.history if v.reply_markup).reply_markup
    assert data is not None
    old = data["inline_keyboard"][0][0]["callback_data"]
    assert (await user.tap(status, callback_data=old)).text == EN("tap-too-late")


async def test_cancel_after_the_result_is_too_late_and_harms_nothing(
    stage: Stage, footage: Footage
) -> None:
    user = stage.standin.user()
    status = await status_of(user, await user.send_document(footage.remux))
    old = status.buttons[0].callback_data
    await user.wait_for_message("Ready", timeout=30)
    assert (await user.tap(status, callback_data=old)).text == EN("tap-too-late")
    assert len(user.results) == 1


async def test_the_command_stops_the_only_one(stage: Stage, footage: Footage) -> None:
    user = stage.standin.user()
    stage.standin.faults.add("download", stall_after=1000)
    status = await status_of(user, await user.send_document(footage.quick))
    await reaches(user, status, "Downloading")
    told = await user.wait_for_message(after=await user.send_text("/cancel"))
    assert told.text == "✖️ Stopped: 1 conversion."
    await stopped(stage, user, status, "quick.avi")


@pytest.mark.parametrize("command", ["/cancel", "/status"])
async def test_with_several_jobs_the_command_offers_a_list(
    stage: Stage, footage: Footage, command: str
) -> None:
    user = stage.standin.user()
    stage.standin.faults.add("download", stall_after=1000)
    statuses = [
        await status_of(user, await user.send_document(path))
        for path in (footage.quick, footage.remux, footage.fine)
    ]
    told = await user.wait_for_message(after=await user.send_text(command))
    names = ["quick.avi", "remux.mkv", "fine.mp4"]
    assert [b.text for b in told.buttons] == [
        *(f"{CANCEL}: {n}. {name}" for n, name in enumerate(names, 1)),
        EN("button-cancel-all"),
    ]
    if command == "/status":
        assert told.text == "1. quick.avi: downloading\n2. remux.mkv: waiting\n3. fine.mp4: waiting"
    await user.tap(told, f"{CANCEL}: 2.")
    await says_stopped(user, statuses[1], "✖️ remux.mkv: stopped")
    assert "Downloading" in statuses[0].text
    await user.tap(told, EN("button-cancel-all"))
    await user.wait_for_message("✖️ Stopped: 2 conversions.", after=told)
    for status, name in zip(statuses, names, strict=True):
        await stopped(stage, user, status, name)
    await user.tap(told, EN("button-cancel-all"))
    await user.wait_for_message(EN("nothing-running"), after=told)


async def test_after_a_cancel_the_same_file_can_be_sent_again(
    stage: Stage, footage: Footage
) -> None:
    user = stage.standin.user()
    stage.standin.faults.add("download", stall_after=1000)
    status = await status_of(user, await user.send_document(footage.quick))
    await reaches(user, status, "Downloading")
    await user.tap(status, CANCEL)
    again = await status_of(user, await user.send_document(footage.quick))
    assert (await user.wait_for_result()).id == again.id
