"""The machine around a conversion: a strict umask, a wrapper script in front of ffmpeg."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from converter.convert import Result
from converter.engines.host_runner import find_tools
from converter.planning.plan import Action
from tests.support.engines import DOCKER


class Bench(Protocol):
    """What `bench_on` of conftest gives."""

    async def convert(self, source: Path) -> Result: ...


@pytest.fixture
def strict_umask() -> Iterator[None]:
    """What we write is for nobody else."""
    before = os.umask(0o077)
    yield
    os.umask(before)


@pytest.mark.usefixtures("strict_umask")
@pytest.mark.parametrize("engine", [DOCKER, "bwrap"])
async def test_a_strict_umask_hides_no_input_from_the_conversion(
    engine: str, bench_on: Callable[[str], Bench], clip: Callable[[str], Path]
) -> None:
    result = await bench_on(engine).convert(clip("avi"))
    assert result.plan.action is Action.ENCODE


def test_a_script_called_ffmpeg_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ffmpeg", "ffprobe"):
        wrapper = tmp_path / name
        wrapper.write_text("#!/usr/bin/env python3\n")
        wrapper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    tools = find_tools()
    assert tools is not None
    assert tools.ffmpeg.parent != tmp_path
    assert tools.ffprobe.parent != tmp_path
