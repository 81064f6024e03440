"""A part of a film chosen by pictures of its moments."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from standin import FaultOptions, Person, SeenMessage, StandIn, User
from tests.e2e.test_menus import becomes, ended, offers, says, tap
from tests.e2e.test_screenshots import asked
from tests.support import dawn, eyes, outputs
from tests.support.running import FOR_EVER, remains, struck
from tests.support.stage import Stage

# Trim, moments, what is asked for, what is asked for then, back, convert.
WORDS = {
    "en": ("Trim…", "Moments…", "where the part begins", "From 0:02 …", "Back", "Convert"),
    "ru": ("Обрезать…", "По кадрам…", "с которого начать", "С 0:02 …", "Назад", "Конвертировать"),
}
LABELS = [f"{number}  0:0{number - 1}" for number in range(1, 10)]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine seconds that grow brighter."""
    return dawn.make(tmp_path_factory.mktemp("films") / "film.mkv")


@pytest.fixture
async def served(stage: Stage) -> AsyncIterator[Stage]:
    """A bot that listens."""
    async with stage.bot():
        yield stage


async def at_moments(user: User, film: Path, lang: str = "en") -> SeenMessage:
    """Send a film and go to the page of its moments; the card."""
    trim, moments, begins, *_ = WORDS[lang]
    sent = await user.send_document(film)
    card = await user.wait_for_message(
        lambda m: m.from_bot and m.reply_to == sent.id and "320×180" in m.text
    )
    await tap(user, card, trim)
    await offers(user, card, moments)
    await tap(user, card, moments)
    await says(user, card, begins)
    return card


async def sheet_beside(user: User, card: SeenMessage) -> SeenMessage:
    """The picture that answers the card."""
    return await user.wait_for_message(lambda m: m.kind == "photo" and m.reply_to == card.id)


async def gone(user: Person, message: SeenMessage) -> None:
    """Wait until a message was taken away."""
    await user.wait_for(lambda: message.deleted or None)


@pytest.mark.parametrize("lang", WORDS)
async def test_two_taps_on_pictures_cut_a_film(lang: str, served: Stage, film: Path) -> None:
    _, _, _, begun, _, convert = WORDS[lang]
    user = await asked(served, lang)
    card = await at_moments(user, film, lang)
    sheet = await sheet_beside(user, card)
    assert sheet.text == "🎞 film.mkv"
    grid = eyes.picture(sheet.file_path, (960, 540))
    middles = [grid[90 + 180 * row][160 + 320 * column] for row in range(3) for column in range(3)]
    # Of the moment that its label says.
    assert [dawn.moment_of(dot) for dot in middles] == pytest.approx(range(9), abs=0.25)
    assert [b.text for b in card.buttons[:9]] == LABELS

    await tap(user, card, LABELS[2])
    await says(user, card, begun)
    assert [b.text for b in card.buttons[:6]] == LABELS[3:], "it can't end before it begins"
    assert not sheet.deleted
    await tap(user, card, LABELS[5])
    await says(user, card, "✂️ 0:02–0:05")
    await gone(user, sheet)

    await offers(user, card, convert)
    await tap(user, card, convert)
    await becomes(user, card, "video")
    assert float(outputs.read(card.file_path).form["duration"]) == pytest.approx(3.0, abs=0.2)
    assert served.standin.count("getFile") == 1, "it was downloaded once"
    await ended(served, "done")
    assert remains(served) == []


async def test_to_the_end_and_the_whole_film(served: Stage, film: Path) -> None:
    user = await asked(served)
    card = await at_moments(user, film)
    await tap(user, card, LABELS[8])
    await says(user, card, "From 0:08 …")
    await tap(user, card, "to the end")
    await says(user, card, "✂️ 0:08–end")
    await offers(user, card, "Trim…")
    await tap(user, card, "Trim…")
    await offers(user, card, "Moments…")
    await tap(user, card, "Moments…")
    await says(user, card, "where the part begins")
    await tap(user, card, "all of it")
    await offers(user, card, "Trim…")
    assert "✂️" not in card.text.splitlines()[2]
    await tap(user, card, "Close")
    await gone(user, card)
    await user.wait_for(lambda: all(m.kind != "photo" for m in user.bot_messages) or None)


async def test_closed_it_takes_its_picture_along(served: Stage, film: Path) -> None:
    user = await asked(served)
    card = await at_moments(user, film)
    sheet = await sheet_beside(user, card)
    await tap(user, card, "Back")
    await gone(user, sheet)
    await offers(user, card, "Moments…")
    await tap(user, card, "Moments…")
    again = await user.wait_for_message(lambda m: m.kind == "photo" and m.id > sheet.id)
    await user.send_text("/forget")
    asking = await user.wait_for_message("Shall I delete")
    await tap(user, asking, "Yes")
    await gone(user, again)
    await gone(user, card)


NOT_TAKEN: dict[str, FaultOptions] = {
    "refused": {"status": 400},
    "server error": {"status": 500},
    "too many requests": {"status": 429, "retry_after": 1},
}


@pytest.mark.parametrize("name", NOT_TAKEN)
async def test_a_picture_that_is_not_taken_costs_only_itself(
    name: str, served: Stage, film: Path
) -> None:
    user = await asked(served)
    fault = served.standin.faults.add("sendPhoto", **NOT_TAKEN[name])
    card = await at_moments(user, film)
    await struck(fault)
    await tap(user, card, LABELS[1])
    await says(user, card, "From 0:01 …")
    await tap(user, card, LABELS[3])
    await says(user, card, "✂️ 0:01–0:03")


async def test_a_page_that_was_left_gets_no_picture(served: Stage, film: Path) -> None:
    user = await asked(served)
    held = served.standin.faults.add("sendPhoto", delay=FOR_EVER)
    card = await at_moments(user, film)
    await struck(held)
    await tap(user, card, "Back")
    await offers(user, card, "Moments…")
    held.release()
    await served.standin.wait_for_call("deleteMessage")
    assert [m.kind for m in user.bot_messages if m.id > card.id] == []


async def test_after_a_restart_the_picture_is_still_the_menus(stage: Stage, film: Path) -> None:
    async with stage.bot():
        user = await asked(stage)
        card = await at_moments(user, film)
        sheet = await sheet_beside(user, card)
        # Its answer is there, and is written down.
        await tap(user, card, LABELS[0])
        await says(user, card, "From 0:00 …")
    async with stage.bot():
        await tap(user, card, LABELS[4])
        await says(user, card, "✂️ 0:00–0:04")
        await gone(user, sheet)


async def test_a_file_that_is_not_kept_is_fetched_again(
    standin: StandIn, tmp_path: Path, film: Path
) -> None:
    stage = Stage(standin, tmp_path / "bot", max_kept_bytes=0)
    async with stage.bot():
        user = await asked(stage)
        card = await at_moments(user, film)
        await sheet_beside(user, card)
        assert standin.count("getFile") == 2
