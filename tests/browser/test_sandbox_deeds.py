"""The sandbox's page in a real browser: what is done with messages, by mouse and by keyboard; a
group, a second person, a deep link."""

from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from bot.cli.sandbox_words import page_words
from standin import SeenMessage, StandIn
from standin.web import sandbox
from tests.browser.conftest import Open, drop

pytestmark = pytest.mark.browser

WORDS = page_words()["en"]


async def write(page: Page, text: str) -> Locator:
    """The bubble of what was written."""
    await page.fill("#text", text)
    await page.press("#text", "Enter")
    bubble = page.locator(".message.mine", has_text=text).last
    await expect(bubble).to_be_visible()
    return bubble


async def choose(page: Page, bubble: Locator, deed: str) -> None:
    await bubble.locator(".more").click()
    await page.get_by_role("menuitem", name=WORDS[f"do-{deed}"]).click()


async def test_messages_are_changed_by_mouse(standin: StandIn, visiting: Open) -> None:
    async with sandbox(standin, page_words()) as served, visiting(served.url) as visit:
        page = visit.page
        bubble = await write(page, "helo")
        await choose(page, bubble, "edit")
        await expect(page.locator("#text")).to_have_value("helo")
        await page.fill("#text", "hello")
        await page.press("#text", "Enter")
        await expect(page.locator(".mine .text")).to_have_text("hello")
        await expect(page.locator(".mine .foot")).to_contain_text(WORDS["edited"])
        bubble = page.locator(".message.mine").first
        await choose(page, bubble, "reply")
        await write(page, "again")
        await expect(page.locator(".quote")).to_have_text("hello")
        await choose(page, bubble, "forward")
        await expect(page.locator(".author")).to_have_text("from Guest")
        await choose(page, bubble, "delete")
        await expect(page.locator(".message")).to_have_count(2)


async def test_a_file_dropped_while_editing_takes_none_of_the_edited_words(
    standin: StandIn, visiting: Open, tmp_path: Path
) -> None:
    file = tmp_path / "notes.bin"
    file.write_bytes(b"content")
    async with sandbox(standin, page_words()) as served, visiting(served.url) as visit:
        page = visit.page
        await choose(page, await write(page, "words"), "edit")
        await drop(page, file)
        await expect(page.locator(".message.mine")).to_have_count(2)
        await expect(page.locator(".mine .text")).to_have_text(["words"])
        await expect(page.locator("#replying")).to_be_hidden()
        await write(page, "free again")


async def test_a_caption_that_was_refused_comes_back(
    standin: StandIn, visiting: Open, tmp_path: Path
) -> None:
    file = tmp_path / "notes.bin"
    file.write_bytes(b"content")
    long = "x" * 2000
    async with sandbox(standin, page_words()) as served, visiting(served.url) as visit:
        page = visit.page
        await page.fill("#text", long)
        await drop(page, file)
        await expect(page.locator("#toast")).to_have_text(WORDS["refused-long"])
        await expect(page.locator("#text")).to_have_value(long)
        await expect(page.locator(".message")).to_have_count(0)
        # The browser says of the refusal that it was one.
        visit.wrong[:] = [one for one in visit.wrong if "Failed to load resource" not in one]


async def test_messages_are_changed_by_keyboard(standin: StandIn, visiting: Open) -> None:
    async with sandbox(standin, page_words()) as served, visiting(served.url) as visit:
        page = visit.page
        await write(page, "one")
        await page.press("#text", "ArrowUp")
        await expect(page.locator("#text")).to_have_value("one")
        await page.press("#text", "Escape")
        await expect(page.locator("#text")).to_have_value("")
        await expect(page.locator("#replying")).to_be_hidden()
        more = page.locator(".mine .more")
        await more.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("menuitem").first).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(more).to_be_focused()
        await page.keyboard.press("Enter")
        await page.keyboard.press("ArrowUp")
        await page.keyboard.press("ArrowUp")
        await expect(page.get_by_role("menuitem", name=WORDS["do-delete"])).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator(".message")).to_have_count(0)


async def test_two_people_meet_in_a_group(standin: StandIn, visiting: Open) -> None:
    async with sandbox(standin, page_words()) as served, visiting(served.url, width=360) as visit:
        page = visit.page
        await expect(page.locator("#welcome h2")).to_be_visible()
        await page.click("#places")
        await page.get_by_role("link", name=WORDS["to-group"]).click()
        await expect(page.locator("#title")).to_have_text(WORDS["group"])
        await write(page, "hello everybody")
        await page.click("#places")
        async with page.expect_popup() as opened:
            await page.locator("#places-list a[target]").click()
        second = await opened.value
        await expect(second.locator(".author")).to_have_text(WORDS["person"])
        await write(second, "hello back")
        await expect(page.locator(".theirs .author")).to_have_text(WORDS["person-2"])
        assert [m.text for m in _group(standin)] == ["hello everybody", "hello back"]


async def test_a_deep_link_starts_once(standin: StandIn, visiting: Open) -> None:
    async with (
        sandbox(standin, page_words()) as served,
        visiting(f"{served.url}?start=share_1-2") as visit,
    ):
        await expect(visit.page.locator(".mine .text")).to_have_text("/start share_1-2")
        assert visit.page.url == served.url
        await visit.page.reload()
        await expect(visit.page.locator(".mine .text")).to_have_count(1)


async def test_a_payload_is_none_that_telegram_wouldnt_take(
    standin: StandIn, visiting: Open
) -> None:
    async with (
        sandbox(standin, page_words()) as served,
        visiting(f"{served.url}?start=%3Cscript%3E") as visit,
    ):
        await expect(visit.page.locator(".mine .text")).to_have_text("/start")


def _group(standin: StandIn) -> list[SeenMessage]:
    [chat] = [chat for chat in standin.state.chats.values() if chat.type != "private"]
    return [standin.seen(chat.id, number) for number in chat.messages]
