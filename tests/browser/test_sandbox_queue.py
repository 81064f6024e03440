"""Two people on the sandbox's page, one bot: who comes second waits, and both get theirs."""

import pytest
from playwright.async_api import expect

from bot.cli.sandbox_words import page_words
from standin.web import sandbox
from tests.browser.conftest import Open, drop
from tests.support.footage import Footage
from tests.support.stage import Stage

pytestmark = pytest.mark.browser

WORDS = page_words()["en"]


@pytest.mark.timeout(400)
async def test_two_people_in_a_group_and_the_queue(
    stage: Stage, footage: Footage, visiting: Open
) -> None:
    async with (
        stage.bot(max_concurrent_conversions=1),
        sandbox(stage.standin, page_words()) as served,
        visiting(f"{served.url}?room=group") as visit,
    ):
        page = visit.page
        await expect(page.locator("#title")).to_have_text(WORDS["group"])
        second = await page.context.new_page()
        await second.goto(f"{served.url}?person=2&room=group")
        await expect(second.locator("#welcome h2")).to_be_visible()
        await drop(page, footage.medium)
        await expect(second.locator(".author").first).to_have_text(WORDS["person"])
        await drop(second, footage.quick)
        waits = second.locator(".message.theirs .text", has_text="place in the queue")
        await expect(waits.first).to_be_visible()
        for one in (page, second):
            await expect(one.locator(".theirs video")).to_have_count(2)
