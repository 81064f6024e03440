"""Albums and batches in the database: nothing of them is taken twice, halved or forgotten."""

from dataclasses import replace

import pytest

from bot.dialog.draft import Draft
from bot.dialog.stores.gathering import MOST, Added, Gatherings
from bot.jobs.answers import Accepted, AcceptedAll, Duplicate, OverQuota, QueueFull, Repeated
from bot.jobs.model import Extra, NewJob, Phase, Role, Source
from bot.jobs.store.admission import Terms
from bot.jobs.store.batches import BatchStore
from bot.jobs.store.quota import Quota
from bot.jobs.store.store import JobStore
from converter.request import Request
from tests.support.clock import Clock

MANY = Terms(99)


def new(message: int, user: int = 1) -> NewJob:
    source = Source(f"file{message}", f"unique{message}", f"{message}.mov", 1000)
    return NewJob(str(user), str(user), str(message), "ru", source, Request(target="mp3"))


def album(count: int, clock: Clock, first: int = 1) -> Draft:
    news = [new(first + number) for number in range(count)]
    return Draft.of_album(news, "0123456789", clock(), "main")


@pytest.fixture
def gatherings(store: JobStore, clock: Clock) -> Gatherings:
    return Gatherings(store.transactions, clock)


@pytest.fixture
def batches(store: JobStore) -> BatchStore:
    return BatchStore(store.transactions)


async def test_messages_of_an_album_are_gathered_once_each(gatherings: Gatherings) -> None:
    for message in (9, 10, 11, 10):
        added, gathered = await gatherings.add(new(message), "A", ask=True, file=True)
    assert added is Added.KNOWN
    assert [one.message_id for one in gathered.news()] == ["9", "10", "11"]
    assert {one.request.target for one in gathered.news()} == {"mp3"}
    assert gathered.ask


async def test_what_is_no_file_counts_as_nothing_to_convert(gatherings: Gatherings) -> None:
    await gatherings.add(new(1), "A", ask=False, file=False)
    _, gathered = await gatherings.add(new(2), "A", ask=True, file=True)
    assert (len(gathered.files), gathered.others) == (1, 1)
    assert gathered.ask, "the first file says what its person wants"


async def test_albums_of_others_with_the_same_name_are_others(gatherings: Gatherings) -> None:
    _, hers = await gatherings.add(new(1, user=1), "A", ask=False, file=True)
    _, his = await gatherings.add(new(1, user=2), "A", ask=False, file=True)
    assert hers.id != his.id


async def test_sealed_it_takes_nothing_more_and_is_told_of_until_it_is_done(
    gatherings: Gatherings,
) -> None:
    _, first = await gatherings.add(new(1), "A", ask=False, file=True)
    sealed = await gatherings.seal(first.id)
    assert sealed is not None
    added, _ = await gatherings.add(new(2), "A", ask=False, file=True)
    assert added is Added.LATE
    added, _ = await gatherings.add(new(1), "A", ask=False, file=True)
    assert added is Added.KNOWN
    assert [one.id for one in await gatherings.unfinished()] == [first.id]
    await gatherings.done(first.id)
    assert await gatherings.unfinished() == []
    assert await gatherings.seal(first.id) is None


async def test_ten_are_all(gatherings: Gatherings) -> None:
    for message in range(MOST):
        _, gathered = await gatherings.add(new(message), "A", ask=False, file=True)
        assert gathered.full == (message == MOST - 1)


async def test_after_a_day_it_is_forgotten(gatherings: Gatherings, clock: Clock) -> None:
    await gatherings.add(new(1), "A", ask=False, file=True)
    clock.move(hours=25)
    await gatherings.add(new(2), "B", ask=False, file=True)
    assert len(await gatherings.unfinished()) == 1


async def test_a_batch_is_taken_whole(store: JobStore, batches: BatchStore, clock: Clock) -> None:
    draft = album(3, clock)
    answer = await store.add_all(draft.batch(), draft.jobs(), MANY)
    assert isinstance(answer, AcceptedAll)
    assert [job.source.name for job in await batches.jobs(draft.id)] == ["1.mov", "2.mov", "3.mov"]
    again = await store.add_all(draft.batch(), draft.jobs(), MANY)
    assert isinstance(again, Repeated)
    assert len(await store.live()) == 3


@pytest.mark.parametrize(
    ("terms", "answer"),
    [
        (Terms(1), QueueFull(1, 2)),
        (Terms(99, Quota(jobs_per_hour=2)), OverQuota("hour", 2)),
        (Terms(99, Quota(bytes_per_day=2999)), OverQuota("bytes", 2999)),
    ],
)
async def test_or_not_at_all(
    store: JobStore, batches: BatchStore, clock: Clock, terms: Terms, answer: object
) -> None:
    draft = album(3, clock)
    assert await store.add_all(draft.batch(), draft.jobs(), terms) == answer
    assert await store.live() == []
    assert await batches.get(draft.id) is None
    # Nothing was counted either.
    two = replace(draft, files=draft.files[:2])
    assert isinstance(await store.add_all(two.batch(), two.jobs(), terms), AcceptedAll)


async def test_what_is_alive_already_is_not_made_twice(store: JobStore, clock: Clock) -> None:
    await store.add(new(1), MANY)
    draft = album(2, clock)
    answer = await store.add_all(draft.batch(), draft.jobs(), MANY)
    assert isinstance(answer, AcceptedAll)
    assert [job.source.name for job in answer.jobs] == ["2.mov"]
    other = replace(album(2, clock), id="9876543210")
    assert isinstance(await store.add_all(other.batch(), other.jobs(), MANY), Duplicate)


async def test_results_are_united_once_and_only_when_all_have_ended(
    store: JobStore, batches: BatchStore, clock: Clock
) -> None:
    draft = album(2, clock)
    await store.add_all(draft.batch(), draft.jobs(), MANY)
    for _ in range(2):
        assert await batches.not_united() == []
        job = await store.take()
        assert job is not None
        await store.finish(job, Phase.REFUSED)
    assert await batches.not_united() == [draft.id]
    assert await batches.unite(draft.id)
    assert not await batches.unite(draft.id)
    assert await batches.not_united() == []


async def test_parts_that_follow_a_file_count_as_it_does(store: JobStore) -> None:
    one = new(1)
    part = Extra(Role.PART, one.source, message_id="2")
    joined = replace(one, extras=(part,))
    most = 2 * one.source.size - 1
    assert await store.add(joined, Terms(9, Quota(bytes_per_day=most))) == OverQuota("bytes", most)
    assert isinstance(await store.add(joined, Terms(9, Quota(bytes_per_day=most + 1))), Accepted)


async def test_the_same_video_twice_in_one_album_is_made_once(
    store: JobStore, batches: BatchStore, clock: Clock
) -> None:
    draft = album(3, clock)
    twin = replace(draft.files[2], source=replace(draft.files[0].source, file_id="another"))
    draft = replace(draft, files=(*draft.files[:2], twin))
    answer = await store.add_all(draft.batch(), draft.jobs(), Terms(1))
    assert isinstance(answer, AcceptedAll)
    assert [job.source.name for job in await batches.jobs(draft.id)] == ["1.mov", "2.mov"]
