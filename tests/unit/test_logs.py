"""Logging into real files, by real processes: what is there, and what never is."""

import asyncio
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.lines import render_json, render_text
from bot.logs.records import LogFolderError, configure_logging, install_exception_hooks

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
HALF = TOKEN.partition(":")[2]

Start = Callable[..., Callable[[], None]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """configure_logging into the test's folder, ended with the test."""
    ends = []

    def configure(**options: object) -> Callable[[], None]:
        given: dict[str, object] = {"console": False, "secrets": [TOKEN]}
        end = configure_logging(tmp_path, **(given | options))  # type: ignore[arg-type]  # a test's own words
        ends.append(end)
        return end

    yield configure
    structlog.contextvars.clear_contextvars()
    for end in reversed(ends):
        end()


def lines(folder: Path, name: str = "bot.log") -> list[str]:
    return (folder / name).read_text().splitlines()


def fail(error: Exception) -> None:
    raise error


def test_one_line_per_event_with_job_user_and_phase(tmp_path: Path, start: Start) -> None:
    end = start()
    log = structlog.stdlib.get_logger("bot.jobs.worker")
    with structlog.contextvars.bound_contextvars(phase="converting", user=7, job="abc"):
        log.info("plan made", plan="remux", name="my file.mov", empty="")
        logging.getLogger("aiogram").warning("slow %s", "answer", extra={"seconds": 3})
    log.info("took %d", 5)
    end()
    first, second, third = (line.partition(" ")[2] for line in lines(tmp_path))
    context = "job=abc user=7 phase=converting"
    fields = 'plan=remux name="my file.mov" empty=""'
    assert first == f"info     bot.jobs.worker plan made {context} {fields}"
    assert second == f"warning  aiogram slow answer {context} seconds=3"
    assert third == "info     bot.jobs.worker took 5"
    assert lines(tmp_path)[0].startswith("20")


def test_levels_go_where_they_belong(tmp_path: Path, start: Start) -> None:
    end = start(level="WARNING")
    log = structlog.stdlib.get_logger("bot")
    for method in (log.debug, log.info, log.warning, log.error):
        method("event")
    end()
    assert len(lines(tmp_path)) == 2
    assert len(lines(tmp_path, "error.log")) == 1


def test_an_error_has_its_whole_traceback_in_both_files(tmp_path: Path, start: Start) -> None:
    end = start()
    try:
        try:
            fail(KeyError("cause"))
        except KeyError as cause:
            raise ValueError("effect") from cause
    except ValueError:
        structlog.stdlib.get_logger("bot").exception("failed")
        logging.getLogger("aiohttp").exception("failed too")
    end()
    for name in ("bot.log", "error.log"):
        text = (tmp_path / name).read_text()
        assert text.count("KeyError: 'cause'") == 2
        assert text.count("ValueError: effect") == 2
        assert text.count("Traceback") == 4


def test_json_on_request(tmp_path: Path, start: Start) -> None:
    end = start(json=True)
    try:
        fail(ValueError(TOKEN))
    except ValueError:
        structlog.stdlib.get_logger("bot").exception("failed", name="a\nb", user=3, path=tmp_path)
    end()
    (line,) = lines(tmp_path)
    event = json.loads(line)
    assert (event["level"], event["logger"], event["event"]) == ("error", "bot", "failed")
    assert (event["user"], event["name"], event["path"]) == (3, "a\nb", str(tmp_path))
    assert "ValueError: <token>" in event["exception"]


@pytest.mark.parametrize("as_json", [False, True])
def test_the_token_appears_nowhere(tmp_path: Path, start: Start, as_json: bool) -> None:
    end = start(json=as_json, secrets=[TOKEN, "pass phrase"], level="DEBUG")
    url = f"https://api.telegram.org/bot{TOKEN}/getMe"
    log = structlog.stdlib.get_logger(TOKEN)
    stdlib = logging.getLogger("aiohttp")
    log.info(url, url=url, nested={"list": [url]}, secret="pass phrase", **{TOKEN: 1})
    stdlib.warning("%s", url, extra={"request": url})
    stdlib.warning("%d", url)  # an error of its own: not a number
    stdlib.warning(url.replace(":", "%3A"), stack_info=True)
    try:
        fail(ConnectionError(url))
    except ConnectionError as error:
        log.exception(url, error=error)
        stdlib.exception("failed")
    end()
    for name in ("bot.log", "error.log"):
        text = (tmp_path / name).read_text()
        assert "<token>" in text
        assert HALF not in text
        assert "pass phrase" not in text


def test_a_user_cannot_forge_a_line(tmp_path: Path, start: Start) -> None:
    end = start()
    forged = "x\n2026-01-01T00:00:00Z error bot forged job=1\r\x1b[2K\u2028\u202e\x85"
    log = structlog.stdlib.get_logger("bot")
    log.info(forged, name=forged)
    logging.getLogger("aiogram").info("got %s", forged)
    try:
        fail(ValueError(forged))
    except ValueError:
        log.exception("failed")
    end()
    text = (tmp_path / "bot.log").read_text()
    events = [line for line in text.split("\n") if line and not line.startswith("    ")]
    assert len(events) == 3
    assert all(char.isprintable() or char == "\n" for char in text)


# Tracebacks take lines of their own, indented; nobody else's fields have these names.
_FIELDS = st.text().filter(lambda key: key not in {"exception", "stack", "stack_info"})


@given(st.text(), st.dictionaries(_FIELDS, st.text() | st.integers() | st.none()))
def test_any_event_is_one_line(message: str, fields: dict[str, object]) -> None:
    event = {"time": "T", "level": "info", "logger": "l", "event": message}
    assert render_text(None, "", fields | event).isprintable()
    assert json.loads(render_json(None, "", fields | event))["event"] == message


def test_a_record_that_cannot_be_rendered_is_told_of(
    tmp_path: Path, start: Start, capfd: pytest.CaptureFixture[str]
) -> None:
    class Broken:
        def __str__(self) -> str:
            raise RuntimeError(TOKEN)

        __repr__ = __str__

    end = start()
    structlog.stdlib.get_logger("bot").warning("look", at=Broken())
    logging.getLogger("aiogram").warning("look at %s", Broken())
    end()
    assert [line.count("cannot be rendered") for line in lines(tmp_path)] == [1, 1]
    assert "test_logs.py" in lines(tmp_path)[0]
    assert capfd.readouterr().err == "", "logging itself printed"


def test_the_chatter_of_libraries_stays_out(tmp_path: Path, start: Start) -> None:
    end = start(level="DEBUG")
    for name in ("aiosqlite", "alembic.runtime.migration", "sqlalchemy.engine.Engine"):
        logging.getLogger(name).info("how it works")
        logging.getLogger(name).warning("what went wrong")
    end()
    assert len(lines(tmp_path)) == 3


def test_files_turn_over(tmp_path: Path, start: Start) -> None:
    end = start(max_bytes=2000)
    log = structlog.stdlib.get_logger("bot")
    for number in range(200):
        log.info("event", number=number, filler="x" * 50)
    end()
    files = sorted(file.name for file in tmp_path.iterdir())
    assert files == ["bot.log", *(f"bot.log.{number}" for number in range(1, 6)), "error.log"]
    assert all(file.stat().st_size <= 2000 for file in tmp_path.iterdir())


def test_the_console_gets_the_same_lines(
    tmp_path: Path, start: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    end = start(console=True)
    structlog.stdlib.get_logger("bot").info(f"hello {TOKEN}")
    end()
    assert capsys.readouterr().err == (tmp_path / "bot.log").read_text()


def test_many_threads_lose_nothing(tmp_path: Path, start: Start) -> None:
    end = start()
    log = structlog.stdlib.get_logger("bot")

    def write(thread: int) -> None:
        for number in range(200):
            log.info("event", thread=thread, number=number)

    threads = [threading.Thread(target=write, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    end()
    assert len({line.partition(" event ")[2] for line in lines(tmp_path)}) == 1600


def test_a_flood_is_cut_off_and_said_so(tmp_path: Path) -> None:
    """The disk is a pipe that nobody reads, until the flood is over."""
    os.mkfifo(tmp_path / "bot.log")
    reader = os.open(tmp_path / "bot.log", os.O_RDONLY | os.O_NONBLOCK)
    end = configure_logging(tmp_path, console=False)
    log = structlog.stdlib.get_logger("bot")
    for number in range(12_000):
        log.info("event", number=number, filler="x" * 100)
    text: list[bytes] = []
    room = threading.Event()

    def read() -> None:
        os.set_blocking(reader, True)
        while block := os.read(reader, 65536):
            text.append(block)
            if len(text) > 5:
                room.set()

    thread = threading.Thread(target=read)
    thread.start()
    assert room.wait(60)
    log.info("after the flood")
    end()
    thread.join()
    os.close(reader)
    written = b"".join(text).decode()
    assert "records were dropped" in written
    assert "after the flood" in written


def test_a_folder_is_made_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    configure_logging(tmp_path / "a" / "b", console=False)()
    assert (tmp_path / "a" / "b" / "error.log").exists()
    (tmp_path / "file").touch()
    with pytest.raises(LogFolderError, match="LOG_DIR: cannot write to") as refused:
        configure_logging(tmp_path / "file", console=False)
    assert "\n" not in str(refused.value)
    (tmp_path / "c" / "error.log").mkdir(parents=True)
    with pytest.raises(LogFolderError):
        configure_logging(tmp_path / "c", console=False)


def test_the_end_puts_things_back(tmp_path: Path) -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    end = configure_logging(tmp_path, console=False)
    assert len(root.handlers) == 1
    end()
    end()
    assert (root.handlers, root.level) == before


async def test_what_nobody_caught_in_the_loop_is_logged(tmp_path: Path, start: Start) -> None:
    end = start()
    loop = asyncio.get_running_loop()
    hooks = sys.excepthook, threading.excepthook
    install_exception_hooks(loop)
    try:
        loop.call_soon(int, "not a number")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    finally:
        sys.excepthook, threading.excepthook = hooks
        loop.set_exception_handler(None)
    end()
    text = (tmp_path / "error.log").read_text()
    assert "ValueError: invalid literal" in text


CRASH = """
import sys, threading
from pathlib import Path
from bot.logs.records import configure_logging, install_exception_hooks

configure_logging(Path(sys.argv[1]), console=sys.argv[2] == "console", secrets=[sys.argv[3]])
install_exception_hooks()
thread = threading.Thread(target=lambda: 1 / 0)
thread.start()
thread.join()
raise SystemError("lost with " + sys.argv[3])
"""


@pytest.mark.parametrize("console", ["console", "quiet"])
def test_a_process_that_crashes_leaves_the_whole_story(tmp_path: Path, console: str) -> None:
    process = subprocess.run(
        [sys.executable, "-c", CRASH, str(tmp_path), console, TOKEN],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    text = (tmp_path / "error.log").read_text()
    assert process.returncode == 1
    assert "ZeroDivisionError" in text
    assert "SystemError: lost with <token>" in text
    assert HALF not in text + process.stderr
    assert process.stderr == (text if console == "console" else "")
