"""Clips made once for all, and engines to convert them on."""

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from converter.convert import Observer, Result
from converter.converter import Converter
from converter.errors import ConversionError
from converter.limits import Limits
from converter.request import Request
from tests.support import clips
from tests.support.engines import Engine, containers, unique
from tests.support.waiting import eventually, processes


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A clip of `tests.support.clips` by its name, made when it is first asked for."""
    folder = tmp_path_factory.mktemp("clips")
    made: dict[str, Path] = {}

    def get(name: str) -> Path:
        if name not in made:
            made[name] = clips.make(name, folder)
        return made[name]

    return get


@dataclass(frozen=True, slots=True)
class Bench:
    """Converts files on an engine, and knows that nothing is left behind."""

    engine: Engine
    folder: Path
    instance: str
    base: Path

    def converter(self) -> Converter:
        runner = self.engine.runner(instance=self.instance)
        return Converter(runner, self.base, self.engine.capabilities())

    async def convert(
        self,
        source: Path,
        limits: Limits | None = None,
        observer: Observer | None = None,
        *,
        request: Request | None = None,
    ) -> Result:
        """Convert a file; its output and thumbnail are moved out of the work folder."""
        async with self.converter().open(unique("job")) as conversion:
            await asyncio.to_thread(shutil.copyfile, source, conversion.workspace.input_path)
            result = await conversion.run(request or Request(), limits or Limits(), observer)
            result.path.rename(self.output)
            if result.thumbnail is not None:
                result.thumbnail.rename(self.thumbnail)
        self.assert_clean()
        return result

    async def refuse(self, source: Path, limits: Limits | None = None) -> ConversionError:
        """The error that a file ends in."""
        error = await self.outcome(source, limits)
        assert error is not None, "it was converted"
        return error

    async def outcome(self, source: Path, limits: Limits | None = None) -> ConversionError | None:
        """The error that a file ends in, or None for an output."""
        try:
            await self.convert(source, limits)
        except ConversionError as error:
            self.assert_clean()
            return error
        return None

    @property
    def output(self) -> Path:
        return self.folder / "output.mp4"

    @property
    def thumbnail(self) -> Path:
        return self.folder / "thumbnail.jpg"

    def assert_clean(self) -> None:
        """No file, no process, no container."""
        assert list(self.base.iterdir()) == []
        assert eventually(lambda: not processes(self.base.name), seconds=2)
        if self.engine.name == "docker":
            assert containers(self.instance) == []


@pytest.fixture
def bench_on(tmp_path: Path) -> Callable[[str], Bench]:
    """A bench on the engine of that name."""

    def make(engine: str) -> Bench:
        base = tmp_path / unique("work")
        base.mkdir()
        return Bench(Engine(engine), tmp_path, unique("test"), base)

    return make
