"""The operator's pages in a real browser: a login by the link, live changes, buttons, charts."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.texts import Texts
from bot.texts.marks import plain
from standin import User
from tests.browser.conftest import PATIENCE, Open, Watched
from tests.support.dashboard import link_word, listen
from tests.support.footage import Footage
from tests.support.running import job_of, until
from tests.support.running import jobs as jobs_of
from tests.support.stage import Stage, reaches, status_of

pytestmark = [pytest.mark.browser, pytest.mark.timeout(500)]

_AXE = Path(__file__).parent / "vendor" / "axe.min.js"
# WCAG 2.2 A and AA, and what axe holds for good practice.
_RUN = """async () => {
    const found = await axe.run(document, { resultTypes: ["violations"] });
    return found.violations
        .filter((one) => ["serious", "critical"].includes(one.impact))
        .map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" | ")}`);
}"""
_OVERFLOW = "() => document.documentElement.scrollWidth - window.innerWidth"
_DRAWN = """() => [...document.querySelectorAll(".chart canvas")].map((one) => {
    const pixels = one.getContext("2d").getImageData(0, 0, one.width, one.height).data;
    return [one.width, one.height, pixels.some((value) => value > 0)];
})"""
_MOVED = """before => {
    const bar = document.querySelector("#running progress");
    return bar && bar.getAttribute("value") !== before;
}"""
# Counts clicks on the button that stops, and what the server says, as soon as the page hears it.
_CLICKS = """() => {
    Object.assign(window, { clicks: 0, downs: 0, said: 0, sends: false });
    addEventListener("pointerdown", (event) => {
        if (event.target.closest("#running button")) window.downs += 1;
    });
    addEventListener("click", (event) => {
        if (!event.target.closest("#running button")) return;
        window.clicks += 1;
        if (!window.sends) event.preventDefault();
    });
    events.addEventListener("message", () => { window.said += 1; });
}"""
_MIDDLE = """() => {
    const place = document.querySelector("#running button").getBoundingClientRect();
    return [place.x + place.width / 2, place.y + place.height / 2];
}"""
_PRESSES = 5
# More than a browser has connections to one host.
_TABS = 8
_SEEN = """state => {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
PAGES = ("", "history", "charts", "people", "people/123", "say", "setup")


@dataclass(frozen=True)
class Served:
    """A bot with a dashboard, and where it is."""

    stage: Stage
    url: str
    admin: str

    async def link(self) -> str:
        """One that logs in."""
        return f"{self.url}/login#key={await link_word(self.stage, self.admin)}"


@contextlib.asynccontextmanager
async def served(stage: Stage, **more: Any) -> AsyncIterator[Served]:  # noqa: ANN401 - any setting
    place = listen()
    async with stage.bot(web_listen=place, admins=("7",), **more):
        yield Served(stage, f"http://{place}", "7")


async def enter(visit: Watched, lang: str) -> Page:
    """Come in by the link that was opened."""
    now = plain(Texts(lang)("dash-page-now"))
    await expect(visit.page.get_by_role("heading", name=now, level=1)).to_be_visible()
    return visit.page


async def converted(stage: Stage, user: User, footage: Footage) -> None:
    await user.send_document(footage.quick)
    await user.wait_for_result()
    await until(lambda: job_of(stage, user.id).phase == "done", "the end")


@pytest.mark.parametrize(("lang", "width", "look"), [("en", 1440, "light"), ("ru", 360, "dark")])
async def test_an_operator_watches_stops_and_tries_again(
    stage: Stage, footage: Footage, visiting: Open, lang: str, width: int, look: str
) -> None:
    texts, user = Texts(lang), stage.standin.user(lang=lang)
    async with (
        served(stage) as bot,
        visiting(await bot.link(), lang=lang, width=width, look=look) as visit,
    ):
        page = await enter(visit, lang)
        assert page.url == f"{bot.url}/", "the key has left the address"
        await expect(page.locator("#none-running")).to_have_text(texts("dash-none-running"))
        status = await status_of(user, await user.send_document(footage.slow))
        card = page.locator("#running > li")
        await expect(card).to_contain_text(footage.slow.name)
        await expect(card).to_contain_text(texts("phase-converting"))
        await expect(card.locator("progress")).to_be_visible()
        # What has the focus keeps it while all around it changes.
        await card.get_by_role("button").focus()
        before = await card.locator("progress").get_attribute("value")
        await page.wait_for_function(_MOVED, arg=before)
        job = job_of(stage, user.id)
        assert await page.evaluate("document.activeElement.id") == f"stop-{job.id}"
        await expect(page.locator("#processes > li")).to_contain_text(texts("dash-part-both"))
        await expect(page.locator("#processes > li")).to_contain_text(texts("dash-load"))
        await page.keyboard.press("Enter")
        await reaches(user, status, plain(texts("status-stopped", name=footage.slow.name)))
        await expect(page.get_by_role("status")).to_have_text(texts("tap-cancelled"))
        await expect(card).to_have_count(0)
        await page.goto(f"{bot.url}/jobs/{job.id}")
        await expect(page.locator("#phase")).to_have_text(texts("phase-cancelled"))
        await page.get_by_role("button", name=texts("dash-retry")).click()
        await expect(page.locator("#phase")).to_have_text(texts("phase-converting"))
        await expect(page.locator("#job progress")).to_be_visible()
        assert await page.evaluate(_OVERFLOW) <= 0
        await page.get_by_role("button", name=texts("dash-cancel")).click()
        await expect(page.locator("#phase")).to_have_text(texts("phase-cancelled"))
        await page.get_by_role("button", name=texts("dash-leave")).click()
        await expect(page.get_by_role("heading", level=1)).to_have_text(texts("dash-page-login"))
        await page.goto(f"{bot.url}/")
        await expect(page.get_by_role("heading", level=1)).to_have_text(texts("dash-page-login"))


async def _press(page: Page) -> None:
    """Press the button that stops, wherever it has moved to, and hold it."""
    while True:
        before = await page.evaluate("window.downs")
        await page.mouse.move(*await page.evaluate(_MIDDLE))
        await page.mouse.down()
        if await page.evaluate("window.downs") > before:
            return
        await page.mouse.up()


async def test_a_click_arrives_whatever_changes_under_it(
    stage: Stage, footage: Footage, visiting: Open
) -> None:
    user = stage.standin.user()
    async with served(stage) as bot, visiting(await bot.link()) as visit:
        page = await enter(visit, "en")
        status = await status_of(user, await user.send_document(footage.slow))
        button, bar = page.locator("#running button"), page.locator("#running progress")
        await expect(page.locator("#running > li")).to_contain_text(Texts("en")("phase-converting"))
        await expect(bar).to_be_visible()
        # The form isn't sent, but each click is seen where it arrives.
        await page.evaluate(_CLICKS)
        for number in range(1, _PRESSES + 1):
            said = await page.evaluate("window.said")
            await _press(page)
            # News come meanwhile, at least once, and are kept for later.
            await page.wait_for_function("before => window.said > before", arg=said)
            held = await bar.get_attribute("value")
            await page.mouse.up()
            await page.wait_for_function("wanted => window.clicks === wanted", arg=number)
            await page.wait_for_function(_MOVED, arg=held)
        await page.evaluate("document.querySelector('#running button').focus()")
        said = await page.evaluate("window.said")
        await page.keyboard.down(" ")
        await page.wait_for_function("before => window.said > before", arg=said)
        await page.keyboard.up(" ")
        await page.wait_for_function("wanted => window.clicks === wanted", arg=_PRESSES + 1)
        await page.evaluate("window.sends = true")
        await button.click(delay=150)
        await reaches(user, status, "stopped by the operator")


async def test_only_a_page_that_is_seen_listens(stage: Stage, visiting: Open) -> None:
    async with served(stage) as bot, visiting(await bot.link()) as visit:
        tabs = [await enter(visit, "en")]
        for _ in range(_TABS):
            await tabs[-1].evaluate(_SEEN, "hidden")
            tab = await visit.page.context.new_page()
            await tab.goto(f"{bot.url}/", timeout=PATIENCE)
            await expect(tab.get_by_role("heading", name="Now", level=1)).to_be_visible()
            tabs.append(tab)
        await tabs[-1].get_by_role("button", name="Accept no new files").click()
        first = tabs[0].locator("#door")
        await expect(tabs[-1].locator("#door")).to_contain_text("New files are not accepted.")
        await expect(first).to_contain_text("New files are accepted.")
        await tabs[0].evaluate(_SEEN, "visible")
        await expect(first).to_contain_text("New files are not accepted.")
        await expect(tabs[0].locator("#offline")).to_be_hidden()


async def test_a_link_opens_in_the_tab_that_shows_the_login(stage: Stage, visiting: Open) -> None:
    async with served(stage) as bot, visiting(f"{bot.url}/login") as visit:
        page = visit.page
        await expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
        await page.goto(f"{bot.url}/login#key=wrong")
        await expect(page.locator("#refused")).to_be_visible()
        assert page.url == f"{bot.url}/login"
        await page.goto(await bot.link())
        await enter(visit, "en")
        assert page.url == f"{bot.url}/"
        away = "console: Failed to load resource: the server responded with a status of 403"
        visit.wrong[:] = [line for line in visit.wrong if not line.startswith(away)]


async def test_charts_are_drawn(stage: Stage, footage: Footage, visiting: Open) -> None:
    user = stage.standin.user()
    async with served(stage) as bot:
        await converted(stage, user, footage)
        async with visiting(await bot.link()) as visit:
            page = await enter(visit, "en")
            await page.get_by_role("link", name="Charts").click()
            await expect(page.locator(".chart canvas").first).to_be_visible()
            drawn = await page.evaluate(_DRAWN)
            assert len(drawn) >= 6
            assert all(width > 200 and height > 100 and has for width, height, has in drawn), drawn
            await page.get_by_text("As a table").first.click()
            await expect(page.get_by_role("table").first).to_be_visible()
            await page.emulate_media(color_scheme="dark")
            await page.set_viewport_size({"width": 360, "height": 800})
            await expect(page.locator(".chart canvas").first).to_be_visible()
            assert await page.evaluate(_OVERFLOW) <= 0


async def test_the_language_is_switched_by_hand(stage: Stage, visiting: Open) -> None:
    async with served(stage) as bot, visiting(await bot.link()) as visit:
        page = await enter(visit, "en")
        await page.get_by_role("button", name="Русский").click()
        await expect(page.locator("html")).to_have_attribute("lang", "ru")
        await expect(page.locator("#none-running")).to_have_text(Texts("ru")("dash-none-running"))
        await page.get_by_role("link", name=Texts("ru")("dash-page-history")).click()
        await expect(page.locator("html")).to_have_attribute("lang", "ru")
        await page.get_by_role("button", name="English").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("History")


async def test_a_link_that_was_used_says_so(stage: Stage, visiting: Open) -> None:
    async with served(stage) as bot:
        link = await bot.link()
        async with visiting(link) as visit:
            await enter(visit, "en")
        async with visiting(link) as visit:
            await expect(visit.page.locator("#refused")).to_be_visible()
            # A browser says of an answer that it was a refusal.
            away = "console: Failed to load resource: the server responded with a status of 403"
            visit.wrong[:] = [line for line in visit.wrong if not line.startswith(away)]


async def test_a_page_finds_its_bot_again(stage: Stage, visiting: Open) -> None:
    async with contextlib.AsyncExitStack() as first, contextlib.AsyncExitStack() as stack:
        place = listen()
        await first.enter_async_context(stage.bot(web_listen=place, admins=("7",)))
        word = await link_word(stage, "7")
        visit = await stack.enter_async_context(visiting(f"http://{place}/login#key={word}"))
        page = await enter(visit, "en")
        await page.get_by_role("button", name="Accept no new files").click()
        await expect(page.locator("#door")).to_contain_text("New files are not accepted.")
        await first.aclose()
        await expect(page.locator("#offline")).to_be_visible()
        await first.enter_async_context(stage.bot(web_listen=place, admins=("7",)))
        await expect(page.locator("#offline")).to_be_hidden()
        # Whoever starts a bot wants it to work; the page that stayed open learns of it.
        await expect(page.locator("#door")).to_contain_text("New files are accepted.")
        away = "console: Failed to load resource"
        visit.wrong[:] = [line for line in visit.wrong if not line.startswith(away)]


@pytest.mark.parametrize("look", ["light", "dark"])
async def test_axe_finds_nothing_serious(
    stage: Stage, footage: Footage, visiting: Open, look: str
) -> None:
    done, failed, waits = (stage.standin.user() for _ in range(3))
    junk = stage.data.parent / "junk.mp4"
    junk.parent.mkdir(parents=True, exist_ok=True)
    junk.write_bytes(b"no video at all" * 100)
    async with served(stage, max_concurrent_conversions=1) as bot:
        await converted(stage, done, footage)
        await failed.send_document(junk)
        ends = {"failed", "refused"}
        await until(lambda: any(row.phase in ends for row in jobs_of(stage)), "the end")
        await status_of(waits, await waits.send_document(footage.slow))
        await waits.send_document(footage.remux)
        found: dict[str, list[str]] = {}
        async with visiting(await bot.link(), look=look) as visit:
            page = await enter(visit, "en")
            await expect(page.locator("#running > li")).to_have_count(1)
            await expect(page.locator("#waiting > li")).to_have_count(1)
            jobs = [f"jobs/{job_of(stage, user.id).id}" for user in (done, failed)]
            for name in (*PAGES, *jobs, "login", "jobs/000000"):
                for width in (1440, 360):
                    await page.set_viewport_size({"width": width, "height": 800})
                    await page.goto(f"{bot.url}/{name}")
                    await expect(page.get_by_role("heading", level=1)).to_be_visible()
                    if name == "charts":
                        await expect(page.locator(".chart canvas").first).to_be_visible()
                    assert await page.evaluate(_OVERFLOW) <= 0, (name, width)
                    await page.evaluate(_AXE.read_text(encoding="utf-8"))
                    found[f"/{name} at {width}"] = await page.evaluate(_RUN)
            # A page that isn't there is no fault of this one's, but the browser says so.
            away = "console: Failed to load resource: the server responded with a status of 404"
            visit.wrong[:] = [line for line in visit.wrong if not line.startswith(away)]
        assert {name: faults for name, faults in found.items() if faults} == {}
        assert len(found) == 2 * (len(PAGES) + 4)


async def test_the_doctors_table_comes_by_itself(stage: Stage, visiting: Open) -> None:
    place = listen()
    async with stage.program(web_listen=place, admins=("7",)):
        word = await link_word(stage, "7")
        async with visiting(f"http://{place}/login#key={word}", width=360) as visit:
            page = await enter(visit, "en")
            await page.get_by_role("link", name="Setup").click()
            doctor = page.get_by_role("table", name="Doctor")
            await expect(doctor.get_by_role("rowheader", name="Python")).to_be_visible()
            await expect(doctor).to_contain_text("fine")
            settings = page.get_by_role("table", name="Settings")
            row = settings.get_by_role("row", name="TELEGRAM_BOT_TOKEN")
            await expect(row).to_contain_text("set, not shown")
            await expect(row).to_contain_text("environment")
            assert await page.evaluate(_OVERFLOW) <= 0
            await page.evaluate(_AXE.read_text(encoding="utf-8"))
            assert await page.evaluate(_RUN) == []
