"""The choice of an engine, and what an operator is told when there is none."""

import subprocess
import sys
from pathlib import Path

import pytest

from converter.engines import docker_runner
from converter.engines.capabilities import Capabilities
from converter.engines.keeper import living
from converter.opening import EngineOptions, OpeningError, choose_runner, open_converter
from tests.support.engines import IMAGE
from tests.support.stub_gpu import WITHOUT_CARD


def keeper_names(data: Path) -> frozenset[str]:
    return living(EngineOptions(data).keepers_dir)


ROOT = Path(__file__).parents[2]


async def test_a_converter_of_the_host(tmp_path: Path) -> None:
    opened = await open_converter(EngineOptions(tmp_path, runner="host"))
    assert opened.converter.runner.kind == "host"
    assert [warned.event for warned in opened.warnings] == ["conversions run on the host"]
    assert "container" in opened.warnings[0].facts["without"]
    assert isinstance(opened.converter.capabilities, Capabilities)
    keeper = opened.converter.keeper
    assert keeper is not None
    assert opened.converter.base == tmp_path / "work" / keeper.name
    opened.converter.close()
    assert keeper_names(tmp_path) == frozenset()


async def test_what_a_dead_process_left_is_gone(tmp_path: Path) -> None:
    (tmp_path / "work" / "old-1").mkdir(parents=True)
    opened = await open_converter(EngineOptions(tmp_path, runner="host", gpu="off"))
    assert opened.orphans == 1
    assert not (tmp_path / "work" / "old-1").exists()
    assert opened.converter.prover is None


@pytest.mark.docker
async def test_containers_go_before_the_host(tmp_path: Path) -> None:
    runner, warnings = await choose_runner(EngineOptions(tmp_path, image=IMAGE))
    assert (runner.kind, warnings) == ("docker", ())


@pytest.mark.docker
async def test_an_image_name_that_is_none_is_no_matter_of_the_engine() -> None:
    found = await docker_runner.fault("UPPER")
    assert found is not None
    assert found.cure == "correct FFMPEG_IMAGE"


@pytest.mark.parametrize(
    ("stderr", "host", "cure"),
    [
        ("permission denied while trying to connect\n", "", "add this user to the group docker"),
        ("Cannot connect to the Docker daemon\n", "", "start the engine"),
        ("dial tcp: lookup nowhere: no such host\n", "tcp://nowhere:1", "does DOCKER_HOST lead"),
        ("", "", "start the engine"),
    ],
)
def test_advice_fits_what_docker_says(
    stderr: str, host: str, cure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DOCKER_CONTEXT", raising=False)
    monkeypatch.setenv("DOCKER_HOST", host)
    assert docker_runner.no_engine(stderr).cure.startswith(cure)


async def test_without_the_image_the_host_converts_and_says_why(tmp_path: Path) -> None:
    runner, warnings = await choose_runner(EngineOptions(tmp_path, image="no-such-image:1"))
    assert runner.kind == "host"
    assert [warned.event for warned in warnings] == ["no docker", "conversions run on the host"]


async def test_docker_or_nothing(tmp_path: Path) -> None:
    options = EngineOptions(tmp_path, runner="docker", image="no-such-image:1")
    with pytest.raises(OpeningError, match="RUNNER=docker, but"):
        await open_converter(options)


async def test_nothing_to_convert_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(OpeningError, match="Docker: docker is not installed; install it"):
        await choose_runner(EngineOptions(tmp_path))


@WITHOUT_CARD
async def test_a_required_card_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OpeningError, match="GPU=required"):
        await open_converter(EngineOptions(tmp_path, runner="host", gpu="required"))


def test_neither_the_library_nor_the_doctor_imports_a_messenger() -> None:
    script = (
        "import sys, converter.opening, bot.conversions, bot.cli.doctor.command;"
        "sys.exit('aiogram' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)
