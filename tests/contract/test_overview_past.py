"""Ended jobs, searched and counted, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, update

from bot.jobs.model import Job, Phase
from bot.jobs.seeing.overview import Day, Pace, Search
from bot.jobs.seeing.stored import StoredOverview
from bot.jobs.store.store import JobStore
from bot.jobs.traces.tables import records
from bot.storage import sqlite
from tests.support.clock import Clock
from tests.support.lives import Lives, encoded


@pytest.fixture
def lives(store: JobStore, clock: Clock) -> Lives:
    return Lives(store, clock)


@pytest.fixture
def overview(store: JobStore) -> StoredOverview:
    return StoredOverview(store.transactions)


@pytest.fixture
async def past(lives: Lives, clock: Clock) -> dict[str, Job]:
    """A few that ended, a minute from one to the next, the oldest first."""
    gpu = encoded(2.0, "gpu")
    return {
        "done": await lives.ended(wait=57.0),
        "fast": await lives.ended(user="2", name="Кино.MKV", conversion=gpu, wait=57.0),
        "gif": await lives.ended(name="100%_a.mov", target="gif", after=2000, wait=57.0),
        "failed": await lives.ended(Phase.FAILED, "damaged", user="2", wait=57.0),
        "refused": await lives.ended(Phase.REFUSED, "text", wait=57.0),
    }


def filters(past: dict[str, Job], clock: Clock) -> list[tuple[Search, str]]:
    began = past["done"].created_at
    later = past["gif"].created_at + timedelta(seconds=1)
    return [
        (Search(), "refused failed gif fast done"),
        (Search(text=past["gif"].id[:10]), "gif"),
        (Search(text=past["gif"].id[:10].upper()), "gif"),
        (Search(text=past["gif"].id[3:12]), ""),
        (Search(text="кинО.m"), "fast"),
        (Search(text="100%_"), "gif"),
        (Search(text="100__"), ""),
        (Search(text="  HOLIDAY "), "refused failed done"),
        (Search(text="x" * 10_000), ""),
        (Search(user_id="2"), "failed fast"),
        (Search(user_id="3"), ""),
        (Search(user_id="\x00"), ""),
        (Search(outcomes=frozenset({Phase.FAILED, Phase.REFUSED})), "refused failed"),
        (Search(target="gif"), "gif"),
        (Search(action="encode"), "failed gif fast done"),
        (Search(device="gpu"), "fast"),
        (Search(code="text"), "refused"),
        (Search(since=later), "refused failed gif"),
        (Search(until=later), "fast done"),
        (Search(since=began, until=began), ""),
        (Search(user_id="1", outcomes=frozenset({Phase.DONE}), action="encode"), "gif done"),
        (Search(text="holiday", user_id="2", code="damaged", device="cpu"), "failed"),
    ]


async def test_by_each_filter(past: dict[str, Job], overview: StoredOverview, clock: Clock) -> None:
    names = {job.id: name for name, job in past.items()}
    for search, wanted in filters(past, clock):
        found = await overview.find(search)
        assert " ".join(names[one.job.id] for one in found.jobs) == wanted, search
        assert found.more == ""


async def test_page_by_page_with_equal_moments(
    lives: Lives, store: JobStore, overview: StoredOverview, clock: Clock
) -> None:
    jobs = [await lives.ended(user=str(number)) for number in range(7)]
    async with store.transactions.write() as change:
        await change.db.execute(update(records).values(finished_at=clock.now))
    seen, search = [], Search(limit=3)
    while True:
        found = await overview.find(search)
        seen.append([one.job.id for one in found.jobs])
        if not found.more:
            break
        search = replace(search, after=found.more)
    assert [len(page) for page in seen] == [3, 3, 1]
    everything = [job_id for page in seen for job_id in page]
    assert everything == sorted((job.id for job in jobs), reverse=True)


async def test_a_page_that_is_just_full_is_the_last(lives: Lives, overview: StoredOverview) -> None:
    for user in ("1", "2"):
        await lives.ended(user=user)
    assert (await overview.find(Search(limit=2))).more == ""
    assert len((await overview.find(Search(limit=-5))).jobs) == 1
    assert len((await overview.find(Search(limit=10**9))).jobs) == 2


@pytest.mark.parametrize("after", ["x", "12", "12-", "-ab", "1-2-3", "1-'; --", "9" * 40 + "-a"])
async def test_a_place_that_is_none(overview: StoredOverview, after: str) -> None:
    with pytest.raises(ValueError, match="no page ended"):
        await overview.find(Search(after=after))


async def test_charts_by_hand(lives: Lives, overview: StoredOverview, clock: Clock) -> None:
    clock.now = datetime(2026, 1, 1, 8, tzinfo=UTC)
    waits = (1.0, 2.0, 3.0, 10.0)
    for wait, seconds in zip(waits, (1.0, 2.0, 4.0, 1.0), strict=True):
        await lives.ended(wait=wait, conversion=encoded(seconds))
    await lives.ended(wait=0.0, conversion=encoded(0.5, "cpu", "remux"), after=1500, video=3.0)
    clock.now = datetime(2026, 1, 3, 23, 59, 50, tzinfo=UTC)
    await lives.ended(Phase.FAILED, "damaged", wait=4.0)
    await lives.store.cancel((await lives.asked()).id)
    # The next one ends after midnight.
    await lives.ended(Phase.REFUSED, "text", wait=3.0)
    charts = await overview.charts(4)
    first, second, third, fourth = charts.days
    assert first == Day(
        day=datetime(2026, 1, 1, tzinfo=UTC),
        jobs={Phase.DONE: 5},
        video=4 * 8.0 + 3.0,
        came=5000,
        went=4 * 400 + 1500,
        saved=4 * 600,
        wait_median=2.0,
        wait_p95=10.0,
        codes={},
    )
    assert second.day == datetime(2026, 1, 2, tzinfo=UTC)
    assert (second.jobs, second.video, second.wait_median, second.codes) == ({}, 0.0, 0.0, {})
    assert third.jobs == {Phase.FAILED: 1, Phase.CANCELLED: 1}
    assert (third.came, third.went, third.saved, third.video) == (1000, 0, 0, 0.0)
    assert (third.wait_median, third.wait_p95) == (4.0, 4.0), "nobody waited for the cancelled one"
    assert third.codes == {"damaged": 1}
    assert (fourth.jobs, fourth.codes) == ({Phase.REFUSED: 1}, {"text": 1})
    assert fourth.came == 0, "it was refused before it had come"
    assert charts.paces == [
        Pace("encode", "cpu", count=4, median=1.0, p95=4.0, speed=32.0 / 8.0),
        Pace("remux", "cpu", count=1, median=0.5, p95=0.5, speed=6.0),
    ]
    today = await overview.charts(1)
    assert today.days == [fourth]
    assert today.paces == []
    assert len((await overview.charts(10**9)).days) == 366


async def test_charts_of_nothing(overview: StoredOverview) -> None:
    charts = await overview.charts(2)
    assert [day.jobs for day in charts.days] == [{}, {}]
    assert charts.paces == []


async def test_what_ended_before_there_were_records(tmp_path: Path, clock: Clock) -> None:
    """They are written when the schema is brought up to this."""
    path = tmp_path / "bot.db"
    store = await JobStore.open(path, clock=clock)
    done = await Lives(store, clock).ended(name="Кино.MKV", target="gif")
    lost = await Lives(store, clock).ended(Phase.FAILED, "damaged")
    await store.close()

    def again(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", "bot.storage:migrations")
        config.attributes["connection"] = connection
        command.downgrade(config, "0012")
        command.upgrade(config, "head")

    engine = sqlite.make_engine(path)
    async with sqlite.for_writing(engine).begin() as db:
        await db.run_sync(again)
    await engine.dispose()
    store = await JobStore.open(path, clock=clock)
    overview = StoredOverview(store.transactions)
    found = (await overview.find(Search())).jobs
    assert [one.job for one in found] == [lost, done]
    assert [one.job.id for one in (await overview.find(Search(text="кино"))).jobs] == [done.id]
    assert [one.job.id for one in (await overview.find(Search(code="damaged"))).jobs] == [lost.id]
    assert (await overview.charts(1)).days[0].jobs == {Phase.DONE: 1, Phase.FAILED: 1}
    await store.close()
