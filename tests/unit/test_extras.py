"""Files beside the one to convert: what is planned with them, what the menu says and offers."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.dialog.draft import Draft
from bot.dialog.forecast import Forecast
from bot.dialog.screen import Screen
from bot.dialog.screens import screens, steps
from bot.dialog.screens.steps import Then
from bot.dialog.screens.view import View
from bot.jobs import extras, tables
from bot.jobs.house.speed import Speeds
from bot.jobs.model import Extra, NewJob, Role, Source
from bot.texts import LOCALES, Texts
from converter.input import own_words
from converter.limits import Limits
from converter.media import OWN_TRACK, Cover, MediaInfo
from converter.planning.plan import COPY, Action, Note, Plan
from converter.request import Request, Subtitles
from converter.seen import Seen
from tests.support.argv import argv_of
from tests.support.facts import CPU, INFO, MKV, SONG, TEXT, names, plans

EVERY_LOCALE = pytest.mark.parametrize("locale", LOCALES)
OWN = own_words.stream("srt", "rus", "film.ru.srt")
WITH_OWN = replace(INFO, subtitles=(OWN,))
BOTH = replace(INFO, container=MKV, subtitles=(TEXT, OWN))
LOST = replace(INFO, subtitles=(replace(OWN, lost=True),))
SUBTITLE = Extra(Role.SUBTITLE, Source("s", "us", "film.ru.srt", 900))
THUMBNAIL = Extra(Role.THUMBNAIL, Source("t", "ut", "", 9_000, "image/jpeg"))
FORECAST = Forecast(Limits(), lambda: CPU, Speeds())


# --- plans


def first(info: MediaInfo, **wish: Any) -> Plan:  # noqa: ANN401 - any field
    return plans(info, Request(**wish))[0]


@pytest.mark.parametrize(
    ("info", "wish", "action", "kept"),
    [
        (WITH_OWN, {}, Action.REMUX, [("own.srt", "mov_text")]),
        (WITH_OWN, {"subtitles": Subtitles.KEEP}, Action.REMUX, [("own.srt", "mov_text")]),
        (WITH_OWN, {"subtitles": Subtitles.DROP}, Action.NOTHING, []),
        (WITH_OWN, {"target": "mkv"}, Action.REMUX, [("own.srt", COPY)]),
        (WITH_OWN, {"target": "webm"}, Action.ENCODE, [("own.srt", "webvtt")]),
        (WITH_OWN, {"speed": 2.0}, Action.ENCODE, [("own.srt", "mov_text")]),
        (WITH_OWN, {"target": "mp3"}, Action.AUDIO, []),
        (BOTH, {}, Action.REMUX, [("own.srt", "mov_text")]),
        (BOTH, {"target": "mkv"}, Action.REMUX, [("own.srt", COPY), ("", COPY)]),
    ],
)
def test_own_subtitles_are_kept(
    info: MediaInfo, wish: dict[str, Any], action: Action, kept: list[tuple[str, str]]
) -> None:
    plan = first(info, **wish)
    assert plan.action is action
    assert [(c.stream.file, c.encoder) for c in plan.captions] == kept
    assert plan.notes == ()


@pytest.mark.parametrize(
    "wish",
    [
        {"subtitles": Subtitles.BURN},
        *({"target": key} for key in ("gif", "animation", "note", "sticker")),
    ],
)
@pytest.mark.parametrize("info", [WITH_OWN, BOTH])
def test_own_subtitles_are_burned_in(info: MediaInfo, wish: dict[str, Any]) -> None:
    plan = next(plan for plan in plans(info, Request(**wish)) if plan.picture is not None)
    assert plan.burn == OWN
    assert "ass" in names(plan)
    assert plan.captions == ()


def test_those_of_another_speed_alone_are_lost() -> None:
    plan = first(BOTH, target="mkv", speed=2.0)
    assert [caption.stream.file for caption in plan.captions] == ["own.srt"]
    assert plan.notes == (Note.SUBTITLES_LOST,)


@pytest.mark.parametrize(
    "wish", [{}, {"subtitles": Subtitles.BURN}, {"subtitles": Subtitles.KEEP}, {"target": "gif"}]
)
def test_words_that_nobody_can_read_cost_the_words_alone(wish: dict[str, Any]) -> None:
    plan = first(LOST, **wish)
    assert (plan.captions, plan.burn) == ((), None)
    assert Note.SUBTITLES_LOST in plan.notes


@pytest.mark.parametrize("key", ["mp3", "m4a", "flac"])
@pytest.mark.parametrize("info", [INFO, SONG])
def test_a_song_s_own_cover_goes_before_the_file_s(key: str, info: MediaInfo) -> None:
    covered = replace(info, covers=(Cover(OWN_TRACK, "mjpeg"), Cover(4, "mjpeg")))
    plan = first(covered, target=key)
    assert plan.covers == (OWN_TRACK,)
    assert plan.action is not Action.NOTHING
    argv = argv_of(plan)
    assert argv[argv.index("jpeg_pipe") - 1] == "-f"
    assert "1:0" in argv


# --- rows


def test_extras_are_kept_in_rows() -> None:
    both = (SUBTITLE, replace(THUMBNAIL, trouble="no_picture"))
    assert extras.load(extras.dump(both)) == both
    assert extras.load([{"role": "of another version", "source": {}, "trouble": ""}]) == ()
    assert extras.load(None) == ()


def test_the_same_file_with_other_subtitles_is_other_work() -> None:
    def work(*there: Extra) -> object:
        new = NewJob("1", "2", "3", "en", Source("f", "u", "a.mp4", 9), extras=there)
        return tables.values_of(new)["work"]

    other = replace(SUBTITLE, source=replace(SUBTITLE.source, unique_id="other"))
    assert len({work(), work(SUBTITLE), work(other), work(SUBTITLE, THUMBNAIL)}) == 4
    assert work(SUBTITLE, THUMBNAIL) == work(THUMBNAIL, SUBTITLE)


# --- the menu


def draft(
    *there: Extra, info: MediaInfo | None = INFO, request: Request | None = None, page: str = "main"
) -> Draft:
    return Draft(
        id="0123456789",
        user_id="1",
        chat_id="2",
        message_id="3",
        locale="en",
        source=Source("file", "unique", "film.mp4", 2_500_000),
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        request=request or Request(),
        seen=Seen(info, moov_first=True) if info else None,
        extras=there,
        page=page,
    )


def shown(one: Draft, locale: str) -> Screen:
    view = View(Texts(locale), one, lambda wish: FORECAST.of(one.planned, wish))
    return screens.screen(view)


def labels(screen: Screen) -> list[str]:
    return [button.label for row in screen.rows for button in row]


WAYS = [
    (Request(), "keep", "keep"),
    (Request(subtitles=Subtitles.BURN), "burn", "burn"),
    (Request(subtitles=Subtitles.DROP), "drop", None),
    (Request(target="mkv"), "keep", "keep"),
    (Request(target="gif"), "burn", None),
    (Request(target="mp3"), "none", None),
]


@EVERY_LOCALE
@pytest.mark.parametrize("info", [INFO, None], ids=["seen", "unseen"])
@pytest.mark.parametrize(("request_", "how", "chosen"), WAYS)
def test_the_card_says_what_becomes_of_the_subtitles(
    request_: Request, how: str, chosen: str | None, info: MediaInfo | None, locale: str
) -> None:
    texts, screen = Texts(locale), shown(draft(SUBTITLE, info=info, request=request_), locale)
    line = texts("extras-subtitle", name="film.ru.srt", how=texts(f"extras-how-{how}"))
    assert line in screen.text.splitlines()
    marked = [label for label in labels(screen) if label.startswith("☑️")]
    assert marked == ([f"☑️ {texts(f'extras-{chosen}')}"] if chosen else [])
    # Where there is but one way, none is offered.
    offered = texts("extras-burn") in " ".join(labels(screen))
    assert offered is (request_.target in {"mp4", "mkv"})


@EVERY_LOCALE
def test_what_is_of_no_use_is_said_and_can_be_taken_off(locale: str) -> None:
    texts = Texts(locale)
    one = draft(replace(SUBTITLE, trouble="no_subtitles"), replace(THUMBNAIL, trouble="no_picture"))
    screen = shown(one, locale)
    assert texts("error-no_subtitles") in screen.text
    assert texts("error-no_picture") in screen.text
    assert texts("extras-off-subtitle") in labels(screen)
    assert texts("extras-off-thumbnail") in labels(screen)
    assert one.job().extras == ()
    assert one.planned == one.seen


def test_the_options_of_subtitles_are_there_for_one_s_own() -> None:
    texts = Texts("en")
    for there, offered in ((), False), ((SUBTITLE,), True):
        found = " ".join(labels(shown(draft(*there, page="more"), "en")))
        assert (texts("option-subtitles") in found) is offered


@pytest.mark.parametrize(
    ("info", "after"),
    [(INFO, Subtitles.AUTO), (replace(INFO, subtitles=(TEXT,)), Subtitles.BURN)],
)
def test_what_was_wished_for_subtitles_goes_with_them(info: MediaInfo, after: Subtitles) -> None:
    one = draft(SUBTITLE, info=info, request=Request(subtitles=Subtitles.BURN))
    step = steps.tap(one, "e.subtitle")
    assert step is not None
    assert (step.then, step.field) == (Then.DETACH, "subtitle")
    assert step.draft.request.subtitles is after


@pytest.mark.parametrize("action", ["e.", "e", "e.part", "e.subtitle.x"])
def test_a_role_that_nobody_knows(action: str) -> None:
    assert steps.tap(draft(SUBTITLE), action) is None


def test_one_of_each_role() -> None:
    other = replace(SUBTITLE, source=Source("o", "uo", "other.srt", 1))
    one = draft(SUBTITLE, THUMBNAIL).beside(other)
    assert one.came(Role.SUBTITLE) == other
    assert len(one.extras) == 2
