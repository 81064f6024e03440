"""A Bot API server of one's own, started with --local: it names files on its disk."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.jobs.errors import PassingTransferError
from bot.jobs.model import Source
from bot.telegram.files.download import TelegramDownloader
from bot.telegram.files.server_files import ServerFiles
from bot.telegram.wire.session import make_bot
from standin import TEST_TOKEN

SOURCE = Source("id", "unique", "video.mkv", 0)
CONTENT = bytes(range(256)) * 10_000


@pytest.fixture
async def downloader(tmp_path: Path) -> AsyncIterator[TelegramDownloader]:
    """A downloader before a server that answers getFile with a path under `tmp_path`."""

    async def get_file(_: web.Request) -> web.Response:
        path = str(tmp_path / "server" / TEST_TOKEN / "videos" / "file_0.mp4")
        result = {"file_id": "id", "file_unique_id": "unique", "file_path": path}
        return web.json_response({"ok": True, "result": result | {"file_size": len(CONTENT)}})

    app = web.Application()
    app.router.add_post("/{bot}/getFile", get_file)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    bot = make_bot(TEST_TOKEN, f"http://127.0.0.1:{runner.addresses[0][1]}")
    async with aiohttp.ClientSession() as http:
        yield TelegramDownloader(
            bot, http, idle=5.0, max_bytes=10**9, server_files=ServerFiles(TEST_TOKEN, 10**9)
        )
    await bot.session.close()
    await runner.cleanup()


async def test_its_file_is_read_from_disk(downloader: TelegramDownloader, tmp_path: Path) -> None:
    folder = tmp_path / "server" / TEST_TOKEN / "videos"
    folder.mkdir(parents=True)
    (folder / "file_0.mp4").write_bytes(CONTENT)
    heard: list[int] = []
    to = tmp_path / "input"
    size = await downloader.download(SOURCE, to, on_bytes=lambda done, _: heard.append(done))
    assert size == len(CONTENT) == heard[-1]
    assert to.read_bytes() == CONTENT


async def test_a_file_that_is_not_readable_here_leaves_nothing_and_tells_no_token(
    downloader: TelegramDownloader, tmp_path: Path
) -> None:
    to = tmp_path / "input"
    with pytest.raises(PassingTransferError) as caught:
        await downloader.download(SOURCE, to, on_bytes=lambda _done, _total: None)
    assert TEST_TOKEN not in str(caught.value)
    assert not to.exists()
