"""What `doctor` says of a Bot API server of the operator's own."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from standin import Local, StandIn
from tests.e2e.test_doctor import ROWS, Report, doctor
from tests.standin.conftest import jpeg_header
from tests.support.stage import UNPACED

OWN = ["own server", "its files", "LOCAL_FILES_DIR", "logOut"]


@pytest.fixture
def wide(tmp_path: Path) -> Iterator[Path]:
    """A folder that everybody can enter."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def picture(folder: Path) -> Path:
    path = folder / "me.jpg"
    path.write_bytes(jpeg_header(160, 160))
    return path


async def examine(folder: Path, local: Local | None, *, seen: bool = True, **more: str) -> Report:
    """The report before such a server; `seen`: the bot has a picture."""
    async with StandIn(folder=folder / "telegram", pace=UNPACED, local=local) as standin:
        if seen:
            standin.set_photo(picture(folder))
        report = await doctor(
            folder,
            TELEGRAM_BOT_TOKEN=standin.token,
            TELEGRAM_API_URL=standin.url,
            TELEGRAM_LOCAL="true",
            **more,
        )
        assert standin.token.partition(":")[2] not in report.text
        return report


async def test_all_is_well_with_one_disk(wide: Path) -> None:
    local = Local(wide / "server", outgoing=wide / "outgoing")
    outgoing, data = str(wide / "outgoing"), str(wide / "data")
    report = await examine(wide, local, LOCAL_FILES_DIR=outgoing, DATA_DIR=data)
    at = ROWS.index("feed") + 1
    assert report.names == [*ROWS[:at], *OWN, *ROWS[at:]]
    assert report.row("own server") == ("ok", "started with --local")
    assert report.row("its files") == ("ok", "read where they lie, and deleted after use")
    level, told = report.row("LOCAL_FILES_DIR")
    assert (level, "without being copied" in told) == ("ok", True)
    level, told = report.row("logOut")
    assert (level, "call logOut there once" in told) == ("ok", True)
    assert report.status == 0, report.text


async def test_a_server_without_local_is_a_fault(wide: Path) -> None:
    report = await examine(wide, None)
    level, told = report.row("own server")
    assert (level, "started without --local" in told) == ("fault", True)
    assert "set TELEGRAM_LOCAL=false" in told
    assert report.row("its files") == ("ok", "not tried: no file of the server's is known")
    assert report.status == 1


async def test_without_a_file_nothing_can_be_told(wide: Path) -> None:
    report = await examine(wide, Local(wide / "server"), seen=False)
    level, told = report.row("own server")
    assert (level, "give the bot a picture" in told) == ("ok", True)


async def test_telegrams_own_server_is_no_server_of_ones_own(wide: Path) -> None:
    report = await doctor(wide, TELEGRAM_LOCAL="true")
    level, told = report.row("own server")
    assert (level, "set TELEGRAM_API_URL" in told) == ("fault", True)


async def test_a_folder_that_is_not_shared_is_told_how_to_be(wide: Path) -> None:
    report = await examine(wide, Local(wide / "server", told=Path("/var/lib/telegram-bot-api")))
    level, told = report.row("its files")
    assert (level, "mount the server's folder here under the path" in told) == ("warning", True)
    assert report.row("LOCAL_FILES_DIR")[0] == "ok"


async def test_a_folder_on_another_disk_is_of_no_use(wide: Path) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as elsewhere:
        local = Local(wide / "server")
        report = await examine(wide, local, LOCAL_FILES_DIR=elsewhere, DATA_DIR=str(wide / "data"))
    level, told = report.row("LOCAL_FILES_DIR")
    assert (level, "on another file system than DATA_DIR" in told) == ("warning", True)
    assert "put both on one file system" in told


async def test_a_way_that_the_server_cannot_go_is_named(wide: Path) -> None:
    closed = wide / "closed"
    shut(closed)
    outgoing = str(closed / "outgoing")
    local = Local(wide / "server")
    report = await examine(wide, local, LOCAL_FILES_DIR=outgoing, DATA_DIR=str(wide / "data"))
    level, told = report.row("LOCAL_FILES_DIR")
    assert (level, f"chmod o+x {closed}" in told) == ("warning", True)


async def test_a_folder_without_such_a_server_is_named(wide: Path) -> None:
    report = await doctor(wide, LOCAL_FILES_DIR=str(wide / "outgoing"))
    level, told = report.row("LOCAL_FILES_DIR")
    assert (level, "TELEGRAM_LOCAL is false" in told) == ("warning", True)
    assert "own server" not in report.names


def shut(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o700)
