"""What is to be seen of jobs, as processes of different versions tell it. On both databases."""

from sqlalchemy import update

from bot.jobs.bulletins import Bulletins
from bot.jobs.status import State, Status
from bot.jobs.store import JobStore
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
