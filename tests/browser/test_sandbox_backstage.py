"""The sandbox's page in a real browser: the drawer under the hood, and the switches for trouble."""

import asyncio
import json
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Page, expect

from bot.cli.sandbox_words import page_words
from standin import StandIn
from standin.web import Backstage, Section, Subject, sandbox
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

WORDS = page_words()["en"]
HARM = "<img src=x onerror=document.title='taken'>"


async def tell(subject: Subject) -> list[Section]:
    who = HARM if subject.private else "nobody"
    return [
        Section("phases", rows=(("accepted", "2026-11-28T16:55:37.639+00:00", "0.10 s", who),)),
        Section("log", (f"job started {who}",)),
        Section(HARM, (HARM,)),
    ]


async def test_a_message_is_seen_from_behind(
    standin: StandIn, visiting: Open, tmp_path: Path
) -> None:
    async with (
        sandbox(standin, page_words(), backstage=Backstage(tell)) as served,
        visiting(served.url) as visit,
    ):
        page = visit.page
        await expect(page.locator("#welcome h2")).to_be_visible()
        [user] = standin.users
        sent = await user.send_text("hello")
        await _ask(standin, chat_id=user.id, text=f"{HARM} 1")
        await expect(page.locator(".theirs .text")).to_have_text(f"{HARM} 1")
        await page.locator(".theirs .more").click()
        await page.get_by_role("menuitem", name=WORDS["do-hood"]).click()
        drawer = page.locator("#hood")
        await expect(drawer.locator(".method")).to_have_text(["sendMessage"])
        await expect(drawer.locator("th")).to_have_text(WORDS["hood-accepted"])
        await drawer.locator("summary").click()
        await expect(drawer.locator(".calls pre")).to_contain_text(HARM)
        assert await page.locator("#hood :is(img, script)").count() == 0
        number = sent.id + 1
        await _ask(standin, "editMessageText", chat_id=user.id, message_id=number, text="2")
        await expect(drawer.locator(".method")).to_have_text(["sendMessage", "editMessageText"])
        await expect(drawer.locator("details").first).to_have_attribute("open", "")
        async with page.expect_download() as started:
            await page.click("#hood-save")
        file = tmp_path / "saved.json"
        await (await started.value).save_as(file)
        saved = await asyncio.to_thread(file.read_text, encoding="utf-8")
        assert HARM not in json.loads(saved)["calls"][0]["params"]
        assert "job started nobody" in saved
        await page.keyboard.press("Escape")
        await expect(drawer).to_be_hidden()
        assert await page.title() == WORDS["title"]


async def test_trouble_is_switched_on_seen_and_switched_off(
    standin: StandIn, visiting: Open
) -> None:
    killed, back = asyncio.Event(), asyncio.Event()

    async def restart() -> None:
        killed.set()
        await back.wait()

    async with (
        sandbox(standin, page_words(), backstage=Backstage(None, restart)) as served,
        visiting(served.url) as visit,
        visiting(served.url, lang="ru") as other,
    ):
        page = visit.page
        await _switch(page, "busy", on=True)
        await expect(page.locator("#troubled")).to_have_text(WORDS["trouble-busy"])
        russian = page_words()["ru"]
        await expect(other.page.locator("#troubled")).to_have_text(russian["trouble-busy"])
        [user, _] = standin.users
        await user.send_text("hello")
        assert [await _ask(standin, chat_id=user.id, text="x") for _ in range(2)] == [429, 200]
        await _switch(page, "busy", on=False)
        await expect(page.locator("#troubled")).to_be_hidden()
        assert [await _ask(standin, chat_id=user.id, text="x") for _ in range(2)] == [200, 200]
        await page.click("#trouble")
        await page.click("#kill")
        await asyncio.wait_for(killed.wait(), 20)
        await expect(page.locator("#kill")).to_be_disabled()
        await expect(page.locator("#troubled")).to_have_text(WORDS["bot-away"])
        back.set()
        await expect(page.locator("#kill")).to_be_enabled()
        await expect(page.locator("#troubled")).to_be_hidden()


async def test_strangers_can_make_no_trouble(standin: StandIn, visiting: Open) -> None:
    async with (
        sandbox(standin, page_words(), public=True) as served,
        visiting(served.url) as visit,
    ):
        await visit.page.click("#start")
        await expect(visit.page.locator(".mine .text")).to_have_text("/start")
        await expect(visit.page.locator("#trouble")).to_be_hidden()


async def _switch(page: Page, name: str, *, on: bool) -> None:
    await page.click("#trouble")
    await page.get_by_role("switch", name=WORDS[f"trouble-{name}"]).set_checked(on)
    await page.keyboard.press("Escape")


async def _ask(standin: StandIn, method: str = "sendMessage", **params: object) -> int:
    url = f"{standin.url}/bot{standin.token}/{method}"
    async with aiohttp.ClientSession() as http, http.post(url, json=params) as response:
        return response.status
