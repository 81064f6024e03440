"""Several front ends behind one address, on one PostgreSQL database: Telegram's updates come to
any of them, one dies, and everybody is served once and in order."""

import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from standin import StandIn
from tests.support import postgres
from tests.support.cluster import Cluster, cluster
from tests.support.footage import Footage
from tests.support.hooked import Hooked, hooked
from tests.support.running import FOR_EVER, struck, until
from tests.support.stage import Program

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
async def house(
    standin: StandIn, tmp_path: Path, server: postgres.Server
) -> AsyncIterator[tuple[Cluster, Hooked]]:
    with hooked(standin, tmp_path / "bot") as hook:
        async with cluster(standin, hook.stage, server, server.database()) as made:
            yield made, hook


async def two_front_ends(house: tuple[Cluster, Hooked]) -> list[Program]:
    made, hook = house
    sockets = [f"{hook.socket}-{number}" for number in range(2)]
    made.standin.courier.proxied_to = [f"unix:{one}" for one in sockets]
    programs = [await made.frontend(webhook_listen=one) for one in sockets]
    await made.standin.wait_for_call("setWebhook", timeout=60.0)
    await until(lambda: all(Path(one).is_socket() for one in sockets), "both", seconds=60.0)
    return programs


def undone(house: Cluster) -> int:
    sql = "SELECT count(*) FROM updates WHERE done_at IS NULL"
    return int(house.server.query(house.url, sql))


def holders(house: Cluster) -> int:
    return int(house.server.query(house.url, "SELECT count(DISTINCT holder) FROM updates"))


async def test_all_of_them_serve(house: tuple[Cluster, Hooked], footage: Footage) -> None:
    made, _ = house
    await two_front_ends(house)
    await made.worker()
    people = [made.standin.user(name=f"person{number}") for number in range(4)]
    for person in people:
        await person.send_text("/start")
        await person.send_text("/status")
    await people[0].send_document(footage.remux)
    for person in people:
        await person.wait_for_message("Nothing is being converted", timeout=60.0)
        said = [m.text for m in person.bot_messages]
        assert "waiting for your video" in said[0], "in order"
        assert "Nothing" in said[1]
    await people[0].wait_until(lambda: bool(people[0].results), timeout=120.0)
    await until(lambda: undone(made) == 0, "the end of all updates")
    assert holders(made) == 2
    assert len(people[0].results) == 1
    assert all(len(person.bot_messages) == 2 for person in people[1:])
    assert made.standin.count("setWebhook") == 1, "one of them leads"


async def test_what_one_had_in_hand_when_it_was_killed_another_one_does(
    house: tuple[Cluster, Hooked],
) -> None:
    made, hook = house
    programs = await two_front_ends(house)
    made.standin.courier.proxied_to = [f"unix:{hook.socket}-1"]
    held = made.standin.faults.add("sendMessage", delay=FOR_EVER)
    ann = made.standin.user(name="Ann")
    await ann.send_text("/start")
    await struck(held)
    await until(lambda: made.standin.pending_updates == [], "200")
    await programs[1].stop(signal.SIGKILL)
    held.release()
    made.standin.courier.proxied_to = [f"unix:{hook.socket}-0"]
    await ann.send_text("/help")
    await ann.wait_for_message("waiting for your video", timeout=90.0)
    await until(lambda: undone(made) == 0, "the end of all updates", seconds=60.0)
    bob = made.standin.user(name="Bob")
    await bob.send_text("/start")
    await bob.wait_for_message("waiting for your video", timeout=60.0)


async def test_no_front_end_starts_with_a_secret_of_its_own(house: tuple[Cluster, Hooked]) -> None:
    made, hook = house
    program = await Program.spawn(
        hook.stage,
        hook.stage.settings(database_url=made.url, webhook_secret=None),
        *("run", "--role", "frontend"),
    )
    made.programs.append(program)
    assert await program.process.wait() == 1
    assert "WEBHOOK_SECRET is needed with DATABASE_URL" in program.stderr
