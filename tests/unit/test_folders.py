"""Folders that can't be used: the line names the setting, and the advice fits the fault."""

import errno
import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.folders import complaint
from bot.logs.files import LogFile
from bot.storage.errors import UnusableDatabaseError
from bot.storage.sqlite import prepare
from converter.engines.process import shown

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "make room"),
        (errno.EDQUOT, "make room"),
        (errno.EACCES, "write access to /some/where"),
        (errno.EPERM, "write access to /some/where"),
        (errno.EROFS, "can only be read"),
        (errno.ENOTDIR, "no folder stands in its way"),
        (errno.EIO, "see to that disk"),
    ],
)
def test_advice_fits_the_fault(number: int, words: str) -> None:
    told = complaint("DATA_DIR", Path("/some/where"), OSError(number, os.strerror(number)))
    assert told.startswith("DATA_DIR: cannot write to /some/where: ")
    assert words in told
    assert "another folder" in told
    assert "\n" not in told


def test_the_job_database_names_its_setting(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UnusableDatabaseError, match=r"^DATA_DIR: cannot write to .*in its way"):
        prepare(tmp_path / "file" / "jobs.sqlite3")


def test_a_full_disk_does_not_flood_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bot.log").symlink_to("/dev/full")
    now = 0.0
    file = LogFile(tmp_path / "bot.log", 1000, 1, clock=lambda: now)
    record = logging.makeLogRecord({"msg": "x", "levelno": logging.INFO})
    for _ in range(100):
        file.emit(record)
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(f"LOG_DIR: cannot write to {tmp_path}: No space left")
    now = 601.0
    file.emit(record)
    assert len(capsys.readouterr().err.splitlines()) == 1
    (tmp_path / "bot.log").unlink()  # there is room again
    now = 610.0
    file.emit(record)
    file.close()
    written = (tmp_path / "bot.log").read_text().splitlines()
    assert written[0] == "x"
    assert "records=101" in written[1]


def test_a_log_that_was_taken_away_is_made_anew(tmp_path: Path) -> None:
    now = 0.0
    folder = tmp_path / "logs"
    folder.mkdir()
    file = LogFile(folder / "bot.log", 1000, 1, clock=lambda: now)
    shutil.rmtree(folder)
    now = 6.0
    file.emit(logging.makeLogRecord({"msg": "said", "levelno": logging.INFO}))
    file.close()
    assert (folder / "bot.log").read_text() == "said\n"


def test_the_program_ends_well_although_its_log_disk_is_full(tmp_path: Path) -> None:
    for name in ("bot.log", "error.log"):
        (tmp_path / name).symlink_to("/dev/full")
    script = (
        "import sys; from pathlib import Path; import structlog\n"
        "from bot.logs.records import configure_logging\n"
        "end = configure_logging(Path(sys.argv[1]), console=False)\n"
        "for number in range(1000): structlog.get_logger('x').error('said', number=number)\n"
        "end()\n"
    )
    argv = [sys.executable, "-c", script, str(tmp_path)]
    with Path("/dev/full").open("w") as full:
        assert subprocess.run(argv, stderr=full, check=False, timeout=60).returncode == 0
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert 1 <= len(done.stderr.splitlines()) <= 2, done.stderr
    assert "make room" in done.stderr


def test_a_command_is_shown_without_somebodys_titles() -> None:
    argv = ["ffmpeg", "-i", "file:/in/input", "-metadata", "title=My Wedding"]
    argv += ["-metadata:s:a:0", "title=Anna's track", "out put.mp4"]
    assert shown(argv) == (
        "ffmpeg -i file:/in/input -metadata 'title=…' -metadata:s:a:0 'title=…' 'out put.mp4'"
    )


@pytest.mark.parametrize("ours", [True, False])
def test_cleaning_leaves_an_environment_of_somebody_else_alone(tmp_path: Path, ours: bool) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("bot", "converter", "standin", "tests", "benchmarks", ".venv", "build", "data"):
        (tmp_path / name).mkdir()
    config = tmp_path / ".venv" / "pyvenv.cfg"
    config.touch()
    # `python3 -m venv .venv` on top of ours writes the configuration anew, and leaves the mark.
    made = int(config.stat().st_mtime) - (0 if ours else 60)
    (tmp_path / ".venv" / ".made-by-make").write_text(f"{made}\n")
    subprocess.run(["make", "clean"], cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / ".venv").exists() is not ours
    assert not (tmp_path / "build").exists()
    assert (tmp_path / "data").exists()
