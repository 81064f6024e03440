"""What a conversion wrote is taken out of its reach, and only if it is a file."""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from converter.engines.workspace import Workspace
from converter.errors import Code, Failed

ROOT = Path(__file__).parents[2]


async def test_a_file_is_taken(tmp_path: Path) -> None:
    workspace = await Workspace.create(tmp_path, "job")
    (workspace.output_dir / "partial").write_bytes(b"film")
    taken = workspace.take("partial", "output.mp4")
    assert taken.read_bytes() == b"film"
    assert workspace.output_dir not in taken.parents
    assert list(workspace.output_dir.iterdir()) == []


async def test_a_link_is_not(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("of the host")
    workspace = await Workspace.create(tmp_path, "job")
    (workspace.output_dir / "partial").symlink_to(secret)
    with pytest.raises(Failed):
        workspace.take("partial", "output.mp4")
    assert not list(workspace.result_dir.iterdir())
    assert secret.read_text() == "of the host"


async def test_the_input_itself_may_be_the_result(tmp_path: Path) -> None:
    workspace = await Workspace.create(tmp_path, "job")
    workspace.input_path.write_bytes(b"film")
    assert workspace.keep_input("output.mp4").read_bytes() == b"film"
    # Where the conversion can write there is no way to the person's own file.
    assert list(workspace.output_dir.iterdir()) == []


async def test_an_input_that_can_not_be_linked_is_copied(
    tmp_path: Path, another_drive: Path
) -> None:
    workspace = await Workspace.create(tmp_path, "job")
    workspace.input_path.write_bytes(b"film" * 1_000_000)
    workspace.result_dir.rmdir()
    workspace.result_dir.symlink_to(another_drive)
    with pytest.raises(OSError, match="cross-device"):
        os.link(workspace.input_path, another_drive / "link")
    (workspace.result_dir / "output.mp4").write_bytes(b"of an earlier plan")
    kept = workspace.keep_input("output.mp4")
    assert kept.read_bytes() == workspace.input_path.read_bytes()
    assert [path.name for path in workspace.result_dir.iterdir()] == ["output.mp4"]


@pytest.fixture
def another_drive(tmp_path: Path) -> Iterator[Path]:
    """A folder of another file system than `tmp_path`'s."""
    shared = Path("/dev/shm")
    if not shared.is_dir() or shared.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system to write to")
    with tempfile.TemporaryDirectory(dir=shared) as folder:
        yield Path(folder)


KEEP = """
import sys
from pathlib import Path
from converter.engines.workspace import Workspace
from converter.errors import Unavailable

workspace = Workspace(Path(sys.argv[1]))
try:
    workspace.keep_input("output.mp4")
except Unavailable as error:
    print(error.code, *workspace.result_dir.iterdir())
"""


async def test_a_drive_that_is_full_is_told_as_such(tmp_path: Path) -> None:
    """The results' folder is a drive of 64 kB, which bubblewrap makes without any rights."""
    workspace = await Workspace.create(tmp_path, "job")
    workspace.input_path.write_bytes(b"film" * 100_000)
    full = ["--size", "65536", "--tmpfs", str(workspace.result_dir)]
    told = await asyncio.to_thread(
        subprocess.run,
        ["bwrap", "--dev-bind", "/", "/", *full, sys.executable, "-c", KEEP, str(workspace.root)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert told.stdout == f"{Code.DISK_FULL}\n"
