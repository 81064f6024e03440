"""A browser, and what must never happen in it."""

import asyncio
import base64
import contextlib
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, ConsoleMessage, JSHandle, Page, async_playwright, expect

from standin import StandIn
from tests.support.footage import Footage, make
from tests.support.stage import UNPACED, Stage

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# What a page waits for takes a busy machine this long, in milliseconds.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)

_DROP = """([name, content]) => {
    const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], name));
    return transfer;
}"""

Open = Callable[..., contextlib.AbstractAsyncContextManager["Watched"]]


@pytest.fixture(scope="session")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Footage:
    """Clips to send."""
    return make(tmp_path_factory.mktemp("footage"))


@pytest.fixture
async def standin(tmp_path: Path) -> AsyncIterator[StandIn]:
    """A Telegram of this test's own."""
    async with StandIn(folder=tmp_path / "telegram", pace=UNPACED) as server:
        yield server


@pytest.fixture
def stage(standin: StandIn, tmp_path: Path) -> Stage:
    """Where bots of this test run, on the host's ffmpeg."""
    return Stage(standin, tmp_path / "bot")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
        )
        yield chromium
        await chromium.close()


class Watched:
    """A page, and what went wrong in it: errors of scripts, of the console (a broken CSP says so
    there), and requests that leave this machine."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wrong: list[str] = []
        page.on("pageerror", lambda error: self.wrong.append(f"page: {error}"))
        page.on("dialog", lambda dialog: self.wrong.append(f"dialog: {dialog.message}"))
        page.on("console", lambda said: _console(said, self.wrong))
        page.on("request", lambda request: _request(request.url, self.wrong))


@pytest.fixture
def visiting(browser: Browser) -> Open:
    """`async with visiting(url, lang="ru", width=360) as visit`: nothing may go wrong within."""

    @contextlib.asynccontextmanager
    async def open_(
        url: str, *, lang: str = "en", width: int = 1280, look: str = "light"
    ) -> AsyncIterator[Watched]:
        context = await browser.new_context(
            locale=lang,
            viewport={"width": width, "height": 800},
            color_scheme="dark" if look == "dark" else "light",
        )
        context.set_default_timeout(PATIENCE)
        visit = Watched(await context.new_page())
        await visit.page.goto(url)
        yield visit
        await context.close()
        assert visit.wrong == []

    return open_


def _console(said: ConsoleMessage, wrong: list[str]) -> None:
    if said.type in {"error", "warning"}:
        wrong.append(f"console: {said.text}")


def _request(url: str, wrong: list[str]) -> None:
    parts = urlsplit(url)
    if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname != "127.0.0.1":
        wrong.append(f"request: {url}")


async def drop(page: Page, path: Path) -> None:
    """Drop a file on the page."""
    content = base64.b64encode(await asyncio.to_thread(path.read_bytes)).decode()
    transfer: JSHandle = await page.evaluate_handle(_DROP, [path.name, content])
    await page.dispatch_event("#chat", "dragover", {"dataTransfer": transfer})
    await page.dispatch_event("#chat", "drop", {"dataTransfer": transfer})
