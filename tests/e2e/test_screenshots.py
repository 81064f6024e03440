"""Screenshots: pictures of several moments of a film, together as one album."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from standin import FaultOptions, Person, SeenMessage, StandIn, User
from tests.e2e.test_menus import becomes, ended, offers, says, sets, tap
from tests.support import dawn
from tests.support.running import FOR_EVER, freeze, jobs, remains, struck, until
from tests.support.stage import Stage

# What a person reads and taps in each language: to be asked first, the format page, the pictures,
# the last words, and what is said of a deletion.
WORDS = {
    "en": ("ask me first", "Format…", "Screenshots × 9", "🖼 9 pictures of film.mkv", "Deleted"),
    "ru": ("сначала спрашивать", "Формат…", "Скриншоты × 9", "🖼 9 кадров из film.mkv", "Удалено"),
}
TIMES = [f"0:0{second}" for second in range(9)]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine seconds that grow brighter."""
    return dawn.make(tmp_path_factory.mktemp("films") / "film.mkv")


@pytest.fixture
async def served(stage: Stage) -> AsyncIterator[Stage]:
    """A bot that listens."""
    async with stage.bot():
        yield stage


async def asked(stage: Stage, lang: str = "en") -> User:
    """Somebody who wants to be asked first."""
    user = stage.standin.user(lang=lang)
    settings = await user.wait_for_message(after=await user.send_text("/settings"))
    await tap(user, settings, WORDS[lang][0])
    await offers(user, settings, f"☑️ {WORDS[lang][0]}")
    return user


async def shoot(user: Person, sent: SeenMessage, lang: str = "en") -> SeenMessage:
    """Tap through the menu of a film to its pictures; the message that tells of them."""
    _, page, button, *_ = WORDS[lang]
    card = await user.wait_for_message(
        lambda m: m.from_bot and m.reply_to == sent.id and "320×180" in m.text
    )
    await tap(user, card, page)
    await offers(user, card, button)
    await tap(user, card, button)
    return card


def pictures(user: Person) -> list[SeenMessage]:
    """What is seen of albums."""
    return [m for m in user.bot_messages if m.album is not None]


# --- what is seen


@pytest.mark.parametrize("lang", WORDS)
async def test_one_tap_brings_nine_moments_in_one_album(
    lang: str, served: Stage, film: Path
) -> None:
    user = await asked(served, lang)
    sent = await user.send_document(film)
    card = await shoot(user, sent, lang)
    await says(user, card, WORDS[lang][3])
    album = pictures(user)
    assert len({m.album for m in album}) == 1
    assert [(m.kind, m.text, m.reply_to) for m in album] == [
        ("photo", time, sent.id) for time in TIMES
    ]
    seen = [dawn.moment(m.file_path) for m in album]
    assert seen == pytest.approx([number + 0.5 for number in range(9)], abs=0.25)
    assert served.standin.count("sendMediaGroup") == 1
    assert served.standin.count("getFile") == 1, "it was downloaded once"
    await ended(served, "done")
    assert user.bot_messages[-1] == album[-1], "an album is heard by itself"
    assert remains(served) == []


async def test_how_far_it_is_is_told(served: Stage, film: Path) -> None:
    user = await asked(served)
    card = await shoot(user, await user.send_document(film))
    await says(user, card, WORDS["en"][3])
    assert any("Taking pictures…" in text and "of 9" in text for text in card.texts), card.texts


@pytest.mark.parametrize("lang", WORDS)
async def test_what_it_says_then_can_be_made_otherwise_and_deleted_with_the_pictures(
    lang: str, served: Stage, film: Path
) -> None:
    user = await asked(served, lang)
    card = await shoot(user, await user.send_document(film), lang)
    await says(user, card, WORDS[lang][3])
    other, delete = (button.text for button in card.buttons)
    await user.tap(card, other)
    menu = await user.wait_for_message(lambda m: m.from_bot and m.id > card.id and bool(m.buttons))
    assert "film.mkv" in menu.text
    assert (await user.tap(card, delete)).text == WORDS[lang][4]
    await user.wait_for(lambda: card.deleted or None)
    assert pictures(user) == []


async def test_of_a_part_only_that_part_is_seen(served: Stage, film: Path) -> None:
    user = await asked(served)
    card = await user.wait_for_message(after=await user.send_document(film))
    await says(user, card, "320×180")
    await tap(user, card, "Trim…")
    await offers(user, card, "From")
    await tap(user, card, "From")
    await says(user, card, "Send the part")
    typed = await user.send_text("0:03 - 0:06")
    card = await user.wait_for_message(after=typed)
    await tap(user, card, "Format…")
    await offers(user, card, "Screenshots")
    await tap(user, card, "Screenshots × 9")
    await says(user, card, "9 pictures")
    seen = [dawn.moment(m.file_path) for m in pictures(user)]
    assert seen == pytest.approx([3 + (n + 0.5) / 3 for n in range(9)], abs=0.25)
    assert [m.text for m in pictures(user)][:3] == ["0:03.1", "0:03.5", "0:03.8"]


async def test_in_a_topic_and_as_files_where_that_is_wished(served: Stage, film: Path) -> None:
    user = await asked(served)
    topic = user.topic("Films")
    sent = await user.send_document(film, thread=topic)
    card = await user.wait_for_message(lambda m: m.from_bot and m.reply_to == sent.id)
    await says(user, card, "320×180")
    await tap(user, card, "More…")
    await offers(user, card, "as a file")
    await tap(user, card, "as a file")
    await says(user, card, "as a file")
    await tap(user, card, "Back")
    await offers(user, card, "Format…")
    await tap(user, card, "Format…")
    await offers(user, card, "Screenshots")
    await tap(user, card, "Screenshots")
    await says(user, card, "9 pictures")
    album = pictures(user)
    assert [(m.kind, m.thread) for m in album] == [("document", topic.id)] * 9
    names = [m.media.file_name for m in album if m.media is not None]
    assert names == [f"film {number}.jpg" for number in range(1, 10)]


async def test_a_picture_that_is_no_photo_comes_as_a_file(served: Stage, tmp_path: Path) -> None:
    """Telegram takes no photo that is more than twenty times as wide as high."""
    user = await asked(served)
    ribbon = dawn.make(tmp_path / "ribbon.mkv", seconds=2.0, size="1000x40")
    card = await user.wait_for_message(after=await user.send_document(ribbon))
    await says(user, card, "1000×40")
    await tap(user, card, "Format…")
    await offers(user, card, "Screenshots × 9")
    await tap(user, card, "Screenshots × 9")
    await says(user, card, "9 pictures")
    assert {m.kind for m in pictures(user)} == {"document"}


async def test_a_film_that_is_too_short_has_no_such_button(served: Stage, tmp_path: Path) -> None:
    user = await asked(served)
    blink = dawn.make(tmp_path / "blink.mkv", seconds=0.2)
    card = await user.wait_for_message(after=await user.send_document(blink))
    await says(user, card, "320×180")
    await tap(user, card, "Format…")
    await offers(user, card, "Picture")
    assert not any("Screenshots" in b.text for b in card.buttons)


# --- what goes wrong


UNSURE: dict[str, FaultOptions] = {
    "server error": {"status": 500},
    "no answer": {"drop_reply": True},
}


@pytest.mark.parametrize("name", UNSURE)
async def test_an_unsure_end_is_told_and_no_second_album_follows_unasked(
    name: str, served: Stage, film: Path
) -> None:
    user = await asked(served)
    fault = served.standin.faults.add("sendMediaGroup", **UNSURE[name])
    card = await shoot(user, await user.send_document(film))
    await says(user, card, "maybe the result arrived, maybe not")
    assert fault.spent
    await ended(served, "failed")
    assert served.standin.count("sendMediaGroup") == 1
    before = len(pictures(user))
    await tap(user, card, "Send again")
    await says(user, card, "9 pictures of")
    assert len(pictures(user)) == before + 9
    await ended(served, "done")


async def test_too_many_requests_are_waited_for(served: Stage, film: Path) -> None:
    user = await asked(served)
    fault = served.standin.faults.add("sendMediaGroup", status=429, retry_after=1)
    card = await shoot(user, await user.send_document(film))
    await says(user, card, "9 pictures of")
    assert fault.spent
    assert len(pictures(user)) == 9
    assert served.standin.count("sendMediaGroup") == 2


async def test_refused_as_photos_they_come_as_files(served: Stage, film: Path) -> None:
    user = await asked(served)
    words = 'Bad Request: failed to send message #1 with the error message "PHOTO_INVALID"'
    served.standin.faults.add("sendMediaGroup", status=400, description=words)
    card = await shoot(user, await user.send_document(film))
    await says(user, card, "9 pictures of")
    assert [m.kind for m in pictures(user)] == ["document"] * 9


async def test_last_words_that_fail_cost_nothing(served: Stage, film: Path) -> None:
    user = await asked(served)
    card = await shoot(user, await user.send_document(film))
    fault = served.standin.faults.add(
        "editMessageText",
        times=None,
        when=lambda said: "9 pictures" in str(said.get("text")),
        status=400,
        description="Bad Request: no",
    )
    await ended(served, "done")
    assert fault.used
    assert len(pictures(user)) == 9
    assert "9 pictures" not in card.text


async def test_cancelled_while_they_are_taken_nothing_comes(served: Stage, film: Path) -> None:
    user = await asked(served)
    card = await shoot(user, await user.send_document(film))
    await until(lambda: len(jobs(served)) == 1, "the job")
    await freeze(jobs(served)[0].id)
    await offers(user, card, "Cancel")
    await tap(user, card, "Cancel")
    await says(user, card, "stopped")
    await ended(served, "cancelled")
    assert pictures(user) == []
    assert remains(served) == []


async def test_killed_between_upload_and_receipt_it_asks_before_it_sends_again(
    stage: Stage, film: Path
) -> None:
    async with stage.program() as program:
        user = await asked(stage)
        # Struck once the whole request is there: the album appears, but nobody hears of it.
        held = stage.standin.faults.add("sendMediaGroup", delay=FOR_EVER, when=lambda _: True)
        card = await shoot(user, await user.send_document(film))
        await struck(held)
        await program.end()
    stage.standin.faults.clear()
    async with stage.bot():
        await says(user, card, "maybe the result arrived, maybe not")
        assert len(pictures(user)) == 9, "they did arrive"
        await tap(user, card, "Send again")
        await says(user, card, "9 pictures of")
        await until(lambda: [row.phase for row in jobs(stage)] == ["done"], "the end")
    assert len(pictures(user)) == 18, "two times, as asked"
    assert remains(stage) == []


async def test_the_same_again_is_made_again(standin: StandIn, tmp_path: Path, film: Path) -> None:
    """An album has no one name by which it could be given again."""
    stage = Stage(standin, tmp_path / "bot", reuse_results=True)
    async with stage.bot():
        user = await asked(stage)
        for number in (1, 2):
            card = await shoot(user, await user.send_document(film))
            await says(user, card, "9 pictures of")
            assert len(pictures(user)) == 9 * number
            await ended(stage, *["done"] * number)
        sent = await user.send_document(film)
        card = await user.wait_for_message(lambda m: m.from_bot and m.reply_to == sent.id)
        await says(user, card, "320×180")
        await tap(user, card, "Format…")
        await offers(user, card, "🖼 Picture")
        await tap(user, card, "🖼 Picture")
        await becomes(user, card, "document")


async def test_they_come_without_a_sound_where_none_is_wanted(served: Stage, film: Path) -> None:
    user = await asked(served)
    await sets(user, "no sound when it is ready")
    sent = await user.send_document(film)
    await says(user, await shoot(user, sent), WORDS["en"][3])
    [call] = [c for c in served.standin.calls if c.method == "sendMediaGroup"]
    assert call.params.get("disable_notification") is True


async def test_refused_they_leave_the_wish_as_it_was(stage: Stage, film: Path) -> None:
    async with stage.bot(quota_jobs_per_hour=1):
        user = await asked(stage)
        first = await user.send_document(film)
        await says(user, await shoot(user, first), WORDS["en"][3])
        second = await user.send_document(film)
        card = await shoot(user, second)
        await until(lambda: len(jobs(stage)) == 1, "the refusal")
        await says(user, card, "→ 🎬 MP4")
        assert "Picture" not in card.text
