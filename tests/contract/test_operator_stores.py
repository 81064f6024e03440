"""What the operator's part keeps in the database: lengths, quotas of one person, how jobs ended,
broadcasts and who heard them."""

import asyncio
from datetime import timedelta

import pytest

from bot.dialog.stores.allowances import Allowances
from bot.dialog.stores.audience import Audience
from bot.dialog.stores.broadcasts import Broadcast, BroadcastStore, Heard, Stage
from bot.dialog.stores.doorkeeper import Doorkeeper, Rules, Word
from bot.dialog.stores.people import People
from bot.jobs.answers import Accepted, OverQuota, Used
from bot.jobs.errors import LeaseLostError
from bot.jobs.model import Job, NewJob, Phase, Source
from bot.jobs.store.admission import Terms
from bot.jobs.store.archive import Archive
from bot.jobs.store.quota import Quota, TooLong
from bot.jobs.store.store import JobStore
from tests.support.clock import Clock


def new(user: int = 1, message: int = 1, *, group: bool = False) -> NewJob:
    source = Source(f"file{message}", f"unique{user}-{message}", "film.mov", 1000)
    chat = "-5" if group else str(user)
    return NewJob(str(user), chat, str(message), "en", source, group=group)


async def running(store: JobStore, user: int = 1, message: int = 1) -> Job:
    assert isinstance(await store.add(new(user, message), Terms(9)), Accepted)
    job = await store.take()
    assert job is not None
    return await store.advance(job, Phase.CONVERTING)


# --- minutes


async def test_a_length_counts_once_for_each_time_that_it_was_asked_for(
    store: JobStore, clock: Clock
) -> None:
    hour = Quota(minutes_per_day=60)
    job = await running(store)
    assert await store.count_length(job, 1800.4, hour) is None
    assert await store.count_length(job, 1800.4, hour) is None, "the same asking"
    await store.put_back(job, failed=False)
    again = await store.take()
    assert again is not None
    assert await store.count_length(again, 1800.4, hour) is None, "the bot went on by itself"
    await store.finish(again, Phase.FAILED, error_code="damaged")
    assert isinstance(await store.retry(job.id, Terms(9, hour)), Accepted)
    retried = await store.take()
    assert retried is not None
    assert await store.count_length(retried, 1801, hour) == TooLong(1801, 1800, 3600)
    assert await store.count_length(retried, 1800, hour) is None, "what was refused counts not"
    assert await Archive(store.transactions).used("telegram", "1", clock()) == Used("1")
    used = await Archive(store.transactions).used("telegram", "1", clock() - timedelta(hours=1))
    assert used == Used("1", jobs=2, bytes=2000, seconds=3600)


async def test_nobody_hands_in_more_once_the_minutes_are_used_up(
    store: JobStore, clock: Clock
) -> None:
    minute = Quota(minutes_per_day=1)
    job = await running(store)
    await store.count_length(job, 59.0, minute)
    await store.cancel(job.id)
    second = await store.add(new(1, 2), Terms(9, minute))
    assert isinstance(second, Accepted), "one second is left"
    held = await store.take()
    assert held is not None
    assert await store.count_length(held, 1.0, minute) is None
    assert await store.add(new(1, 3), Terms(9, minute)) == OverQuota("minutes", 1)
    assert isinstance(await store.add(new(2, 4), Terms(9, minute)), Accepted)
    clock.move(hours=25)
    assert isinstance(await store.add(new(1, 3), Terms(9, minute)), Accepted)


async def test_whoever_lost_the_lease_counts_nothing(store: JobStore) -> None:
    job = await running(store)
    await store.cancel(job.id)
    with pytest.raises(LeaseLostError):
        await store.count_length(job, 10.0, Quota())


async def test_the_most_active_come_first(store: JobStore, clock: Clock) -> None:
    archive = Archive(store.transactions)
    for user, count in ((1, 1), (2, 3), (3, 2)):
        for number in range(count):
            await store.add(new(user, number), Terms(9))
    day = clock() - timedelta(hours=1)
    assert await archive.most_active("telegram", day, 2) == [
        Used("2", 3, 3000),
        Used("3", 2, 2000),
    ]
    assert await archive.most_active("telegram", clock() + timedelta(hours=1), 2) == []
    assert await archive.most_active("other", day, 2) == []


# --- how jobs ended


async def test_a_failure_keeps_where_and_why(store: JobStore, clock: Clock) -> None:
    archive = Archive(store.transactions)
    job = await running(store)
    detail = "x" * 600 + "\0"
    await store.finish(job, Phase.FAILED, error_code="damaged", detail=detail)
    clock.move(minutes=1)
    refused = await running(store, 2)
    await store.finish(refused, Phase.REFUSED, error_code="text")
    clock.move(minutes=1)
    later = await running(store, 3)
    await store.put_back(later, failed=True)
    taken = await store.take()
    assert taken is not None
    await store.finish(taken, Phase.FAILED, error_code="file_gone")
    last, first = await archive.failures(20)
    assert (last.code, last.phase, last.user_id, last.detail) == (
        "file_gone",
        "downloading",
        "3",
        "",
    )
    assert (first.code, first.phase, first.detail) == ("damaged", "converting", "x" * 500)
    assert await archive.failures(1) == [last]
    assert await archive.traced(job.trace) == first
    told = await archive.traced(refused.id)
    assert told is not None
    assert told.outcome is Phase.REFUSED
    assert await archive.traced("%") is None
    assert isinstance(await store.retry(job.id, Terms(9)), Accepted)
    fresh = await archive.traced(job.id)
    assert fresh is not None
    assert (fresh.detail, fresh.phase, fresh.code) == ("", "", "")


# --- quotas of one person


async def test_quotas_of_one_person_go_before_the_usual_ones(store: JobStore, clock: Clock) -> None:
    usual = Quota(jobs_per_hour=3, jobs_per_day=10)
    allowances = Allowances(store.transactions, usual, clock)
    assert await allowances.of("telegram", "1") == usual
    said = {"jobs_per_day": 50, "jobs_per_hour": 0, "bytes_per_day": 2**40}
    quota = await allowances.say("telegram", "1", said, "9")
    assert quota == Quota(jobs_per_day=50, bytes_per_day=2**40)
    assert await allowances.said("telegram", "1") == said
    await allowances.say("telegram", "1", {"bytes_per_day": None}, "9")
    assert await allowances.of("telegram", "1") == Quota(jobs_per_day=50)
    assert await allowances.of("telegram", "2") == usual
    await allowances.say("telegram", "1", dict.fromkeys(said), "9")
    assert await allowances.said("telegram", "1") == {}
    assert await allowances.of("telegram", "1") == usual


# --- broadcasts


async def test_the_audience_is_who_is_known_served_and_alone(store: JobStore, clock: Clock) -> None:
    keeper = Doorkeeper(store.transactions, Rules(), clock)
    audience = Audience(Archive(store.transactions), keeper, clock)
    await store.add(new(7), Terms(9))
    clock.move(days=31)
    for user in (1, 2, 3):
        await store.add(new(user), Terms(9))
    await store.add(new(1, 2), Terms(9))
    await store.add(new(4, 1, group=True), Terms(9))
    await keeper.say("telegram", "2", Word.BANNED, "9")
    for job in await store.live_of_user("telegram", "3"):
        await store.cancel(job.id)
    await Archive(store.transactions).forget("telegram", "3")
    assert await audience("telegram") == ["1"]
    assert await audience("other") == []
    strict = Doorkeeper(store.transactions, Rules("allowlist", frozenset("1")), clock)
    assert await Audience(Archive(store.transactions), strict, clock)("telegram") == ["1"]
    closed = Doorkeeper(store.transactions, Rules("allowlist"), clock)
    assert await Audience(Archive(store.transactions), closed, clock)("telegram") == []


def wanted(words: str | None = "hi") -> Broadcast:
    return Broadcast("", "telegram", "9", "9", "en", None if words else "3", words)


async def test_each_chat_is_claimed_once(store: JobStore, clock: Clock) -> None:
    broadcasts = BroadcastStore(store.transactions, clock)
    kept = await broadcasts.add(wanted("a\0b\ud800"))
    assert kept.words == "a\ufffdb?"
    assert await broadcasts.next(kept.id) is None, "not begun"
    assert await broadcasts.unfinished() == []
    assert await broadcasts.begin(kept.id, "77", ["1", "2", "3", "2"])
    assert not await broadcasts.begin(kept.id, "78", ["4"]), "once"
    [begun] = await broadcasts.unfinished()
    assert (begun.id, begun.report_id, begun.stage) == (kept.id, "77", Stage.SENDING)
    claimed = await asyncio.gather(*(broadcasts.next(kept.id) for _ in range(5)))
    assert sorted(chat for chat in claimed if chat) == ["1", "2", "3"]
    await broadcasts.note(kept.id, "1", Heard.SENT)
    await broadcasts.note(kept.id, "2", Heard.WAITING)
    assert await broadcasts.next(kept.id) == "2", "Telegram said later"
    await broadcasts.resume()
    assert await broadcasts.tally(kept.id) == {Heard.SENT: 1, Heard.UNSURE: 2}
    assert await broadcasts.next(kept.id) is None, "whoever may have heard it hears it no more"
    assert await broadcasts.end(kept.id, Stage.SENDING, Stage.DONE)
    assert not await broadcasts.end(kept.id, Stage.SENDING, Stage.STOPPED)
    assert [one.stage for one in await broadcasts.unfinished()] == [Stage.DONE], "not told of yet"
    await broadcasts.forget(kept.id)
    assert await broadcasts.unfinished() == []
    assert await broadcasts.tally(kept.id) == {}


async def test_a_stopped_one_goes_to_nobody_else(store: JobStore, clock: Clock) -> None:
    broadcasts = BroadcastStore(store.transactions, clock)
    kept = await broadcasts.add(wanted())
    await broadcasts.begin(kept.id, "77", ["1", "2"])
    assert await broadcasts.next(kept.id) == "1"
    await broadcasts.end(kept.id, Stage.SENDING, Stage.STOPPED)
    assert await broadcasts.next(kept.id) is None
    refused = await broadcasts.add(wanted(None))
    await broadcasts.end(refused.id, Stage.ASKED, Stage.STOPPED)
    assert not await broadcasts.begin(refused.id, "78", ["1"])


async def test_whoever_is_forgotten_hears_nothing(store: JobStore, clock: Clock) -> None:
    broadcasts = BroadcastStore(store.transactions, clock)
    kept = await broadcasts.add(wanted())
    await broadcasts.begin(kept.id, "77", ["1", "2"])
    await People(store.transactions).forget("telegram", "1")
    assert await broadcasts.next(kept.id) == "2"
    assert await broadcasts.next(kept.id) is None


async def test_old_ones_are_forgotten(store: JobStore, clock: Clock) -> None:
    broadcasts = BroadcastStore(store.transactions, clock)
    kept = await broadcasts.add(wanted())
    await broadcasts.begin(kept.id, "77", ["1", "2"])
    clock.move(days=31)
    await broadcasts.add(wanted())
    assert await broadcasts.get(kept.id) is None
    assert await broadcasts.tally(kept.id) == {}
