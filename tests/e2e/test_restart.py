"""The real program, stopped or killed in the middle of its work and started again."""

import asyncio
import math
import re
import signal
from pathlib import Path
from typing import Any

import pytest

from standin import Fault, SeenMessage, StandIn, User
from tests.support.customers import Customer
from tests.support.engines import DOCKER
from tests.support.footage import Footage
from tests.support.running import FOR_EVER, freeze, job_of, jobs, remains, running, struck, until
from tests.support.stage import Stage, greeted, reaches, status_of


@pytest.fixture
def stage(standin: StandIn, tmp_path: Path, request: pytest.FixtureRequest) -> Stage:
    """A stage for bots on the host's ffmpeg, or with the runner that a test names."""
    return Stage(standin, tmp_path / "bot", runner=getattr(request, "param", "host"))


@pytest.mark.parametrize("stage", ["host", DOCKER], indirect=True)
async def test_killed_with_a_job_in_every_phase_it_ends_in_one_result_each(
    stage: Stage, footage: Footage
) -> None:
    async with stage.program(max_concurrent_conversions=2) as program:
        everybody, _ = await _one_in_each_phase(stage, footage)
        assert await program.stop(signal.SIGKILL) == -signal.SIGKILL
    await until(lambda: running(stage) == [], "the end of every program and container")
    await _all_are_served_once(stage, everybody)


async def test_killed_and_started_again_the_program_goes_on_in_the_same_message(
    stage: Stage, footage: Footage
) -> None:
    async with stage.program() as program:
        customer = await Customer.sends(stage, "Ann", footage.medium)
        job = job_of(stage, customer.user.id)
        await until(lambda: "out/partial" in " ".join(stage.leftovers()), f"the encode of {job.id}")
        await program.stop(signal.SIGKILL)
    async with stage.program() as program:
        await customer.is_served_once()
        assert await program.stop() == 0
    assert remains(stage) == []


@pytest.mark.parametrize(
    ("stage", "ends"),
    [("host", False), pytest.param("docker", True, marks=pytest.mark.docker)],
    indirect=["stage"],
)
async def test_stopped_with_a_job_in_every_phase_it_ends_in_one_result_each(
    stage: Stage, footage: Footage, ends: bool
) -> None:
    """A stop waits for what is nearly done, but not for long."""
    async with stage.program(max_concurrent_conversions=2) as program:
        everybody, upload = await _one_in_each_phase(stage, footage)
        stopping = asyncio.create_task(program.stop(within=25.0))
        await until(lambda: "bot stopping" in stage.log(), "the stop")
        if ends:
            upload.release()
        assert await stopping == 0
    assert remains(stage) == []
    phases = [row.phase for row in jobs(stage)]
    assert phases == ["done" if ends else "queued", "queued", "queued", "queued"]
    assert {row.failures for row in jobs(stage)} == {0}
    for paused in everybody[1:3]:
        await reaches(paused.user, paused.status, "The bot is restarting")
    await _all_are_served_once(stage, everybody)


async def _all_are_served_once(stage: Stage, everybody: list[Customer]) -> None:
    """A successor on the same data finishes everything. (In this process: the program's seconds of
    imports would show nothing new.)"""
    stage.standin.faults.clear()
    async with stage.bot():
        for customer in everybody:
            await customer.is_served_once()
    assert remains(stage) == []
    assert {row.phase for row in jobs(stage)} == {"done"}


async def _one_in_each_phase(stage: Stage, footage: Footage) -> tuple[list[Customer], Fault]:
    """Four people's jobs: sending, which needs no place any more, downloading and converting, which
    have both places, and waiting. The first three stand still; the fault holds the upload."""
    faults = stage.standin.faults
    held = faults.add("editMessageMedia", delay=FOR_EVER)
    sending = await Customer.sends(stage, "sending", footage.remux)
    await until(lambda: job_of(stage, sending.user.id).phase == "sending", "the upload")

    stalled = faults.add("download", stall_after=1000)
    downloading = await Customer.sends(stage, "downloading", footage.fine)
    await struck(stalled)

    briefly = faults.add("download", stall_after=1000)
    converting = await Customer.sends(stage, "converting", footage.quick)
    await struck(briefly)
    freezing = asyncio.create_task(freeze(job_of(stage, converting.user.id).id))
    briefly.release()
    await freezing

    waiting = await Customer.sends(stage, "waiting", footage.fine)
    everybody = [sending, downloading, converting, waiting]
    await until(
        lambda: all(row.status_message_id for row in jobs(stage)), "every status message's id"
    )
    await struck(held)
    phases = [row.phase for row in jobs(stage)]
    assert phases == ["sending", "downloading", "converting", "queued"]
    return everybody, held


async def test_a_second_signal_stops_at_once(stage: Stage, footage: Footage) -> None:
    async with stage.program() as program:
        held = stage.standin.faults.add("editMessageMedia", delay=FOR_EVER)
        customer = await Customer.sends(stage, "Ann", footage.remux)
        await struck(held)
        program.process.send_signal(signal.SIGTERM)
        await until(lambda: "bot stopping" in stage.log(), "the beginning of the end")
        assert await program.stop(signal.SIGINT, within=5.0) == 130
    assert running(stage) == []
    await _all_are_served_once(stage, [customer])


async def test_a_stop_lets_a_job_finish_that_needs_few_seconds_more(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot():
        customer = await Customer.sends(stage, "Ann", footage.medium)
        await customer.user.wait_for_message(lambda m: _seconds_left(m) < 5, timeout=60)
    assert [row.phase for row in jobs(stage)] == ["done"]
    await customer.is_served_once()
    assert remains(stage) == []


async def test_an_update_that_comes_again_after_a_crash_makes_no_second_job(
    stage: Stage, footage: Footage
) -> None:
    standin = stage.standin
    async with stage.program() as program:
        customer_update = standin.faults.add(
            "getUpdates", times=None, when=lambda p: _confirms(p, user), drop_request=True
        )
        user = await greeted(standin)
        sent = await user.send_document(footage.fine)
        status = await status_of(user, sent)
        customer = Customer(user, sent, status)
        await until(lambda: job_of(stage, user.id).status_message_id is not None, "the id")
        await struck(customer_update)
        await program.stop(signal.SIGKILL)
    [update] = standin.pending_updates
    assert update["message"]["message_id"] == sent.id
    await _all_are_served_once(stage, [customer])
    assert standin.pending_updates == []
    assert len(jobs(stage)) == 1


async def test_a_repeated_update_makes_no_second_job(stage: Stage, footage: Footage) -> None:
    standin = stage.standin
    async with stage.bot():
        customer = await Customer.sends(stage, "Ann", footage.remux)
        update_id = customer.user.last_update_id
        assert update_id is not None
        standin.repeat_update(update_id)  # while the job runs
        await standin.wait_until_polled()
        await customer.is_served_once()
        standin.repeat_update(update_id)  # and when it is done
        await standin.wait_until_polled()
        await customer.user.send_text("/status")
        await customer.user.wait_for_message("Nothing is being converted")
    assert len(jobs(stage)) == 1
    assert len(customer.user.results) == 1


async def test_a_job_that_kills_its_worker_three_times_is_given_up(
    stage: Stage, footage: Footage
) -> None:
    faults = stage.standin.faults
    stalled = faults.add("download", stall_after=1000)
    customer: Customer | None = None
    for _ in range(3):
        async with stage.program() as program:
            customer = customer or await Customer.sends(stage, "Ann", footage.quick)
            job_id = job_of(stage, customer.user.id).id
            await struck(stalled)
            freezing = asyncio.create_task(freeze(job_id))
            stalled.release()
            await freezing
            assert job_of(stage, customer.user.id).phase == "converting"
            stalled = faults.add("download", stall_after=1000)
            await program.stop(signal.SIGKILL)
    faults.clear()
    assert customer is not None
    async with stage.bot():
        await reaches(customer.user, customer.status, "broke down several times")
        row = job_of(stage, customer.user.id)
        assert (row.phase, row.error_code, row.deaths) == ("failed", "crashed", 3)
        assert remains(stage) == []
        # The person may insist.
        await customer.user.tap(customer.status, "Try again")
        await customer.is_served_once()
    assert remains(stage) == []


def _seconds_left(status: SeenMessage) -> float:
    found = re.search(r"· (\d+) s left", status.text)
    return float(found[1]) if found else math.inf


def _confirms(poll: dict[str, Any], user: User) -> bool:
    return user.last_update_id is not None and poll.get("offset", 0) > user.last_update_id
