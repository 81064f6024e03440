"""How long Telegram waits for 200 when it brings updates from 40 connections at once: with us, who
keep each in the database first, beside aiogram's own handler, which answers before it did anything.

Each server is a process of its own; both are called in turns, over loopback, as fast as they
answer.
"""

import asyncio
import gc
import itertools
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiogram import Dispatcher
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from benchmarks.table import Row, ratio
from bot.dialog.stores.inbox import Inbox
from bot.jobs.store.store import JobStore
from bot.telegram.updates.feed import Feed
from bot.telegram.updates.mailroom import Mailroom
from bot.telegram.ways.callers import Doorman
from bot.telegram.ways.pending import Pending
from bot.telegram.ways.terms import Terms
from bot.telegram.ways.webhook import Webhook
from bot.telegram.wire.session import make_bot
from tests.support.mail import alone

SENDERS = 40
EACH = 50
ROUNDS = 5
_SECRET = "benchmark"  # noqa: S105 - opens nothing
_TOKEN = "123456789:" + "A" * 35
_PATH = "/hook"
_HEADERS = {"X-Telegram-Bot-Api-Secret-Token": _SECRET, "Content-Type": "application/json"}


async def measure(folder: Path) -> list[Row]:
    """Both, in turns."""
    numbers = itertools.count(1)
    ours: list[list[float]] = []
    bare: list[list[float]] = []
    async with _server("ours", folder) as own, _server("bare", folder) as peer:
        for kind in (own, peer):
            await _round(kind, numbers)  # warm
        for _ in range(ROUNDS):
            bare.append(await _round(peer, numbers))
            ours.append(await _round(own, numbers))
    p99s, p50s = [_percentile(r, 99) for r in ours], [_percentile(r, 50) for r in ours]
    bare99s, bare50s = [_percentile(r, 99) for r in bare], [_percentile(r, 50) for r in bare]
    return [
        Row(
            "webhook: 200 after the commit, p99 of 40 senders",
            _ms(p99s),
            "< 100 ms",
            f"p50 {_ms(p50s)}, worst p99 {_ms([max(p99s)])}; {SENDERS * EACH} updates a round",
        ),
        Row(
            "webhook ack ÷ aiogram's bare handler, p99",
            ratio(p99s, bare99s),
            "",
            f"theirs, which keeps nothing: p50 {_ms(bare50s)}, p99 {_ms(bare99s)};"
            f" p50 ÷ p50: {ratio(p50s, bare50s)}",
        ),
    ]


async def _round(url: str, numbers: "itertools.count[int]") -> list[float]:
    """How long each of so many updates waited for its 200, in seconds."""
    waits: list[float] = []
    connector = aiohttp.TCPConnector(limit=SENDERS)
    async with aiohttp.ClientSession(connector=connector, headers=_HEADERS) as http:

        async def send() -> None:
            for _ in range(EACH):
                body = json.dumps(_update(next(numbers))).encode()
                began = time.perf_counter()
                async with http.post(url, data=body) as answer:
                    assert answer.status == 200
                waits.append(time.perf_counter() - began)

        await asyncio.gather(*(send() for _ in range(SENDERS)))
    return waits


def _update(number: int) -> dict[str, Any]:
    person = {"id": number % 500, "is_bot": False, "first_name": "Ann", "language_code": "en"}
    chat = {"id": number % 500, "type": "private", "first_name": "Ann"}
    file = {"file_id": "x" * 80, "file_unique_id": "y" * 16, "file_size": 5_000_000}
    document = {**file, "file_name": "holiday.mkv", "mime_type": "video/x-matroska"}
    message = {"message_id": number, "date": 1_800_000_000, "chat": chat, "from": person}
    return {"update_id": number, "message": {**message, "document": document}}


def _percentile(waits: Sequence[float], which: int) -> float:
    return statistics.quantiles(waits, n=100)[which - 1]


def _ms(seconds: Sequence[float]) -> str:
    return f"{statistics.median(seconds) * 1000:.0f} ms"


@asynccontextmanager
async def _server(kind: str, folder: Path) -> AsyncIterator[str]:
    """A server process; gives its address."""
    argv = [sys.executable, "-m", "benchmarks.webhook", kind, str(folder / f"webhook-{kind}")]
    process = await asyncio.create_subprocess_exec(
        *argv, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        port = int(await process.stdout.readline())
        yield f"http://127.0.0.1:{port}{_PATH}"
    finally:
        process.stdin.close()
        await process.wait()


async def _serve(kind: str, folder: Path) -> None:
    """Until the input ends."""
    dispatcher, bot = Dispatcher(), make_bot(_TOKEN, "http://127.0.0.1:9")
    dispatcher.message.register(_nothing)
    if kind == "bare":
        app = web.Application()
        SimpleRequestHandler(dispatcher, bot, secret_token=_SECRET).register(app, path=_PATH)
        await _listen(web.AppRunner(app, access_log=None))
        return
    store = await JobStore.open(folder / "jobs.sqlite3")
    inbox = Inbox(store.transactions, "telegram 1", store.member.holder)
    mailroom = Mailroom(inbox, Feed(bot, dispatcher), alone(store))
    terms = Terms(f"https://x.org{_PATH}", "", Doorman(_SECRET.encode()), SENDERS)
    await _listen(
        web.ServerRunner(web.Server(Webhook(bot, mailroom, terms, Pending(False)).answer))
    )
    await mailroom.drain(5.0)
    await store.close()


async def _listen(runner: web.BaseRunner) -> None:
    gc.freeze()  # as the program does
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


async def _nothing(_: Message) -> None:
    return None


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], Path(sys.argv[2])))
