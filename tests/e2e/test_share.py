"""Share: results sent on to any chat by inline queries, by their owners alone."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from standin import InlineAnswer, SeenMessage, StandIn, User
from tests.support.footage import Footage
from tests.support.running import jobs, until
from tests.support.stage import Stage

ANY = ("video", "animation", "audio", "document", "voice", "video_note")
# What each kind of message is called in the answer to an inline query.
OFFERED = {"animation": "mpeg4_gif"}


@pytest.fixture
def stage(standin: StandIn, tmp_path: Path) -> Stage:
    """Where results are given again, as they are by themselves."""
    return Stage(standin, tmp_path / "bot", reuse_results=True)


@pytest.fixture
async def shop(stage: Stage) -> AsyncIterator[Stage]:
    """A bot that may be asked inline, and knows it."""
    stage.standin.inline_mode = True
    async with stage.bot():
        await stage.standin.wait_for_call("getMe")
        yield stage


async def got(stage: Stage, user: User, footage: Footage, wish: str, name: str) -> SeenMessage:
    """A result, once it is remembered."""
    sent = await user.send_document(footage.quick, caption=wish, file_name=name)
    found = await user.wait_for_message(
        lambda m: m.kind in ANY and m.reply_to == sent.id, timeout=60
    )
    await until(lambda: {row.phase for row in jobs(stage)} == {"done"}, "the end of every job")
    return found


def titles(answer: InlineAnswer) -> list[str]:
    """What is offered."""
    return [result.title for result in answer.results]


@pytest.mark.parametrize(
    ("wish", "kind"),
    [
        ("", "video"),
        ("/convert animation", "animation"),
        ("/convert mp3", "audio"),
        ("/convert gif", "document"),
        ("/convert voice", "voice"),
    ],
)
async def test_a_result_is_offered_as_it_is_and_with_nobodys_words(
    wish: str, kind: str, shop: Stage, footage: Footage
) -> None:
    user = shop.standin.user(lang="ru")
    result = await got(shop, user, footage, wish, "мой фильм.avi")
    assert result.media is not None
    answer = await user.share(result, "Поделиться")
    [offer] = answer.results
    assert (offer.type, offer.file_id) == (OFFERED.get(kind, kind), result.media.file_id)
    assert offer.path == result.media.path
    assert offer.title == ("" if kind == "audio" else "мой фильм.avi")
    assert (offer.caption, offer.keyboard) == ("", [])
    assert answer.is_personal
    assert answer.cache_time <= 5


async def test_a_round_note_can_not_be_shared(shop: Stage, footage: Footage) -> None:
    user = shop.standin.user(lang="en")
    note = await got(shop, user, footage, "/convert circle", "film.avi")
    assert [b.text for b in note.buttons if "Share" in b.text] == []
    assert titles(await user.inline("")) == []


async def test_nothing_typed_offers_ones_own_last_results_newest_first(
    shop: Stage, footage: Footage
) -> None:
    ann, bob = shop.standin.user(lang="en"), shop.standin.user(lang="en", name="Bob")
    first = await got(shop, ann, footage, "", "one.avi")
    await got(shop, ann, footage, "/convert gif", "two.avi")
    await got(shop, bob, footage, "", "three.avi")
    assert titles(await ann.inline("")) == ["two.avi", "one.avi"]
    assert titles(await ann.inline("ONE")) == ["one.avi"]
    assert titles(await ann.inline("three")) == []
    assert titles(await bob.inline("")) == ["three.avi"]
    # The same again is one and the same.
    await got(shop, ann, footage, "", "one.avi")
    assert titles(await ann.inline("")) == ["one.avi", "two.avi"]
    assert titles(await ann.share(first, "Share")) == ["one.avi"]


async def test_whoever_knows_the_button_of_another_gets_nothing(
    shop: Stage, footage: Footage
) -> None:
    owner, other = shop.standin.user(lang="en"), shop.standin.user(lang="en")
    group = shop.standin.group([owner, other])
    sent = await group.member(owner).send_document(footage.quick, mime_type="text/plain")
    await group.member(owner).send_text("/convert mp4", reply_to=sent)
    result = await group.member(owner).wait_for_result()
    await until(lambda: {row.phase for row in jobs(shop)} == {"done"}, "its end")
    assert titles(await group.member(other).share(result, "Share")) == []
    assert titles(await other.share(result, "Share")) == []
    assert titles(await group.member(owner).share(result, "Share")) == ["quick.avi"]


async def test_strangers_and_the_banned_are_offered_nothing(stage: Stage, footage: Footage) -> None:
    stage.standin.inline_mode = True
    ann, admin = stage.standin.user(lang="en"), stage.standin.user(lang="en", name="Admin")
    admins = (str(admin.id),)
    async with stage.bot(access="allowlist", admins=admins, allowed=(str(ann.id),)):
        await stage.standin.wait_for_call("getMe")
        result = await got(stage, ann, footage, "", "film.avi")
        assert titles(await ann.share(result, "Share")) == ["film.avi"]
        assert titles(await stage.standin.user().inline("")) == []
        await admin.send_text(f"/ban {ann.id}")
        await admin.wait_for_message(str(ann.id))
        assert titles(await ann.share(result, "Share")) == []
        assert titles(await ann.inline("")) == []
    async with stage.bot(access="allowlist", admins=admins):
        assert titles(await ann.inline("")) == []


async def test_what_telegram_has_no_more_is_left_out_and_forgotten(
    shop: Stage, footage: Footage
) -> None:
    user = shop.standin.user(lang="en")
    await got(shop, user, footage, "", "old.avi")
    lost = await got(shop, user, footage, "/convert gif", "lost.avi")
    await got(shop, user, footage, "/convert mp3", "new.avi")
    assert lost.media is not None
    shop.standin.lose_file(lost.media.file_id)
    assert len((await user.inline("")).results) == 1, "the newest is there all the same"
    assert titles(await user.share(lost, "Share")) == []
    assert len((await user.inline("")).results) == 2
    with sqlite3.connect(f"file:{shop.data / 'jobs.sqlite3'}?mode=ro", uri=True) as db:
        assert db.execute("SELECT count(*) FROM results").fetchone() == (2,)
    db.close()


async def test_what_was_forgotten_is_offered_no_more(shop: Stage, footage: Footage) -> None:
    user = shop.standin.user(lang="en")
    result = await got(shop, user, footage, "", "film.avi")
    sent = await user.send_text("/forget")
    asked = await user.wait_for_message("Shall I delete everything", after=sent)
    await user.tap(asked, "delete everything")
    await user.wait_for(lambda: ("1 entry" in asked.text) or None)
    assert titles(await user.share(result, "Share")) == []
    assert titles(await user.inline("")) == []


async def test_without_inline_mode_nothing_leads_there(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        await stage.standin.wait_for_call("getMe")
        user = stage.standin.user(lang="en")
        result = await got(stage, user, footage, "", "film.avi")
        assert [b.text for b in result.buttons] == [
            *("⚙️ Other settings", "🗜 Smaller", "📄 As a file", "🗑 Delete")
        ]


async def test_what_is_typed_is_harmless(shop: Stage) -> None:
    user = shop.standin.user(lang="en")
    for words in ("%", "' OR 1=1 --", "\0", "x" * 256, "🎬"):
        assert titles(await user.inline(words)) == []
