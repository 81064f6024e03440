"""Orphans on a machine where several processes share a data folder, on real engines with real
processes that are killed."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.jobs.answers import Accepted
from bot.jobs.model import Job, NewJob, Phase, Source
from bot.jobs.processes.living import StoredLiving, of_places, place_of
from bot.jobs.store.admission import Terms
from bot.jobs.store.store import JobStore
from bot.jobs.work.orphans import swept
from converter.converter import Converter
from converter.engines import keeper
from converter.engines.keeper import Keeper
from converter.errors import Unavailable
from converter.opening import EngineOptions, instance_of, open_converter
from converter.sweeping import Sweeper
from tests.support.clock import Clock
from tests.support.engines import DOCKER, IMAGE, containers
from tests.support.running import until

ROOT = Path(__file__).parents[2]
JOB = "0123456789abcdef-1"
EVERY = (DOCKER, "host")


class Moment:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Word:
    """What is known of attempts, as a test says it."""

    said: bool | None = True

    async def __call__(self, name: str) -> bool | None:
        return self.said if name == JOB else None


@dataclass(frozen=True)
class Squatter:
    """Another process, with a workspace that is open."""

    process: asyncio.subprocess.Process
    keeper: str

    async def killed(self) -> None:
        self.process.kill()
        await self.process.wait()


@contextlib.asynccontextmanager
async def squatter(data: Path, runner: str, name: str) -> AsyncIterator[Squatter]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.squatter", str(data), runner, name),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        line = await process.stdout.readline()
        assert line, "it ended"
        yield Squatter(process, line.decode().strip())
    finally:
        if process.returncode is None:
            process.kill()
            # What its container still held of the folder goes with it.
            await process.wait()


@contextlib.asynccontextmanager
async def opened(data: Path, runner: str) -> AsyncIterator[Converter]:
    options = EngineOptions(data, runner=runner, image=IMAGE, gpu="off")  # type: ignore[arg-type]  # the test's word
    converter = (await open_converter(options)).converter
    try:
        yield converter
    finally:
        converter.close()


def places(data: Path) -> list[str]:
    """Workspaces that are there, by their keepers and names."""
    work = data / "work"
    return sorted(str(path.relative_to(work)) for path in work.glob("*/*"))


def live_containers(data: Path, runner: str) -> int:
    return len(containers(instance_of(data))) if runner == "docker" else 0


# --- keepers


async def test_a_keeper_lives_as_long_as_its_process(tmp_path: Path) -> None:
    keepers = EngineOptions(tmp_path).keepers_dir
    assert keeper.living(keepers) == frozenset()
    async with squatter(tmp_path, "host", "look-1") as other:
        mine = Keeper.take(keepers)
        assert keeper.living(keepers) == {mine.name, other.keeper}
        await other.killed()
        assert keeper.living(keepers) == {mine.name}
        assert not (keepers / other.keeper).exists(), "forgotten"
    mine.release()
    mine.release()
    assert list(keepers.iterdir()) == []


def test_nobody_takes_one_that_is_being_born_for_dead(tmp_path: Path) -> None:
    (tmp_path / ".unborn").touch()
    assert keeper.living(tmp_path) == frozenset()
    assert (tmp_path / ".unborn").exists()
    os.utime(tmp_path / ".unborn", (0, 0))
    assert keeper.living(tmp_path) == frozenset()
    assert not (tmp_path / ".unborn").exists(), "its process died long ago"


# --- what goes and what stays


@pytest.mark.parametrize("runner", EVERY)
async def test_what_a_dead_process_had_goes_and_what_a_living_one_has_stays(
    tmp_path: Path, runner: str
) -> None:
    kept = tmp_path / "kept"
    async with opened(tmp_path, runner) as converter:
        sweeper = Sweeper(converter, Word(None), places=[kept])
        async with (
            squatter(tmp_path, runner, "look-1") as dies,
            squatter(tmp_path, runner, JOB) as lives,
            converter.open("own-1"),
        ):
            for name in (dies.keeper, lives.keeper):
                (kept / name).mkdir(parents=True)
                (kept / name / "file").touch()
            (kept / "of an old version").touch()
            here = {f"{dies.keeper}/look-1", f"{lives.keeper}/{JOB}"}
            assert here < set(places(tmp_path))
            await sweeper.sweep()
            assert here < set(places(tmp_path)), "nothing that lives was touched"
            await dies.killed()
            assert await sweeper.sweep() > 0
            assert [place for place in places(tmp_path) if place.startswith(dies.keeper)] == []
            assert f"{lives.keeper}/{JOB}" in places(tmp_path)
            assert [path.name for path in kept.iterdir()] == [lives.keeper]
            if runner == "docker":
                # The one that lives, and our own, which may be starting still.
                names = containers(instance_of(tmp_path))
                assert any(name.endswith(JOB) for name in names)
                assert not any(name.endswith("look-1") for name in names)
            assert lives.process.returncode is None
    await until(lambda: not live_containers(tmp_path, runner), "the end of containers")


@pytest.mark.parametrize("runner", EVERY)
async def test_a_start_spares_what_lives(tmp_path: Path, runner: str) -> None:
    async with squatter(tmp_path, runner, JOB) as other:
        async with opened(tmp_path, runner):
            assert places(tmp_path) == [f"{other.keeper}/{JOB}"]
            assert live_containers(tmp_path, runner) == (1 if runner == "docker" else 0)
        await other.killed()
        async with opened(tmp_path, runner):
            assert places(tmp_path) == []
            await until(lambda: not live_containers(tmp_path, runner), "the container's end")


@pytest.mark.parametrize("runner", EVERY)
async def test_an_attempt_that_was_overtaken_goes_although_its_process_lives(
    tmp_path: Path, runner: str
) -> None:
    moment, word = Moment(), Word(True)
    async with opened(tmp_path, runner) as converter, squatter(tmp_path, runner, JOB) as zombie:
        os.kill(zombie.process.pid, signal.SIGSTOP)
        sweeper = Sweeper(converter, word, grace=10.0, clock=moment)
        assert await sweeper.sweep() == 0
        word.said = False
        assert await sweeper.sweep() == 0, "it may be clearing away by itself"
        assert sweeper.suspicious
        moment.now = 9.9
        assert await sweeper.sweep() == 0
        word.said = True
        assert await sweeper.sweep() == 0, "a moment's doubt"
        word.said, moment.now = False, 20.0
        assert await sweeper.sweep() == 0
        moment.now = 30.0
        assert await sweeper.sweep() > 0
        assert places(tmp_path) == []
        assert live_containers(tmp_path, runner) == 0
        assert await sweeper.sweep() == 0
        assert not sweeper.suspicious


async def test_what_we_lost_sight_of_goes_after_a_while(tmp_path: Path) -> None:
    moment = Moment()
    async with opened(tmp_path, "host") as converter:
        sweeper = Sweeper(converter, Word(True), grace=10.0, clock=moment)
        (converter.base / JOB).mkdir(parents=True)
        assert await sweeper.sweep() == 0
        moment.now = 10.0
        async with converter.open(JOB):
            assert await sweeper.sweep() == 0, "it is open by now"
        (converter.base / JOB).mkdir()
        assert await sweeper.sweep() == 0
        moment.now = 20.0
        assert await sweeper.sweep() == 1
        assert places(tmp_path) == []


@pytest.mark.parametrize("runner", EVERY)
async def test_sweeps_race_live_attempts_and_spare_them(tmp_path: Path, runner: str) -> None:
    """Attempts come and go while two processes' sweepers do nothing but sweep, without grace."""
    over = asyncio.Event()

    async def sweep(converter: Converter) -> None:
        sweeper = Sweeper(converter, Word(True), grace=0.0)
        while not over.is_set():
            await sweeper.sweep()
            await asyncio.sleep(0)

    async with opened(tmp_path, runner) as one, opened(tmp_path, runner) as other:
        sweeping = [asyncio.create_task(sweep(converter)) for converter in (one, other)]
        for number in range(3 if runner == "docker" else 30):
            async with one.open(f"look-{number}") as first, other.open(f"try-{number}") as second:
                for conversion in (first, second):
                    conversion.workspace.input_path.write_bytes(b"film")
                    done = await conversion.session.run(["cat", "/dev/null"])
                    assert done.returncode == 0
                    assert conversion.workspace.input_path.read_bytes() == b"film"
        over.set()
        await asyncio.gather(*sweeping)
    assert places(tmp_path) == []


@pytest.mark.docker
async def test_without_an_engine_folders_go_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path, "docker") as converter:
        (tmp_path / "work" / "dead" / JOB).mkdir(parents=True)
        monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody.sock")
        with pytest.raises(Unavailable):
            await Sweeper(converter, Word()).sweep()
        assert places(tmp_path) == []


# --- what the database says


async def taken(store: JobStore) -> Job:
    answer = await store.add(NewJob("1", "1", "1", "en", Source("f", "u", "a", 1)), Terms(5))
    assert isinstance(answer, Accepted)
    job = await store.take()
    assert job is not None
    return job


async def test_an_attempt_lives_as_long_as_it_holds_its_job(store: JobStore, clock: Clock) -> None:
    lives = of_places(StoredLiving(store.transactions))
    job = await taken(store)
    assert await lives(place_of(job)) is True
    await store.advance(job, Phase.CONVERTING)
    assert await lives(place_of(job)) is True
    assert await lives(f"{job.id}-{job.attempt + 1}") is False
    assert await lives("ffffffffffffffff-1") is False
    clock.move(seconds=31)
    assert await lives(place_of(job)) is False, "its lease ran out"
    await store.renew(job)
    assert await lives(place_of(job)) is True
    await store.put_back(job, failed=False)
    assert await lives(place_of(job)) is False
    again = await store.take()
    assert again is not None
    assert await lives(place_of(again)) is True
    assert await lives(place_of(job)) is False, "overtaken"
    await store.cancel(job.id)
    assert await lives(place_of(again)) is False


@pytest.mark.parametrize("name", ["look-a1b2-c3d4e5", "probe-engine-1", "0123-1", f"{JOB}-2"])
async def test_what_is_no_attempt_is_told_as_such(store: JobStore, name: str) -> None:
    assert await of_places(StoredLiving(store.transactions))(name) is None


# --- while a bot runs


async def test_a_bot_that_runs_removes_what_another_left(tmp_path: Path) -> None:
    async with opened(tmp_path, "host") as converter:
        async with squatter(tmp_path, "host", JOB) as dies:
            await dies.killed()
        assert places(tmp_path) != []
        async with swept(Sweeper(converter, Word(True))):
            await until(lambda: places(tmp_path) == [], "the end of what is nobody's")
