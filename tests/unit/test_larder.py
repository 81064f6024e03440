"""Files that are kept for a while: what is there, for how long, and how much of it at most."""

from pathlib import Path

import pytest

from bot.jobs.work.larder import Larder


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def make(folder: Path, name: str, size: int) -> Path:
    path = folder / name
    path.write_bytes(b"x" * size)
    return path


def kept(folder: Path) -> int:
    """Bytes in the larder's folder."""
    return sum(path.stat().st_size for path in folder.iterdir())


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_what_is_kept_can_be_had_until_its_time_is_over(tmp_path: Path) -> None:
    clock, folder = Clock(), tmp_path / "kept"
    larder = Larder(folder, 1000, seconds=900, clock=clock)
    async with larder.in_use():
        path = make(tmp_path, "a", 400)
        assert await larder.keep("a", path)
        path.unlink()
        clock.now += 899
        larder.sweep()
        assert await larder.fetch("a", tmp_path / "again") == 400
        assert (tmp_path / "again").read_bytes() == b"x" * 400
        clock.now += 1
        larder.sweep()
        assert await larder.fetch("a", tmp_path / "later") is None
        assert kept(folder) == 0
        assert (tmp_path / "again").exists(), "what was fetched is the fetcher's"


async def test_the_oldest_makes_room_and_too_much_is_not_kept(tmp_path: Path) -> None:
    clock, folder = Clock(), tmp_path / "kept"
    larder = Larder(folder, 1000, clock=clock)
    async with larder.in_use():
        for name in ("a", "b", "c"):
            assert await larder.keep(name, make(tmp_path, name, 400))
            clock.now += 1
            assert kept(folder) <= 1000
        assert not await larder.keep("d", make(tmp_path, "d", 1001))
        found = [await larder.fetch(name, tmp_path / "x") for name in "abcd"]
        assert found == [None, 400, 400, None]


async def test_the_same_file_is_kept_once_and_its_time_begins_anew(tmp_path: Path) -> None:
    clock, folder = Clock(), tmp_path / "kept"
    larder = Larder(folder, 1000, seconds=10, clock=clock)
    async with larder.in_use():
        path = make(tmp_path, "a", 600)
        assert await larder.keep("a", path)
        clock.now += 9
        assert await larder.keep("a", path)
        assert kept(folder) == 600
        clock.now += 9
        larder.sweep()
        assert await larder.fetch("a", tmp_path / "x") == 600


async def test_only_while_it_is_here_can_an_offered_file_be_kept(tmp_path: Path) -> None:
    larder = Larder(tmp_path / "kept", 1000)
    async with larder.in_use():
        path = make(tmp_path, "a", 10)
        assert not await larder.keep_offered("a")
        with larder.offered("a", path):
            assert await larder.keep_offered("a")
        assert not await larder.keep_offered("a")
        assert await larder.fetch("a", tmp_path / "x") == 10


@pytest.mark.parametrize("unique_id", ["", "../../etc/passwd", "a/b", "\u202e🎬" * 100])
async def test_whatever_a_file_is_called_it_stays_in_there(tmp_path: Path, unique_id: str) -> None:
    folder = tmp_path / "kept"
    larder = Larder(folder, 1000)
    async with larder.in_use():
        stays = await larder.keep(unique_id, make(tmp_path, "a", 10))
        assert stays == bool(unique_id)
        assert len(list(folder.iterdir())) == int(stays)
        assert names(tmp_path) == ["a", "kept"]


async def test_nothing_stays_after_the_end_and_nothing_of_a_dead_process(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    make(folder, "old", 10)
    larder = Larder(folder, 1000)
    async with larder.in_use():
        assert kept(folder) == 0
        assert await larder.keep("a", make(tmp_path, "a", 10))
    assert not folder.exists()


async def test_a_file_that_vanished_is_downloaded_again(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    larder = Larder(folder, 1000)
    async with larder.in_use():
        assert await larder.keep("a", make(tmp_path, "a", 10))
        for path in folder.iterdir():
            path.unlink()
        assert await larder.fetch("a", tmp_path / "x") is None
        assert not await larder.keep("b", tmp_path / "never was")
