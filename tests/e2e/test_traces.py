"""A failure has a number: its person sees it, and the operator finds by it what happened."""

from collections.abc import Iterator

import pytest

from bot.logs.records import configure_logging
from standin import SeenMessage, User
from tests.support.footage import Footage
from tests.support.running import job_of, until
from tests.support.stage import Stage, reaches, status_of


@pytest.fixture
def level() -> str:
    """Of the log."""
    return "INFO"


@pytest.fixture
def logged(stage: Stage, level: str) -> Iterator[None]:
    """Whatever the bot logs stands in its files, as it does in the program."""
    close = configure_logging(stage.logs, level, console=False, secrets=[stage.standin.token])
    yield
    close()


async def told(user: User, words: str) -> SeenMessage:
    sent = await user.send_text(words)
    return await user.wait_for_message(after=sent)


async def failed(stage: Stage, user: User, footage: Footage) -> SeenMessage:
    """The message of a job that failed."""
    stage.standin.faults.add("getFile", status=400, description="Bad Request: wrong file_id")
    sent = await user.send_document(footage.remux, file_name="My holiday secret.mkv")
    status = await status_of(user, sent)
    await reaches(user, status, "❌")
    await until(lambda: job_of(stage, user.id).phase == "failed", "the end")
    return status


@pytest.mark.usefixtures("logged")
async def test_the_operator_finds_a_failure_by_its_number(stage: Stage, footage: Footage) -> None:
    admin, user = stage.standin.user(), stage.standin.user()
    async with stage.bot(admins=(str(admin.id),)):
        status = await failed(stage, user, footage)
        trace = job_of(stage, user.id).id[:8]
        assert status.text.endswith(f"\n№ {trace}")
        assert [b.copy_text for b in status.buttons] == [None, trace]
        board = await told(admin, "/admin")
        await admin.tap(board, "Errors")
        await admin.wait_until(lambda: f"№ {trace}" in board.text, what="the failure")
        assert f"file_gone · № {trace} · {user.id} · downloading" in board.text
        before = len(admin.bot_messages)
        await admin.tap(board, f"№ {trace}")
        await admin.wait_until(lambda: len(admin.bot_messages) > before, what="the report")
        answers = [admin.bot_messages[-1], await told(admin, f"/error № {trace}")]
        for report in answers:
            assert report.text.startswith(f"🔎 № {trace} ({job_of(stage, user.id).id})")
            assert "failed · file_gone · in: downloading" in report.text
            assert f"user {user.id}" in report.text
            assert "wrong file_id" in report.text, "the detail"
            assert "job accepted" in report.text, "the log"
            assert "attempt failed" in report.text
            assert "holiday" not in report.text
            assert stage.standin.token.partition(":")[2] not in report.text
        assert (await told(admin, "/error ffffffff")).text == "Nothing is known of it"
        assert (await told(admin, "/error %")).text.startswith("Which failure?")
        assert (await told(user, f"/error {trace}")).text.startswith("🎬")


@pytest.mark.parametrize("level", ["DEBUG"])
@pytest.mark.usefixtures("logged")
async def test_a_long_report_is_a_text_file(stage: Stage, footage: Footage) -> None:
    admin, user = stage.standin.user(), stage.standin.user()
    async with stage.bot(admins=(str(admin.id),)):
        stage.standin.faults.add("download", times=None, cut_after=1000)
        status = await status_of(user, await user.send_document(footage.remux))
        await reaches(user, status, "❌", timeout=90.0)
        trace = job_of(stage, user.id).id[:8]
        report = await told(admin, f"/error {trace}")
        assert report.kind == "document"
        assert report.caption.startswith(f"🔎 № {trace}")
        assert report.media is not None
        assert report.media.file_name == f"{trace}.txt"
        lines = report.file_path.read_text().split("\n")
        assert "download_incomplete" in "\n".join(lines)
        assert len(lines) <= 60


@pytest.mark.usefixtures("logged")
async def test_what_broke_in_a_handler_has_a_number_too(stage: Stage) -> None:
    admin, user = stage.standin.user(), stage.standin.user()
    async with stage.bot(admins=(str(admin.id),)):
        stage.standin.faults.add("sendMessage", status=400, description="Bad Request: no")
        sorry = await told(user, "/help")
        assert "Something broke on my side" in sorry.text
        trace = sorry.text.rpartition("№ ")[2]
        report = await told(admin, f"/error {trace}")
        assert "a failure outside of any job" in (report.text or report.caption)
        lines = report.text if report.kind == "text" else report.file_path.read_text()
        assert "handler broke" in lines
        assert "TelegramBadRequest" in lines


async def test_what_the_operator_can_do_nothing_about_has_none(
    stage: Stage, footage: Footage
) -> None:
    user = stage.standin.user()
    async with stage.bot():
        sent = await user.send_document(__file__)
        status = await status_of(user, sent)
        await reaches(user, status, "This is a text, not a video.")
        assert "№" not in status.text
        assert status.buttons == []
