"""What every queue engine must do, on real storage. An engine joins by one entry in ENGINES."""

import asyncio
import itertools
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.jobs.model import ALLOWED, Job, NewJob, Phase, Source
from bot.jobs.queue import (
    Accepted,
    Duplicate,
    LeaseLostError,
    Queue,
    QueueFull,
    Repeated,
    StorageError,
)
from bot.jobs.sqlite_queue import SqliteQueue


class Clock:
    """Wall time that a test can move."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


Open = Callable[[], Awaitable[Queue]]


async def open_sqlite(folder: Path, clock: Clock) -> Queue:
    return await SqliteQueue.open(folder / "data" / "bot.db", clock=clock)


# A program that adds one job to the queue in the folder argv[1], says so and dies on the spot.
ADD_AND_DIE_SQLITE = """
import asyncio, os, signal, sys
from pathlib import Path
from bot.jobs.model import NewJob, Source
from bot.jobs.sqlite_queue import SqliteQueue

async def main():
    queue = await SqliteQueue.open(Path(sys.argv[1]) / "data" / "bot.db")
    new = NewJob(1, 1, 7, "en", Source("f", "u", "survivor.mp4", 1))
    await queue.add(new, max_waiting=5)
    if sys.argv[2] == "take":
        await queue.take()
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""

ENGINES = {"sqlite": (open_sqlite, ADD_AND_DIE_SQLITE)}


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def reopen(engine: str, tmp_path: Path, clock: Clock) -> AsyncIterator[Open]:
    """Opens the queue on the test's storage, closing the one opened before."""
    opened: list[Queue] = []

    async def again() -> Queue:
        while opened:
            await opened.pop().close()
        opened.append(await ENGINES[engine][0](tmp_path, clock))
        return opened[0]

    yield again
    while opened:
        await opened.pop().close()


@pytest.fixture
async def queue(reopen: Open) -> Queue:
    return await reopen()


_numbers = itertools.count(1)


def video(user: int = 1, **changes: object) -> NewJob:
    """A new job that is unlike every other, but for `changes`."""
    number = next(_numbers)
    source = Source(f"file{number}", f"unique{number}", f"{number}.mov", 1000 + number)
    job = NewJob(user, user, number, "ru", source, {"target": "mp4"})
    return replace(job, **changes)  # type: ignore[arg-type]  # a test names the fields it means


async def added(queue: Queue, new: NewJob, max_waiting: int = 100) -> Job:
    answer = await queue.add(new, max_waiting=max_waiting)
    assert isinstance(answer, Accepted)
    return answer.job


async def taken(queue: Queue) -> Job:
    job = await queue.take()
    assert job is not None
    return job


async def take_all(queue: Queue) -> list[Job]:
    """Run the queue dry, one job at a time, each done at once."""
    order = []
    while (job := await queue.take()) is not None:
        order.append(job)
        await done(queue, job)
    return order


async def done(queue: Queue, job: Job) -> Job:
    for phase in (Phase.CONVERTING, Phase.SENDING):
        job = await queue.advance(job, phase)
    return await queue.finish(job, Phase.DONE)


async def held_in(queue: Queue, phase: Phase) -> Job:
    """A running job, brought to this phase."""
    await added(queue, video())
    job = await taken(queue)
    for step in (Phase.CONVERTING, Phase.SENDING):
        if job.phase != phase:
            job = await queue.advance(job, step)
    assert job.phase == phase
    return job


RUNNING = [phase for phase in Phase if phase.running]


# --- adding


async def test_a_job_keeps_what_it_was_given(queue: Queue, clock: Clock) -> None:
    new = NewJob(
        2**40,
        -(10**13),
        2**31,
        "uk",
        Source("AgAD-_", "AQAD", "../-x\n\u202e<b>'\"%d 🎬.mkv", 2**33, "video/x-matroska"),
        {"target": "mp4", "trim": "1–2"},
        group=True,
    )
    job = await added(queue, new)
    fields = {
        name: getattr(job, name)
        for name in ("user_id", "chat_id", "message_id", "locale", "source", "request", "group")
    }
    assert NewJob(**fields) == new
    assert (job.phase, job.attempt, job.failures) == (Phase.QUEUED, 0, 0)
    assert (job.status_message_id, job.error_code) == (None, None)
    assert job.created_at.utcoffset() == timedelta()
    assert abs(job.created_at - clock()) < timedelta(seconds=30)
    assert await queue.get(job.id) == job
    assert await queue.get("nobody") is None


async def test_a_name_no_database_can_hold_is_saved_all_the_same(queue: Queue) -> None:
    job = await added(queue, video(source=Source("f", "u", "a\0b\ud800.mp4", 1)))
    assert job.source.name.endswith(".mp4")
    assert await queue.get(job.id) == job


async def test_the_same_message_is_accepted_once_for_ever(queue: Queue) -> None:
    new = video()
    job = await added(queue, new)
    assert await queue.add(new, max_waiting=0) == Repeated(job)
    await queue.cancel(job.id)
    answer = await queue.add(replace(new, user_id=99), max_waiting=0)
    assert isinstance(answer, Repeated)
    assert answer.job.id == job.id
    assert answer.job.phase == Phase.CANCELLED
    await added(queue, replace(new, chat_id=55))


async def test_the_same_work_is_not_done_twice_at_once(queue: Queue) -> None:
    new = video(request={"target": "mp4", "quality": "high"})
    job = await added(queue, new)
    again = replace(new, message_id=10**6, request={"quality": "high", "target": "mp4"})
    assert await queue.add(again, max_waiting=0) == Duplicate(job)
    held = await taken(queue)
    assert await queue.add(again, max_waiting=0) == Duplicate(held)
    await done(queue, held)
    await added(queue, again)


async def test_other_settings_user_or_chat_make_other_work(queue: Queue) -> None:
    new = video()
    await added(queue, new)
    await added(queue, replace(new, message_id=10**6 + 1, request={"target": "gif"}))
    await added(queue, replace(new, message_id=10**6 + 2, user_id=2))
    await added(queue, replace(new, message_id=10**6 + 3, chat_id=3))
    assert len(await queue.live()) == 4


async def test_files_without_a_lasting_name_are_never_taken_for_each_other(queue: Queue) -> None:
    nameless = Source("f", "", "x.mp4", 1)
    await added(queue, video(source=nameless))
    await added(queue, video(source=nameless))


@pytest.mark.parametrize("running", [False, True])
async def test_a_user_may_have_one_job_and_so_many_waiting(queue: Queue, running: bool) -> None:
    await added(queue, video())
    if running:
        await taken(queue)
    await added(queue, video(), max_waiting=2)
    await added(queue, video(), max_waiting=2)
    assert await queue.add(video(), max_waiting=2) == QueueFull(2)
    await added(queue, video(user=2), max_waiting=2)
    assert len(await queue.live()) == 4


async def test_with_none_allowed_to_wait_a_user_with_a_live_job_is_refused(queue: Queue) -> None:
    await added(queue, video(), max_waiting=0)
    assert await queue.add(video(), max_waiting=0) == QueueFull(0)
    await done(queue, await taken(queue))
    await added(queue, video(), max_waiting=0)


async def test_two_hundred_adds_at_once_all_arrive_once(queue: Queue) -> None:
    news = [video(user=n % 20) for n in range(100)] * 2
    answers = await asyncio.gather(*(queue.add(new, max_waiting=100) for new in news))
    assert sum(isinstance(answer, Accepted) for answer in answers) == 100
    assert sum(isinstance(answer, Repeated) for answer in answers) == 100
    live = await queue.live()
    assert {job.message_id for job in live} == {new.message_id for new in news}


async def test_adds_at_once_never_exceed_the_limit(queue: Queue) -> None:
    answers = await asyncio.gather(*(queue.add(video(), max_waiting=3) for _ in range(30)))
    assert sum(isinstance(answer, Accepted) for answer in answers) == 4


# --- order


async def test_first_come_first_served_among_users(queue: Queue) -> None:
    for user in (3, 1, 2):
        await added(queue, video(user))
    assert [job.user_id for job in await take_all(queue)] == [3, 1, 2]


async def test_everybodys_first_job_comes_before_anybodys_second(queue: Queue) -> None:
    for user in (1, 1, 1, 2, 2, 3):
        await added(queue, video(user))
    expected = [job.id for job in await queue.live()]
    order = await take_all(queue)
    assert [job.user_id for job in order] == [1, 2, 3, 1, 2, 1]
    assert [job.id for job in order] == expected


async def test_a_running_job_is_its_users_first(queue: Queue) -> None:
    await added(queue, video(1))
    held = await taken(queue)
    await added(queue, video(1))
    await added(queue, video(2))
    await done(queue, held)
    assert [job.user_id for job in await take_all(queue)] == [2, 1]


async def test_a_users_own_jobs_keep_their_order_after_a_cancel(queue: Queue) -> None:
    mine = [await added(queue, video()) for _ in range(4)]
    await queue.cancel(mine[0].id)
    await queue.cancel(mine[1].id)
    mine.append(await added(queue, video()))
    assert [job.id for job in await take_all(queue)] == [job.id for job in mine[2:]]


async def test_positions_are_the_order(queue: Queue) -> None:
    first = await queue.add(video(1), max_waiting=9)
    second = await queue.add(video(1), max_waiting=9)
    other = await queue.add(video(2), max_waiting=9)
    assert isinstance(first, Accepted)
    assert isinstance(second, Accepted)
    assert isinstance(other, Accepted)
    assert (first.position, second.position, other.position) == (0, 2, 2)
    waiting = await queue.live()
    assert [await queue.position(job.id) for job in waiting] == [1, 2, 3]
    held = await taken(queue)
    assert await queue.position(held.id) == 0
    assert await queue.position(other.job.id) == 1
    assert await queue.position("nobody") == 0


async def test_behind_its_users_running_job_a_job_has_place_one(queue: Queue) -> None:
    await added(queue, video())
    await taken(queue)
    answer = await queue.add(video(), max_waiting=9)
    assert isinstance(answer, Accepted)
    assert answer.position == 1


async def test_live_lists_running_jobs_first(queue: Queue) -> None:
    for user in (1, 1, 2, 2):
        await added(queue, video(user))
    running = [await taken(queue), await taken(queue)]
    live = await queue.live()
    assert [job.id for job in live[:2]] == [job.id for job in running]
    assert [job.user_id for job in live] == [1, 2, 1, 2]
    mine = await queue.live_of_user(2)
    assert [job.phase for job in mine] == [Phase.DOWNLOADING, Phase.QUEUED]
    assert {job.user_id for job in mine} == {2}
    assert await queue.live_of_user(99) == []


# --- taking


async def test_taking_starts_an_attempt(queue: Queue) -> None:
    job = await added(queue, video())
    held = await taken(queue)
    assert held == replace(job, phase=Phase.DOWNLOADING, attempt=1)
    assert await queue.get(job.id) == held
    assert await queue.take() is None


async def test_never_two_running_jobs_of_one_user_however_many_take(queue: Queue) -> None:
    for user in (1, 1, 1, 2, 2, 3):
        await added(queue, video(user))
    got = [job for job in await asyncio.gather(*(queue.take() for _ in range(20))) if job]
    assert sorted(job.user_id for job in got) == [1, 2, 3]
    assert len({job.id for job in got}) == 3
    for job in got:
        await done(queue, job)
    got = [job for job in await asyncio.gather(*(queue.take() for _ in range(20))) if job]
    assert sorted(job.user_id for job in got) == [1, 2]


# --- waiting


async def test_wait_returns_at_once_when_there_is_something_to_take(queue: Queue) -> None:
    await added(queue, video())
    async with asyncio.timeout(20):
        await queue.wait(3600)


async def test_wait_gives_up_after_its_time(queue: Queue) -> None:
    async with asyncio.timeout(20):
        await queue.wait(0.01)
        await queue.wait(0)


@pytest.mark.parametrize("event", ["add", "finish", "cancel", "put_back", "retry"])
async def test_every_waiter_wakes_when_something_may_be_takeable(queue: Queue, event: str) -> None:
    cancelled = await added(queue, video(2))
    await queue.cancel(cancelled.id)
    await added(queue, video(1))
    await added(queue, video(1))
    held = await taken(queue)
    waiters = [asyncio.create_task(queue.wait(3600)) for _ in range(3)]
    finished, _ = await asyncio.wait(waiters, timeout=0.2)
    assert not finished
    happen: dict[str, Callable[[], Awaitable[object]]] = {
        "add": lambda: queue.add(video(3), max_waiting=9),
        "finish": lambda: queue.finish(held, Phase.FAILED),
        "cancel": lambda: queue.cancel(held.id),
        "put_back": lambda: queue.put_back(held, failed=False),
        "retry": lambda: queue.retry(cancelled.id, max_waiting=9),
    }
    await happen[event]()
    async with asyncio.timeout(20):
        await asyncio.gather(*waiters)
    assert await queue.take() is not None


async def test_wait_ends_when_a_delay_does(queue: Queue) -> None:
    await added(queue, video())
    await queue.put_back(await taken(queue), failed=True, delay=0.3)
    assert await queue.take() is None
    async with asyncio.timeout(20):
        while (job := await queue.take()) is None:
            await queue.wait(3600)
    assert job.attempt == 2


# --- holding


async def test_a_job_goes_through_its_phases(queue: Queue) -> None:
    held = await held_in(queue, Phase.SENDING)
    job = await queue.finish(held, Phase.DONE)
    assert job.phase == Phase.DONE
    assert await queue.get(job.id) == job
    assert await queue.live() == []


async def test_the_error_code_is_kept(queue: Queue) -> None:
    job = await queue.finish(
        await held_in(queue, Phase.CONVERTING), Phase.REFUSED, error_code="no_video"
    )
    assert (job.phase, job.error_code) == (Phase.REFUSED, "no_video")


@pytest.mark.parametrize("phase", RUNNING)
@pytest.mark.parametrize("target", list(Phase))
async def test_only_allowed_moves(queue: Queue, phase: Phase, target: Phase) -> None:
    held = await held_in(queue, phase)
    if target.running and target in ALLOWED[phase]:
        assert (await queue.advance(held, target)).phase == target
    else:
        with pytest.raises(ValueError, match=r"advance\(\)|no way"):
            await queue.advance(held, target)
    held = await queue.get(held.id) or held
    if target.final and target in ALLOWED[held.phase]:
        assert (await queue.finish(held, target)).phase == target
    else:
        with pytest.raises(ValueError, match=r"finish\(\)|no way"):
            await queue.finish(held, target)


async def test_the_status_message_is_remembered_through_everything(queue: Queue) -> None:
    job = await added(queue, video())
    await queue.set_status_message(job.id, 4321)
    held = await taken(queue)
    assert held.status_message_id == 4321
    held = await queue.put_back(held, failed=True)
    assert (await done(queue, await taken(queue))).status_message_id == 4321


async def test_put_back_counts_failures_only(queue: Queue) -> None:
    job = await queue.put_back(await held_in(queue, Phase.CONVERTING), failed=False)
    assert (job.phase, job.attempt, job.failures) == (Phase.QUEUED, 1, 0)
    job = await queue.put_back(await taken(queue), failed=True)
    assert (job.phase, job.attempt, job.failures) == (Phase.QUEUED, 2, 1)
    assert (await taken(queue)).attempt == 3


async def test_a_job_put_back_is_first_again(queue: Queue) -> None:
    mine = await added(queue, video(1))
    held = await taken(queue)
    for user in (2, 1, 3):
        await added(queue, video(user))
    await queue.put_back(held, failed=False)
    assert await queue.position(mine.id) == 1
    assert [job.user_id for job in await take_all(queue)] == [1, 2, 3, 1]


async def test_a_delay_holds_back_that_job_alone(queue: Queue, clock: Clock) -> None:
    mine = await added(queue, video(1))
    await queue.put_back(await taken(queue), failed=True, delay=600)
    await added(queue, video(2))
    next_one = await added(queue, video(1))
    assert await queue.position(mine.id) == 3
    assert [job.id for job in await queue.live()][-1] == mine.id
    assert [job.user_id for job in await take_all(queue)] == [2, 1]
    assert next_one.id != mine.id
    clock.ahead = timedelta(seconds=601)
    assert (await taken(queue)).id == mine.id


# --- fencing


async def test_an_old_attempt_changes_nothing(queue: Queue) -> None:
    old = await held_in(queue, Phase.SENDING)
    await queue.put_back(old, failed=False)
    new = await taken(queue)
    await refused_everywhere(queue, old)
    new = await queue.advance(new, Phase.CONVERTING)
    await refused_everywhere(queue, old)
    assert (await queue.advance(new, Phase.SENDING)).attempt == old.attempt + 1


async def test_a_job_put_back_and_not_yet_taken_is_out_of_its_holders_hands(queue: Queue) -> None:
    old = await held_in(queue, Phase.SENDING)
    await queue.put_back(old, failed=False)
    await refused_everywhere(queue, old)


async def test_an_unknown_job_is_held_by_nobody(queue: Queue) -> None:
    held = await held_in(queue, Phase.SENDING)
    await refused_everywhere(queue, replace(held, id="nobody"))


async def refused_everywhere(queue: Queue, old: Job) -> None:
    before = await queue.get(old.id)
    for write in (
        queue.advance(old, Phase.SENDING),
        queue.finish(old, Phase.DONE),
        queue.finish(old, Phase.FAILED, error_code="late"),
        queue.put_back(old, failed=True),
    ):
        with pytest.raises(LeaseLostError):
            await write
    assert await queue.get(old.id) == before


# --- cancel and retry


@pytest.mark.parametrize("phase", RUNNING)
async def test_cancel_ends_a_running_job_under_its_holder(queue: Queue, phase: Phase) -> None:
    held = await held_in(queue, phase)
    assert await queue.cancel(held.id) == held
    await refused_everywhere(queue, held)
    job = await queue.get(held.id)
    assert job is not None
    assert job.phase == Phase.CANCELLED
    assert await queue.cancel(held.id) is None
    await added(queue, video())
    assert await queue.take() is not None


async def test_cancel_ends_a_waiting_job(queue: Queue) -> None:
    job = await added(queue, video())
    assert await queue.cancel(job.id) == job
    assert await queue.take() is None
    assert await queue.cancel("nobody") is None


async def test_many_cancels_at_once_end_a_job_once(queue: Queue) -> None:
    job = await added(queue, video())
    answers = await asyncio.gather(*(queue.cancel(job.id) for _ in range(10)))
    assert [answer for answer in answers if answer] == [job]


async def test_retry_starts_over_behind_what_waits(queue: Queue) -> None:
    held = await queue.put_back(await held_in(queue, Phase.DOWNLOADING), failed=True)
    failed = await queue.finish(await taken(queue), Phase.FAILED, error_code="download_failed")
    await added(queue, video(2))
    answer = await queue.retry(failed.id, max_waiting=0)
    assert isinstance(answer, Accepted)
    assert answer.position == 2
    assert answer.job == replace(failed, phase=Phase.QUEUED, failures=0, error_code=None)
    order = await take_all(queue)
    assert [job.id for job in order][-1] == held.id
    assert order[-1].attempt == failed.attempt + 1


async def test_retry_of_a_cancelled_job_leaves_its_old_holder_out(queue: Queue) -> None:
    old = await held_in(queue, Phase.CONVERTING)
    await queue.cancel(old.id)
    assert isinstance(await queue.retry(old.id, max_waiting=0), Accepted)
    await refused_everywhere(queue, old)
    assert (await taken(queue)).attempt == 2
    await refused_everywhere(queue, old)


async def test_retry_only_of_what_failed_or_was_cancelled(queue: Queue) -> None:
    finished = await done(queue, await held_in(queue, Phase.DOWNLOADING))
    refused = await queue.finish(await held_in(queue, Phase.CONVERTING), Phase.REFUSED)
    held = await held_in(queue, Phase.CONVERTING)
    waiting = await added(queue, video())
    for job_id in (finished.id, refused.id, held.id, waiting.id, "nobody"):
        assert await queue.retry(job_id, max_waiting=9) is None


async def test_retry_obeys_the_limit(queue: Queue) -> None:
    failed = await queue.finish(await held_in(queue, Phase.CONVERTING), Phase.FAILED)
    await added(queue, video())
    assert await queue.retry(failed.id, max_waiting=0) == QueueFull(0)
    assert await queue.get(failed.id) == failed
    assert isinstance(await queue.retry(failed.id, max_waiting=1), Accepted)
    assert await queue.retry(failed.id, max_waiting=1) is None


# --- the life of the storage


async def test_everything_is_there_after_reopening(queue: Queue, reopen: Open) -> None:
    for user in (1, 1, 2):
        await added(queue, video(user))
    await taken(queue)
    before = await queue.live()
    assert await (await reopen()).live() == before


@pytest.mark.parametrize(("last_act", "phase"), [("add", "queued"), ("take", "downloading")])
async def test_kill_9_right_after_loses_nothing(
    engine: str, reopen: Open, tmp_path: Path, last_act: str, phase: str
) -> None:
    program = [sys.executable, "-c", ENGINES[engine][1], str(tmp_path), last_act]
    process = await asyncio.create_subprocess_exec(*program, stderr=subprocess.PIPE)
    _, errors = await process.communicate()
    assert process.returncode == -signal.SIGKILL, errors.decode()
    queue = await reopen()
    (job,) = await queue.live()
    assert (job.source.name, job.phase) == ("survivor.mp4", phase)
    assert isinstance(await queue.add(video(message_id=7), max_waiting=9), Repeated)


@pytest.mark.parametrize("phase", RUNNING)
async def test_recover_puts_back_what_a_dead_process_ran(
    queue: Queue, reopen: Open, phase: Phase
) -> None:
    held = await held_in(queue, phase)
    waiting = await added(queue, video(2))
    queue = await reopen()
    back = replace(held, phase=Phase.QUEUED, failures=1)
    assert await queue.recover(max_failures=3) == [back]
    assert await queue.live() == [back, waiting]
    await refused_everywhere(queue, held)
    assert (await taken(queue)).attempt == 2


async def test_recover_gives_up_a_job_that_keeps_crashing(queue: Queue, reopen: Open) -> None:
    job = await added(queue, video())
    for _ in range(2):
        await taken(queue)
        queue = await reopen()
        assert [job.phase for job in await queue.recover(max_failures=3)] == [Phase.QUEUED]
    await taken(queue)
    queue = await reopen()
    (ended,) = await queue.recover(max_failures=3)
    assert (ended.id, ended.phase, ended.error_code) == (job.id, Phase.FAILED, "crashed")
    assert ended.failures == 3
    assert await queue.live() == []
    assert await queue.recover(max_failures=3) == []


async def test_what_ended_long_ago_is_forgotten(queue: Queue, reopen: Open, clock: Clock) -> None:
    gone = await done(queue, await held_in(queue, Phase.DOWNLOADING))
    clock.ahead = timedelta(days=2)
    kept = await done(queue, await held_in(queue, Phase.DOWNLOADING))
    alive = await added(queue, video(2))
    clock.ahead = timedelta(days=31)
    queue = await reopen()
    assert await queue.get(gone.id) is None
    assert await queue.get(kept.id) == kept
    assert await queue.get(alive.id) == alive


async def test_a_bot_that_runs_for_months_forgets_too(queue: Queue, clock: Clock) -> None:
    gone = await done(queue, await held_in(queue, Phase.DOWNLOADING))
    clock.ahead = timedelta(days=31)
    assert await queue.take() is None
    assert await queue.get(gone.id) is None


async def test_calls_cut_short_leave_the_queue_whole(queue: Queue) -> None:
    news = [video(user) for user in range(30)]
    for new in news:
        task = asyncio.create_task(queue.add(new, max_waiting=9))
        for _ in range(new.user_id):  # cut at another point of its way each time
            await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    for new in news:
        await queue.add(new, max_waiting=9)
    assert len(await take_all(queue)) == len(news)


async def test_a_closed_queue_says_so(queue: Queue) -> None:
    await added(queue, video())
    await queue.close()
    await queue.close()
    with pytest.raises(StorageError, match="closed"):
        await queue.live()
    with pytest.raises(StorageError, match="closed"):
        await queue.add(video(), max_waiting=9)
