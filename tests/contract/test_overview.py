"""What is written down of jobs on their way, and seen of them, on both databases."""

import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update

from bot.jobs.answers import Accepted
from bot.jobs.errors import LeaseLostError
from bot.jobs.gate import Gate, Passage
from bot.jobs.house.estimates import EstimateStore
from bot.jobs.model import Job, Phase
from bot.jobs.processes.lease import AMONG_OTHERS
from bot.jobs.processes.members import Member, Part
from bot.jobs.seeing.overview import Card, Contact, Event, Search, Sheet, Vitals
from bot.jobs.seeing.stored import StoredOverview
from bot.jobs.status import State, Status
from bot.jobs.store.admission import Terms
from bot.jobs.store.archive import Archive
from bot.jobs.store.bulletins import Bulletins
from bot.jobs.store.quota import Quota
from bot.jobs.store.store import JobStore
from bot.jobs.tables import runs
from bot.jobs.traces.records import Work
from bot.jobs.traces.tables import conversions, records, timeline
from bot.jobs.traces.timeline import MOST
from tests.support.clock import Clock
from tests.support.lives import ENCODED, Lives

Open = Callable[[], Awaitable[JobStore]]
HERE = (socket.gethostname(), os.getpid())
HOSTILE = "<script>alert(1)</script>\x00'; DROP TABLE jobs; --%_\\\ud800 ОТПУСК.mkv"


@pytest.fixture
def lives(store: JobStore, clock: Clock) -> Lives:
    return Lives(store, clock)


@pytest.fixture
def overview(store: JobStore) -> StoredOverview:
    return StoredOverview(store.transactions)


async def sheet_of(store: JobStore, job: Job) -> Sheet:
    sheet = await StoredOverview(store.transactions).sheet(job.id)
    assert sheet is not None
    return sheet


async def story(store: JobStore, job: Job) -> list[tuple[Event, int, str]]:
    """What happened to a job: event, attempt, detail."""
    moments = (await sheet_of(store, job)).moments
    return [(one.event, one.attempt, one.detail) for one in moments]


async def test_a_whole_life(lives: Lives, store: JobStore, clock: Clock) -> None:
    began = clock.now
    job = await lives.ended(wait=7.0)
    sheet = await sheet_of(store, job)
    assert await story(store, job) == [
        (Event.ACCEPTED, 0, ""),
        (Event.DOWNLOADING, 1, ""),
        (Event.CONVERTING, 1, ""),
        (Event.SENDING, 1, ""),
        (Event.DONE, 1, ""),
    ]
    at = [(one.at - began).total_seconds() for one in sheet.moments]
    assert at == [0.0, 7.0, 8.0, 9.0, 10.0]
    assert {(one.host, one.pid) for one in sheet.moments} == {HERE}
    assert sheet.past is not None
    assert (sheet.past.wait, sheet.past.took, sheet.past.after) == (7.0, 3.0, 400)
    assert (sheet.past.action, sheet.past.device) == ("encode", "cpu")
    assert sheet.past.finished_at == clock.now
    assert sheet.conversion == ENCODED
    assert sheet.entry.job == sheet.past.job == job


async def test_tried_again_by_itself_and_by_its_person(
    lives: Lives, store: JobStore, clock: Clock
) -> None:
    job = await lives.asked()
    held = await store.advance(await lives.taken(5.0), Phase.CONVERTING)
    clock.move(seconds=10)
    broken = replace(ENCODED, commands=("ffmpeg one",), after="")
    await store.put_back(held, failed=True, cause="failed", work=Work(broken, 1000))
    assert (await sheet_of(store, job)).conversion == broken
    held = await store.advance(await lives.taken(2.0), Phase.CONVERTING)
    clock.move(seconds=20)
    await store.finish(held, Phase.FAILED, error_code="damaged", work=Work(ENCODED, 1000))
    first = [
        (Event.ACCEPTED, 0, ""),
        (Event.DOWNLOADING, 1, ""),
        (Event.CONVERTING, 1, ""),
        (Event.AGAIN, 1, "failed"),
        (Event.DOWNLOADING, 2, ""),
        (Event.CONVERTING, 2, ""),
        (Event.FAILED, 2, "damaged"),
    ]
    assert await story(store, job) == first
    past = (await sheet_of(store, job)).past
    assert past is not None
    assert (past.wait, past.took, past.after) == (5.0, 32.0, 0)
    assert (past.action, past.device) == ("encode", "cpu")
    clock.move(hours=3)
    assert isinstance(await store.retry(job.id, Terms(9)), Accepted)
    again = await sheet_of(store, job)
    assert again.past is None, "it lives again"
    assert again.conversion == ENCODED, "how it was tried last"
    held = await lives.taken(1.0)
    clock.move(seconds=2)
    await store.finish(held, Phase.DONE, work=Work(after=70))
    assert (await story(store, job))[len(first) :] == [
        (Event.ACCEPTED, 2, ""),
        (Event.DOWNLOADING, 3, ""),
        (Event.DONE, 3, ""),
    ]
    past = (await sheet_of(store, job)).past
    assert past is not None
    assert (past.wait, past.took, past.after, past.action) == (1.0, 2.0, 70, "")


async def test_stopped_in_good_order(lives: Lives, store: JobStore) -> None:
    job = await lives.asked()
    await store.put_back(await lives.taken(), failed=False)
    assert (await story(store, job))[-1] == (Event.AGAIN, 1, "stopped")


async def test_cancelled_while_it_waits_and_while_it_runs(
    lives: Lives, store: JobStore, clock: Clock
) -> None:
    job = await lives.asked()
    clock.move(seconds=30)
    await store.cancel(job.id)
    assert await story(store, job) == [(Event.ACCEPTED, 0, ""), (Event.CANCELLED, 0, "")]
    past = (await sheet_of(store, job)).past
    assert past is not None
    assert (past.wait, past.took, past.device) == (30.0, 0.0, "")
    held = await store.advance(await _next(lives), Phase.CONVERTING)
    foreseen = replace(ENCODED, commands=(), after="", seconds=0.0)
    assert await store.count_length(held, 10.0, Quota(), foreseen) is None
    assert (await sheet_of(store, held)).conversion == foreseen, "while it is being made"
    [gone] = await store.cancel_chat("telegram", held.chat_id, code="blocked")
    assert gone.id == held.id
    assert (await story(store, held))[-1] == (Event.CANCELLED, 1, "blocked")
    with pytest.raises(LeaseLostError):
        await store.advance(held, Phase.SENDING, Work(ENCODED))
    assert (await sheet_of(store, held)).conversion == foreseen, "who has lost it writes nothing"


async def _next(lives: Lives) -> Job:
    await lives.asked("2")
    return await lives.taken()


async def test_a_record_that_was_left_behind_keeps_no_job_from_ending(
    lives: Lives, store: JobStore
) -> None:
    job = await lives.ended(Phase.FAILED, "damaged")
    mine = select(records).where(records.c.job_id == job.id)
    async with store.transactions.read() as db:
        left = dict((await db.execute(mine)).mappings().one())
    assert isinstance(await store.retry(job.id, Terms(9)), Accepted)
    async with store.transactions.write() as change:
        await change.db.execute(insert(records), left)
    await store.finish(await lives.taken(), Phase.DONE, work=Work(after=70))
    past = (await sheet_of(store, job)).past
    assert past is not None
    assert (past.job.phase, past.after) == (Phase.DONE, 70)


async def test_refused(lives: Lives, store: JobStore) -> None:
    job = await lives.ended(Phase.REFUSED, "text")
    assert (await story(store, job))[1:] == [
        (Event.DOWNLOADING, 1, ""),
        (Event.REFUSED, 1, "text"),
    ]
    sheet = await sheet_of(store, job)
    assert sheet.conversion is None
    assert sheet.past is not None
    assert sheet.past.action == sheet.past.device == ""


@pytest.fixture
async def reopen(where: Path | str, clock: Clock) -> AsyncIterator[Open]:
    """Opens the database as another process: the one before has died, and is missed."""
    opened: list[JobStore] = []

    async def again() -> JobStore:
        while opened:
            async with opened.pop().transactions.last():
                clock.now += AMONG_OTHERS.lasts * 1.1
        opened.append(await JobStore.open(where, clock=clock, member=Member(host="b", pid=7)))
        await opened[0].beat()
        return opened[0]

    yield again
    while opened:
        await opened.pop().close()


async def test_taken_over_from_the_dead(reopen: Open, clock: Clock) -> None:
    store = await reopen()
    lives = Lives(store, clock)
    job = await lives.asked()
    await store.advance(await lives.taken(), Phase.CONVERTING)
    store = await reopen()
    await store.recover()
    moments = (await sheet_of(store, job)).moments
    lost = moments[-1]
    assert (lost.event, lost.attempt, lost.detail) == (Event.LOST, 1, "died")
    assert (lost.host, lost.pid) == ("b", 7), "who had it"
    await Lives(store, clock).taken()
    assert (await story(store, job))[-1] == (Event.DOWNLOADING, 2, "")
    while not (await sheet_of(store, job)).entry.job.phase.final:
        store = await reopen()
        await store.recover()
        await store.take()
    assert [event for event, _, _ in await story(store, job)][-2:] == [Event.LOST, Event.FAILED]
    sheet = await sheet_of(store, job)
    assert sheet.past is not None
    assert sheet.moments[-1].detail == sheet.past.job.error_code == "crashed"
    assert (sheet.moments[-1].host, sheet.moments[-1].pid) == ("", 0), "nobody did it"


async def test_found_without_a_holder(lives: Lives, store: JobStore, clock: Clock) -> None:
    job = await lives.asked()
    await lives.taken()
    await store.beat()
    clock.move(seconds=45)
    await store.beat()
    await store.orphans(frozenset())
    assert (await story(store, job))[-1] == (Event.LOST, 1, "silent")


async def test_of_a_job_that_is_tried_for_ever_the_newest_is_kept(
    lives: Lives, store: JobStore
) -> None:
    job = await lives.asked()
    for _ in range(MOST):
        await store.put_back(await lives.taken(), failed=True, cause="disk_full")
    events = await story(store, job)
    assert len(events) <= MOST + 1
    assert events[-1] == (Event.AGAIN, MOST, "disk_full")
    past = await store.finish(await lives.taken(), Phase.FAILED, error_code="disk_full")
    assert (await sheet_of(store, past)).past is not None


async def test_everything_goes_with_its_job(lives: Lives, store: JobStore, clock: Clock) -> None:
    mine = await lives.ended(user="1")
    theirs = await lives.ended(user="2")
    assert await rows(store) == (10, 2, 2)
    assert await Archive(store.transactions).forget("telegram", "1") == 1
    assert await rows(store) == (5, 1, 1)
    overview = StoredOverview(store.transactions)
    assert await overview.sheet(mine.id) is None
    assert [one.job.id for one in (await overview.find(Search())).jobs] == [theirs.id]
    clock.move(days=31)
    assert await store.take() is None
    assert await rows(store) == (0, 0, 0)
    assert (await overview.find(Search())).jobs == []


async def test_what_is_forgotten_while_it_runs_leaves_nothing(
    lives: Lives, store: JobStore
) -> None:
    await lives.asked()
    held = await store.advance(await lives.taken(), Phase.CONVERTING)
    await store.count_length(held, 1.0, Quota(), ENCODED)
    await Archive(store.transactions).forget("telegram", "1", [held.id])
    with pytest.raises(LeaseLostError):
        await store.finish(held, Phase.DONE, work=Work(ENCODED))
    assert await rows(store) == (0, 0, 0)


async def rows(store: JobStore) -> tuple[int, ...]:
    """How many moments, records and conversions there are."""
    async with store.transactions.read() as db:
        tables = (timeline, records, conversions)
        counts = [await db.scalar(select(func.count()).select_from(one)) for one in tables]
    return tuple(int(count or 0) for count in counts)


async def test_now(lives: Lives, store: JobStore, clock: Clock, overview: StoredOverview) -> None:
    empty = await overview.now()
    assert (empty.running, empty.jobs, empty.processes) == (0, [], [])
    assert empty.passage is Passage.OPEN
    await store.beat()
    first, second, other = [await lives.asked(user) for user in ("1", "1", "2")]
    held = await lives.taken()
    estimates = EstimateStore(store.transactions, clock)
    await estimates.tell({other.id: 60.0, second.id: 5.0})
    await Bulletins(store.transactions).put(held, Status(State.DOWNLOADING, {"percent": 5}))
    await Gate(store).move(Passage.PAUSED)
    clock.move(seconds=20)
    now = await overview.now()
    assert now.at == clock.now
    assert now.passage is Passage.PAUSED
    assert (now.running, now.waiting.ready, now.waiting.behind) == (1, 1, 1)
    assert [(one.job.id, one.place) for one in now.jobs] == [
        (first.id, 0),
        (other.id, 1),
        (second.id, 2),
    ]
    assert now.starts == {other.id: 40.0, second.id: 0.0}
    assert now.jobs[0].told == Status(State.DOWNLOADING, {"percent": 5})
    assert now.jobs[0].keeper == store.member
    [process] = now.processes
    assert (process.seen.member, process.seen.running, process.vitals) == (store.member, 1, None)
    few = await overview.now(limit=1)
    assert [one.job.id for one in few.jobs] == [first.id]
    assert (few.running, few.waiting.ready, few.starts) == (1, 1, {})


async def test_what_only_the_board_knows(lives: Lives, store: JobStore) -> None:
    """With one process progress is in memory, and looks as it does from the tables."""
    held = await _next(lives)
    seen = Status(State.CONVERTING, {"percent": 40, "speed": 2.0})
    overview = StoredOverview(store.transactions, lambda job: seen if job.id == held.id else None)
    waiting = await lives.asked("3")
    running, waits = (await overview.now()).jobs
    assert (running.told, running.told_at) == (seen, running.now)
    assert (waits.job.id, waits.told) == (waiting.id, None)
    sheet = await overview.sheet(held.id)
    assert sheet is not None
    assert sheet.entry.told == seen


async def test_a_sheet_of_nobody_s(overview: StoredOverview) -> None:
    for job_id in ("", "ffff000011112222", "\x00", "x" * 5000, "'; --"):
        assert await overview.sheet(job_id) is None


VITALS = Vitals(
    at=datetime(2026, 1, 1, 12, tzinfo=UTC),
    version="1.2",
    load=0.5,
    cores=4,
    memory=100_000_000,
    free=None,
    late=0.01,
    leads=True,
    sessions={"host": 2},
    cards=(
        Card(0, "NVIDIA L4", 55.0, 61.0, 1 << 30, 24 << 30, 2, 1),
        Card(1, "x", None, None, None, None, 0, 0),
    ),
    contact=Contact(3, 4, datetime(2026, 1, 1, 11, tzinfo=UTC)),
)


async def test_processes_say_how_they_are(
    store: JobStore, overview: StoredOverview, clock: Clock
) -> None:
    assert await store.beat(VITALS) is False, "it wasn't there"
    assert await store.beat(VITALS)
    [process] = (await overview.now()).processes
    assert process.vitals == VITALS
    clock.move(seconds=3)
    await store.beat()
    [process] = (await overview.now()).processes
    assert process.vitals == VITALS, "what it said last"
    assert process.seen.seen_at == clock.now


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"at": 5},
        [1, 2],
        "words",
        {"at": "2026-01-01T12:00:00", "load": "x"},
        {"at": "2026-01-01T12:00:00+00:00", "version": "9", "load": None},
    ],
)
async def test_what_another_version_says_is_no_error(
    store: JobStore, overview: StoredOverview, clock: Clock, words: object
) -> None:
    row = {"holder": "old", "started_at": clock.now, "seen_at": clock.now, "vitals": words}
    async with store.transactions.write() as change:
        await change.db.execute(insert(runs).values(**row))
    [process] = (await overview.now()).processes
    assert process.vitals is None
    assert process.seen.member.part is Part.BOTH


async def test_a_conversion_of_another_version_is_none(lives: Lives, store: JobStore) -> None:
    job = await lives.ended()
    async with store.transactions.write() as change:
        await change.db.execute(update(conversions).values(words={"plan": 3}))
        mine = update(timeline).where(timeline.c.event == "sending")
        await change.db.execute(mine.values(event="teleporting"))
    sheet = await sheet_of(store, job)
    assert sheet.conversion is None
    assert [one.event for one in sheet.moments][-2:] == [Event.CONVERTING, Event.DONE]


async def test_a_hostile_name_is_data(lives: Lives, overview: StoredOverview) -> None:
    job = await lives.ended(name=HOSTILE)
    await lives.ended(name="other.mkv")
    for part in ("<SCRIPT>", "drop table", "--%_\\", "отпуск", HOSTILE):
        [past] = (await overview.find(Search(text=part))).jobs
        assert past.job.id == job.id, part
    told = replace(ENCODED, plan=(f"→ {HOSTILE}",) * 500, commands=("ffmpeg " + "x" * 9000,))
    await lives.ended(conversion=told)
    latest = (await overview.find(Search())).jobs[0].job
    sheet = await overview.sheet(latest.id)
    assert sheet is not None
    assert sheet.conversion is not None
    assert len(sheet.conversion.plan) < 100
    assert len(sheet.conversion.commands[0]) < 5000


async def test_a_running_job_tells_how_long_each_phase_took(
    store: JobStore, lives: Lives, overview: StoredOverview, clock: Clock
) -> None:
    await lives.asked()
    job = await lives.taken()
    began = clock()
    clock.move(seconds=2)
    job = await store.advance(job, Phase.CONVERTING)
    now = await overview.now()
    entered = now.phases[job.id]
    assert list(entered) == [Phase.DOWNLOADING, Phase.CONVERTING]
    assert (entered[Phase.CONVERTING] - entered[Phase.DOWNLOADING]).total_seconds() == 2
    assert entered[Phase.DOWNLOADING] == began
    await store.put_back(job, failed=True)
    again = await lives.taken()
    assert list((await overview.now()).phases[again.id]) == [Phase.DOWNLOADING], "of this attempt"
