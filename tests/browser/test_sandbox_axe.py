"""The sandbox's page under axe-core: everything on it, in light and dark, narrow and wide."""

import pytest
from playwright.async_api import Page, expect

from bot.cli.sandbox_words import page_words
from standin import StandIn
from standin.web import Backstage, Section, Subject, sandbox
from tests.browser.axe import findings
from tests.browser.conftest import Open
from tests.support.footage import Footage

pytestmark = pytest.mark.browser

WORDS = page_words()["en"]
KEYS = [
    [
        {"text": "Go", "callback_data": "go", "style": "primary"},
        {"text": "Yes", "callback_data": "y", "style": "success"},
        {"text": "No", "callback_data": "n", "style": "danger"},
    ],
    [{"text": "Site", "url": "https://example.org/"}, {"text": "Plain", "callback_data": "p"}],
]


async def tell(_subject: Subject) -> list[Section]:
    rows = (("accepted", "2026-11-28T16:55:37.639+00:00", "0.10 s", "process 1"),)
    return [
        Section("phases", rows=rows),
        Section("plan", ("→ mp4: encode on cpu",)),
        Section("command", ("ffmpeg " + "-x " * 300,)),
        Section("log", ("2026-11-28T16:55:37Z info job started",)),
    ]


async def _restart() -> None:
    """Nobody is killed here."""


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("width", "look"), [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
)
async def test_nothing_serious_is_found(
    standin: StandIn, visiting: Open, footage: Footage, width: int, look: str
) -> None:
    backstage = Backstage(tell, _restart)
    async with (
        sandbox(standin, page_words(), backstage=backstage) as served,
        visiting(served.url, width=width, look=look) as visit,
    ):
        page = visit.page
        await expect(page.locator("#welcome h2")).to_be_visible()
        found = await findings(page)
        await _talk(page, standin, footage)
        found += await findings(page)
        for opener, inside in (
            (".mine .more", "#deeds"),
            ("#places", "#places-sheet"),
            ("#trouble", "#trouble-sheet"),
        ):
            await page.locator(opener).first.click()
            await expect(page.locator(inside)).to_be_visible()
            found += await findings(page)
            await page.keyboard.press("Escape")
        await _look_under_the_hood(page)
        found += await findings(page)
        assert not found, "\n".join(sorted(set(found)))
        assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


async def _talk(page: Page, standin: StandIn, footage: Footage) -> None:
    """Every kind of thing that a chat has."""
    [user] = standin.users
    for words in ("hello", "/help"):
        await user.send_text(words)
    await user.send_video(footage.quick, caption="a film", width=320, height=240)
    await user.send_document(footage.quick, file_name="film.avi")
    await user.forward(user.messages[0])
    await page.click("#trouble")
    await page.get_by_role("switch", name=WORDS["trouble-slow"]).check()
    await page.keyboard.press("Escape")
    state = standin.state
    chat = state.chats[user.id]
    words = "bold code link /start"
    marks = [
        {"type": "bold", "offset": 0, "length": 4},
        {"type": "code", "offset": 5, "length": 4},
        {"type": "text_link", "offset": 10, "length": 4, "url": "https://example.org/"},
    ]
    content = {"text": words, "entities": marks}
    state.post(
        chat,
        state.bot,
        content,
        reply_markup={"inline_keyboard": KEYS},
        extra={"reply_to_message_id": 1},
    )
    await expect(page.locator(".theirs .key")).to_have_count(5)
    await expect(page.locator("#troubled")).to_have_text(WORDS["trouble-slow"])


async def _look_under_the_hood(page: Page) -> None:
    await page.locator(".theirs .more").click()
    await page.get_by_role("menuitem", name=WORDS["do-hood"]).click()
    await expect(page.locator("[data-part='command'] pre")).to_be_visible()
