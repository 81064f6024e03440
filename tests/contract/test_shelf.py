"""The shelf: results that the messenger has, whose they are, and what they are good for."""

from dataclasses import replace
from typing import Any

import pytest

from bot.jobs.answers import Accepted
from bot.jobs.made import Kept, Made, Sent
from bot.jobs.model import KEEP_FINISHED, Job, NewJob, Phase, Source
from bot.jobs.store.admission import Terms
from bot.jobs.store.archive import Archive
from bot.jobs.store.store import PURGE_EVERY, JobStore
from bot.jobs.work.delivery import Course
from bot.jobs.work.ready import Ready
from bot.jobs.work.shelf import Offer, Shelf
from bot.storage.errors import StorageError
from converter.planning.plan import Action, Device
from converter.request import Request
from tests.support.clock import Clock

MADE = Made("mp4", Action.ENCODE, Device.CPU, 2.5, 10, 5, (), 3.0, 0.0, True, True, True)
VIDEO = Sent("FILE", "video", named=True, as_meant=True)
NOTE = Sent("NOTE", "video_note", named=False, as_meant=True)
RECIPE = "1.0/6.1/50"
ANY = ("video", "document", "video_note")


@pytest.fixture
def clock() -> Clock:
    return Clock(step=1.0)


@pytest.fixture
def shelf(store: JobStore, clock: Clock) -> Shelf:
    return shelf_of(store, clock)


def shelf_of(store: JobStore, clock: Clock, *, bot: str = "7", recipe: str = RECIPE) -> Shelf:
    return Shelf(store.transactions, {"telegram": bot}, recipe, clock)


class Asked:
    """Makes jobs, each of a message of its own."""

    def __init__(self, store: JobStore) -> None:
        self._store = store
        self._messages = 0

    async def __call__(
        self,
        user: str = "1",
        *,
        name: str = "film.avi",
        unique: str = "U",
        request: Request | None = None,
        as_file: bool = False,
    ) -> Job:
        self._messages += 1
        source = Source(f"in-{self._messages}", unique, name, 10)
        new = NewJob(user, user, str(self._messages), "en", source, request or Request())
        answer = await self._store.add(replace(new, as_file=as_file), Terms(99))
        assert isinstance(answer, Accepted)
        # Ended at once, so that the same may be asked for again.
        job = await self._store.take()
        assert job is not None
        return await self._store.finish(job, Phase.DONE)


@pytest.fixture
def asked(store: JobStore) -> Asked:
    return Asked(store)


async def test_the_same_again_is_found_by_anybody(shelf: Shelf, asked: Asked) -> None:
    first = await asked()
    assert await shelf.find(first) is None
    await shelf.keep(first, VIDEO, MADE)
    assert await shelf.find(await asked("2")) == Kept("FILE", "video", MADE)
    assert await shelf.find(await asked("1")) == Kept("FILE", "video", MADE)


async def test_whatever_differs_is_not_found(
    store: JobStore, shelf: Shelf, asked: Asked, clock: Clock
) -> None:
    await shelf.keep(await asked(), VIDEO, MADE)
    assert await shelf.find(await asked("2", unique="another")) is None
    assert await shelf.find(await asked("2", request=Request(height=480))) is None
    assert await shelf.find(await asked("2", as_file=True)) is None
    same = await asked("3")
    assert await shelf_of(store, clock, bot="8").find(same) is None
    assert await shelf_of(store, clock, recipe="1.1/6.1/50").find(same) is None
    assert await shelf.find(same) is not None


async def test_a_file_without_a_lasting_name_is_never_found(shelf: Shelf, asked: Asked) -> None:
    nameless = await asked(unique="")
    await shelf.keep(nameless, VIDEO, MADE)
    assert await shelf.find(await asked("2", unique="")) is None
    await shelf.forget(nameless)
    assert [offer.job_id for offer in await shelf.offers("telegram", "1", ANY, 9)] == [nameless.id]


async def test_a_name_that_is_seen_must_be_ones_own(shelf: Shelf, asked: Asked) -> None:
    await shelf.keep(await asked(name="secret.avi"), VIDEO, MADE)
    assert await shelf.find(await asked("2")) is None
    assert await shelf.find(await asked("2", name="secret.mov")) is not None
    circle = Request(target="note")
    await shelf.keep(await asked(name="secret.avi", request=circle), NOTE, MADE)
    assert await shelf.find(await asked("2", request=circle)) == Kept("NOTE", "video_note", MADE)


@pytest.mark.parametrize(
    ("sent", "made"),
    [(VIDEO, replace(MADE, whole=False)), (replace(VIDEO, as_meant=False), MADE)],
    ids=["something is lacking", "a plainer kind"],
)
async def test_what_is_good_for_its_owner_alone(
    sent: Sent, made: Made, shelf: Shelf, asked: Asked
) -> None:
    job = await asked()
    await shelf.keep(job, sent, made)
    assert await shelf.find(await asked("2")) is None
    assert await shelf.find(await asked("1")) is None
    assert await shelf.offer("telegram", "1", job.id) is not None


async def test_one_owner_less_and_the_last_one(store: JobStore, shelf: Shelf, asked: Asked) -> None:
    for user in ("1", "2"):
        await shelf.keep(await asked(user), VIDEO, MADE)
    archive = Archive(store.transactions)
    assert await archive.forget("telegram", "1") == 1
    assert await shelf.find(await asked("3")) is not None
    await archive.forget("telegram", "2")
    assert await shelf.find(await asked("3")) is None


async def test_a_job_that_was_forgotten_meanwhile_leaves_nothing(
    store: JobStore, shelf: Shelf, asked: Asked
) -> None:
    job = await asked()
    await Archive(store.transactions).forget("telegram", "1")
    await shelf.keep(job, VIDEO, MADE)
    assert await shelf.find(await asked("2")) is None


async def test_what_the_messenger_refuses_is_gone_for_everybody(shelf: Shelf, asked: Asked) -> None:
    for user in ("1", "2"):
        await shelf.keep(await asked(user), VIDEO, MADE)
    other = await asked(request=Request(target="gif"))
    await shelf.keep(other, replace(VIDEO, file_id="GIF"), MADE)
    await shelf.forget(await asked("3"))
    assert await shelf.find(await asked("3")) is None
    assert [offer.file_id for offer in await shelf.offers("telegram", "1", ANY, 9)] == ["GIF"]
    assert await shelf.offers("telegram", "2", ANY, 9) == []


async def test_old_ones_go_as_jobs_do(
    store: JobStore, shelf: Shelf, asked: Asked, clock: Clock
) -> None:
    await shelf.keep(await asked(), VIDEO, MADE)
    clock.now += KEEP_FINISHED - PURGE_EVERY
    assert await store.take() is None
    assert await shelf.find(await asked("2")) is not None
    clock.now += PURGE_EVERY * 2
    assert await store.take() is None
    assert await shelf.find(await asked("3")) is None
    assert await shelf.offers("telegram", "1", ANY, 9) == []


async def test_offers_are_ones_own_newest_first_and_each_once(shelf: Shelf, asked: Asked) -> None:
    first = await asked()
    await shelf.keep(first, VIDEO, MADE)
    gif = await asked(request=Request(target="gif"), name="loop.avi")
    await shelf.keep(gif, replace(VIDEO, file_id="GIF", kind="document"), MADE)
    again = await asked()
    await shelf.keep(again, VIDEO, MADE)
    newest = Offer(again.id, "film.avi", "mp4", "FILE", "video")
    assert await shelf.offers("telegram", "1", ANY, 9) == [
        newest,
        Offer(gif.id, "loop.avi", "gif", "GIF", "document"),
    ]
    assert await shelf.offers("telegram", "1", ANY, 1) == [newest]
    assert await shelf.offers("telegram", "1", {"video"}, 9) == [newest]
    assert await shelf.offers("telegram", "1", (), 9) == []
    assert await shelf.offers("telegram", "2", ANY, 9) == []
    assert await shelf.offer("telegram", "2", first.id) is None
    assert await shelf.offer("telegram", "1", "no such job") is None
    await shelf.drop(newest)
    assert [offer.file_id for offer in await shelf.offers("telegram", "1", ANY, 9)] == ["GIF"]


async def test_facts_of_another_version_are_no_reason_to_fail(shelf: Shelf, asked: Asked) -> None:
    class Other:
        whole = True

        def dump(self) -> dict[str, object]:
            return {"colour": "red"}

    await shelf.keep(await asked(), VIDEO, Other())  # type: ignore[arg-type]
    assert await shelf.find(await asked("2")) is None


async def test_a_storage_that_is_away_costs_only_time(
    store: JobStore, shelf: Shelf, asked: Asked
) -> None:
    job = await asked()
    await shelf.keep(job, VIDEO, MADE)
    # Neither is asked where nothing is found.
    nobody: Any = None
    ready = Ready(shelf, nobody)
    await store.close()
    with pytest.raises(StorageError):
        await shelf.find(job)
    assert not await ready.answered(job, nobody, Course())
    await ready.keep(job, VIDEO, MADE)
