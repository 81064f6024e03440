"""What the operator can see of a real bot and its jobs."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.app import App
from bot.jobs.model import Phase
from bot.jobs.seeing.overview import Event, Overview, Process, Search
from bot.jobs.status import State
from tests.support.footage import Footage
from tests.support.running import FOR_EVER, jobs, struck, until
from tests.support.stage import Stage, reaches, status_of

NAME = "Отпуск <b>'&; $(x).mkv"


def overview_of(app: App) -> Overview:
    assert app.front is not None
    return app.front.overview


async def until_so(condition: Callable[[], Awaitable[bool]], what: str) -> None:
    """Ask again and again."""
    try:
        async with asyncio.timeout(90):
            while not await condition():  # noqa: ASYNC110 - nobody tells us
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"{what} did not come") from None


async def test_a_job_from_its_file_to_its_result(
    stage: Stage, footage: Footage, tmp_path: Path
) -> None:
    film = tmp_path / NAME
    shutil.copyfile(footage.quick, film)
    stalled = stage.standin.faults.add("download", stall_after=1000)
    async with stage.bot() as app:
        overview, user = overview_of(app), stage.standin.user()
        await user.send_document(film)
        await struck(stalled)
        now = await overview.now()
        [entry] = now.jobs
        assert (now.running, entry.job.source.name) == (1, NAME)
        assert entry.told is not None
        assert entry.told.kind is State.DOWNLOADING, "what its person sees"
        assert entry.keeper is not None
        sheet = await overview.sheet(entry.job.id)
        assert sheet is not None
        assert [one.event for one in sheet.moments] == [Event.ACCEPTED, Event.DOWNLOADING]
        assert (sheet.past, sheet.conversion) == (None, None)
        stalled.release()
        result = await user.wait_for_result()
        await until(lambda: [row.phase for row in jobs(stage)] == ["done"], "its end")
        [past] = (await overview.find(Search(text="отпуск"))).jobs
        sheet = await overview.sheet(past.job.id)
        charts = await overview.charts(2)
    assert sheet is not None
    assert sheet.past == past
    assert [one.event.value for one in sheet.moments] == [
        *("accepted", "downloading", "converting", "sending", "done")
    ]
    assert {one.pid for one in sheet.moments} == {entry.keeper.pid}
    assert past.after == result.file_path.stat().st_size
    assert (past.action, past.device) == ("encode", "cpu")
    assert past.took > 0
    told = sheet.conversion
    assert told is not None
    assert told.plan[0] == "→ mp4: encode on cpu"
    assert any(line.startswith("  picture      libx264") for line in told.plan)
    assert told.commands
    assert all(command.startswith("ffmpeg ") for command in told.commands)
    assert "h264" in told.after
    whole = "\n".join((*told.plan, *told.commands, told.before, told.after))
    for secret in (stage.standin.token, str(stage.data), past.job.source.file_id, NAME):
        assert secret not in whole
    days = [day for day in charts.days if day.jobs]
    assert sum(day.jobs[Phase.DONE] for day in days) == 1
    assert sum(day.went for day in days) == past.after
    assert sum(day.came for day in days) == film.stat().st_size
    [pace] = charts.paces
    assert (pace.action, pace.device, pace.count) == ("encode", "cpu", 1)


async def test_one_that_is_refused_and_one_that_is_stopped(
    stage: Stage, footage: Footage, tmp_path: Path
) -> None:
    text = tmp_path / "film.mp4"
    text.write_text("no film at all, but words, and many of them\n" * 50)
    async with stage.bot() as app:
        overview, user = overview_of(app), stage.standin.user()
        status = await status_of(user, await user.send_document(text))
        await reaches(user, status, "❌")
        await until(lambda: [row.phase for row in jobs(stage)] == ["refused"], "its end")
        [past] = (await overview.find(Search(code="text"))).jobs
        sheet = await overview.sheet(past.job.id)
        assert sheet is not None
        assert sheet.conversion is None
        assert sheet.moments[-1].detail == "text"
        other = stage.standin.user()
        status = await status_of(other, await other.send_document(footage.slow))
        await reaches(other, status, "Converting")
        await other.tap(status, text="Cancel")
        await until(lambda: "cancelled" in {row.phase for row in jobs(stage)}, "the end")
        [past] = (await overview.find(Search(outcomes=frozenset({Phase.CANCELLED})))).jobs
        sheet = await overview.sheet(past.job.id)
    assert sheet is not None
    assert [one.event for one in sheet.moments][-2:] == [Event.CONVERTING, Event.CANCELLED]
    assert sheet.conversion is not None, "what was about to be done"
    assert sheet.conversion.plan[0].startswith("→ mp4: encode")


async def test_what_was_there_already(stage: Stage, footage: Footage) -> None:
    async with stage.bot(reuse_results=True) as app:
        overview, ann, bob = overview_of(app), stage.standin.user(), stage.standin.user()
        for user in (ann, bob):
            await user.send_document(footage.remux)
            await user.wait_for_result()
        await until(lambda: [row.phase for row in jobs(stage)] == ["done"] * 2, "both")
        again, first = (await overview.find(Search())).jobs
    assert (first.action, again.action) == ("remux", "")
    assert first.after == again.after > 0


async def test_how_the_process_is(stage: Stage, footage: Footage) -> None:
    stage.standin.faults.add("sendMessage", status=429, retry_after=1)
    held = stage.standin.faults.add("editMessageMedia", delay=FOR_EVER)
    async with stage.bot() as app:
        overview, user = overview_of(app), stage.standin.user()
        await user.send_document(footage.remux)
        await struck(held)

        async def told() -> Process | None:
            [process] = (await overview.now()).processes
            return process

        async def so() -> bool:
            process = await told()
            if process is None or process.vitals is None or process.vitals.contact is None:
                return False
            vitals = process.vitals
            return process.vitals.contact.slowed == 1 and vitals.sessions == {"host": 1}

        await until_so(so, "its word")
        process = await told()
        held.release()
        await user.wait_for_result()
    assert process is not None
    assert process.vitals is not None
    assert process.seen.running == 1
    vitals, contact = process.vitals, process.vitals.contact
    assert vitals.leads
    assert not vitals.draining
    assert vitals.memory > 10_000_000
    assert (vitals.free or 0) > 0
    assert vitals.cards == ()
    assert contact is not None
    assert contact.last_update_at is not None
