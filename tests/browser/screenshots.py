"""`make screenshots`: docs/sandbox.png and docs/dashboard.png, the pages of the sandbox and of the
operator as they are, on a screen and a phone."""

import asyncio
import contextlib
import io
import subprocess
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.async_api import Browser, BrowserContext, async_playwright

from bot.cli.sandbox_words import page_words
from bot.texts import Texts
from standin import StandIn
from standin.web import sandbox
from tests.browser.conftest import CHROMIUM, PATIENCE, drop
from tests.support.dashboard import link_word, listen
from tests.support.footage import make
from tests.support.running import jobs
from tests.support.stage import UNPACED, Stage

_DOCS: Final = Path(__file__).parents[2] / "docs"
_HEIGHT: Final = 760
_TALL: Final = 1120
_GAP: Final = 24
_COLOURS: Final = 128


async def main() -> None:
    """Take them, and put those of one page side by side."""
    for take in (_sandbox, _dashboard):
        with tempfile.TemporaryDirectory(prefix="screenshots-") as name:
            await take(Path(name))


async def _sandbox(folder: Path) -> None:
    film = await asyncio.to_thread(_film, folder / "holiday.avi")
    async with (
        StandIn(folder=folder / "telegram", pace=UNPACED) as standin,
        Stage(standin, folder / "bot").bot(),
        sandbox(standin, page_words()) as page,
        _chromium() as browser,
    ):
        wide = await _shoot(browser, page.url, film, lang="en", width=1000, look="light")
        narrow = await _shoot(browser, page.url, film, lang="ru", width=380, look="dark")
    await asyncio.to_thread(_join, "sandbox.png", wide, narrow)


async def _dashboard(folder: Path) -> None:
    """The page of now while something runs, and one job on a phone."""
    short = await asyncio.to_thread(_film, folder / "holiday.avi")
    long = (await asyncio.to_thread(make, folder)).slow
    place = listen()
    async with (
        StandIn(folder=folder / "telegram", pace=UNPACED) as standin,
        _chromium() as browser,
    ):
        stage = Stage(standin, folder / "bot", max_concurrent_conversions=2)
        people = [standin.user() for _ in range(4)]
        async with stage.bot(web_listen=place, admins=("7",)):
            await people[0].send_document(short)
            await people[0].wait_for_result()
            for user in people:
                await user.send_document(long, file_name="wedding.mkv")
            done = next(row.id for row in jobs(stage) if row.user_id == str(people[0].id))
            shots = []
            for lang, width, look, path in (
                ("en", 1000, "light", "/"),
                ("ru", 380, "dark", f"/jobs/{done}"),
            ):
                link = f"http://{place}/login#key={await link_word(stage, '7')}"
                context = await _context(browser, lang, width, look)
                page = await context.new_page()
                await page.goto(link)
                await page.get_by_text(Texts(lang)("dash-speed")).first.wait_for()
                if path != "/":
                    await page.goto(f"http://{place}{path}")
                    await page.locator("#job pre").first.wait_for()
                await page.set_viewport_size({"width": width, "height": _TALL})
                shots.append(await page.screenshot())
                await context.close()
    await asyncio.to_thread(_join, "dashboard.png", *shots)


@contextlib.asynccontextmanager
async def _chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


async def _context(browser: Browser, lang: str, width: int, look: str) -> BrowserContext:
    context = await browser.new_context(
        locale=lang,
        viewport={"width": width, "height": _HEIGHT},
        color_scheme="dark" if look == "dark" else "light",
    )
    context.set_default_timeout(PATIENCE)
    return context


async def _shoot(
    browser: Browser, url: str, film: Path, *, lang: str, width: int, look: str
) -> bytes:
    """A conversation up to the menu of a result, as PNG."""
    context = await _context(browser, lang, width, look)
    page = await context.new_page()
    await page.goto(url)
    await page.click("#start")
    await page.locator(".theirs .text").first.wait_for()
    await drop(page, film)
    video = page.locator(".theirs video")
    await video.wait_for()
    await page.get_by_text(Texts(lang)("ready")).first.wait_for()
    await page.wait_for_function("document.querySelector('.theirs video').networkState === 1")
    await page.wait_for_timeout(1500)  # until the player's own signs have faded
    await page.mouse.move(1, 1)
    await page.evaluate("document.activeElement.blur()")
    shot = await page.screenshot()
    await context.close()
    return shot


def _film(path: Path) -> Path:
    source = "mandelbrot=size=640x360:rate=25:start_scale=0.05:end_scale=0.02"
    argv = ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", source, "-t", "4", "-c:v", "mpeg4"]
    subprocess.run([*argv, "-q:v", "4", str(path)], check=True)
    return path


def _join(name: str, *shots: bytes) -> None:
    images = [Image.open(io.BytesIO(shot)).convert("RGB") for shot in shots]
    width = sum(image.width for image in images) + _GAP * (len(images) - 1)
    whole = Image.new("RGB", (width, images[0].height), "white")
    at = 0
    for image in images:
        whole.paste(image, (at, 0))
        at += image.width + _GAP
    whole.quantize(_COLOURS).save(_DOCS / name, optimize=True)


if __name__ == "__main__":
    asyncio.run(main())
