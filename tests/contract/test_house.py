"""What the house has room for, of all people together: accepted with the job, or refused."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.jobs.answers import Accepted, AcceptedAll, Crowded, NoSpace, QueueFull
from bot.jobs.batch import Batch
from bot.jobs.house.house import House, Needs, Space
from bot.jobs.model import Extra, Job, NewJob, Phase, Role, Source
from bot.jobs.store.admission import Terms
from bot.jobs.store.quota import Quota
from bot.jobs.store.store import JobStore

ROOMY = 99


def new(user: int, message: int = 1, *, size: int = 1000) -> NewJob:
    source = Source(f"f{user}-{message}", f"u{user}-{message}", "film.mov", size)
    return NewJob(str(user), str(user), str(message), "en", source)


def batch_of(store_id: str) -> Batch:
    return Batch(store_id, "telegram", "7", "7", "1", "en", datetime(2026, 1, 1, tzinfo=UTC))


def of_batch(count: int) -> list[NewJob]:
    return [replace(new(7, n), batch_id="b") for n in range(count)]


async def accepted(store: JobStore, one: NewJob, terms: Terms) -> Job:
    answer = await store.add(one, terms)
    assert isinstance(answer, Accepted)
    return answer.job


async def test_so_many_wait_of_all_people_and_no_more(store: JobStore) -> None:
    terms = Terms(ROOMY, house=House(max_queued=2))
    await accepted(store, new(1), terms)
    assert await store.take() is not None, "what runs waits no more"
    await accepted(store, new(2), terms)
    await accepted(store, new(3), terms)
    assert await store.add(new(4), terms) == Crowded()
    assert isinstance(await store.add(new(4), Terms(ROOMY)), Accepted), "no bound, no refusal"


async def test_whoever_was_refused_has_used_up_nothing(store: JobStore) -> None:
    one_an_hour = Quota(jobs_per_hour=1)
    await accepted(store, new(1), Terms(ROOMY))
    full = Terms(ROOMY, one_an_hour, House(max_queued=1))
    assert await store.add(new(2), full) == Crowded()
    assert isinstance(await store.add(new(2), Terms(ROOMY, one_an_hour)), Accepted)


async def test_a_batch_comes_whole_or_hears_how_much_room_there_is(store: JobStore) -> None:
    await accepted(store, new(1), Terms(ROOMY))
    batch = batch_of("b")
    terms = Terms(ROOMY, house=House(max_queued=3))
    assert await store.add_all(batch, of_batch(3), terms) == Crowded(room=2)
    assert len(await store.live()) == 1
    # One's own bound comes first, and tells of no more room than there is.
    mine = Terms(1, house=House(max_queued=2))
    assert await store.add_all(batch, of_batch(3), mine) == QueueFull(1, room=1)
    assert isinstance(await store.add_all(batch, of_batch(2), terms), AcceptedAll)


async def test_trying_again_needs_room_too(store: JobStore) -> None:
    terms = Terms(ROOMY, house=House(max_queued=1))
    job = await accepted(store, new(1), terms)
    await store.cancel(job.id)
    other = await accepted(store, new(2), terms)
    assert await store.retry(job.id, terms) == Crowded()
    await store.cancel(other.id)
    assert isinstance(await store.retry(job.id, terms), Accepted)


# --- the disk

PLAIN = Needs(factor=2.0, joined=3.0, least=100, unknown=5000)


def disk(free: int, at_once: int = 2) -> Terms:
    return Terms(ROOMY, house=House(space=Space(free, at_once, PLAIN)))


async def test_what_live_jobs_may_take_is_promised_to_them(store: JobStore) -> None:
    await accepted(store, new(1), disk(2100))
    assert await store.add(new(2), disk(4199)) == NoSpace()
    await accepted(store, new(2), disk(4200))


async def test_only_so_many_have_files_at_once(store: JobStore) -> None:
    for user in range(4):
        await accepted(store, new(user), disk(4200))
    # The two largest, whichever they are.
    assert await store.add(new(9, size=1500), disk(5199)) == NoSpace()
    await accepted(store, new(9, size=1500), disk(5200))


async def test_an_ended_job_needs_nothing(store: JobStore) -> None:
    job = await accepted(store, new(1), disk(2100))
    assert await store.add(new(2), disk(2100)) == NoSpace()
    await store.cancel(job.id)
    await accepted(store, new(2), disk(2100))
    assert await store.retry(job.id, disk(2100)) == NoSpace()


@pytest.mark.parametrize(("size", "need"), [(1000, 2100), (0, 10_100)])
async def test_an_unknown_size_counts_as_a_usual_one(store: JobStore, size: int, need: int) -> None:
    assert await store.add(new(1, size=size), disk(need - 1)) == NoSpace()
    await accepted(store, new(1, size=size), disk(need))


async def test_parts_that_are_joined_count_as_well(store: JobStore) -> None:
    part = Extra(Role.PART, Source("p", "p", "second.mov", 1000))
    joined = replace(new(1), extras=(part,))
    assert await store.add(joined, disk(6099)) == NoSpace()
    job = await accepted(store, joined, disk(6100))
    assert await store.add(new(2), disk(8199)) == NoSpace()
    await accepted(store, new(2), disk(8200))
    assert job.phase is Phase.QUEUED


async def test_a_batch_is_weighed_as_a_whole(store: JobStore) -> None:
    batch = batch_of("b")
    assert await store.add_all(batch, of_batch(2), disk(4199)) == NoSpace()
    assert isinstance(await store.add_all(batch, of_batch(2), disk(4200)), AcceptedAll)
