"""A whole job with a Bot API server of one's own: files go by their paths, and where they can't
they are streamed as ever."""

import contextlib
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import pytest

from standin import Local, StandIn, User
from tests.e2e.test_menus import asked, becomes, says, tap
from tests.support import footage as footage_
from tests.support.copied import moved
from tests.support.footage import Footage
from tests.support.running import FOR_EVER, jobs, remains, struck, until
from tests.support.stage import UNPACED, Stage, greeted, reaches, status_of
from tests.support.waiting import processes

DOCKER = pytest.param("docker", marks=pytest.mark.docker)
# What a request by paths may hold, and its answer's status messages.
SMALL = 20_000


@pytest.fixture
def another_disk() -> Iterator[Path]:
    """A folder on another file system than the tests' own."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        yield Path(folder)


@contextlib.asynccontextmanager
async def stage_of(
    folder: Path, local: Local, **settings: object
) -> AsyncIterator[tuple[Stage, StandIn]]:
    """A stage before such a server."""
    async with StandIn(folder=folder / "telegram", pace=UNPACED, local=local) as standin:
        outgoing = local.outgoing or folder / "outgoing"
        known: dict[str, object] = {"telegram_local": True, "local_files_dir": outgoing}
        yield Stage(standin, folder / "bot", **(known | settings)), standin
        assert standin.unknown_parameters == []
        assert standin.problems == []


def files_in(folder: Path) -> list[str]:
    """Every file under a folder, by its name."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def outgoing_files(folder: Path) -> list[str]:
    """What lies there of results."""
    return [name for name in files_in(folder) if not name.endswith(".lock")]


def told(stage: Stage) -> str:
    """All that the logs and the database hold."""
    files = [path for folder in (stage.logs, stage.data) for path in folder.rglob("*.*")]
    return b"\n".join(path.read_bytes() for path in files if path.is_file()).decode(
        errors="replace"
    )


@pytest.mark.parametrize("runner", ["host", DOCKER])
@pytest.mark.parametrize("disk", ["one disk", "two disks"])
async def test_not_a_byte_of_a_job_goes_through_us(
    tmp_path: Path, another_disk: Path, footage: Footage, runner: str, disk: str
) -> None:
    server = another_disk if disk == "two disks" else tmp_path / "server"
    owner = (101, 101) if os.geteuid() == 0 else None
    local = Local(server, owner=owner, outgoing=tmp_path / "outgoing")
    async with (
        stage_of(tmp_path, local, runner=runner) as (stage, standin),
        stage.program() as program,
    ):
        user = await greeted(standin)
        before = standin.bytes_received
        await user.send_document(footage.remux)
        result = await user.wait_for_result(timeout=90.0)
        assert result.video.size > SMALL
        assert result.video.thumbnail is not None
        assert result.video.file_name == "remux.mp4"
        await until(lambda: jobs(stage)[0].phase == "done", "the end of the job")
        await until(lambda: not outgoing_files(tmp_path / "outgoing"), "an empty outbox")
        await until(lambda: not files_in(server), "the server's copy taken away")
        assert standin.bytes_served == 0
        assert standin.count("download") == 0
        assert standin.bytes_received - before < SMALL
        assert remains(stage) == []
        assert await program.stop() == 0
        assert files_in(tmp_path / "outgoing") == []
    secret = standin.token.partition(":")[2]
    assert secret not in told(stage) + program.stderr
    assert "not used" not in stage.log()


async def test_a_film_over_20_mb_is_not_moved_by_us(tmp_path: Path) -> None:
    film = footage_.large(tmp_path, 40_000_000)
    local = Local(tmp_path / "server", outgoing=tmp_path / "outgoing")
    async with stage_of(tmp_path, local) as (stage, standin), stage.program() as program:
        user = await greeted(standin)
        before = moved(program.process.pid)
        await user.send_document(film)
        result = await user.wait_for_result(timeout=120.0)
        carried = moved(program.process.pid) - before
        assert min(size_of(film), result.video.size) > 20 * 1024 * 1024
        assert carried < result.video.size // 4
        assert standin.bytes_served == 0
        await program.stop()


async def test_what_needs_nothing_is_handed_on_as_it_is(
    tmp_path: Path, another_disk: Path, footage: Footage
) -> None:
    # On the server's disk our own folder is, too: the file is its own result.
    local = Local(another_disk / "server", outgoing=another_disk / "outgoing")
    async with stage_of(tmp_path, local) as (stage, standin), stage.bot():
        user = await greeted(standin)
        await user.send_document(footage.remux)
        first = await user.wait_for_result(timeout=60.0)
        await until(lambda: jobs(stage)[0].phase == "done", "the end of the first job")
        before = standin.bytes_received
        await user.send_document(first.file_path)
        result = await user.wait_for_result(timeout=60.0)
        assert bytes_of(result.file_path) == bytes_of(first.file_path)
        # Its thumbnail is made by us, on our disk.
        assert standin.bytes_received - before < size_of(result.file_path) // 2
        await until(lambda: not files_in(another_disk / "server"), "the server's copy taken away")


async def test_a_folder_that_is_not_shared_is_streamed_from(
    tmp_path: Path, footage: Footage
) -> None:
    local = Local(
        tmp_path / "server",
        told=Path("/var/lib/telegram-bot-api"),
        outgoing=tmp_path / "outgoing",
        serves=True,
    )
    async with stage_of(tmp_path, local) as (stage, standin), stage.program() as program:
        user = await greeted(standin)
        for done in range(2):
            await user.send_document(footage.remux)
            await user.wait_for_result(timeout=60.0)
            await until(partial(ended, stage, done + 1), "the end of the job")
        assert standin.bytes_served == 2 * size_of(footage.remux)
        log = stage.log()
        assert log.count("the server's files are not used where they lie") == 1
        assert "not on this disk, or not under the same path" in log
        await program.stop()
    assert standin.token.partition(":")[2] not in told(stage) + program.stderr


async def test_a_server_whose_files_nobody_gets_is_told_of(
    tmp_path: Path, footage: Footage
) -> None:
    local = Local(tmp_path / "server", told=Path("/var/lib/telegram-bot-api"))
    async with stage_of(tmp_path, local) as (stage, standin), stage.program() as program:
        user = await greeted(standin)
        sent = await user.send_document(footage.remux)
        status = await status_of(user, sent)
        await until(lambda: jobs(stage)[0].phase == "failed", "the job's end", seconds=90.0)
        await user.wait_for(lambda: status.buttons or None)
        assert standin.bytes_served == 0
        await program.stop()
    text = told(stage) + program.stderr + standin.listing()
    assert "it serves none over HTTP" in stage.log("error.log") + stage.log()
    assert standin.token.partition(":")[2] not in text


@pytest.mark.parametrize("fault", ["another disk", "not shared", "no folder"])
async def test_a_result_that_cannot_be_handed_over_is_uploaded(
    tmp_path: Path, another_disk: Path, footage: Footage, fault: str
) -> None:
    outgoing = another_disk / "outgoing" if fault == "another disk" else tmp_path / "outgoing"
    if fault == "no folder":
        outgoing.write_text("in the way")
    local = Local(tmp_path / "server", outgoing=None if fault == "not shared" else outgoing)
    settings = {"local_files_dir": outgoing}
    async with (
        stage_of(tmp_path, local, **settings) as (stage, standin),
        stage.program() as program,
    ):
        user = await greeted(standin)
        before = standin.bytes_received
        for done in range(2):
            await user.send_document(footage.remux)
            result = await user.wait_for_result(timeout=60.0)
            await until(partial(ended, stage, done + 1), "the end of the job")
        assert standin.bytes_received - before > 2 * result.video.size
        refused = [c for c in standin.calls if c.method == "editMessageMedia" and not c.ok]
        assert len(refused) == (1 if fault == "not shared" else 0)
        assert stage.log().count("results are uploaded, LOCAL_FILES_DIR is not used") == 1
        await program.stop()


async def test_the_server_goes_away_in_mid_job_and_its_files_with_it(
    tmp_path: Path, another_disk: Path, footage: Footage
) -> None:
    local = Local(another_disk, outgoing=tmp_path / "outgoing")
    async with stage_of(tmp_path, local) as (stage, standin), stage.bot():
        user = await greeted(standin)
        sent = await user.send_document(footage.medium)
        await reaches(user, await status_of(user, sent), "Converting", timeout=60.0)
        remove_all(another_disk)
        await standin.restart()
        result = await user.wait_for_result(timeout=120.0)
        assert result.video.duration >= 3
        await until(lambda: jobs(stage)[0].phase == "done", "the end of the job")
        assert len(user.results) == 1


async def test_a_file_that_is_looked_at_first_is_brought_once(
    tmp_path: Path, another_disk: Path, footage: Footage
) -> None:
    local = Local(another_disk, outgoing=tmp_path / "outgoing")
    async with stage_of(tmp_path, local) as (stage, standin), stage.bot():
        user = await asked(stage)
        sent = await user.send_video(footage.quick)
        card = await status_of(user, sent)
        await says(user, card, "re-encod")
        assert files_in(another_disk) == ["file_0.avi"]
        await tap(user, card, "Convert")
        await becomes(user, card, "video")
        await until(lambda: not files_in(another_disk), "the server's copy taken away")
        assert list(standin.disk.made.values()) == [1]
        assert standin.bytes_served == 0


async def test_a_menu_that_nobody_uses_leaves_nothing_behind(
    tmp_path: Path, another_disk: Path, footage: Footage
) -> None:
    local = Local(another_disk, outgoing=tmp_path / "outgoing")
    async with stage_of(tmp_path, local) as (stage, standin):
        async with stage.bot():
            user = await asked(stage)
            sent = await user.send_video(footage.quick)
            await says(user, await status_of(user, sent), "re-encod")
            assert files_in(another_disk)
        assert files_in(another_disk) == []
        assert standin.bytes_served == 0


async def test_two_people_with_one_file_do_not_take_it_from_each_other(
    tmp_path: Path, another_disk: Path, footage: Footage
) -> None:
    local = Local(another_disk, outgoing=tmp_path / "outgoing")
    async with stage_of(tmp_path, local) as (stage, standin), stage.bot():
        users: list[User] = [await greeted(standin, name=name) for name in ("Ann", "Bob", "Cid")]
        for user in users:
            await user.send_document(footage.medium)
        for user in users:
            await user.wait_for_result(timeout=120.0)
        await until(lambda: all(row.phase == "done" for row in jobs(stage)), "their ends")
        assert [row.failures for row in jobs(stage)] == [0, 0, 0]
        await until(lambda: not files_in(another_disk), "the server's copies taken away")


async def test_what_a_killed_bot_left_to_be_taken_is_removed_at_start(
    tmp_path: Path, footage: Footage
) -> None:
    outgoing = tmp_path / "outgoing"
    local = Local(tmp_path / "server", outgoing=outgoing)
    async with stage_of(tmp_path, local) as (stage, standin):
        fault = standin.faults.add("editMessageMedia", delay=FOR_EVER)
        async with stage.program():
            user = await greeted(standin)
            await user.send_document(footage.remux)
            await struck(fault)
            assert "remux.mp4" in outgoing_files(outgoing)
        assert outgoing_files(outgoing)
        fault.release()
        async with stage.program() as program:
            await user.wait_for_result(timeout=60.0)
            await until(lambda: not outgoing_files(outgoing), "an empty outbox")
            assert len(user.results) == 1
            await program.stop()
        assert files_in(outgoing) == []


@pytest.mark.parametrize("runner", ["host", DOCKER])
async def test_no_list_of_processes_tells_the_token(
    tmp_path: Path, another_disk: Path, footage: Footage, runner: str
) -> None:
    local = Local(another_disk, outgoing=tmp_path / "outgoing")
    async with stage_of(tmp_path, local, runner=runner) as (stage, standin), stage.bot():
        user = await greeted(standin)
        sent = await user.send_document(footage.medium)
        await status_of(user, sent)
        job, found = jobs(stage)[0].id, list[bytes]()

        def seen() -> bool:
            found.extend(words for pid in processes(job) if (words := arguments(pid)))
            return any(b"ffmpeg" in words for words in found)

        await until(seen, "a program of the job", seconds=60.0)
        await user.wait_for_result(timeout=120.0)
    secret = standin.token.partition(":")[2].encode()
    assert not [words for words in found if secret in words]


def arguments(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return (Path("/proc") / str(pid) / "cmdline").read_bytes()
    return b""


def remove_all(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            path.unlink()


def bytes_of(path: Path) -> bytes:
    return path.read_bytes()


def size_of(path: Path) -> int:
    return path.stat().st_size


def ended(stage: Stage, count: int) -> bool:
    """Whether so many jobs are done, and no other is there."""
    return [row.phase for row in jobs(stage)] == ["done"] * count
