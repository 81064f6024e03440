"""`telegram_bot.py doctor`: the real program, and what its rows say about good and bad machines."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli.doctor import basics, engines, storage
from bot.cli.doctor.finding import Finding, Level, Problem, look
from bot.jobs.dispatch.procrastinate import ProcrastinateQueue
from bot.jobs.processes.members import Member, Part
from bot.jobs.store.store import JobStore
from bot.settings import load_settings
from bot.storage.sqlite import DataLock
from standin import StandIn
from tests.support import postgres
from tests.support.stage import ROOT, UNPACED
from tests.support.stub_gpu import WITHOUT_CARD

ROWS = [
    *("Python", "settings", "token", "feed"),
    *("Docker engine", "ffmpeg image", "conversion in Docker"),
    *("ffmpeg on the host", "conversion on the host"),
    *("NVIDIA driver", "container toolkit", "NVENC", "NVDEC"),
    *("disk space", "DATA_DIR", "LOG_DIR", "store", "running bot"),
]
STRANGER = "987654321:AAF-another-token-that-nobody-knows-here"


@dataclass(frozen=True, slots=True)
class Report:
    """What the program printed and how it ended."""

    status: int
    text: str

    def row(self, name: str) -> tuple[str, str]:
        """Level and detail of a row, with the line of advice that follows it, if any."""
        rows = [[cell.strip() for cell in line.split("│")] for line in self.text.splitlines()]
        at = next(i for i, row in enumerate(rows) if len(row) == 3 and row[1] == name)
        fix = rows[at + 1][2] if len(rows) > at + 1 and rows[at + 1][0] == "" else ""
        return rows[at][0], f"{rows[at][2]} {fix}".strip()

    @property
    def names(self) -> list[str]:
        """The rows in their order."""
        rows = [[cell.strip() for cell in line.split("│")] for line in self.text.splitlines()]
        return [row[1] for row in rows if len(row) == 3 and row[0] in {*Level}]


async def doctor(folder: Path, *options: str, **variables: str) -> Report:
    """Run it in `folder` with these variables."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, str(ROOT / "telegram_bot.py"), "doctor", *options),
        cwd=folder,
        env={**kept, "RUNNER": "host", **variables},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await program.communicate()
    return Report(program.returncode or 0, printed.decode())


def listing(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
async def telegram(tmp_path: Path) -> AsyncIterator[StandIn]:
    async with StandIn(folder=tmp_path / "telegram", pace=UNPACED) as server:
        yield server


async def test_all_is_well_with_a_token_that_telegram_knows(
    telegram: StandIn, tmp_path: Path
) -> None:
    report = await doctor(
        tmp_path, TELEGRAM_BOT_TOKEN=telegram.token, TELEGRAM_API_URL=telegram.url
    )
    assert report.names == ROWS
    level, told = report.row("token")
    assert (level, told.startswith("@standin_bot (123456); ")) == ("ok", True)
    assert "send /setinline to @BotFather" in told
    assert report.row("feed") == ("ok", "long polling, 0 updates wait")
    assert report.row("store")[0] == "ok"
    assert report.row("conversion on the host")[0] == "ok"
    assert "encode in" in report.row("conversion on the host")[1]
    assert report.row("Docker engine") == ("ok", "not tried: RUNNER=host")
    assert report.status == 0, report.text
    assert telegram.token not in report.text
    assert telegram.count("getMe") == 1
    assert listing(tmp_path) == ["telegram"]


async def test_a_bare_machine_without_token_is_told_what_is_missing_and_how_to_get_it(
    tmp_path: Path,
) -> None:
    report = await doctor(tmp_path, RUNNER="auto", GPU="required", PATH="/nonexistent")
    assert report.names == ROWS
    level, told = report.row("token")
    assert level == "fault"
    assert "https://t.me/BotFather" in told
    assert "make demo" in told
    assert report.row("Docker engine")[0] == "warning"
    assert report.row("ffmpeg image") == ("warning", "not tried: no Docker engine")
    assert report.row("NVIDIA driver")[0] == "fault"
    assert report.row("NVENC") == ("fault", "not tried: no driver")
    assert report.status == 1


@WITHOUT_CARD
async def test_cards_are_looked_at_on_request(tmp_path: Path) -> None:
    report = await doctor(tmp_path, "--gpu")
    at = ROWS.index("NVDEC") + 1
    assert report.names == [*ROWS[:at], "GPU", *ROWS[at:]]
    assert report.row("GPU") == ("ok", "none that conversions can reach")


async def test_with_inline_mode_on_nothing_is_said_of_it(telegram: StandIn) -> None:
    telegram.inline_mode = True
    known = load_settings(telegram_bot_token=telegram.token, telegram_api_url=telegram.url)
    assert await basics.token(known) == "@standin_bot (123456)"


async def test_a_wrong_token_is_a_fault(telegram: StandIn) -> None:
    settings = load_settings(telegram_bot_token=STRANGER, telegram_api_url=telegram.url)
    found = await look("token", basics.token(settings))
    assert (found.level, found.detail) == (Level.FAULT, "Telegram does not know this token")
    assert "@BotFather" in found.fix


async def test_a_folder_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    found = await look("LOG_DIR", storage.writable("LOG_DIR", tmp_path / "file" / "logs"))
    assert found.level is Level.FAULT
    assert "set LOG_DIR to another folder" in found.fix
    good = await look("LOG_DIR", storage.writable("LOG_DIR", tmp_path))
    assert (good.level, good.detail) == (Level.OK, str(tmp_path))
    assert listing(tmp_path) == ["file"]


async def test_a_telegram_that_cannot_be_reached_is_a_fault() -> None:
    settings = load_settings(telegram_bot_token=STRANGER, telegram_api_url="http://127.0.0.1:9")
    found = await look("token", basics.token(settings))
    assert found.level is Level.FAULT
    assert found.detail == "http://127.0.0.1:9 can't be reached"
    assert "TELEGRAM_API_URL" in found.fix


async def test_a_telegram_in_trouble_is_a_warning(telegram: StandIn) -> None:
    telegram.faults.add("getMe", status=502, body="<html>Bad Gateway</html>")
    settings = load_settings(telegram_bot_token=telegram.token, telegram_api_url=telegram.url)
    found = await look("token", basics.token(settings))
    assert found.level is Level.WARNING
    assert telegram.count("getMe") == 1


def test_a_wrong_setting_is_named_and_the_rest_can_still_be_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RUNNER", "cloud")
    finding, settings = basics.settings()
    assert finding.level is Level.FAULT
    assert "RUNNER: got 'cloud'" in finding.detail
    assert settings.runner == "auto"


@pytest.mark.docker
async def test_a_conversion_in_a_container_is_tried_and_proves_that_docker_works(
    tmp_path: Path,
) -> None:
    found = await engines.examine(load_settings(runner="docker"), tmp_path)
    rows = {one.name: one for one in found.findings}
    assert rows[engines.ENGINE].detail.startswith("version ")
    assert rows[engines.IN_CONTAINER].level is Level.OK
    assert "encode in" in rows[engines.IN_CONTAINER].detail
    assert rows[engines.ON_HOST].detail == "not tried: RUNNER=docker"
    assert found.runner is not None
    assert found.runner.kind == "docker"
    assert listing(tmp_path) == []


@pytest.mark.docker
@pytest.mark.parametrize(("runner", "level"), [("docker", Level.FAULT), ("auto", Level.WARNING)])
async def test_a_missing_image_says_how_to_build_it(
    tmp_path: Path, runner: str, level: Level
) -> None:
    settings = load_settings(runner=runner, ffmpeg_image="no-such-image:1")
    found = await engines.examine(settings, tmp_path)
    rows = {one.name: one for one in found.findings}
    assert rows[engines.ENGINE].level is Level.OK
    assert rows[engines.IMAGE].level is level
    assert "make image" in rows[engines.IMAGE].fix
    assert rows[engines.IN_CONTAINER].detail == "not tried: no image"
    assert (found.runner is None) == (runner == "docker")


@pytest.mark.parametrize(
    ("free", "level"),
    [(999_999_999, Level.FAULT), (10**9, Level.WARNING), (5 * 10**9 - 1, Level.WARNING)],
)
def test_little_room_is_a_warning_and_too_little_a_fault(free: int, level: Level) -> None:
    with pytest.raises(Problem) as told:
        storage.judge_space(free, Path("data"))
    assert told.value.level is level
    assert "DATA_DIR" in told.value.fix


def test_five_gigabytes_are_enough() -> None:
    assert storage.judge_space(5 * 10**9, Path("data")) == "5.0 GB free for data"


async def test_a_bot_on_the_data_folder_is_told_and_not_disturbed(tmp_path: Path) -> None:
    assert await storage.other_bot(tmp_path) == f"none on {tmp_path}"
    lock = DataLock(tmp_path / "jobs.sqlite3")
    assert f"process {os.getpid()} on" in await storage.other_bot(tmp_path)
    lock.release()
    assert await storage.other_bot(tmp_path) == f"none on {tmp_path}"


async def test_an_old_python_is_a_fault() -> None:
    found = await look("Python", basics.python((3, 10, 9)))
    assert found == Finding(
        "Python", Level.FAULT, "3.10.9", "install Python 3.11 or newer", works=False
    )


async def test_a_check_that_breaks_or_hangs_is_a_row_like_any_other() -> None:
    async def breaks() -> str:
        raise ValueError("two\nlines")

    async def hangs() -> str:
        await asyncio.Event().wait()
        return ""

    assert await look("a", breaks(), fix="do this") == Finding(
        "a", Level.FAULT, "two lines", "do this", works=False
    )
    found = await look("b", hangs(), seconds=0.01, lacking=Level.WARNING)
    assert found == Finding("b", Level.WARNING, "no answer within 0.01 s", works=False)


async def test_a_shared_database_is_looked_at_and_left_as_it_is(tmp_path: Path) -> None:
    with postgres.server() as server:
        url = server.database()
        empty = await doctor(tmp_path, DATABASE_URL=url)
        assert empty.names == [*ROWS[:-1], "processes"]
        assert empty.row("store")[0] == "ok"
        assert "empty" in empty.row("store")[1]
        told = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        assert server.query(url, told).strip() == "0"
        member = Member(Part.FRONTEND, host="here", pid=1)
        store = await JobStore.open(url, member=member, queue=ProcrastinateQueue())
        await store.beat()
        lonely = await doctor(tmp_path, DATABASE_URL=url)
        assert "0 jobs wait, 0 run; 0 tickets wait" in lonely.row("store")[1]
        level, said = lonely.row("processes")
        assert (level, said.startswith("1 frontend; 0 places")) == ("warning", True)
        assert "--role worker" in said
        await store.close()
        server.query(url, "UPDATE alembic_version SET version_num = '9999'")
        newer = await doctor(tmp_path, DATABASE_URL=url)
        assert newer.row("store")[0] == "fault"
        assert "newer version" in newer.row("store")[1]
    away = await doctor(tmp_path, DATABASE_URL="postgresql://me:a-secret-word@127.0.0.1:1/jobs")
    assert away.row("store")[0] == "fault"
    assert "a-secret-word" not in away.text
