"""Jobs as the operator's command line reads and shows them, on both databases."""

import asyncio
from pathlib import Path

import pytest

from bot.cli.operate import facts, tables
from bot.jobs.answers import Accepted
from bot.jobs.model import Job, NewJob, Phase, Source
from bot.jobs.seeing.ledger import Ledger, Wanted
from bot.jobs.status import State, Status
from bot.jobs.store.admission import Terms
from bot.jobs.store.bulletins import Bulletins
from bot.jobs.store.store import JobStore
from bot.logs.redaction import Redactor
from bot.storage.beside import open_beside
from bot.storage.errors import UnusableDatabaseError

NAME = "holiday.mkv"


async def handed_in(store: JobStore, user: str, number: int) -> Job:
    """One more of a user's."""
    source = Source(f"file{number}", f"unique{number}", NAME, 1000 + number)
    new = NewJob(user, f"chat-{user}", str(number), "en", source)
    answer = await store.add(new, Terms(10))
    assert isinstance(answer, Accepted)
    return answer.job


async def test_live_jobs_come_in_their_order_with_place_and_holder(store: JobStore) -> None:
    await store.beat()
    first, second, other = [await handed_in(store, *job) for job in (("1", 1), ("1", 2), ("2", 3))]
    taken = await store.take()
    assert taken is not None
    ledger = Ledger(store.transactions)
    entries = await ledger.entries(Wanted())
    assert [one.job.id for one in entries] == [first.id, other.id, second.id]
    assert [one.place for one in entries] == [0, 1, 2]
    assert entries[0].keeper == store.member
    assert [one.keeper for one in entries[1:]] == [None, None]
    assert len(await ledger.entries(Wanted(limit=2))) == 2
    assert [one.job.id for one in await ledger.entries(Wanted("2"))] == [other.id]
    waiting = Wanted(phases=frozenset({Phase.QUEUED}))
    assert len(await ledger.entries(waiting)) == 2


async def test_those_that_ended_come_last_and_on_request(store: JobStore) -> None:
    job = await handed_in(store, "1", 1)
    await store.cancel(job.id)
    waiting = await handed_in(store, "1", 2)
    ledger = Ledger(store.transactions)
    assert [one.job.id for one in await ledger.entries(Wanted())] == [waiting.id]
    both = await ledger.entries(Wanted(ended_too=True))
    assert [one.job.id for one in both] == [waiting.id, job.id]
    ended = await ledger.entries(Wanted(phases=frozenset({Phase.CANCELLED})))
    assert [(one.job.id, one.ended_in) for one in ended] == [(job.id, Phase.QUEUED)]


async def test_what_is_shown_of_a_job_never_names_its_file(store: JobStore) -> None:
    await store.beat()
    await handed_in(store, "1", 1)
    job = await store.take()
    assert job is not None
    told = Status(State.FAILED, {"seconds": 3.0}, code="failed", trace=job.trace)
    await Bulletins(store.transactions).put(job, told)
    await store.finish(job, Phase.FAILED, error_code="failed", detail=f"no good: {NAME} token-123")
    [entry] = await Ledger(store.transactions).alike(job.trace)
    whole = facts.whole(entry, Redactor(["token-123"]))
    assert whole["error_detail"] == "no good: … <token>"
    assert whole["told"] == {"state": "failed", "seconds": 3.0, "code": "failed"}
    assert NAME not in str(whole)
    assert tables.state(entry) == "failed: failed"
    assert await Ledger(store.transactions).alike("ffff0000") == []


async def test_a_reader_beside_the_bot_writes_nothing(store: JobStore, where: Path | str) -> None:
    job = await handed_in(store, "1", 1)
    beside = await open_beside(where)
    assert [one.job.id for one in await Ledger(beside).entries(Wanted())] == [job.id]
    async with beside.last():
        pass
    assert await store.get(job.id) == job


def test_where_no_database_is_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(UnusableDatabaseError, match="none yet"):
        asyncio.run(open_beside(tmp_path / "jobs.sqlite3"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59.4, "59 s"), (61, "1 min 1 s"), (3720, "1 h 2 min"), (90_000, "1 d 1 h")],
)
def test_a_span_is_told_by_its_two_largest_units(seconds: float, words: str) -> None:
    assert tables.span(seconds) == words
