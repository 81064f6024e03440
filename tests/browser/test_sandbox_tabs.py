"""The sandbox's page in many tabs of one browser, which has six connections to a server."""

from playwright.async_api import Page, expect

from bot.cli.sandbox_words import page_words
from standin import StandIn
from standin.web import sandbox
from tests.browser.conftest import Open
from tests.browser.test_sandbox_page import pytestmark, write

__all__ = ["pytestmark"]

# Playwright keeps every tab in view, as no browser of a person's does.
_HIDE = """hidden => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
_LEAVE = "() => window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))"
_RETURN = "() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
_MARK = "() => { document.querySelector('.message').dataset.seen = 'before'; }"


async def test_in_eight_tabs_each_that_is_looked_at_works(standin: StandIn, visiting: Open) -> None:
    async with sandbox(standin, page_words()) as served, visiting(served.url) as visit:
        tabs: list[Page] = [visit.page]
        await write(visit.page, "tab 1")
        await visit.page.evaluate(_MARK)
        for number in range(2, 9):
            await tabs[-1].evaluate(_HIDE, True)
            tabs.append(await visit.page.context.new_page())
            await tabs[-1].goto(served.url)
            await write(tabs[-1], f"tab {number}")
            await expect(tabs[-1].locator(".mine .text")).to_have_count(number)
        await expect(visit.page.locator(".mine .text")).to_have_count(1)
        await tabs[-1].evaluate(_HIDE, True)
        await visit.page.evaluate(_HIDE, False)
        written = [f"tab {number}" for number in range(1, 9)]
        await expect(visit.page.locator(".mine .text")).to_have_text(written)
        await expect(visit.page.locator("#offline")).to_be_hidden()
        went_on = visit.page.locator(".message[data-seen=before]")
        await expect(went_on, "it goes on where it stopped").to_have_count(1)


async def test_a_page_that_is_shown_again_as_it_was_left_goes_on(
    standin: StandIn, visiting: Open
) -> None:
    async with sandbox(standin, page_words()) as served, visiting(served.url) as visit:
        await write(visit.page, "before")
        await visit.page.evaluate(_LEAVE)
        [user] = standin.users
        await user.send_text("meanwhile")
        await visit.page.evaluate(_RETURN)
        await expect(visit.page.locator(".mine .text")).to_have_text(["before", "meanwhile"])
