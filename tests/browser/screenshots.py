"""`make screenshots`: docs/sandbox.png, the sandbox's page as it is, on a screen and a phone."""

import asyncio
import io
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.async_api import Browser, async_playwright

from bot.cli.sandbox_words import page_words
from bot.texts import Texts
from standin import StandIn
from standin.web import sandbox
from tests.browser.conftest import CHROMIUM, PATIENCE, drop
from tests.support.stage import UNPACED, Stage

_TARGET: Final = Path(__file__).parents[2] / "docs" / "sandbox.png"
_HEIGHT: Final = 760
_GAP: Final = 24
_COLOURS: Final = 128


async def main() -> None:
    """Take both and put them side by side."""
    with tempfile.TemporaryDirectory(prefix="screenshots-") as name:
        folder = Path(name)
        film = await asyncio.to_thread(_film, folder / "holiday.avi")
        async with StandIn(folder=folder / "telegram", pace=UNPACED) as standin:
            stage = Stage(standin, folder / "bot")
            async with (
                stage.bot(),
                sandbox(standin, page_words()) as page,
                async_playwright() as playwright,
            ):
                browser = await playwright.chromium.launch(
                    executable_path=CHROMIUM, args=["--no-sandbox"]
                )
                wide = await _shoot(browser, page.url, film, lang="en", width=1000, look="light")
                narrow = await _shoot(browser, page.url, film, lang="ru", width=380, look="dark")
                await browser.close()
        await asyncio.to_thread(_join, wide, narrow)


async def _shoot(
    browser: Browser, url: str, film: Path, *, lang: str, width: int, look: str
) -> bytes:
    """A conversation up to the menu of a result, as PNG."""
    context = await browser.new_context(
        locale=lang,
        viewport={"width": width, "height": _HEIGHT},
        color_scheme="dark" if look == "dark" else "light",
    )
    context.set_default_timeout(PATIENCE)
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


def _join(*shots: bytes) -> None:
    images = [Image.open(io.BytesIO(shot)).convert("RGB") for shot in shots]
    width = sum(image.width for image in images) + _GAP * (len(images) - 1)
    whole = Image.new("RGB", (width, _HEIGHT), "white")
    at = 0
    for image in images:
        whole.paste(image, (at, 0))
        at += image.width + _GAP
    whole.quantize(_COLOURS).save(_TARGET, optimize=True)


if __name__ == "__main__":
    asyncio.run(main())
