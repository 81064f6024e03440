"""Clips made once for all, and engines to convert them on."""

from pathlib import Path

import pytest

from tests.support import clips, films
from tests.support.bench import Bench, BenchOn, ClipOf
from tests.support.engines import Engine, unique


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> ClipOf:
    """A clip of `tests.support.clips` or `films` by its name, made when it is first asked for."""
    folder = tmp_path_factory.mktemp("clips")
    made: dict[str, Path] = {}

    def get(name: str) -> Path:
        if name not in made:
            made[name] = (films if name in films.RECIPES else clips).make(name, folder)
        return made[name]

    return get


@pytest.fixture
def bench_on(tmp_path: Path) -> BenchOn:
    """A bench on the engine of that name."""

    def make(engine: str) -> Bench:
        base = tmp_path / unique("work")
        base.mkdir()
        return Bench(Engine(engine), tmp_path, unique("test"), base)

    return make
