"""What front ends and workers on one PostgreSQL database tell, each by its own door."""

import pytest

from tests.support import postgres
from tests.support.cluster import Cluster
from tests.support.footage import Footage
from tests.support.running import struck
from tests.support.scrape import Door
from tests.support.stage import greeted, status_of

pytestmark = pytest.mark.timeout(400)

AWAY = 90.0


def _door(house: Cluster) -> Door:
    """Of the part that is started next."""
    door = Door.free()
    house.stage.environment = {"METRICS_LISTEN": door.listen}
    return door


async def test_each_tells_its_own_and_all_tell_of_the_queue(
    house: Cluster, footage: Footage, server: postgres.Server
) -> None:
    front = _door(house)
    await house.frontend()
    back = _door(house)
    await house.worker(slots=1)
    await front.until_ready([], seconds=AWAY)
    await back.until_ready([], seconds=AWAY)
    stalled = house.standin.faults.add("download", stall_after=1000)
    first, second = await greeted(house.standin), await greeted(house.standin)
    await first.send_document(footage.remux)
    await struck(stalled)
    await status_of(second, await second.send_document(footage.fine), timeout=AWAY)
    for door in (front, back):
        await door.until(lambda m: m("queue_jobs", state="ready") == 1)
    working = await back.until(lambda m: m("scheduler_backlog_jobs") == 1)
    assert working("jobs_running", phase="downloading") == 1
    assert working("jobs_accepted_total") == 0
    talking = await front.scrape()
    assert talking("build_info", role="frontend") == working("build_info", role="worker") == 1
    assert talking("jobs_accepted_total") == 2
    assert talking("jobs_running") == 0
    assert not talking.has("scheduler_backlog_jobs"), "it hands nothing out"
    stalled.release()
    for user in (first, second):
        await user.wait_for_result(timeout=AWAY)
    await back.until(lambda m: m("jobs_ended_total", outcome="done") == 2)
    await back.until(lambda m: m("scheduler_backlog_jobs") == m("queue_jobs") == 0)
    assert (await front.scrape())("jobs_ended_total") == 0, "it ended none"
    await _the_database_is_away(server, front, back)


async def _the_database_is_away(server: postgres.Server, front: Door, back: Door) -> None:
    server.stop("immediate")
    try:
        for door in (front, back):
            await door.until_ready(["database"], seconds=AWAY)
            lacking = await door.scrape()
            assert not lacking.has("queue_jobs"), "nobody knows, so nobody says"
            assert lacking("build_info") == 1
    finally:
        server.start()
    for door in (front, back):
        await door.until_ready([], seconds=AWAY)
