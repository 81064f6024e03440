"""Converts files on an engine, and knows that nothing is left behind."""

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from converter.beside import NOTHING, Beside
from converter.convert import Result
from converter.converter import Converter
from converter.errors import ConversionError
from converter.limits import Limits
from converter.observer import Observer
from converter.request import Request
from tests.support.engines import Engine, containers, unique
from tests.support.waiting import eventually, processes


@dataclass(frozen=True, slots=True)
class Bench:
    """An engine and a folder for what comes out of it."""

    engine: Engine
    folder: Path
    instance: str
    base: Path

    def converter(self) -> Converter:
        """A converter whose work folder is this bench's."""
        runner = self.engine.runner(instance=self.instance)
        return Converter(runner, self.base, self.engine.capabilities())

    async def convert(
        self,
        source: Path,
        limits: Limits | None = None,
        observer: Observer | None = None,
        request: Request | None = None,
        beside: Beside = NOTHING,
    ) -> Result:
        """Convert a file; its output and pictures are moved out of the work folder, where the
        result tells. What came `beside` it may lie anywhere."""
        async with self.converter().open(unique("job")) as conversion:
            folder = conversion.workspace.beside_dir
            await asyncio.to_thread(shutil.copyfile, source, conversion.workspace.input_path)
            beside = replace(
                beside,
                words=_brought(beside.words, folder / "words"),
                picture=_brought(beside.picture, folder / "picture"),
                parts=tuple(
                    Path(shutil.copyfile(part, folder / f"part-{n}"))
                    for n, part in enumerate(beside.parts, 1)
                ),
            )
            wish, bounds = request or Request(), limits or Limits()
            result = await conversion.run(wish, bounds, observer, beside)
            path = self.output.with_suffix(result.path.suffix)
            result.path.rename(path)
            if result.thumbnail is not None:
                result.thumbnail.rename(self.thumbnail)
            if result.cover is not None:
                result.cover.rename(self.cover)
        self.assert_clean()
        return replace(
            result,
            path=path,
            thumbnail=self.thumbnail if result.thumbnail else None,
            cover=self.cover if result.cover else None,
        )

    async def refuse(
        self, source: Path, limits: Limits | None = None, request: Request | None = None
    ) -> ConversionError:
        """The error that a file ends in."""
        error = await self.outcome(source, limits, request)
        assert error is not None, "it was converted"
        return error

    async def outcome(
        self, source: Path, limits: Limits | None = None, request: Request | None = None
    ) -> ConversionError | None:
        """The error that a file ends in, or None for an output."""
        try:
            await self.convert(source, limits, request=request)
        except ConversionError as error:
            self.assert_clean()
            return error
        return None

    @property
    def output(self) -> Path:
        """Where an MP4 was moved to."""
        return self.folder / "output.mp4"

    @property
    def thumbnail(self) -> Path:
        """Where its thumbnail was moved to."""
        return self.folder / "thumbnail.jpg"

    @property
    def cover(self) -> Path:
        """Where the larger picture was moved to."""
        return self.folder / "cover.jpg"

    def assert_clean(self) -> None:
        """No file, no process, no container."""
        assert list(self.base.iterdir()) == []
        assert eventually(lambda: not processes(self.base.name), seconds=2)
        if self.engine.name == "docker":
            assert containers(self.instance) == []


def _brought(file: Path | None, to: Path) -> Path | None:
    return None if file is None else Path(shutil.copyfile(file, to))


BenchOn = Callable[[str], Bench]
ClipOf = Callable[[str], Path]
