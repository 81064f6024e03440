"""What a conversion wrote is taken out of its reach, and only if it is a file."""

from pathlib import Path

import pytest

from converter.engines.workspace import Workspace
from converter.errors import Failed


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
