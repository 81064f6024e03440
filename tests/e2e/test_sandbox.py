"""The sandbox, as a newcomer runs it: a page is served, the bot answers on it, it ends in order."""

import asyncio
import contextlib
import re
import socket
import sys
from pathlib import Path

import pytest

from bot.cli.sandbox_words import page_words
from standin.web import pages
from tests.support import operators
from tests.support.sandboxes import PROGRAM, sandbox_program
from tests.support.visiting import Visit, event

# How the page's files name its words.
_NAMED = re.compile(r"""(?:data-words=|data-label=|data-hint=|word\(|has\()"([a-z_-]+)\"""")

# All of 127.0.0.0/8 is this machine's, on Linux.
HERE = "127.0.0.2" if sys.platform == "linux" else "127.0.0.1"


async def test_the_bot_answers_on_the_page(tmp_path: Path) -> None:
    async with sandbox_program(tmp_path) as sandbox:
        async with Visit(sandbox.url) as visit:
            await visit.enter("ru")
            await visit.ask("/api/messages", text="/start")
            async with contextlib.aclosing(visit.events()) as events:
                answer = await event(events, lambda e: e.data.get("mine") is False, seconds=60)
            assert "видео" in answer.data["text"]
        assert await sandbox.end() == 0
    left = await asyncio.to_thread(lambda: list(tmp_path.iterdir()))
    assert left == [], "nothing is left where it was started"
    assert not await asyncio.to_thread(sandbox.log.parents[1].exists)


async def test_a_bot_that_is_set_up_here_is_not_touched(tmp_path: Path) -> None:
    with socket.create_server(("0.0.0.0", 0)) as free:  # noqa: S104 - as its operator wants it
        port = free.getsockname()[1]
    said = operators.env_file(WEB_LISTEN=f"0.0.0.0:{port}", METRICS_LISTEN=f"0.0.0.0:{port}")
    (tmp_path / ".env").write_text(said, encoding="utf-8")
    async with (
        sandbox_program(tmp_path, "--listen", HERE, more=operators.PROXIES) as sandbox,
        Visit(sandbox.url) as visit,
    ):
        await visit.enter()
        for command in ("/start", "/admin"):
            await visit.ask("/api/messages", text=command)
        async with contextlib.aclosing(visit.events()) as events:
            start = await event(events, lambda e: e.data.get("mine") is False, seconds=60)
            admin = await event(events, lambda e: e.data.get("mine") is False, seconds=60)
        assert "8125" not in start.data["text"] + admin.data["text"]
        assert not admin.data["buttons"], "the operator's pages are nobody's here"
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)


async def test_a_port_that_is_taken_is_said_in_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(PROGRAM), "sandbox", "--port", port),
            cwd=tmp_path,
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await process.communicate()
    assert process.returncode == 1
    assert said.decode().splitlines() == [
        f"port {port} can't be had: Address already in use; choose another with --port"
    ]


def test_the_page_has_a_text_for_every_name() -> None:
    named = {
        name
        for file in pages.load().values()
        if file.mime_type.startswith("text/")
        for name in _NAMED.findall(file.body.decode())
    }
    assert "welcome-how" in named
    for locale, words in page_words().items():
        assert named <= words.keys(), locale
        assert all(words.values()), locale


def test_no_file_of_the_page_is_long() -> None:
    for name, file in pages.load().items():
        assert file.body.count(b"\n") < 300, name
