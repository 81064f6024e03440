"""Measured speeds that outlive a process, and what people are told of their wait."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.dialog.counter.outlook import DraftOutlook
from bot.dialog.draft import Draft
from bot.dialog.forecast import Forecast
from bot.dialog.stores.drafts import DraftStore
from bot.jobs.answers import Accepted
from bot.jobs.house.estimates import EstimateStore, Told, starts_in
from bot.jobs.house.speed import Speeds
from bot.jobs.house.speed_store import SpeedStore
from bot.jobs.model import Extra, Job, NewJob, Phase, Receipt, Role, Source
from bot.jobs.store.admission import Terms
from bot.jobs.store.store import JobStore
from converter.limits import Limits
from converter.media import MediaInfo
from converter.planning.plan import Plan
from converter.request import Request
from converter.seen import Seen
from tests.support.clock import Clock
from tests.support.facts import CPU, INFO

LIMITS = Limits(max_output_bytes=50_000_000)
ENCODED = Request(height=240, start=1.0)


def plan_of(info: MediaInfo = INFO, request: Request = ENCODED) -> Plan:
    return Seen(info, moov_first=True).plan(request, LIMITS, CPU)


def new(user: int, message: int = 1, **changes: object) -> NewJob:
    source = Source(f"f{user}-{message}", f"u{user}-{message}", "film.mov", 1000)
    job = NewJob(str(user), str(user), str(message), "en", source)
    return replace(job, **changes)  # type: ignore[arg-type]  # a test names the fields it means


async def accepted(store: JobStore, one: NewJob) -> Job:
    answer = await store.add(one, Terms(99))
    assert isinstance(answer, Accepted)
    return answer.job


# --- speeds


def exchanged(store: JobStore, speeds: Speeds, clock: Clock) -> SpeedStore:
    return SpeedStore(store.transactions, speeds, clock)


async def test_what_one_process_measured_another_knows(store: JobStore, clock: Clock) -> None:
    worker, front = Speeds(), Speeds()
    plan = plan_of()
    worker.note(plan, 40.0)
    worker.note_job("mp4", 1000, 50.0, 40.0)
    await exchanged(store, worker, clock).exchange()
    assert front.estimate(plan) is None
    await exchanged(store, front, clock).exchange()
    assert front.estimate(plan) == pytest.approx(40.0)
    assert front.whole(2000, "mp4") == pytest.approx(100.0)
    assert front.whole_by(plan, 1000) == pytest.approx(50.0)


async def test_it_is_known_after_a_restart(tmp_path: Path, clock: Clock) -> None:
    for expected in (None, 50.0):
        store = await JobStore.open(tmp_path / "jobs.sqlite3", clock=clock)
        speeds = Speeds()
        async with exchanged(store, speeds, clock).in_use():
            assert speeds.whole(1000) == expected
            speeds.note_job("mp4", 1000, 50.0, 40.0)
        await store.close()


async def test_averages_forget_whoever_measures(store: JobStore, clock: Clock) -> None:
    one, other = Speeds(), Speeds()
    for speeds, rate in ((one, 100.0), (other, 200.0)):
        speeds.note_job("mp4", 1000, 1000 / rate, 0.0)
        await exchanged(store, speeds, clock).exchange()
    # 100, and three tenths of the way to 200.
    assert other.whole(1300) == pytest.approx(10.0)
    await exchanged(store, one, clock).exchange()
    assert one.whole(1300) == pytest.approx(10.0)


async def test_what_could_not_be_written_is_written_later(tmp_path: Path, clock: Clock) -> None:
    speeds = Speeds()
    speeds.note_job("mp4", 1000, 50.0, 40.0)
    gone = await JobStore.open(tmp_path / "gone.sqlite3", clock=clock)
    await gone.close()
    async with exchanged(gone, speeds, clock).in_use():
        assert speeds.whole(1000) == pytest.approx(50.0)
    store = await JobStore.open(tmp_path / "jobs.sqlite3", clock=clock)
    await exchanged(store, speeds, clock).exchange()
    later = Speeds()
    await exchanged(store, later, clock).exchange()
    assert later.whole(1000) == pytest.approx(50.0)
    await store.close()


async def test_old_measures_are_forgotten(store: JobStore, clock: Clock) -> None:
    old = Speeds()
    old.note_job("gif", 1000, 50.0, 40.0)
    await exchanged(store, old, clock).exchange()
    clock.move(days=31)
    fresh = Speeds()
    fresh.note_job("mp4", 1000, 10.0, 5.0)
    await exchanged(store, fresh, clock).exchange()
    assert fresh.whole(1000, "mp4") == pytest.approx(10.0)
    assert fresh.whole(1000, "gif") == pytest.approx(10.0), "any job's"


def test_a_target_has_a_speed_of_its_own() -> None:
    speeds = Speeds()
    speeds.note_job("gif", 1000, 100.0, 90.0)
    assert speeds.whole(1000, "mp4") == pytest.approx(100.0), "nothing else is known"
    speeds.note_job("mp4", 1000, 10.0, 5.0)
    assert speeds.whole(1000, "mp4") == pytest.approx(10.0)
    assert speeds.whole(1000, "gif") == pytest.approx(100.0)
    assert speeds.whole(0, "mp4") is None


def test_a_picture_of_another_class_is_better_than_nothing() -> None:
    speeds = Speeds()
    large, small = plan_of(request=Request(height=1080, start=1.0)), plan_of()
    speeds.note(small, 10.0)
    guessed = speeds.estimate(large)
    assert guessed is not None
    speeds.note(large, 2 * guessed)
    assert speeds.estimate(large) == pytest.approx(2 * guessed)
    assert speeds.estimate(small) == pytest.approx(10.0)


# --- when a job starts


def running(user: int, phase: Phase = Phase.CONVERTING) -> Job:
    return _job(user, phase)


def waiting(user: int) -> Job:
    return _job(user, Phase.QUEUED)


def _job(user: int, phase: Phase) -> Job:
    return Job(
        id=f"{user}{phase}",
        platform="telegram",
        user_id=str(user),
        chat_id="1",
        message_id="1",
        locale="en",
        source=Source("f", "u", "a", 1),
        request=Request(),
        group=False,
        phase=phase,
        attempt=1,
        failures=0,
        deaths=0,
        receipt=Receipt.NONE,
        status_message_id=None,
        error_code=None,
        created_at=Clock().now,
    )


@pytest.mark.parametrize(
    ("before", "slots", "seconds"),
    [
        ([], 1, 0.0),
        ([(running(1), 30.0)], 1, 30.0),
        ([(running(1), 30.0)], 2, 0.0),
        ([(running(1), 30.0), (running(2), 10.0)], 2, 10.0),
        ([(running(1), 30.0), (running(2), 10.0), (waiting(3), 5.0)], 2, 15.0),
        ([(running(1), 30.0), (running(2), 10.0), (waiting(3), 50.0)], 2, 30.0),
        # One's own never side by side.
        ([(running(9), 30.0)], 5, 30.0),
        ([(running(1), 10.0), (waiting(9), 20.0)], 5, 20.0),
        ([(running(1), 10.0), (waiting(1), 20.0), (waiting(2), 1.0)], 2, 1.0),
        # What is on its way takes no place.
        ([(running(1, Phase.SENDING), 30.0)], 1, 0.0),
        ([(running(9, Phase.SENDING), 30.0)], 1, 30.0),
    ],
)
def test_when_the_next_one_starts(
    before: Sequence[tuple[Job, float]], slots: int, seconds: float
) -> None:
    assert starts_in(before, ("telegram", "9"), slots) == seconds


async def test_what_was_told_is_known_to_whoever_starts_the_job(
    store: JobStore, clock: Clock
) -> None:
    front, worker = [EstimateStore(store.transactions, clock) for _ in range(2)]
    job, other = await accepted(store, new(1)), await accepted(store, new(2))
    await front.tell({job.id: 60.0, other.id: 120.0})
    clock.move(seconds=20)
    await front.tell({job.id: 30.0})
    clock.move(seconds=45)
    assert await worker.started(job.id) == Told(30.0, 45.0), "the last word counts"
    assert await worker.started(job.id) is None
    assert await worker.started("unknown") is None
    await store.cancel(other.id)
    await front.tell({})
    await front.tell({(await accepted(store, new(3))).id: 10.0})
    assert await worker.started(other.id) is None, "nobody waits for it any more"


# --- plans of files that were looked at


async def looked_at(store: JobStore, drafts: DraftStore, draft: Draft) -> Job:
    await drafts.add(draft)
    await drafts.saw(draft.id, Seen(INFO, moov_first=True))
    answer = await store.add(draft.job(), Terms(99), drafts.used(draft.id))
    assert isinstance(answer, Accepted)
    return answer.job


async def test_what_a_menu_saw_is_what_a_job_is_planned_by(store: JobStore, clock: Clock) -> None:
    drafts = DraftStore(store.transactions, clock)
    speeds = Speeds()
    outlook = DraftOutlook(drafts, Forecast(LIMITS, lambda: CPU, speeds))
    draft = replace(Draft.of(new(1), clock()), request=ENCODED)
    job = await looked_at(store, drafts, draft)
    unseen = await accepted(store, new(2))
    plans = await outlook.plans([job, unseen])
    assert plans == {job.id: plan_of()}
    clock.move(hours=1)
    assert await outlook.plans([unseen, job]) == plans


async def test_of_several_files_nobody_knows(store: JobStore, clock: Clock) -> None:
    drafts = DraftStore(store.transactions, clock)
    outlook = DraftOutlook(drafts, Forecast(LIMITS, lambda: CPU, Speeds()))
    part = Extra(Role.PART, Source("p", "p", "b.mov", 5))
    joined = replace(Draft.of(new(1), clock()), extras=(part,))
    assert await outlook.plans([await looked_at(store, drafts, joined)]) == {}
    album = Draft.of_album([new(2, 1), new(2, 2)], "album", clock(), "main")
    await drafts.add(album)
    await drafts.saw(album.id, Seen(INFO, moov_first=True))
    jobs = [await accepted(store, one) for one in album.jobs()]
    assert await outlook.plans(jobs) == {}
