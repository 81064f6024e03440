"""What the bot does at the same time: downloads that stream, jobs side by side, and the semaphore
that says how many."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import pytest

from bot.jobs.errors import PassingTransferError, TransferCode
from bot.jobs.model import Source
from bot.telegram.files.download import BLOCK, TelegramDownloader
from bot.telegram.wire.session import make_bot
from standin import Person, SeenMessage, StandIn
from tests.support import footage as footage_
from tests.support.footage import Footage
from tests.support.running import remains, struck, until
from tests.support.stage import UNPACED, Stage, reaches, status_of

SIZE = 5 * BLOCK + 17
SLOTS = 3


@pytest.fixture
async def standin(tmp_path: Path) -> AsyncIterator[StandIn]:
    async with StandIn(folder=tmp_path / "telegram", pace=UNPACED) as server:
        yield server


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Footage:
    return footage_.make(tmp_path_factory.mktemp("footage"))


@pytest.fixture
async def downloader(standin: StandIn) -> AsyncIterator[TelegramDownloader]:
    """The real one, on the stand-in's file server."""
    bot = make_bot(standin.token, standin.url)
    async with aiohttp.ClientSession(auto_decompress=False) as http:
        yield TelegramDownloader(bot, http, idle=10.0, max_bytes=2 * SIZE)
    await bot.session.close()


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Bytes of which no two blocks are alike."""
    path = tmp_path / "film.mp4"
    path.write_bytes(b"".join(number.to_bytes(8, "big") for number in range(SIZE // 8 + 1))[:SIZE])
    return path


class Progress:
    """What a download tells of itself."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, int]] = []

    def __call__(self, done: int, total: int) -> None:
        self.heard.append((done, total))

    @property
    def done(self) -> int:
        """Bytes so far."""
        return self.heard[-1][0] if self.heard else 0


async def _source(person: Person, film: Path) -> Source:
    media = (await person.send_document(film)).media
    assert media is not None
    return Source(media.file_id, media.file_id, "film.mp4", media.size)


async def test_a_download_is_written_while_it_comes(
    standin: StandIn, downloader: TelegramDownloader, film: Path, tmp_path: Path
) -> None:
    stalled = standin.faults.add("download", stall_after=3 * BLOCK)
    source, to, progress = await _source(standin.user(), film), tmp_path / "in", Progress()
    download = asyncio.create_task(downloader.download(source, to, on_bytes=progress))
    await until(lambda: progress.done >= 2 * BLOCK, "the first blocks")
    assert not download.done()
    await until(lambda: to.stat().st_size >= 2 * BLOCK, "the first blocks on disk")
    stalled.release()
    assert await download == SIZE
    assert _same(to, film)
    assert progress.heard[-1] == (SIZE, SIZE)
    blocks = [done for done, _ in progress.heard]
    assert blocks == sorted(blocks)
    assert len(blocks) <= 2 * SIZE // BLOCK, "large blocks, not many small ones"


async def test_a_download_that_fails_leaves_nothing(
    standin: StandIn, downloader: TelegramDownloader, film: Path, tmp_path: Path
) -> None:
    cut = standin.faults.add("download", times=None, cut_after=2 * BLOCK, no_length=True)
    source, to, progress = await _source(standin.user(), film), tmp_path / "in", Progress()
    with pytest.raises(PassingTransferError) as failure:
        await downloader.download(source, to, on_bytes=progress)
    assert failure.value.code is TransferCode.DOWNLOAD_INCOMPLETE
    assert cut.used > 1, "it was tried again first"
    assert progress.done == 2 * BLOCK
    assert not to.exists()


async def test_a_download_that_is_cancelled_leaves_nothing(
    standin: StandIn, downloader: TelegramDownloader, film: Path, tmp_path: Path
) -> None:
    standin.faults.add("download", stall_after=2 * BLOCK)
    source, to, progress = await _source(standin.user(), film), tmp_path / "in", Progress()
    download = asyncio.create_task(downloader.download(source, to, on_bytes=progress))
    await until(lambda: progress.done >= BLOCK, "the first block")
    download.cancel()
    with pytest.raises(asyncio.CancelledError):
        await download
    assert not to.exists()


async def test_two_downloads_run_side_by_side(
    standin: StandIn, downloader: TelegramDownloader, film: Path, tmp_path: Path
) -> None:
    stalled = [standin.faults.add("download", stall_after=BLOCK) for _ in range(2)]
    source = await _source(standin.user(), film)
    targets = [tmp_path / "one", tmp_path / "two"]
    downloads = [
        asyncio.create_task(downloader.download(source, to, on_bytes=Progress())) for to in targets
    ]
    for fault in stalled:
        await struck(fault)  # neither is done, and both have begun
    stalled[1].release()
    await asyncio.wait(downloads, return_when=asyncio.FIRST_COMPLETED)
    assert [download.done() for download in downloads].count(True) == 1
    stalled[0].release()
    assert await asyncio.gather(*downloads) == [SIZE, SIZE]
    assert all(_same(to, film) for to in targets)


async def test_of_four_users_three_are_served_at_once_and_the_fourth_waits(
    standin: StandIn, footage: Footage, tmp_path: Path
) -> None:
    stage = Stage(standin, tmp_path / "bot")
    async with stage.bot(max_concurrent_conversions=SLOTS) as app:
        users = [standin.user(name=f"user{number}") for number in range(SLOTS + 1)]
        async with _held(standin, SLOTS) as release:
            status = [
                await status_of(user, await user.send_document(footage.remux))
                for user in users[:SLOTS]
            ]
            await until(lambda: app.worker.running == SLOTS, "a full house")
            assert app.worker.active_users == {str(user.id) for user in users[:SLOTS]}
            last = await status_of(users[-1], await users[-1].send_document(footage.remux))
            await reaches(users[-1], last, "All places are taken")
            assert "place in the queue: 1" in last.text
            assert app.worker.running == SLOTS

            release(0)  # whoever it is: one place is free now
            assert (await users[-1].wait_for_result()).id == last.id
            assert sum(bool(user.results) for user in users[:SLOTS]) == 1
        for user, message in zip(users[:SLOTS], status, strict=True):
            assert (await user.wait_for_result()).id == message.id
        await until(lambda: app.worker.running == 0, "an empty house")
    assert remains(stage) == []


async def test_one_user_never_has_two_running(
    standin: StandIn, footage: Footage, tmp_path: Path
) -> None:
    stage = Stage(standin, tmp_path / "bot")
    async with stage.bot(max_concurrent_conversions=SLOTS) as app:
        user, other = standin.user(), standin.user()
        async with _held(standin, 2):
            first = await status_of(user, await user.send_document(footage.remux))
            await until(lambda: app.worker.running == 1, "the first job")
            second = await status_of(user, await user.send_document(footage.quick))
            await reaches(user, second, "You already have a conversion running")
            # There is room: somebody else gets it.
            await status_of(other, await other.send_document(footage.remux))
            await until(lambda: app.worker.running == 2, "the other's job")
            assert app.worker.active_users == {str(user.id), str(other.id)}
            assert app.worker.running == 2
        results: list[SeenMessage] = [await user.wait_for_result() for _ in range(2)]
        assert [result.id for result in results] == [first.id, second.id]


def _same(one: Path, other: Path) -> bool:
    return one.read_bytes() == other.read_bytes()


@contextlib.asynccontextmanager
async def _held(standin: StandIn, downloads: int) -> AsyncIterator[Callable[[int], None]]:
    """The next downloads stand still until each is released, or the block is left."""
    faults = [standin.faults.add("download", stall_after=1000) for _ in range(downloads)]
    try:
        yield lambda number: faults[number].release()
    finally:
        for fault in faults:
            fault.release()
