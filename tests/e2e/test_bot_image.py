"""The bot's own image: built, started as docs/deploy.md says, converting in containers beside its
own, and stopped."""

from pathlib import Path

import pytest

from standin import StandIn
from tests.support.bot_image import Container, build, containers_made
from tests.support.footage import Footage
from tests.support.running import jobs, remains, until
from tests.support.stage import Stage, greeted, status_of

pytestmark = pytest.mark.docker


@pytest.fixture(scope="session")
def image() -> None:
    """The image, of this working tree."""
    build()


@pytest.fixture
def stage(standin: StandIn, tmp_path: Path) -> Stage:
    """A stage whose bot has its conversions done in containers."""
    return Stage(standin, tmp_path / "bot", runner="docker")


@pytest.mark.timeout(900)  # on a fresh machine packages are fetched first
@pytest.mark.usefixtures("image")
async def test_from_its_own_image_it_converts_in_a_container_beside_its_own(
    stage: Stage, footage: Footage
) -> None:
    async with containers_made() as names, Container.start(stage) as container:
        user = await greeted(stage.standin)
        sent = await user.send_document(footage.quick)
        status = await status_of(user, sent, timeout=60.0)
        result = await user.wait_for_result(timeout=90.0)
        assert result.id == status.id
        assert result.video.supports_streaming
        [job] = jobs(stage)
        await until(lambda: [row.phase for row in jobs(stage)] == ["done"], "the job's end")
        assert job.id in await names()

        assert await container.stop() == 0
        for told in (stage.log(), await container.output()):
            assert "runner=docker" in told
            assert "bot stopped" in told
            assert "[warning" not in told, told
            assert stage.standin.token not in told
        assert stage.log("error.log") == ""
    assert remains(stage) == []
