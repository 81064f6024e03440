"""The tool as a person runs it, and what it makes of a converter that misbehaves."""

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from converter.converter import Converter
from converter.engines.capabilities import Capabilities
from converter.engines.runner import Left, Session
from converter.engines.workspace import Workspace
from converter.limits import Limits
from tests.conformance import engine, lost
from tests.conformance.kinds import Kind, Known, examine, read_index
from tests.conformance.look import look
from tests.conformance.made import RIGHT, TOOLS, make, right
from tests.conformance.outcome import How
from tests.conformance.pool import Serve, run
from tests.conformance.row import Row
from tests.conformance.toolbox import Toolbox
from tests.conformance.worker import Orders, Task

ROOT = Path(__file__).resolve().parents[2]


def folder_of_four(folder: Path) -> None:
    """A video, a sound, a text and the beginning of a video, whose index is at its end."""
    inner = folder / "-inner folder"
    inner.mkdir(parents=True)
    (inner / "video.mp4").write_bytes(right().read_bytes())
    (folder / "sound").write_bytes(
        make("sound.ogg", "-c:a", "libvorbis", picture=None).read_bytes()
    )
    (folder / "text.txt").write_text("Nothing to see here.\n" * 20)
    whole = make("index_at_end.mp4", *RIGHT[:-2]).read_bytes()
    (folder / "truncated.mp4").write_bytes(whole[: len(whole) // 2])
    (folder / ".hidden").write_text("not looked at")


def test_a_folder(tmp_path: Path) -> None:
    folder, report = tmp_path / "files", tmp_path / "new" / "report.json"
    folder_of_four(folder)
    argv = [sys.executable, "-m", "tests.conformance", str(folder), "--runner", "host"]
    done = subprocess.run(
        [*argv, "--jobs", "2", "--report", str(report)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["video", "1", "1", "0", "0"] in lines
    assert ["nothing", "to", "convert", "2", "0", "2", "0"] in lines
    assert ["faults:", "crash", "0,", "hang", "0"] in lines
    rows = {row["file"]: row for row in json.loads(report.read_text())["files"]}
    assert list(rows) == ["-inner folder/video.mp4", "sound", "text.txt", "truncated.mp4"]
    assert rows["text.txt"]["code"] == "text"
    assert rows["sound"]["kind"] == "sound"
    assert rows["sound"]["code"] == "no_video"
    assert (rows["sound"]["also"] is not None) is engine.offers("m4a")


def test_a_wrong_call(tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "tests.conformance", str(tmp_path / "nowhere")]
    done = subprocess.run(argv, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 2
    assert "is not a folder" in done.stderr


# --- kinds


def test_kinds_by_decoding(tmp_path: Path) -> None:
    folder_of_four(tmp_path / "files")
    found = {
        path.name: examine(TOOLS, path, None).kind
        for path in (tmp_path / "files").rglob("*")
        if path.is_file()
    }
    assert found["video.mp4"] is Kind.VIDEO
    assert found["sound"] is Kind.SOUND
    assert found["text.txt"] is found["truncated.mp4"] is Kind.NOTHING


def test_a_still_picture_and_a_sealed_video(tmp_path: Path) -> None:
    still = make("still.gif", "-frames:v", "1", sound=None)
    assert examine(TOOLS, still, None).kind is Kind.STILL
    sealed = tmp_path / "sealed.mp4"
    sealed.write_bytes(
        right().read_bytes().replace(b"avc1\0\0\0\0\0\0\0\1", b"encv\0\0\0\0\0\0\0\1")
    )
    assert examine(TOOLS, sealed, Known(Kind.VIDEO, 1.0)).kind is Kind.SEALED
    assert examine(TOOLS, sealed, None).kind is Kind.SEALED


def test_a_playlist_opens_nothing(tmp_path: Path) -> None:
    playlist = tmp_path / "list"
    playlist.write_text(f"#EXTM3U\n#EXTINF:1,\n{right()}\n#EXT-X-ENDLIST\n")
    assert examine(TOOLS, playlist, None).kind is Kind.NOTHING


def test_an_index_is_believed_and_a_strange_one_passed_over(tmp_path: Path) -> None:
    entry = {"file": "a", "kind": "audio", "adec": [0, None, 2.5, 0]}
    index = tmp_path / "index.json"
    index.write_text(json.dumps([entry, {"file": "b", "kind": "strange"}, 3]))
    assert read_index(tmp_path) == {"a": Known(Kind.SOUND, 2.5)}
    for strange in ("{", "3", '{"files": 3}'):
        index.write_text(strange)
        assert read_index(tmp_path) == {}


@pytest.mark.docker
def test_the_image_s_programs_see_the_same() -> None:
    here, there = (look(tools, right(), strictly=True) for tools in (TOOLS, Toolbox(engine.IMAGE)))
    assert here is not None
    assert there is not None
    assert there.complaints == ()
    assert there.picture is not None
    assert here.picture is not None
    assert there.picture.times == here.picture.times
    assert there.sound == here.sound


# --- what must not happen


@dataclass(frozen=True, slots=True)
class _Misbehaving:
    """A runner that hangs, or breaks in a way that nobody foresaw."""

    hangs: bool
    kind: str = "host"
    owner: int | None = None

    @contextlib.asynccontextmanager
    async def open(
        self,
        workspace: Workspace,
        *,
        gpu: object = None,  # noqa: ARG002
    ) -> AsyncIterator[Session]:
        if self.hangs:
            await asyncio.Event().wait()
        yield cast("Session", workspace)  # no session at all

    async def identity(self) -> str:
        return ""

    async def left(self) -> Sequence[Left]:
        return ()

    async def remove(self, left: Left) -> None:
        raise AssertionError(left)


@pytest.mark.parametrize(("hangs", "how"), [(True, How.HANG), (False, How.CRASH)])
async def test_what_is_no_conversion_error_is_counted(
    tmp_path: Path, *, hangs: bool, how: How
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    nothing = Capabilities("7.1", frozenset(), frozenset(), None)
    converter = Converter(_Misbehaving(hangs), work, nothing)
    limits = Limits(timeout=0.1)
    made = await engine.convert(converter, right(), {"target": "mp4"}, limits, tmp_path, slack=0.1)
    assert made.ending.how is how
    assert made.ending.faults == ()


@pytest.mark.parametrize(("serve", "kind"), [(lost.dies, "crash"), (lost.stops, "hang")])
def test_a_worker_that_is_lost_takes_nothing_with_it(serve: Serve, kind: str) -> None:
    tasks = [Task(right(), name, None) for name in ("b", "a")]
    heard: list[Row] = []
    orders = Orders("mp4", "host", "off", Limits(), TOOLS)
    rows = run(tasks, orders, 2, heard.append, serve=serve)
    assert [row.file for row in rows] == ["a", "b"]
    assert len(heard) == 2
    assert {fault.kind for row in rows for fault in row.faults} == {kind}


def test_a_worker_that_can_not_start_is_a_fault_of_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    task = Task(right(), "right.mp4", None)
    rows: list[Row] = run(
        [task], Orders("mp4", "docker", "off", Limits(), TOOLS), 1, lambda _: None
    )
    assert [fault.kind for fault in rows[0].faults] == ["tool"]
    assert "docker" in rows[0].faults[0].detail
