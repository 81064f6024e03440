"""What the store must do, on each real database."""

import asyncio
import itertools
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.jobs.answers import Accepted, Duplicate, QueueFull, Repeated
from bot.jobs.errors import LeaseLostError
from bot.jobs.model import ALLOWED, Job, NewJob, Phase, Receipt, Source
from bot.jobs.processes.lease import AMONG_OTHERS
from bot.jobs.status import State
from bot.jobs.store import line
from bot.jobs.store.admission import Terms
from bot.jobs.store.bulletins import Bulletins
from bot.jobs.store.durable import Durable, surely
from bot.jobs.store.store import JobStore
from bot.storage.errors import StorageError
from converter.options import Quality
from converter.request import Request


class Clock:
    """Wall time that a test can move."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


Open = Callable[[], Awaitable[JobStore]]


async def last_words(store: JobStore) -> list[tuple[str, State, str]]:
    """What is still to be shown of jobs that have ended."""
    news = await Bulletins(store.transactions).news()
    return [(one.job.id, one.status.kind, one.status.code) for one in news if one.status]


# A program that adds one job to the database argv[1] and dies on the spot.
ADD_AND_DIE = """
import asyncio, os, signal, sys
from pathlib import Path
from bot.jobs.store.admission import Terms
from bot.jobs.model import NewJob, Source
from bot.jobs.store.store import JobStore

async def main():
    where = sys.argv[1]
    store = await JobStore.open(where if "://" in where else Path(where))
    new = NewJob("1", "1", "7", "en", Source("f", "u", "survivor.mp4", 1))
    await store.add(new, Terms(5))
    if sys.argv[2] == "take":
        await store.take()
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def reopen(where: Path | str, clock: Clock) -> AsyncIterator[Open]:
    """Opens the store on the test's database as another process: the one before has died, long
    enough ago to be missed."""
    opened: list[JobStore] = []

    async def again() -> JobStore:
        while opened:
            async with opened.pop().transactions.last():
                clock.ahead += AMONG_OTHERS.lasts * 1.1
        opened.append(await JobStore.open(where, clock=clock))
        if opened[0].shared:
            await opened[0].beat()
        return opened[0]

    yield again
    while opened:
        await opened.pop().close()


@pytest.fixture
async def store(reopen: Open) -> JobStore:
    return await reopen()


_numbers = itertools.count(1)


def video(user: int = 1, **changes: object) -> NewJob:
    """A new job that is unlike every other, but for `changes`."""
    number = next(_numbers)
    source = Source(f"file{number}", f"unique{number}", f"{number}.mov", 1000 + number)
    job = NewJob(str(user), str(user), str(number), "ru", source)
    return replace(job, **changes)  # type: ignore[arg-type]  # a test names the fields it means


async def added(store: JobStore, new: NewJob, max_waiting: int = 100) -> Job:
    answer = await store.add(new, Terms(max_waiting))
    assert isinstance(answer, Accepted)
    return answer.job


async def taken(store: JobStore) -> Job:
    job = await store.take()
    assert job is not None
    return job


async def take_all(store: JobStore) -> list[Job]:
    """Run the store dry, one job at a time, each done at once."""
    order = []
    while (job := await store.take()) is not None:
        order.append(job)
        await done(store, job)
    return order


async def done(store: JobStore, job: Job) -> Job:
    for phase in (Phase.CONVERTING, Phase.SENDING):
        job = await store.advance(job, phase)
    return await store.finish(job, Phase.DONE)


async def held_in(store: JobStore, phase: Phase) -> Job:
    """A running job, brought to this phase."""
    await added(store, video())
    job = await taken(store)
    for step in (Phase.CONVERTING, Phase.SENDING):
        if job.phase != phase:
            job = await store.advance(job, step)
    assert job.phase == phase
    return job


RUNNING = [phase for phase in Phase if phase.running]


# --- adding


async def test_a_job_keeps_what_it_was_given(store: JobStore, clock: Clock) -> None:
    new = NewJob(
        str(2**40),
        str(-(10**13)),
        str(2**31),
        "uk",
        Source("AgAD-_", "AQAD", "../-x\n\u202e<b>'\"%d 🎬.mkv", 2**33, "video/x-matroska"),
        Request("gif", start=1.0, end=2.5),
        group=True,
    )
    job = await added(store, new)
    fields = {
        name: getattr(job, name)
        for name in (
            *("user_id", "chat_id", "message_id", "locale", "source", "request", "group"),
            "platform",
        )
    }
    assert NewJob(**fields) == new
    assert (job.phase, job.attempt, job.failures) == (Phase.QUEUED, 0, 0)
    assert (job.status_message_id, job.error_code) == (None, None)
    assert job.created_at.utcoffset() == timedelta()
    assert abs(job.created_at - clock()) < timedelta(seconds=30)
    assert await store.get(job.id) == job
    assert await store.get("nobody") is None


async def test_a_name_no_database_can_hold_is_saved_all_the_same(store: JobStore) -> None:
    job = await added(store, video(source=Source("f", "u", "a\0b\ud800.mp4", 1)))
    assert job.source.name.endswith(".mp4")
    assert await store.get(job.id) == job


async def test_the_same_message_is_accepted_once_for_ever(store: JobStore) -> None:
    new = video()
    job = await added(store, new)
    assert await store.add(new, Terms(0)) == Repeated(job)
    await store.cancel(job.id)
    answer = await store.add(replace(new, user_id="99"), Terms(0))
    assert isinstance(answer, Repeated)
    assert answer.job.id == job.id
    assert answer.job.phase == Phase.CANCELLED
    await added(store, replace(new, chat_id="55"))


async def test_the_same_work_is_not_done_twice_at_once(store: JobStore) -> None:
    new = video(request=Request(quality=Quality.SMALL))
    job = await added(store, new)
    again = replace(new, message_id="1000000", request=Request(quality=Quality.SMALL))
    assert await store.add(again, Terms(0)) == Duplicate(job)
    held = await taken(store)
    assert await store.add(again, Terms(0)) == Duplicate(held)
    await done(store, held)
    await added(store, again)


async def test_other_settings_user_or_chat_make_other_work(store: JobStore) -> None:
    new = video()
    await added(store, new)
    await added(store, replace(new, message_id="1000001", request=Request("gif")))
    await added(store, replace(new, message_id="1000002", user_id="2"))
    await added(store, replace(new, message_id="1000003", chat_id="3"))
    assert len(await store.live()) == 4


async def test_files_without_a_lasting_name_are_never_taken_for_each_other(store: JobStore) -> None:
    nameless = Source("f", "", "x.mp4", 1)
    await added(store, video(source=nameless))
    await added(store, video(source=nameless))


@pytest.mark.parametrize("running", [False, True])
async def test_a_user_may_have_one_job_and_so_many_waiting(store: JobStore, running: bool) -> None:
    await added(store, video())
    if running:
        await taken(store)
    await added(store, video(), max_waiting=2)
    await added(store, video(), max_waiting=2)
    assert await store.add(video(), Terms(2)) == QueueFull(2)
    await added(store, video(user=2), max_waiting=2)
    assert len(await store.live()) == 4


async def test_with_none_allowed_to_wait_a_user_with_a_live_job_is_refused(store: JobStore) -> None:
    await added(store, video(), max_waiting=0)
    assert await store.add(video(), Terms(0)) == QueueFull(0)
    await done(store, await taken(store))
    await added(store, video(), max_waiting=0)


async def test_two_hundred_adds_at_once_all_arrive_once(store: JobStore) -> None:
    news = [video(user=n % 20) for n in range(100)] * 2
    # On a busy machine the last of them wait for longer than a transaction may: they come again, as
    # people's updates do.
    coming = (surely(partial(store.add, new, Terms(100))) for new in news)
    answers = await asyncio.gather(*coming)
    assert sum(isinstance(answer, Accepted) for answer in answers) == 100
    assert sum(isinstance(answer, Repeated) for answer in answers) == 100
    live = await store.live()
    assert {job.message_id for job in live} == {new.message_id for new in news}


async def test_adds_at_once_never_exceed_the_limit(store: JobStore) -> None:
    answers = await asyncio.gather(*(store.add(video(), Terms(3)) for _ in range(30)))
    assert sum(isinstance(answer, Accepted) for answer in answers) == 4


# --- order


async def test_first_come_first_served_among_users(store: JobStore) -> None:
    for user in (3, 1, 2):
        await added(store, video(user))
    assert [int(job.user_id) for job in await take_all(store)] == [3, 1, 2]


async def test_everybodys_first_job_comes_before_anybodys_second(store: JobStore) -> None:
    for user in (1, 1, 1, 2, 2, 3):
        await added(store, video(user))
    expected = [job.id for job in await store.live()]
    order = await take_all(store)
    assert [int(job.user_id) for job in order] == [1, 2, 3, 1, 2, 1]
    assert [job.id for job in order] == expected


async def test_a_running_job_is_its_users_first(store: JobStore) -> None:
    await added(store, video(1))
    held = await taken(store)
    await added(store, video(1))
    await added(store, video(2))
    await done(store, held)
    assert [int(job.user_id) for job in await take_all(store)] == [2, 1]


async def test_a_users_own_jobs_keep_their_order_after_a_cancel(store: JobStore) -> None:
    mine = [await added(store, video()) for _ in range(4)]
    await store.cancel(mine[0].id)
    await store.cancel(mine[1].id)
    mine.append(await added(store, video()))
    assert [job.id for job in await take_all(store)] == [job.id for job in mine[2:]]


async def test_positions_are_the_order(store: JobStore) -> None:
    first = await store.add(video(1), Terms(9))
    second = await store.add(video(1), Terms(9))
    other = await store.add(video(2), Terms(9))
    assert isinstance(first, Accepted)
    assert isinstance(second, Accepted)
    assert isinstance(other, Accepted)
    assert (first.position, second.position, other.position) == (0, 2, 2)
    waiting = await store.live()
    assert [await store.position(job.id) for job in waiting] == [1, 2, 3]
    held = await taken(store)
    assert await store.position(held.id) == 0
    assert await store.position(other.job.id) == 1
    assert await store.position("nobody") == 0


async def test_behind_its_users_running_job_a_job_has_place_one(store: JobStore) -> None:
    await added(store, video())
    await taken(store)
    answer = await store.add(video(), Terms(9))
    assert isinstance(answer, Accepted)
    assert answer.position == 1


async def test_live_lists_running_jobs_first(store: JobStore) -> None:
    for user in (1, 1, 2, 2):
        await added(store, video(user))
    running = [await taken(store), await taken(store)]
    live = await store.live()
    assert [job.id for job in live[:2]] == [job.id for job in running]
    assert [int(job.user_id) for job in live] == [1, 2, 1, 2]
    mine = await store.live_of_user("telegram", "2")
    assert [job.phase for job in mine] == [Phase.DOWNLOADING, Phase.QUEUED]
    assert {int(job.user_id) for job in mine} == {2}
    assert await store.live_of_user("telegram", "99") == []


# --- taking


async def test_taking_starts_an_attempt(store: JobStore) -> None:
    job = await added(store, video())
    held = await taken(store)
    assert held == replace(job, phase=Phase.DOWNLOADING, attempt=1)
    assert await store.get(job.id) == held
    assert await store.take() is None


async def test_never_two_running_jobs_of_one_user_however_many_take(store: JobStore) -> None:
    for user in (1, 1, 1, 2, 2, 3):
        await added(store, video(user))
    got = [job for job in await asyncio.gather(*(store.take() for _ in range(20))) if job]
    assert sorted(int(job.user_id) for job in got) == [1, 2, 3]
    assert len({job.id for job in got}) == 3
    for job in got:
        await done(store, job)
    got = [job for job in await asyncio.gather(*(store.take() for _ in range(20))) if job]
    assert sorted(int(job.user_id) for job in got) == [1, 2]


# --- waiting


async def test_wait_returns_at_once_when_there_is_something_to_take(store: JobStore) -> None:
    await added(store, video())
    async with asyncio.timeout(20):
        await store.wait(3600)


async def test_wait_gives_up_after_its_time(store: JobStore) -> None:
    async with asyncio.timeout(20):
        await store.wait(0.01)
        await store.wait(0)


async def takeable(store: JobStore) -> None:
    """Wait as a dispatcher does, which may be woken for nothing."""
    while True:
        await store.wait(3600)
        async with store.transactions.read() as db:
            if await line.head(db, store.member.holder) is not None:
                return


@pytest.mark.parametrize("event", ["add", "finish", "cancel", "put_back", "retry"])
async def test_every_waiter_wakes_when_something_may_be_takeable(
    store: JobStore, event: str
) -> None:
    cancelled = await added(store, video(2))
    await store.cancel(cancelled.id)
    await added(store, video(1))
    await added(store, video(1))
    held = await taken(store)
    waiters = [asyncio.create_task(takeable(store)) for _ in range(3)]
    finished, _ = await asyncio.wait(waiters, timeout=0.2)
    assert not finished
    happen: dict[str, Callable[[], Awaitable[object]]] = {
        "add": lambda: store.add(video(3), Terms(9)),
        "finish": lambda: store.finish(held, Phase.FAILED),
        "cancel": lambda: store.cancel(held.id),
        "put_back": lambda: store.put_back(held, failed=False),
        "retry": lambda: store.retry(cancelled.id, Terms(9)),
    }
    await happen[event]()
    async with asyncio.timeout(20):
        await asyncio.gather(*waiters)
    assert await store.take() is not None


async def test_wait_ends_when_a_delay_does(store: JobStore) -> None:
    await added(store, video())
    await store.put_back(await taken(store), failed=True, delay=0.3)
    assert await store.take() is None
    async with asyncio.timeout(20):
        while (job := await store.take()) is None:
            await store.wait(3600)
    assert job.attempt == 2


# --- holding


async def test_a_job_goes_through_its_phases(store: JobStore) -> None:
    held = await held_in(store, Phase.SENDING)
    job = await store.finish(held, Phase.DONE)
    assert job.phase == Phase.DONE
    assert await store.get(job.id) == job
    assert await store.live() == []


async def test_the_error_code_is_kept(store: JobStore) -> None:
    job = await store.finish(
        await held_in(store, Phase.CONVERTING), Phase.REFUSED, error_code="no_video"
    )
    assert (job.phase, job.error_code) == (Phase.REFUSED, "no_video")


@pytest.mark.parametrize("phase", RUNNING)
@pytest.mark.parametrize("target", list(Phase))
async def test_only_allowed_moves(store: JobStore, phase: Phase, target: Phase) -> None:
    held = await held_in(store, phase)
    if target.running and target in ALLOWED[phase]:
        assert (await store.advance(held, target)).phase == target
    else:
        with pytest.raises(ValueError, match=r"advance\(\)|no way"):
            await store.advance(held, target)
    held = await store.get(held.id) or held
    if target.final and target in ALLOWED[held.phase]:
        assert (await store.finish(held, target)).phase == target
    else:
        with pytest.raises(ValueError, match=r"finish\(\)|no way"):
            await store.finish(held, target)


async def test_the_status_message_is_remembered_through_everything(store: JobStore) -> None:
    job = await added(store, video())
    await store.set_status_message(job.id, "4321")
    held = await taken(store)
    assert held.status_message_id == "4321"
    held = await store.put_back(held, failed=True)
    assert (await done(store, await taken(store))).status_message_id == "4321"


async def test_put_back_counts_failures_only(store: JobStore) -> None:
    job = await store.put_back(await held_in(store, Phase.CONVERTING), failed=False)
    assert (job.phase, job.attempt, job.failures) == (Phase.QUEUED, 1, 0)
    job = await store.put_back(await taken(store), failed=True)
    assert (job.phase, job.attempt, job.failures) == (Phase.QUEUED, 2, 1)
    assert (await taken(store)).attempt == 3


async def test_a_job_put_back_is_first_again(store: JobStore) -> None:
    mine = await added(store, video(1))
    held = await taken(store)
    for user in (2, 1, 3):
        await added(store, video(user))
    await store.put_back(held, failed=False)
    assert await store.position(mine.id) == 1
    assert [int(job.user_id) for job in await take_all(store)] == [1, 2, 3, 1]


async def test_a_delay_holds_back_that_job_alone(store: JobStore, clock: Clock) -> None:
    mine = await added(store, video(1))
    await store.put_back(await taken(store), failed=True, delay=600)
    await added(store, video(2))
    next_one = await added(store, video(1))
    assert await store.position(mine.id) == 3
    assert [job.id for job in await store.live()][-1] == mine.id
    assert [int(job.user_id) for job in await take_all(store)] == [2, 1]
    assert next_one.id != mine.id
    clock.ahead = timedelta(seconds=601)
    assert (await taken(store)).id == mine.id


# --- fencing


async def test_an_old_attempt_changes_nothing(store: JobStore) -> None:
    old = await held_in(store, Phase.SENDING)
    await store.put_back(old, failed=False)
    new = await taken(store)
    await refused_everywhere(store, old)
    new = await store.advance(new, Phase.CONVERTING)
    await refused_everywhere(store, old)
    assert (await store.advance(new, Phase.SENDING)).attempt == old.attempt + 1


async def test_a_job_put_back_and_not_yet_taken_is_out_of_its_holders_hands(
    store: JobStore,
) -> None:
    old = await held_in(store, Phase.SENDING)
    await store.put_back(old, failed=False)
    await refused_everywhere(store, old)


async def test_an_unknown_job_is_held_by_nobody(store: JobStore) -> None:
    held = await held_in(store, Phase.SENDING)
    await refused_everywhere(store, replace(held, id="nobody"))


async def refused_everywhere(store: JobStore, old: Job) -> None:
    before = await store.get(old.id)
    for write in (
        store.advance(old, Phase.SENDING),
        store.finish(old, Phase.DONE),
        store.finish(old, Phase.FAILED, error_code="late"),
        store.put_back(old, failed=True),
    ):
        with pytest.raises(LeaseLostError):
            await write
    assert await store.get(old.id) == before


# --- cancel and retry


@pytest.mark.parametrize("phase", RUNNING)
async def test_cancel_ends_a_running_job_under_its_holder(store: JobStore, phase: Phase) -> None:
    held = await held_in(store, phase)
    assert await store.cancel(held.id) == held
    await refused_everywhere(store, held)
    job = await store.get(held.id)
    assert job is not None
    assert job.phase == Phase.CANCELLED
    assert await store.cancel(held.id) is None
    await added(store, video())
    assert await store.take() is not None


async def test_cancel_ends_a_waiting_job(store: JobStore) -> None:
    job = await added(store, video())
    assert await store.cancel(job.id) == job
    assert await store.take() is None
    assert await store.cancel("nobody") is None


async def test_many_cancels_at_once_end_a_job_once(store: JobStore) -> None:
    job = await added(store, video())
    answers = await asyncio.gather(*(store.cancel(job.id) for _ in range(10)))
    assert [answer for answer in answers if answer] == [job]


async def test_retry_starts_over_behind_what_waits(store: JobStore) -> None:
    held = await store.put_back(await held_in(store, Phase.DOWNLOADING), failed=True)
    failed = await store.finish(await taken(store), Phase.FAILED, error_code="download_failed")
    await added(store, video(2))
    answer = await store.retry(failed.id, Terms(0))
    assert isinstance(answer, Accepted)
    assert answer.position == 2
    assert answer.job == replace(failed, phase=Phase.QUEUED, failures=0, error_code=None)
    order = await take_all(store)
    assert [job.id for job in order][-1] == held.id
    assert order[-1].attempt == failed.attempt + 1


async def test_retry_of_a_cancelled_job_leaves_its_old_holder_out(store: JobStore) -> None:
    old = await held_in(store, Phase.CONVERTING)
    await store.cancel(old.id)
    assert isinstance(await store.retry(old.id, Terms(0)), Accepted)
    await refused_everywhere(store, old)
    assert (await taken(store)).attempt == 2
    await refused_everywhere(store, old)


async def test_retry_only_of_what_failed_or_was_cancelled(store: JobStore) -> None:
    finished = await done(store, await held_in(store, Phase.DOWNLOADING))
    refused = await store.finish(await held_in(store, Phase.CONVERTING), Phase.REFUSED)
    held = await held_in(store, Phase.CONVERTING)
    waiting = await added(store, video())
    for job_id in (finished.id, refused.id, held.id, waiting.id, "nobody"):
        assert await store.retry(job_id, Terms(9)) is None


async def test_retry_obeys_the_limit(store: JobStore) -> None:
    failed = await store.finish(await held_in(store, Phase.CONVERTING), Phase.FAILED)
    await added(store, video())
    assert await store.retry(failed.id, Terms(0)) == QueueFull(0)
    assert await store.get(failed.id) == failed
    assert isinstance(await store.retry(failed.id, Terms(1)), Accepted)
    assert await store.retry(failed.id, Terms(1)) is None


# --- the life of the storage


async def test_everything_is_there_after_reopening(store: JobStore, reopen: Open) -> None:
    for user in (1, 1, 2):
        await added(store, video(user))
    await taken(store)
    before = await store.live()
    assert await (await reopen()).live() == before


@pytest.mark.parametrize(("last_act", "phase"), [("add", "queued"), ("take", "downloading")])
async def test_kill_9_right_after_loses_nothing(
    where: Path | str, reopen: Open, last_act: str, phase: str
) -> None:
    program = [sys.executable, "-c", ADD_AND_DIE, str(where), last_act]
    process = await asyncio.create_subprocess_exec(*program, stderr=subprocess.PIPE)
    _, errors = await process.communicate()
    assert process.returncode == -signal.SIGKILL, errors.decode()
    store = await reopen()
    (job,) = await store.live()
    assert (job.source.name, job.phase) == ("survivor.mp4", phase)
    assert isinstance(await store.add(video(message_id="7"), Terms(9)), Repeated)


@pytest.mark.parametrize("phase", RUNNING)
async def test_recover_puts_back_what_a_dead_process_ran(
    store: JobStore, reopen: Open, phase: Phase
) -> None:
    held = await held_in(store, phase)
    waiting = await added(store, video(2))
    store = await reopen()
    (back,) = await store.recover()
    assert back == replace(held, phase=Phase.QUEUED, deaths=1)
    assert [job.id for job in await store.live()] == [waiting.id, back.id]
    await refused_everywhere(store, held)


async def taken_alone(store: JobStore) -> Job:
    """A job that is taken, and beside which nothing is."""
    job = await taken(store)
    assert await store.take() is None
    return job


async def test_what_died_together_is_tried_one_at_a_time_and_blamed_for_nothing(
    store: JobStore, reopen: Open
) -> None:
    for user in (1, 2, 3):
        await added(store, video(user))
    for _ in range(10):
        together = [await taken(store) for _ in range(3)]
        store = await reopen()
        back = await store.recover()
        assert {job.id for job in back} == {job.id for job in together}
        assert {(job.phase, job.deaths, job.failures) for job in back} == {(Phase.QUEUED, 0, 0)}
        for _ in range(3):
            await store.finish(alone := await taken_alone(store), Phase.FAILED)
            await store.retry(alone.id, Terms(9))
    await added(store, video(4))
    assert len([await taken(store) for _ in range(4)]) == 4, "nobody is under suspicion any more"


async def test_what_its_process_dies_with_alone_again_and_again_ends(
    store: JobStore, reopen: Open
) -> None:
    poison = await added(store, video(1))
    innocent = [await added(store, video(user)) for user in (2, 3, 4)]
    for _ in range(4):
        await taken(store)
    for number in range(1, 4):
        store = await reopen()
        touched = await store.recover()
        assert [job.id for job in touched if job.deaths] == ([poison.id] if number > 1 else [])
        while (job := await taken_alone(store)).id != poison.id:
            await done(store, job)
    store = await reopen()
    (ended,) = await store.recover()
    assert (ended.id, ended.phase, ended.error_code) == (poison.id, Phase.FAILED, "crashed")
    assert await last_words(store) == [(poison.id, State.FAILED, "crashed")]
    assert await store.live() == []
    assert {(await store.get(job.id) or job).phase for job in innocent} == {Phase.DONE}
    assert await store.recover() == []


@pytest.mark.parametrize("kills", [20])
async def test_any_number_of_kills_ends_no_job(store: JobStore, reopen: Open, kills: int) -> None:
    """Whatever is in work when somebody else kills the process: the next time it is another."""
    jobs = [await added(store, video(user)) for user in (1, 2, 3) for _ in range(5)]
    for _ in range(kills):
        await taken(store)
        store = await reopen()
        await store.recover()
    assert len(await store.live()) == len(jobs)
    assert {job.id for job in await take_all(store)} == {job.id for job in jobs}


async def test_a_lone_job_that_gets_on_is_not_blamed(store: JobStore, reopen: Open) -> None:
    """Killed in another phase each time: it is not the job that does it."""
    await added(store, video())
    for phase in (*RUNNING, *RUNNING):
        job = await taken(store)
        for step in (Phase.CONVERTING, Phase.SENDING):
            if job.phase is not phase:
                job = await store.advance(job, step)
        store = await reopen()
        (back,) = await store.recover()
        assert (back.phase, back.deaths) == (Phase.QUEUED, 1)


async def test_a_process_that_dies_idle_clears_whoever_was_charged(
    store: JobStore, reopen: Open, clock: Clock, where: Path | str
) -> None:
    await added(store, video())
    for _ in range(5):
        for _ in range(2):
            await taken(store)
            store = await reopen()
            await store.recover()
        back = await taken(store)
        await store.put_back(back, failed=False, delay=3600)
        await store.close()
        program = [sys.executable, "-c", ADD_AND_DIE, str(where), "recover"]
        process = await asyncio.create_subprocess_exec(*program, stderr=subprocess.PIPE)
        _, errors = await process.communicate()
        assert process.returncode == -signal.SIGKILL, errors.decode()
        store = await reopen()
        await store.recover()
        clock.ahead += timedelta(hours=2)
    assert await store.take() is not None


async def test_a_suspect_that_lives_long_enough_is_none_any_more(
    store: JobStore, reopen: Open, clock: Clock
) -> None:
    await added(store, video(1))
    await added(store, video(2))
    await taken(store)
    store = await reopen()
    await store.recover()
    await done(store, await taken(store))
    suspect = await taken_alone(store)
    await added(store, video(3))
    await store.renew(suspect)
    assert await store.take() is None
    clock.ahead += timedelta(seconds=61)
    await store.renew(suspect)
    assert await store.take() is not None


# --- leases


async def test_whoever_renews_hears_of_a_cancel_and_of_a_takeover(store: JobStore) -> None:
    held = await held_in(store, Phase.CONVERTING)
    assert await store.renew(held) == held
    await store.cancel(held.id)
    with pytest.raises(LeaseLostError):
        await store.renew(held)
    other = await held_in(store, Phase.CONVERTING)
    await store.put_back(other, failed=False)
    with pytest.raises(LeaseLostError):
        await store.renew(other)


async def test_what_runs_with_nobody_who_holds_it_is_found(store: JobStore, clock: Clock) -> None:
    lost = await held_in(store, Phase.CONVERTING)
    mine = await held_in(store, Phase.DOWNLOADING) if await added(store, video(5)) else lost
    assert await store.orphans({mine.id}) == []
    clock.ahead = timedelta(minutes=1)
    (back,) = await store.orphans({mine.id})
    assert (back.id, back.phase, back.failures, back.deaths) == (lost.id, Phase.QUEUED, 0, 0)
    await refused_everywhere(store, lost)
    assert (await taken(store)).attempt == lost.attempt + 1
    await store.renew(mine)
    assert await store.orphans(frozenset()) == []


# --- receipts


async def test_what_was_sent_again_meanwhile_is_not_tried_again_beside_it(store: JobStore) -> None:
    first = await held_in(store, Phase.CONVERTING)
    await store.finish(first, Phase.FAILED, error_code="damaged")
    new = NewJob(first.user_id, first.chat_id, "other", "en", first.source, first.request)
    second = await store.add(new, Terms(9))
    assert isinstance(second, Accepted)
    assert await store.retry(first.id, Terms(9)) == Duplicate(second.job)
    elsewhere = NewJob(first.user_id, "elsewhere", "1", "en", first.source, first.request)
    assert isinstance(await store.add(elsewhere, Terms(9)), Accepted), "another chat's is another"
    await store.cancel(second.job.id)
    assert isinstance(await store.retry(first.id, Terms(9)), Accepted)


async def test_nothing_is_sent_twice_unasked(store: JobStore, reopen: Open) -> None:
    held = await held_in(store, Phase.SENDING)
    assert await store.intend(held)
    store = await reopen()
    await store.recover()
    again = await taken(store)
    assert again.receipt is Receipt.INTENDED
    assert not await store.intend(again), "how the first one ended nobody knows"
    await store.failed(again)
    assert await store.intend(again)
    await store.sent(again, "77")
    with pytest.raises(LeaseLostError):
        await store.intend(held)
    await done(store, again)
    assert not isinstance(await store.retry(again.id, Terms(9)), Accepted)


async def test_a_late_failure_takes_back_nothing_of_a_later_attempt(store: JobStore) -> None:
    late = await held_in(store, Phase.SENDING)
    await store.intend(late)
    await store.finish(late, Phase.FAILED, error_code="unsure_if_sent")
    await store.retry(late.id, Terms(9))
    again = await taken(store)
    await store.intend(again)
    await store.failed(late)
    assert (await store.get(again.id) or late).receipt is Receipt.INTENDED


class Stammering(JobStore):
    """Each write of a receipt gets there, and its reply is lost once."""

    lost = 0

    async def intend(self, job: Job) -> bool:
        begun = await super().intend(job)
        self._reply()
        return begun

    async def sent(self, job: Job, message_id: str) -> None:
        await super().sent(job, message_id)
        self._reply()

    def _reply(self) -> None:
        self.lost += 1
        if self.lost % 2:
            raise StorageError("the server closed the connection")


async def test_receipts_are_there_though_the_reply_was_lost(where: Path | str) -> None:
    store = await Stammering.open(where)
    try:
        held = await held_in(store, Phase.SENDING)
        durable = Durable(store)
        assert await durable.intend(held), "it is this attempt's own"
        await durable.sent(held, "77")
        now = await store.get(held.id)
        assert now is not None
        assert (now.receipt, now.result_message_id) == (Receipt.SENT, "77")
    finally:
        await store.close()


async def test_the_person_may_ask_for_a_second_copy(store: JobStore) -> None:
    held = await held_in(store, Phase.SENDING)
    await store.intend(held)
    await store.finish(held, Phase.FAILED, error_code="unsure_if_sent")
    await store.retry(held.id, Terms(9))
    assert await store.intend(await taken(store))


# --- a chat where nobody hears us


async def test_all_jobs_of_a_chat_end_at_once_and_no_others(store: JobStore) -> None:
    running, waiting = await added(store, video(1)), await added(store, video(1))
    elsewhere = await added(store, video(1, chat_id="-100"))
    other = await added(store, video(2))
    held = await taken(store)
    ended = await store.cancel_chat("telegram", "1", code="blocked")
    assert [job.id for job in ended] == [running.id, waiting.id]
    with pytest.raises(LeaseLostError):
        await store.renew(held)
    assert [job.id for job in await store.live()] == [other.id, elsewhere.id]
    assert (await store.get(waiting.id) or other).error_code == "blocked"
    assert await store.cancel_chat("telegram", "1", code="blocked") == []
    assert await store.cancel_chat("elsewhere", "2", code="blocked") == []


async def test_idle_takers_don_t_wake_each_other(store: JobStore) -> None:
    waiters = [asyncio.create_task(store.wait(3600)) for _ in range(2)]
    await asyncio.wait(waiters, timeout=0.2)
    for _ in range(5):
        assert await store.take() is None
    done_, _ = await asyncio.wait(waiters, timeout=0.2)
    assert not done_
    await added(store, video())
    async with asyncio.timeout(20):
        await asyncio.gather(*waiters)


async def test_what_ended_long_ago_is_forgotten(
    store: JobStore, reopen: Open, clock: Clock
) -> None:
    gone = await done(store, await held_in(store, Phase.DOWNLOADING))
    clock.ahead = timedelta(days=2)
    kept = await done(store, await held_in(store, Phase.DOWNLOADING))
    alive = await added(store, video(2))
    clock.ahead = timedelta(days=31)
    store = await reopen()
    assert await store.get(gone.id) is None
    assert await store.get(kept.id) == kept
    assert await store.get(alive.id) == alive


async def test_a_bot_that_runs_for_months_forgets_too(store: JobStore, clock: Clock) -> None:
    gone = await done(store, await held_in(store, Phase.DOWNLOADING))
    clock.ahead = timedelta(days=31)
    assert await store.take() is None
    assert await store.get(gone.id) is None


async def test_calls_cut_short_leave_the_store_whole(store: JobStore) -> None:
    news = [video(user) for user in range(30)]
    for new in news:
        task = asyncio.create_task(store.add(new, Terms(9)))
        for _ in range(int(new.user_id)):  # cut at another point of its way each time
            await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    for new in news:
        await store.add(new, Terms(9))
    assert len(await take_all(store)) == len(news)


async def test_a_closed_store_says_so(store: JobStore) -> None:
    await added(store, video())
    await store.close()
    await store.close()
    with pytest.raises(StorageError, match="closed"):
        await store.live()
    with pytest.raises(StorageError, match="closed"):
        await store.add(video(), Terms(9))
