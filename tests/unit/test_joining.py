"""Videos that are to become one: their order, what is said of them, what a tap does."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.dialog.draft import JOIN_PAGE, PART_PAGE, Draft, Sent
from bot.dialog.forecast import Expected
from bot.dialog.screen import Button, Screen
from bot.dialog.screens import joining, screens, steps
from bot.dialog.screens.steps import Then
from bot.dialog.screens.view import View
from bot.jobs import extras
from bot.jobs.model import Extra, Role, Source
from bot.jobs.tables import work_of
from bot.texts import LOCALES, Texts
from bot.texts.sentences import cause
from converter.seen import Seen
from tests.support.facts import INFO


def source(name: str) -> Source:
    return Source(f"file-{name}", name, f"{name}.mp4", 1_000_000)


def part(name: str, message: str = "", seconds: float = 5.0) -> Extra:
    return Extra(Role.PART, source(name), seconds=seconds, message_id=message)


WORDS = Extra(Role.SUBTITLE, Source("w", "w", "w.srt", 10))
DRAFT = Draft(
    id="d",
    user_id="1",
    chat_id="1",
    message_id="1",
    locale="en",
    source=source("a"),
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    seen=Seen(replace(INFO, duration=10.0), moov_first=True),
)
THREE = replace(DRAFT, extras=(part("b"), WORDS, part("c")))


def names(draft: Draft) -> str:
    return "".join(one.source.unique_id for one in joining.parts(draft))


@pytest.mark.parametrize(
    ("action", "order"),
    [
        ("up.2", "bac"),
        ("up.3", "acb"),
        ("off.1", "bc"),
        ("off.2", "ac"),
        ("off.3", "ab"),
    ],
)
def test_a_tap_changes_the_order(action: str, order: str) -> None:
    step = steps.tap(THREE, f"j.{action}")
    assert step is not None
    assert (step.then, step.field) == (Then.ARRANGE, action)
    after = joining.arranged(THREE, action)
    assert after is not None
    assert names(after) == order
    assert WORDS in after.extras
    assert (after.seen is None) == (order[0] != "a"), "another file is to be looked at"


@pytest.mark.parametrize("action", ["up.1", "up.4", "up.", "up.x", "off.0", "off.9", "all", "z.1"])
def test_forged_taps_mean_nothing(action: str) -> None:
    assert steps.tap(THREE, f"j.{action}") is None


def test_the_only_one_can_not_be_taken_off() -> None:
    assert steps.tap(DRAFT, "j.off.1") is None


def test_parts_come_in_the_order_of_their_messages_and_each_once() -> None:
    draft = DRAFT
    for name, message in (("c", "12"), ("b", "11"), ("d", "13"), ("b", "11")):
        draft = joining.added(draft, part(name, message))
    assert names(draft) == "abcd"


def test_an_album_becomes_one() -> None:
    files = tuple(Sent(str(n), source(name)) for n, name in enumerate("abc"))
    album = replace(DRAFT, files=files, seen=None)
    assert any(b.action == "j.all" for b in buttons(album, "main"))
    after = joining.arranged(album, "all")
    assert after is not None
    assert names(after) == "abc"
    assert after.files == ()


def shown(draft: Draft, page: str) -> Screen:
    return screens.screen(View(Texts(draft.locale), draft.at(page), lambda _: Expected()))


def buttons(draft: Draft, page: str) -> list[Button]:
    return [button for row in shown(draft, page).rows for button in row]


@pytest.mark.parametrize("locale", LOCALES)
def test_the_page_tells_each_and_offers_each(locale: str) -> None:
    draft = replace(THREE, locale=locale)
    text = shown(draft, JOIN_PAGE).text
    for words in ("1. a.mp4 · 0:10", "2. b.mp4 · 0:05", "3. c.mp4 · 0:05", ", 0:20"):
        assert words in text
    actions = [button.action for button in buttons(draft, JOIN_PAGE)]
    assert actions == ["p.part-1", "p.part-2", "p.part-3", "p.main"]
    assert [b.action for b in buttons(draft, f"{PART_PAGE}1")] == ["j.off.1", "p.join"]
    assert [b.action for b in buttons(draft, f"{PART_PAGE}3")] == ["j.up.3", "j.off.3", "p.join"]


def test_the_way_there() -> None:
    assert any(b.action == "p.join" for b in buttons(DRAFT, "more"))
    assert not any(b.action == "p.join" for b in buttons(DRAFT, "main"))
    assert any(b.action == "p.join" for b in buttons(THREE, "main"))
    step = steps.tap(DRAFT, "p.join")
    assert step is not None
    assert step.then is Then.COLLECT
    assert steps.tap(replace(DRAFT, files=(Sent("1", source("a")),) * 2), "p.join") is None


def test_the_whole_is_as_long_as_all() -> None:
    assert THREE.planned is not None
    assert THREE.planned.info.duration == 20.0
    unknown = replace(DRAFT, extras=(part("b", seconds=0.0),))
    assert joining.seconds(unknown) is None
    assert unknown.planned is not None
    assert unknown.planned.info.duration is None


def test_the_order_makes_another_work() -> None:
    other = replace(DRAFT, extras=(part("c"), WORDS, part("b")))
    assert work_of(THREE.job()) != work_of(other.job())
    again = replace(DRAFT, extras=(WORDS, part("b"), part("c")))
    assert work_of(THREE.job()) == work_of(again.job())


def test_rows_keep_all_that_is_known() -> None:
    assert extras.load(extras.dump(THREE.extras)) == THREE.extras
    old = [{"role": "subtitle", "source": {**extras.dump([WORDS])[0]["source"]}, "trouble": ""}]
    assert extras.load(old) == (WORDS,)


@pytest.mark.parametrize("locale", LOCALES)
def test_an_error_names_the_part(locale: str) -> None:
    facts: dict[str, float | str] = {"part": "2"}
    extras.name_part(facts, THREE.source, THREE.extras)
    told = cause(Texts(locale), "no_video", facts)
    assert "b.mp4" in told
    assert Texts(locale)("error-no_video") in told
