"""Real processes on one PostgreSQL database: front ends that talk, workers that convert. Whatever
is killed, stopped, frozen or cut off, each video ends as one result."""

import asyncio
import signal
from pathlib import Path

import pytest

from standin import StandIn
from tests.support import postgres
from tests.support.cluster import Cluster, cluster
from tests.support.customers import Customer
from tests.support.footage import Footage
from tests.support.running import FOR_EVER, freeze, running, struck, thaw, until
from tests.support.stage import Program, Stage, greeted, reaches

pytestmark = pytest.mark.timeout(400)

# A lease and a look, on a machine that has much to do.
TAKEOVER = 60.0


async def one_in_each_phase(house: Cluster, footage: Footage) -> list[Customer]:
    """Three people's jobs, which stand still in the three phases of one worker's hands."""
    faults, stage = house.standin.faults, house.stage
    faults.add("editMessageMedia", delay=FOR_EVER)
    sending = await Customer.sends(stage, "sending", footage.remux)
    await until(lambda: house.phases() == ["sending"], "the upload")
    stalled = faults.add("download", stall_after=1000)
    downloading = await Customer.sends(stage, "downloading", footage.fine)
    await struck(stalled)
    briefly = faults.add("download", stall_after=1000)
    converting = await Customer.sends(stage, "converting", footage.quick)
    await struck(briefly)
    freezing = asyncio.create_task(freeze(house.jobs()[-1].id))
    briefly.release()
    await freezing
    await until(
        lambda: house.phases() == ["sending", "downloading", "converting"], "one in each phase"
    )
    return [sending, downloading, converting]


async def all_are_served_once(house: Cluster, everybody: list[Customer]) -> None:
    house.standin.faults.clear()
    for customer in everybody:
        await customer.is_served_once(timeout=TAKEOVER)
    await until(lambda: set(house.phases()) == {"done"}, "the end of all")
    for customer in everybody:
        assert not any("Try again" in t for m in customer.user.bot_messages for t in m.texts)


async def test_a_video_goes_through_two_kinds_of_processes(
    house: Cluster, footage: Footage
) -> None:
    await house.frontend()
    await house.worker()
    customer = await Customer.sends(house.stage, "Ann", footage.medium)
    await reaches(customer.user, customer.status, "%", timeout=60.0)
    await all_are_served_once(house, [customer])


async def test_what_a_killed_worker_had_in_hand_another_one_finishes(
    house: Cluster, footage: Footage
) -> None:
    await house.frontend()
    victim = await house.worker()
    everybody = await one_in_each_phase(house, footage)
    await house.worker()
    assert await victim.stop(signal.SIGKILL) == -signal.SIGKILL
    await until(lambda: running_of(house) == [], "the end of every program")
    await all_are_served_once(house, everybody)
    assert {job.attempt for job in house.jobs()} == {2}
    # Whoever comes next finds the dead one's folder, and leaves nothing of it.
    await house.worker()
    assert house.leftovers() == []


async def test_a_worker_that_comes_back_too_late_does_nothing_more(
    house: Cluster, footage: Footage
) -> None:
    await house.frontend()
    zombie = await house.worker()
    everybody = await one_in_each_phase(house, footage)
    zombie.process.send_signal(signal.SIGSTOP)
    other = await house.worker()
    await all_are_served_once(house, everybody)
    said = [len(customer.user.bot_messages) for customer in everybody]
    zombie.process.send_signal(signal.SIGCONT)
    await until(lambda: house.stage.log().count("job moved on") == len(everybody), "its letting go")
    await until(lambda: running_of(house) == [], "the end of its programs")
    assert await other.stop() == 0
    late = await Customer.sends(house.stage, "late", footage.quick)
    await late.is_served_once(timeout=TAKEOVER)
    assert said == [len(customer.user.bot_messages) for customer in everybody]
    assert house.leftovers() == []


async def test_a_stopped_worker_hands_over_what_it_had(house: Cluster, footage: Footage) -> None:
    await house.frontend()
    stopped = await house.worker()
    everybody = await one_in_each_phase(house, footage)
    await house.worker()
    assert await stopped.stop() == 0
    await all_are_served_once(house, everybody)
    assert {job.deaths for job in house.jobs()} == {0}
    assert house.leftovers() == []


async def test_cancel_reaches_a_worker_elsewhere(house: Cluster, footage: Footage) -> None:
    await house.frontend()
    await house.worker()
    house.standin.faults.add("download", stall_after=1000)
    customer = await Customer.sends(house.stage, "Ann", footage.quick)
    await reaches(customer.user, customer.status, "Downloading")
    await customer.user.tap(customer.status, "Cancel")
    await reaches(customer.user, customer.status, "stopped")
    await until(lambda: house.leftovers() == [], "the end of what ran")
    assert house.phases() == ["cancelled"]
    assert customer.user.results == []


@pytest.mark.parametrize("last", [signal.SIGKILL, signal.SIGSTOP])
async def test_when_the_leader_is_gone_another_front_end_leads(
    house: Cluster, footage: Footage, last: signal.Signals
) -> None:
    leader = await house.frontend()
    await until(lambda: "this front end leads" in house.stage.log(), "a leader")
    await house.frontend()
    await house.worker()
    held = house.standin.faults.add("editMessageMedia", delay=FOR_EVER)
    before = await Customer.sends(house.stage, "before", footage.remux)
    await struck(held)
    leader.process.send_signal(last)
    # A poll of somebody who is dead or frozen would eat the next update.
    await until(lambda: house.stage.log().count("this front end leads") == 2, "its successor")
    house.standin.interrupt_poll()
    after = await Customer.sends(house.stage, "after", footage.quick)
    await all_are_served_once(house, [before, after])


@pytest.mark.parametrize("seconds", [3, 25])
async def test_a_database_that_is_away_costs_nobody_a_video(
    standin: StandIn, tmp_path: Path, footage: Footage, seconds: float
) -> None:
    """For less than a lease, and for longer: then workers let go of what they can't prove is
    theirs."""
    with postgres.server(careful=True) as own:
        stage = Stage(standin, tmp_path / "bot")
        async with cluster(standin, stage, own, own.database()) as house:
            await house.frontend()
            await house.worker()
            everybody = await one_in_each_phase(house, footage)
            await asyncio.to_thread(own.stop, "immediate")
            if seconds > 10:
                await until(
                    lambda: stage.log().count("lease not provable") == len(everybody),
                    "letting go",
                    seconds=seconds,
                )
            await asyncio.to_thread(own.start)
            for job in house.jobs():
                thaw(job.id)
            await all_are_served_once(house, everybody)
            assert {job.deaths for job in house.jobs()} == {0}


async def test_a_front_end_alone_takes_files_in_for_later(house: Cluster, footage: Footage) -> None:
    front = await house.frontend()
    customer = await Customer.sends(house.stage, "Ann", footage.remux)
    assert await front.stop() == 0
    await house.worker()
    await house.frontend()
    await all_are_served_once(house, [customer])


async def test_a_part_alone_needs_a_database(house: Cluster) -> None:
    program = await Program.spawn(house.stage, house.stage.settings(), "run", "--role", "worker")
    assert await program.process.wait() == 2
    assert "DATABASE_URL" in program.stderr
    assert "Traceback" not in program.stderr


async def test_greeting_works_while_no_worker_is_there(house: Cluster) -> None:
    await house.frontend()
    await greeted(house.standin)


def running_of(house: Cluster) -> list[str]:
    """Programs of conversions that are left."""
    return running(house.stage)
