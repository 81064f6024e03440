"""/metrics, /health and /ready of the real bot: before, during and after what people do."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.web import names
from standin import StandIn
from tests.support.footage import Footage
from tests.support.running import FOR_EVER, remains, struck, until
from tests.support.scrape import Door
from tests.support.stage import UNPACED, Program, Stage, greeted, reaches, status_of


@pytest.fixture
async def door(stage: Stage) -> AsyncIterator[Door]:
    """A bot that listens, and its door."""
    place = Door.free()
    async with stage.bot(metrics_listen=place.listen, max_concurrent_conversions=1):
        yield place


async def test_nothing_has_happened_yet(stage: Stage, door: Door) -> None:
    now = await door.scrape()
    assert now.has("jobs_ended_total", phase="sending", outcome="done"), "there from the start"
    assert now("jobs_ended_total") == now("jobs_accepted_total") == now("jobs_running") == 0
    assert (
        now("queue_jobs") == now("queue_oldest_age_seconds") == now("scheduler_backlog_jobs") == 0
    )
    assert now("build_info", role="both") == 1
    assert now("sessions", runner="host") == 0
    assert not now.has("containers"), "there is no Docker here"
    assert not now.has("gpu_conversions")
    assert now("disk_free_bytes", folder="data") > 0
    assert now("disk_used_bytes", folder="data") > 0
    assert {part for part in ("database", "runner", "messenger") if now("ready", part=part)} == {
        "database",
        "runner",
        "messenger",
    }
    assert now("messenger_requests_total", method="deleteWebhook", answer="ok") == 1
    assert now("messenger_last_answer_timestamp_seconds") > 1.7e9
    late = await door.until(lambda m: m("event_loop_lag_seconds_count") > 0)
    assert late("event_loop_lag_seconds_bucket", le="+Inf") > 0


async def test_what_is_exported_is_what_is_written_down(door: Door) -> None:
    now = await door.scrape()
    found = {name: kind for name, kind in now.types.items() if name.startswith(names.PREFIX)}
    assert found == {named.name: named.kind.value for named in names.ALL}
    seen = {name for name, _ in now.values if name.startswith(names.PREFIX)}
    assert seen <= {series for named in names.ALL for series in named.series}


async def test_a_job_from_its_queue_to_its_end(stage: Stage, door: Door, footage: Footage) -> None:
    stalled = stage.standin.faults.add("download", stall_after=1000)
    first, second = stage.standin.user(), stage.standin.user()
    status = await status_of(first, await first.send_document(footage.quick))
    await struck(stalled)
    during = await door.scrape()
    assert during("jobs_accepted_total") == 1
    assert during("jobs_running", phase="downloading") == during("jobs_running") == 1
    assert during("sessions", runner="host") == 1
    await status_of(second, await second.send_document(footage.remux))
    await door.until(lambda m: m("queue_jobs", state="ready") == m("queue_jobs") == 1)
    await door.until(lambda m: m("scheduler_backlog_jobs") == 1)
    await door.until(lambda m: m("queue_oldest_age_seconds") > 0)
    stalled.release()
    assert (await first.wait_for_result()).id == status.id
    result = await second.wait_for_result()
    after = await door.until(lambda m: m("jobs_ended_total", outcome="done") == 2)
    assert after("jobs_ended_total") == after("jobs_ended_total", phase="sending") == 2
    assert after("jobs_running") == 0
    await door.until(lambda m: m("queue_jobs") == m("queue_oldest_age_seconds") == 0)
    for phase in ("queued", "downloading", "converting", "sending"):
        assert after("phase_duration_seconds_count", phase=phase) == 2, phase
    sizes = footage.quick.stat().st_size, footage.remux.stat().st_size
    assert after("received_bytes_total") == sum(sizes)
    gone = [message.file_path.stat().st_size for message in (*first.results, result)]
    assert after("delivered_bytes_total") == sum(gone)
    for path in ("encode", "remux"):
        assert after("conversion_duration_seconds_count", path=path, device="cpu") == 1
        assert after("conversion_speed_ratio_count", path=path, device="cpu") == 1
        seconds = after("conversion_duration_seconds_sum", path=path)
        assert after("conversion_speed_ratio_sum", path=path) == pytest.approx(2 / seconds, rel=0.1)
    assert after("messenger_requests_total", method="editMessageMedia", answer="ok") == 2


async def test_a_refused_file(stage: Stage, door: Door, tmp_path: Path) -> None:
    text = tmp_path / "film.mp4"
    text.write_text("no film at all, but words, and many of them\n" * 50)
    user = stage.standin.user()
    status = await status_of(user, await user.send_document(text))
    await reaches(user, status, "❌")
    now = await door.until(lambda m: m("jobs_ended_total") == 1)
    assert now("jobs_ended_total", phase="converting", outcome="refused") == 1
    assert now("job_errors_total", code="text") == now("job_errors_total") == 1
    assert now("delivered_bytes_total") == 0
    assert now("received_bytes_total") == text.stat().st_size


async def test_too_many_requests_and_what_is_tried_again(
    stage: Stage, door: Door, footage: Footage
) -> None:
    faults = stage.standin.faults
    faults.add("editMessageMedia", status=429, retry_after=1)
    faults.add("getFile", status=500)
    faults.add("download", cut_after=1000)
    user = stage.standin.user()
    await user.send_document(footage.remux)
    await user.wait_for_result()
    now = await door.until(lambda m: m("jobs_ended_total", outcome="done") == 1)
    method = "editMessageMedia"
    assert now("messenger_requests_total", method=method, answer="too_many_requests") == 1
    assert now("messenger_requests_total", method=method, answer="ok") == 1
    assert now("messenger_requests_total", method="getFile", answer="server_error") == 1
    assert now("retries_total", what="upload") == 1
    assert now("retries_total", what="request") == 1
    assert now("retries_total", what="download") == 1
    assert now("retries_total", what="job") == 0


async def test_a_job_that_is_tried_again_and_its_cancel(
    stage: Stage, door: Door, footage: Footage
) -> None:
    fault = stage.standin.faults.add("download", times=None, status=500)
    user = stage.standin.user()
    status = await status_of(user, await user.send_document(footage.quick))
    await reaches(user, status, "trying again")
    now = await door.until(lambda m: m("retries_total", what="job") == 1)
    assert now("retries_total", what="download") == 2
    assert now("queue_oldest_age_seconds") == 0, "it was begun"
    stage.standin.faults.waiting.remove(fault)
    await user.tap(status, "Cancel")
    now = await door.until(lambda m: m("jobs_ended_total", outcome="cancelled") == 1)
    assert now("jobs_ended_total", outcome="cancelled", phase="queued") == 1
    assert now("jobs_running") == 0
    await door.until(lambda m: m("queue_jobs") == 0)


async def test_a_cancel_while_it_is_sent(stage: Stage, door: Door, footage: Footage) -> None:
    held = stage.standin.faults.add("editMessageMedia", delay=FOR_EVER, drop_request=True)
    user = stage.standin.user()
    status = await status_of(user, await user.send_document(footage.quick))
    await reaches(user, status, "Sending")
    await door.until(lambda m: m("jobs_running", phase="sending") == 1)
    await user.tap(status, "Cancel")
    held.release()
    now = await door.until(lambda m: m("jobs_running") == 0)
    assert now("jobs_ended_total", outcome="cancelled", phase="sending") == 1
    assert now("jobs_ended_total") == 1
    assert now("delivered_bytes_total") == 0
    await until(lambda: remains(stage) == [], "the end of all that worked for it")


async def test_how_wrong_the_start_was_told(stage: Stage, door: Door, footage: Footage) -> None:
    before, running, other = (stage.standin.user() for _ in range(3))
    await before.send_document(footage.remux)
    await before.wait_for_result()
    await door.until(lambda m: m("jobs_ended_total") == 1)
    stalled = stage.standin.faults.add("download", stall_after=1000)
    await running.send_document(footage.remux)
    await struck(stalled)
    status = await status_of(other, await other.send_document(footage.remux))
    await reaches(other, status, "place in the queue")
    assert "starts in" in status.text, "or nothing was told that could be wrong"
    stalled.release()
    await other.wait_for_result()
    await door.until(lambda m: m("start_estimate_error_seconds_count") == 1)


@pytest.mark.docker
async def test_containers(stage: Stage, footage: Footage) -> None:
    place = Door.free()
    async with stage.bot(metrics_listen=place.listen, runner="docker"):
        await place.until_ready([])
        stalled = stage.standin.faults.add("download", stall_after=1000)
        user = stage.standin.user()
        await user.send_document(footage.remux)
        await struck(stalled)
        now = await place.until(lambda m: m("containers") == 1, seconds=90.0)
        assert now("sessions", runner="docker") == 1
        stalled.release()
        await user.wait_for_result()
        await place.until(lambda m: m.has("containers") and m("containers") == 0, seconds=90.0)


async def test_alive(door: Door) -> None:
    assert await door.get("/health") == (200, '{"alive": true}')
    status, _ = await door.get("/elsewhere")
    assert status == 404


async def test_not_ready_while_the_database_is_locked(stage: Stage, door: Door) -> None:
    await door.until_ready([])
    other = sqlite3.connect(stage.data / "jobs.sqlite3", isolation_level=None)
    with contextlib.closing(other):
        other.execute("BEGIN IMMEDIATE")
        await door.until_ready(["database"], seconds=60.0)
        now = await door.scrape()
        assert now.has("ready", part="database")
        assert not now("ready", part="database")
        assert await door.get("/health") == (200, '{"alive": true}')
        other.execute("ROLLBACK")
    await door.until_ready([], seconds=60.0)


async def test_not_ready_while_telegram_is_away(tmp_path: Path) -> None:
    place = Door.free()
    async with StandIn(folder=tmp_path / "telegram", pace=UNPACED) as standin:
        stage = Stage(standin, tmp_path / "bot", metrics_listen=place.listen, polling_timeout=1)
        port = int(standin.url.rpartition(":")[2])
        async with stage.bot():
            await place.until_ready([])
            await standin.stop()
            await place.until_ready(["messenger"], seconds=60.0)
            async with StandIn(
                folder=tmp_path / "telegram", pace=UNPACED, token=standin.token, port=port
            ):
                await place.until_ready([], seconds=60.0)


async def test_a_port_that_another_has_is_a_warning(stage: Stage, footage: Footage) -> None:
    server = await asyncio.start_server(lambda _r, w: w.close(), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        async with stage.program(metrics_listen=f"127.0.0.1:{port}") as program:
            user = await greeted(stage.standin)
            await user.send_document(footage.fine)
            await user.wait_for_result()
            await program.stop()
    [line] = [line for line in stage.log().splitlines() if "no metrics" in line]
    assert f"127.0.0.1:{port}" in line
    assert "METRICS_LISTEN" in line
    assert "warning" in line.lower()
    assert stage.log("error.log") == ""


async def test_off_is_off(stage: Stage) -> None:
    async with stage.program() as program:
        await program.stop()
    assert "metrics" not in stage.log()


async def test_a_bot_that_starts_may_be_asked_at_once_and_stops_with_its_door(
    stage: Stage,
) -> None:
    place = Door.free()
    settings = stage.settings(metrics_listen=place.listen)
    program = await Program.start(stage, settings)
    try:
        await place.until_ready([])
        assert (await place.scrape())("build_info") == 1
        assert await program.stop() == 0
    finally:
        await program.end()
    with pytest.raises(OSError, match=r"[Cc]onnect"):
        await place.get("/health")
