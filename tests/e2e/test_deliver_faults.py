"""Deliveries that go wrong: nothing is seen twice, nothing hangs, and what is unsure is said so."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiogram.enums import ChatAction

from bot.jobs.errors import TransferCode, TransferError
from bot.jobs.model import Job
from bot.jobs.status import State, Status
from bot.telegram.sending.acting import acting
from bot.telegram.wire.address import address
from converter.convert import Result
from converter.shots import Shot, Shots
from standin import Fault, FaultOptions
from tests.support.deliveries import MEBIBYTE, Counter, convert, counter, grown
from tests.support.running import struck, until
from tests.support.stage import Stage

# More than a connection on this machine takes in while nobody reads.
LARGE = 24 * MEBIBYTE
METHODS = {"note": "sendVideoNote", "opus": "sendVoice", "mp4": "sendVideo"}
UNSURE: dict[str, FaultOptions] = {
    "server error": {"status": 500},
    "gateway's page": {"status": 502, "body": "<html>Bad Gateway</html>"},
    "half an answer": {"truncate": 20},
    "no answer": {"drop_reply": True},
}
DEFINITE: dict[str, FaultOptions] = {
    "too many requests": {"status": 429, "retry_after": 1},
    "cut in the middle": {"reset_after": 100_000},
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    folder = tmp_path_factory.mktemp("results")
    made = convert((*METHODS, "frame"), folder)
    return made | {f"large {t}": grown(made[t], folder / t, LARGE) for t in ("mp4", "note")}


@pytest.fixture
async def desk(stage: Stage, tmp_path: Path) -> AsyncIterator[Counter]:
    async with counter(stage, tmp_path) as open_counter:
        yield open_counter


@pytest.fixture
async def hasty(stage: Stage, tmp_path: Path) -> AsyncIterator[Counter]:
    """Its uploads may stand still for a second only."""
    async with counter(stage, tmp_path, idle=1.0) as open_counter:
        yield open_counter


# --- what is sent: never twice


@pytest.mark.parametrize("name", UNSURE)
@pytest.mark.parametrize("target", METHODS)
async def test_an_unsure_end_is_told_and_nothing_is_sent_again(
    target: str, name: str, results: dict[str, Result], desk: Counter
) -> None:
    job = await desk.job(target, status=target != "mp4")
    fault = desk.standin.faults.add(METHODS[target], **UNSURE[name])
    for _ in ("an attempt", "the next one, after a crash perhaps"):
        with pytest.raises(TransferError) as caught:
            await desk.deliver(job, results[target])
        assert caught.value.code is TransferCode.UNSURE_IF_SENT
        assert not caught.value.retryable
        assert caught.value.worth_retrying
    assert fault.spent
    assert desk.standin.count(METHODS[target]) == 1
    assert desk.ledger.words(job) == ["intended"]


@pytest.mark.parametrize("name", DEFINITE)
async def test_a_sure_failure_is_tried_again(
    name: str, results: dict[str, Result], desk: Counter
) -> None:
    job = await desk.job("mp4", status=False)
    fault = desk.standin.faults.add("sendVideo", **DEFINITE[name])
    await desk.deliver(job, results["large mp4"])
    assert fault.spent
    [message] = desk.seen(job)
    assert message.kind == "video"
    assert desk.ledger.words(job) == ["intended", "failed", "intended", "sent"]


async def test_a_refusal_takes_the_intention_back(
    results: dict[str, Result], desk: Counter
) -> None:
    job = await desk.job("mp4", status=False)
    desk.standin.faults.add("sendVideo", status=400, description="Bad Request: no")
    with pytest.raises(TransferError) as caught:
        await desk.deliver(job, results["mp4"])
    assert caught.value.code is TransferCode.UPLOAD_REJECTED
    assert desk.ledger.words(job) == ["intended", "failed"]


async def test_nobody_there_is_no_reason_to_ask(results: dict[str, Result], desk: Counter) -> None:
    job = await desk.job("note")
    await desk.standin.stop()
    delivery = asyncio.create_task(desk.deliver(job, results["note"]))
    await until(lambda: desk.ledger.words(job)[:2] == ["intended", "failed"], "a failure")
    delivery.cancel()
    await asyncio.gather(delivery, return_exceptions=True)
    assert desk.ledger.words(job)[-1] == "failed"


async def test_cancelled_half_way_it_was_not_sent(
    results: dict[str, Result], desk: Counter
) -> None:
    job = await desk.job("mp4", status=False)
    stalled = desk.standin.faults.add("sendVideo", stall_after=MEBIBYTE)
    await _cancelled_once(desk, job, results["large mp4"], stalled)
    assert desk.ledger.words(job) == ["intended", "failed"]
    await desk.deliver(job, results["mp4"])
    assert [m.kind for m in desk.seen(job)] == ["video"]


async def test_cancelled_at_the_end_nobody_knows(results: dict[str, Result], desk: Counter) -> None:
    job = await desk.job("mp4", status=False)
    # Strikes once the whole request was read.
    late = desk.standin.faults.add("sendVideo", delay=60.0, when=lambda _: True)
    await _cancelled_once(desk, job, results["mp4"], late)
    with pytest.raises(TransferError) as caught:
        await desk.deliver(job, results["mp4"])
    assert caught.value.code is TransferCode.UNSURE_IF_SENT
    assert desk.ledger.words(job) == ["intended"]


async def test_words_that_fail_cost_no_result(results: dict[str, Result], desk: Counter) -> None:
    job = await desk.job("note")
    desk.standin.faults.add(
        "editMessageText", times=None, status=400, description="Bad Request: no"
    )
    await desk.deliver(job, results["note"])
    assert [m.kind for m in desk.seen(job)] == ["text", "video_note"]


async def test_an_album_cancelled_half_way_was_not_sent(
    results: dict[str, Result], desk: Counter
) -> None:
    job = await desk.job("frame")
    shot = results["frame"]
    small = Shot(shot.path, 0.5, 320, 180, shot.path.stat().st_size)
    large = replace(small, path=grown(shot, shot.path.parent, 4 * MEBIBYTE).path)
    stalled = desk.standin.faults.add("sendMediaGroup", stall_after=MEBIBYTE)
    await _cancelled_once(desk, job, Shots((large,) * 9, 1.0), stalled)
    assert desk.ledger.words(job) == ["intended", "failed"]
    assert [m.kind for m in desk.seen(job)] == ["text"]
    await desk.deliver(job, Shots((small, small), 1.0))
    text, *album = desk.seen(job)
    assert text.text == "🖼 2 pictures of film.mkv"
    assert [m.kind for m in album] == ["photo", "photo"]
    assert desk.ledger.message_of(job) == " ".join(str(m.id) for m in album)


# --- silence, slowness, and what is seen of an upload


async def test_an_upload_that_nobody_takes_is_made_again(
    results: dict[str, Result], hasty: Counter
) -> None:
    job = await hasty.job("mp4")
    stalled = hasty.standin.faults.add("editMessageMedia", stall_after=MEBIBYTE)
    await hasty.deliver(job, results["large mp4"])
    assert stalled.spent
    assert [m.kind for m in hasty.seen(job)] == ["video"]


async def test_an_answer_that_never_comes_is_given_up(
    results: dict[str, Result], hasty: Counter
) -> None:
    job = await hasty.job("mp4")
    silent = hasty.standin.faults.add("editMessageMedia", delay=600.0)
    await hasty.deliver(job, results["mp4"])
    assert silent.spent
    assert [m.kind for m in hasty.seen(job)] == ["video"]


async def test_a_slow_upload_that_moves_goes_on(results: dict[str, Result], hasty: Counter) -> None:
    job = await hasty.job("mp4")
    speed = LARGE / 4.0
    hasty.standin.faults.add("editMessageMedia", bytes_per_second=speed)
    await hasty.deliver(job, results["large mp4"])
    [call] = [c for c in hasty.standin.calls if c.method == "editMessageMedia"]
    assert call.ok
    assert call.seconds > hasty.deliverer.idle


async def test_how_far_it_is_can_be_heard(results: dict[str, Result], desk: Counter) -> None:
    heard: list[tuple[int, int]] = []
    job, large = await desk.job("mp4"), results["large mp4"]
    await desk.deliver(job, large, lambda done, size: heard.append((done, size)))
    assert large.thumbnail is not None
    size = LARGE + large.thumbnail.stat().st_size
    assert {total for _, total in heard} == {size}
    done = [count for count, _ in heard]
    assert done == sorted(set(done))
    assert done[-1] == size
    assert len(done) > 100


@pytest.mark.parametrize("target", ["mp4", "note"])
async def test_a_status_may_move_until_the_result_is_there(
    target: str, results: dict[str, Result], desk: Counter
) -> None:
    job, board = await desk.job(target), desk.app.board

    def show(done: int, _size: int) -> None:
        board.show(job, Status(State.SENDING, {"bytes": done}))

    method = "editMessageMedia" if target == "mp4" else METHODS[target]
    stalled = desk.standin.faults.add(method, stall_after=MEBIBYTE)
    delivery = asyncio.create_task(desk.deliver(job, results[f"large {target}"], show))
    await desk.person(job).wait_for_message(
        lambda m: str(m.id) == job.status_message_id and m.edited
    )
    assert not delivery.done()
    stalled.release()
    await delivery
    await board.close(1.0)  # whatever it still had to show
    edits = [c for c in desk.standin.calls if c.method.startswith("editMessage")]
    refused = [c.description or "" for c in edits if not c.ok]
    assert all("not modified" in told for told in refused), "none came after the result"
    assert len(edits) > 1
    first, *_ = desk.seen(job)
    assert str(first.id) == job.status_message_id
    assert first.text.startswith("✅ film.mkv\n")


async def test_without_a_status_message_none_is_begun(
    results: dict[str, Result], desk: Counter
) -> None:
    job, board = await desk.job("mp4", status=False), desk.app.board

    def show(done: int, _size: int) -> None:
        board.show(job, Status(State.SENDING, {"bytes": done}))

    await desk.deliver(job, results["large mp4"], show)
    await board.close(1.0)
    assert [m.kind for m in desk.seen(job)] == ["video"]


# --- "sending a video…"


async def test_the_chat_shows_it_from_the_beginning_on(
    results: dict[str, Result], desk: Counter
) -> None:
    job = await desk.job("mp4")
    stalled = desk.standin.faults.add("editMessageMedia", stall_after=MEBIBYTE)
    delivery = asyncio.create_task(desk.deliver(job, results["large mp4"]))
    await desk.standin.wait_for_call("sendChatAction")
    assert desk.person(job).actions == ["upload_video"]
    assert not delivery.done()
    stalled.release()
    await delivery


async def test_it_is_repeated_and_ends(desk: Counter) -> None:
    job = await desk.job("mp4")
    async with acting(desk.app.bot, address(job), ChatAction.UPLOAD_VIDEO, every=0.01):
        await desk.standin.wait_for_call("sendChatAction", 3)
    before = desk.standin.count("sendChatAction")
    await desk.app.bot.send_message(job.chat_id, "afterwards")
    assert desk.standin.count("sendChatAction") <= before + 1


@pytest.mark.parametrize("status", [400, 403, 429, 500])
async def test_its_failure_costs_nothing(
    status: int, results: dict[str, Result], desk: Counter
) -> None:
    job = await desk.job("mp4")
    fault = desk.standin.faults.add("sendChatAction", times=None, status=status)
    stalled = desk.standin.faults.add("editMessageMedia", stall_after=MEBIBYTE)
    delivery = asyncio.create_task(desk.deliver(job, results["large mp4"]))
    await struck(fault)
    stalled.release()
    await delivery
    assert [m.kind for m in desk.seen(job)] == ["video"]


async def _cancelled_once(desk: Counter, job: Job, result: Result | Shots, fault: Fault) -> None:
    """Deliver, and cancel once the fault has struck."""
    delivery = asyncio.create_task(desk.deliver(job, result))
    await struck(fault)
    delivery.cancel()
    with pytest.raises(asyncio.CancelledError):
        await delivery
