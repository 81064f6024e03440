"""What is to be seen of jobs, as processes of different versions tell it. On both databases."""

from sqlalchemy import update

from bot.jobs.answers import Accepted
from bot.jobs.status import State, Status
from bot.jobs.store.admission import Terms
from bot.jobs.store.bulletins import Bulletins
from bot.jobs.store.store import JobStore
from bot.jobs.tables import statuses
from tests.support.dispatching import House


async def test_news_that_this_version_cannot_read_hold_back_no_others(store: JobStore) -> None:
    house, bulletins = House(store, None), Bulletins(store.transactions)  # type: ignore[arg-type]  # nothing is dispatched
    newer, ours = await house.add(1), await house.add(2)
    for job in (newer, ours):
        await bulletins.put(job, Status(State.WAITING))
    async with store.transactions.write() as change:
        row = update(statuses).where(statuses.c.job_id == newer.id)
        await change.db.execute(row.values(status={"kind": "of a newer version"}))
    news = {one.job.id: one.status for one in await bulletins.news()}
    assert news == {newer.id: None, ours.id: Status(State.WAITING)}
    assert await bulletins.latest(newer.id) is None


async def test_the_last_word_of_what_is_cancelled_outlives_whoever_cancelled_it(
    store: JobStore,
) -> None:
    """Nothing comes after the transaction that ended the job: a kill there loses nothing."""
    house, bulletins = House(store, None), Bulletins(store.transactions)  # type: ignore[arg-type]  # nothing is dispatched
    job, quiet = await house.add(1), await house.add(2)
    await store.cancel(job.id, told=Status(State.CANCELLED))
    await store.cancel(quiet.id)
    assert {one.job.id: one.status for one in await bulletins.news()} == {
        job.id: Status(State.CANCELLED)
    }


async def test_a_former_lifes_last_word_is_no_news_of_a_job_that_is_tried_again(
    store: JobStore,
) -> None:
    """Not even for whoever begins to lead, and has seen nothing yet."""
    house, bulletins = House(store, None), Bulletins(store.transactions)  # type: ignore[arg-type]  # nothing is dispatched
    job = await house.add(1)
    await store.cancel(job.id, told=Status(State.CANCELLED))
    [late] = await bulletins.news()
    assert isinstance(await store.retry(job.id, Terms(100)), Accepted)
    running = await store.take()
    assert running is not None
    await bulletins.unsee()
    assert await bulletins.news() == []
    await bulletins.put(running, Status(State.DOWNLOADING))
    await bulletins.saw(late)  # of the life before
    assert [one.status for one in await bulletins.news()] == [Status(State.DOWNLOADING)]
