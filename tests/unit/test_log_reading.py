"""What the log says of one job: from the end of its files, whole events, never too much."""

from pathlib import Path

import pytest
import structlog

from bot.logs.reading import lines_about
from bot.logs.records import configure_logging

TOKEN = "123456789:" + "A" * 35
log = structlog.get_logger(__name__)


@pytest.mark.parametrize("json", [False, True])
def test_the_events_of_a_job_with_their_tracebacks(tmp_path: Path, json: bool) -> None:
    close = configure_logging(tmp_path, json=json, console=False)
    try:
        for number in range(3):
            log.info("step", job="aaaa", number=number)
            log.info("another's", job="bbbb", about="job=aaaa ")
        log.info("an id that only begins so", job="aaaabbbb")
        log.error("broke", job="aaaa", exc_info=_raised())
        log.info("last", job="bbbb")
    finally:
        close()
    lines = lines_about(tmp_path, "job", "aaaa")
    text = "\n".join(lines)
    assert [f"number={n}" in text or f'"number": {n}' in text for n in range(3)] == [True] * 3
    assert "another's" not in text
    assert "begins so" not in text
    assert text.count("broke") == 1, "bot.log and error.log both have it"
    assert text.index("step") < text.index("broke")
    assert "ValueError" in text
    assert TOKEN not in text
    if not json:
        assert lines[4].startswith("    Traceback")


def _raised() -> Exception:
    try:
        int(f"secret {TOKEN}")
    except ValueError as error:
        return error
    raise AssertionError


def test_a_long_traceback_is_told_by_its_end(tmp_path: Path) -> None:
    frames = "".join(f"      File {n}\n        ~~~^^^\n" for n in range(30))
    (tmp_path / "bot.log").write_text(f"2026-01-01T00:00:00Z error x bad job=a\n{frames}")
    head, cut, *end = lines_about(tmp_path, "job", "a")
    assert head.endswith("bad job=a")
    assert cut == "    …"
    assert end == [f"      File {n}" for n in range(24, 30)]


def test_no_more_than_so_many_lines_the_last(tmp_path: Path) -> None:
    line = "2026-01-01T00:00:{0:02}Z info     x event job=a n={0}\n"
    (tmp_path / "bot.log").write_text("".join(line.format(n) for n in range(60)))
    lines = lines_about(tmp_path, "job", "a", most=5)
    assert [text.rpartition("=")[2] for text in lines] == ["55", "56", "57", "58", "59"]


def test_older_files_are_read_and_blocks_are_joined(tmp_path: Path) -> None:
    (tmp_path / "bot.log.1").write_text("2026-01-01T00:00:00Z info x old job=a\n")
    noise = "2026-01-02T00:00:00Z info x noise job=b\n" * 5000
    (tmp_path / "bot.log").write_text(f"2026-01-01T00:00:01Z info x new job=a\n{noise}")
    (tmp_path / "error.log").write_bytes(b"\xff\xfe\n2026-01-01T00:00:02Z error x bad job=a\n")
    found = [text.split()[3] for text in lines_about(tmp_path, "job", "a")]
    assert found == ["old", "new", "bad"]


def test_only_the_end_of_a_large_file_is_read(tmp_path: Path) -> None:
    with (tmp_path / "bot.log").open("w") as file:
        file.write("2026-01-01T00:00:00Z info x first job=a\n")
        for _ in range(50):
            file.write(("x" * 99 + "\n") * 1000)
        file.write("2026-01-01T00:00:01Z info x last job=a\n")
    assert [text.split()[3] for text in lines_about(tmp_path, "job", "a")] == ["last"]


def test_no_files_have_nothing_to_say(tmp_path: Path) -> None:
    assert lines_about(tmp_path / "nowhere", "job", "a") == []
