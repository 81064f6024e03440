"""`telegram_bot.py convert`: exit statuses, what it prints, and what it leaves."""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

from bot.cli.convert import Manner, convert_files
from tests.support import junk
from tests.support.footage import Footage
from tests.support.stage import ROOT


@dataclass(frozen=True, slots=True)
class Ended:
    """How the program ended and what it printed."""

    status: int
    out: str
    err: str


async def convert(*arguments: str | Path, **variables: str) -> Ended:
    """Run it on this host's ffmpeg, or as `variables` say."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, str(ROOT / "telegram_bot.py"), "convert", *map(str, arguments)),
        env={**kept, "RUNNER": "host", "GPU": "off", **variables},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await program.communicate()
    return Ended(program.returncode or 0, out.decode(), err.decode())


def listing(folder: Path) -> list[str]:
    """Names in a folder, hidden ones too."""
    return sorted(path.name for path in folder.iterdir())


async def test_a_file_is_converted_beside_itself_or_to_where_it_is_told(
    footage: Footage, tmp_path: Path
) -> None:
    source = tmp_path / "clip.avi"
    source.write_bytes(footage.quick.read_bytes())
    beside, told = await asyncio.gather(
        convert(source), convert(footage.remux, tmp_path / "new" / "out.mp4", "--json")
    )
    assert (beside.status, beside.err) == (0, "")
    assert beside.out.startswith(f"{tmp_path / 'clip.mp4'}: encode (")
    assert (tmp_path / "clip.mp4").stat().st_size > 1000
    assert (told.status, told.err) == (0, "")
    facts = json.loads(told.out)
    output = tmp_path / "new" / "out.mp4"
    assert facts["output"] == str(output)
    assert (facts["path"], facts["device"]) == ("remux", "cpu")
    assert facts["before"]["bytes"] == footage.remux.stat().st_size
    assert facts["after"]["bytes"] == output.stat().st_size
    assert (facts["after"]["width"], facts["after"]["height"]) == (320, 240)
    assert listing(tmp_path) == ["clip.avi", "clip.mp4", "new"]
    assert listing(tmp_path / "new") == ["out.mp4"]


@pytest.fixture
def command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Ended]]:
    """The same command in this process, which has imported everything already."""

    def run(
        source: Path,
        output: Path,
        wishes: dict[str, str] | None = None,
        *,
        as_json: bool = False,
        **variables: str,
    ) -> Ended:
        for name, value in {"RUNNER": "host", "GPU": "off", **variables}.items():
            monkeypatch.setenv(name, value)
        manner = Manner(as_json=as_json, force=True)
        status = convert_files([source, output], wishes or {}, manner)
        printed = capsys.readouterr()
        return Ended(status, printed.out, printed.err)

    yield run
    structlog.reset_defaults()


def test_what_is_no_video_is_refused_with_its_code_and_sentence(
    command: Callable[..., Ended], tmp_path: Path
) -> None:
    pdf, output = junk.make("pdf", tmp_path), tmp_path / "out.mp4"
    told = "pdf: This is a PDF, not a video.\n"
    assert command(pdf, output) == Ended(3, "", told)
    refused = command(pdf, output, as_json=True)
    assert (refused.status, refused.err) == (3, told)
    assert json.loads(refused.out) == {
        "input": str(pdf),
        "error": "pdf",
        "message": "This is a PDF, not a video.",
    }
    assert listing(tmp_path) == ["pdf"]


def test_wrong_arguments_are_told_from_failures(
    command: Callable[..., Ended], footage: Footage, tmp_path: Path
) -> None:
    source, output = tmp_path / "clip.mp4", tmp_path / "out.mp4"
    source.write_bytes(footage.fine.read_bytes())
    link = tmp_path / "link.mp4"
    link.symlink_to(source)
    assert command(source, link) == Ended(2, "", "usage: IN and OUT are the same file\n")
    missing = command(tmp_path / "nothing.avi", output)
    assert missing == Ended(2, "", f"usage: {tmp_path / 'nothing.avi'} is not a file\n")
    setting = command(source, output, RUNNER="cloud")
    assert setting.status == 2
    assert "RUNNER: got 'cloud'" in setting.err
    failed = command(source, output, RUNNER="docker", FFMPEG_IMAGE="no-such-image:1")
    assert failed.status == 4
    assert failed.err.startswith("engine: RUNNER=docker, but ")
    assert source.read_bytes() == footage.fine.read_bytes()
    assert listing(tmp_path) == ["clip.mp4", "link.mp4"]


def test_a_conversion_that_fails_leaves_no_part_of_a_file(
    command: Callable[..., Ended], footage: Footage, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "old.mp4").write_text("the old one")
    slow = command(footage.slow, folder / "old.mp4", CONVERSION_TIMEOUT="1")
    assert (slow.status, slow.err) == (
        4,
        "timed_out: It takes longer than 1 s, the limit for one video. Send a shorter piece.\n",
    )
    assert listing(folder) == ["old.mp4"]
    assert (folder / "old.mp4").read_text() == "the old one"


def test_an_output_that_can_not_be_written_is_told_before_any_work(
    command: Callable[..., Ended], footage: Footage, tmp_path: Path
) -> None:
    """Nothing runs: the image that could is not even there."""
    source = tmp_path / "clip.mkv"
    source.write_bytes(footage.remux.read_bytes())
    (tmp_path / "box" / "clip.mp4").mkdir(parents=True)
    reasons = {
        tmp_path / "box": f"{tmp_path / 'box' / 'clip.mp4'} can't be written: it is a folder",
        source / "out.mp4": f"{source / 'out.mp4'} can't be written: Not a directory",
        Path("/proc/no/out.mp4"): "/proc/no/out.mp4 can't be written: No such file or directory",
        tmp_path / f"{'x' * 300}.mp4": f"{'x' * 300}.mp4: File name too long",
    }
    for output, reason in reasons.items():
        told = command(source, output, RUNNER="docker", FFMPEG_IMAGE="no-such-image:1")
        assert told.status == 2
        assert told.err.startswith("usage: ")
        assert told.err.endswith(f"{reason}\n")
    assert listing(tmp_path) == ["box", "clip.mkv"]
    assert listing(tmp_path / "box" / "clip.mp4") == []


def test_a_result_is_called_as_the_file_was(
    command: Callable[..., Ended], footage: Footage, tmp_path: Path
) -> None:
    names = {
        "v1.0 demo": "v1.0 demo.mp4",
        "می\u200cخواهم 👩\u200d👧.mkv": "می\u200cخواهم 👩\u200d👧.mp4",
    }
    longest = f"{'é' * 125}.mkv"
    for name in (*names, longest):
        (tmp_path / name).write_bytes(footage.remux.read_bytes())
    out = tmp_path / "out"
    out.mkdir()
    for name in (*names, longest):
        assert command(tmp_path / name, out).status == 0
    assert listing(out) == sorted([*names.values(), f"{'é' * 100}.mp4"])


async def test_an_option_that_means_nothing_is_refused(footage: Footage, tmp_path: Path) -> None:
    refused, wrong = await asyncio.gather(
        convert(footage.remux, tmp_path / "out.m4a", "--height", "480"),
        convert(footage.remux, tmp_path / "out.mp4", "--from", "soon", "--json"),
    )
    assert (refused.status, refused.err) == (2, "usage: --height means nothing for m4a.\n")
    told = json.loads(wrong.out)
    assert (wrong.status, told["error"]) == (2, "usage")
    assert told["message"] == "--from takes a time such as 90, 1:30.5 or 1:02:03"
    assert listing(tmp_path) == []


def test_a_wish_that_the_file_can_not_grant_is_told_in_its_flags(
    command: Callable[..., Ended], footage: Footage, tmp_path: Path
) -> None:
    late = command(footage.remux, tmp_path / "out.mp4", {"start": "5:00"})
    assert late.status == 3
    assert late.err.startswith("bad_request: --from lies outside of the file, which is ")
    absent = command(footage.remux, tmp_path / "out.mp4", {"audio": "7"})
    assert absent.err.startswith("no_track: There is no sound track 7 in this file; there are: 1 ")
