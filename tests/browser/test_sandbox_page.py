"""The sandbox's page in a real browser."""

import contextlib
import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.cli.sandbox_words import page_words
from bot.texts import Texts
from standin import StandIn
from standin.web import sandbox
from tests.browser.conftest import Open, drop
from tests.support.footage import Footage
from tests.support.stage import Stage

pytestmark = pytest.mark.browser

WORDS = page_words()
PAYLOADS = [
    "<script>document.title='taken'</script>",
    "<img src=x onerror=document.title='taken'>",
    "\"><svg onload=document.title='taken'>",
    "javascript:document.title='taken'",
]
_LARGE = "video => [video.videoWidth, video.videoHeight, Math.round(video.duration)]"
_PLAYED = "video => video.play().then(() => {})"
_MOVED = "() => [...document.querySelectorAll('.theirs video')].some(v => v.currentTime > 0.3)"
_SOUGHT = """video => new Promise(done => {
    video.addEventListener("seeked", () => done(video.currentTime), { once: true });
    video.pause();
    video.currentTime = 1.5;
})"""
_OVERFLOW = "() => document.documentElement.scrollWidth - window.innerWidth"


@pytest.mark.timeout(400)
@pytest.mark.parametrize(("lang", "width", "look"), [("en", 1280, "light"), ("ru", 360, "dark")])
async def test_a_dropped_video_comes_back_and_plays(
    stage: Stage, footage: Footage, visiting: Open, lang: str, width: int, look: str
) -> None:
    texts = Texts(lang)
    async with (
        stage.bot(),
        sandbox(stage.standin, WORDS) as served,
        visiting(served.url, lang=lang, width=width, look=look) as visit,
    ):
        page = visit.page
        await expect(page.locator("#welcome h2")).to_have_text(WORDS[lang]["welcome"])
        await expect(page.locator("html")).to_have_attribute("data-look", look)
        await page.click("#start")
        await expect(page.locator(".theirs .text").first).to_be_visible()
        await drop(page, footage.quick)
        video = page.locator(".theirs video")
        await expect(video).to_be_visible()
        await page.wait_for_function("() => document.querySelector('.theirs video').readyState > 0")
        assert await video.evaluate(_LARGE) == [320, 240, 2]
        assert (await video.get_attribute("poster") or "").startswith("/api/files/")
        await video.evaluate(_PLAYED)
        await page.wait_for_function(_MOVED)
        assert await video.evaluate(_SOUGHT) == pytest.approx(1.5, abs=0.1)
        result = page.locator(".message.theirs", has=page.locator("video"))
        await result.get_by_role("button", name=texts("button-other")).click()
        await page.get_by_role("button", name=texts("menu-trim")).click()
        await expect(page.get_by_role("button", name=texts("menu-back"))).to_be_visible()
        await expect(page.get_by_role("button", name=texts("menu-trim"))).to_have_count(0)
        await expect(page.locator(".message").last).to_be_in_viewport()
        assert await page.evaluate(_OVERFLOW) <= 0


async def test_language_and_look_are_switched_by_hand(stage: Stage, visiting: Open) -> None:
    async with (
        stage.bot(),
        sandbox(stage.standin, WORDS) as served,
        visiting(served.url) as visit,
    ):
        page = visit.page
        await page.click("#start")
        await expect(page.locator(".theirs .text").first).to_be_visible()
        await page.click("#language")
        await expect(page).to_have_title(WORDS["ru"]["title"])
        await page.click("#menu")
        await page.locator("#commands button", has_text="/help").click()
        await expect(page.locator(".theirs .text").last).to_have_text(re.compile("[а-я]{4}"))
        await page.click("#look")
        await expect(page.locator("html")).to_have_attribute("data-look", "dark")
        await page.reload()
        await expect(page.locator("html")).to_have_attribute("data-look", "dark")
        await expect(page.locator(".mine .text").first).to_have_text("/start")


async def test_what_strangers_write_stays_words(
    standin: StandIn, visiting: Open, tmp_path: Path
) -> None:
    async with sandbox(standin, WORDS) as served, visiting(served.url) as visit:
        page = visit.page
        for payload in PAYLOADS:
            await write(page, payload)
        [user] = standin.users
        for payload in PAYLOADS:
            file = tmp_path / "file.bin"
            file.write_bytes(b"<script>document.title='taken'</script>")
            await user.send_document(file, file_name=payload, caption=payload)
        await expect(page.locator(".message")).to_have_count(2 * len(PAYLOADS))
        shown = await page.locator(".text").all_inner_texts()
        assert shown == [*PAYLOADS, *PAYLOADS]
        assert await page.locator(".label-name").all_inner_texts() == PAYLOADS
        assert await page.locator("#messages :is(script, svg, iframe, img)").count() == 0
        assert await page.title() == WORDS["en"]["title"]


async def test_a_page_finds_its_server_again(standin: StandIn, visiting: Open) -> None:
    async with contextlib.AsyncExitStack() as first, contextlib.AsyncExitStack() as stack:
        served = await first.enter_async_context(sandbox(standin, WORDS))
        visit = await stack.enter_async_context(visiting(served.url))
        page = visit.page
        await write(page, "before")
        await first.aclose()
        await expect(page.locator("#offline")).to_be_visible()
        port = int(served.url.rstrip("/").rpartition(":")[2])
        await first.enter_async_context(sandbox(standin, WORDS, port=port))
        await expect(page.locator("#offline")).to_be_hidden()
        await write(page, "after")
        await expect(page.locator(".mine .text")).to_have_text("after")
        # A browser says of each request that it found nobody, or somebody who doesn't know it.
        away = "console: Failed to load resource"
        visit.wrong[:] = [line for line in visit.wrong if not line.startswith(away)]


async def write(page: Page, text: str) -> None:
    """Say it, and see it stand there."""
    await page.fill("#text", text)
    await page.press("#text", "Enter")
    await expect(page.locator("#text")).to_have_value("")
    await expect(page.locator(".mine .text", has_text=text).last).to_be_visible()
