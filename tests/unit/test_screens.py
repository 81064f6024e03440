"""The menus: what is offered for which file, that every option can be reached, and what taps do."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialog.draft import MAIN, Draft
from bot.dialog.forecast import Forecast
from bot.dialog.screen import LONGEST_ACTION, Button, Screen
from bot.dialog.screens import screens, steps
from bot.dialog.screens.option_pages import OPTION_PAGE, TYPE_PAGE
from bot.dialog.screens.screens import PAGES
from bot.dialog.screens.steps import Step, Then
from bot.dialog.screens.view import View
from bot.dialog.wish import changed
from bot.jobs.house.speed import Speeds
from bot.jobs.model import Source
from bot.telegram.showing.screens import DraftTap, of_draft
from bot.telegram.wire.markup import as_html
from bot.texts import LOCALES, Texts
from bot.texts.marks import plain
from converter.errors import Refused
from converter.formats import TARGETS
from converter.limits import Limits
from converter.media import MediaInfo, SubtitleStream
from converter.options import OPTIONS, options_for
from converter.planning.plan import Action
from converter.request import Request
from converter.seen import Seen
from tests.support.anything import REQUESTS
from tests.support.facts import AUDIO, CPU, INFO, SONG, VIDEO

EVERY_LOCALE = pytest.mark.parametrize("locale", LOCALES)
SPEEDS = Speeds()
FORECAST = Forecast(Limits(max_output_bytes=50_000_000), lambda: CPU, SPEEDS)
HDR = replace(
    VIDEO,
    codec="hevc",
    bit_depth=10,
    pix_fmt="yuv420p10le",
    width=3840,
    height=2160,
    color_transfer="smpte2084",
    color_primaries="bt2020",
    duration=72.0,
)
FILM = replace(
    INFO,
    duration=72.0,
    size=48_000_000,
    videos=(HDR,),
    audios=(AUDIO, replace(AUDIO, index=2, language="rus")),
    subtitles=(SubtitleStream(3, "subrip", "eng"),),
)
SILENT = replace(INFO, audios=())
FILES = {"film": FILM, "clip": INFO, "song": SONG, "silent": SILENT, "unseen": None}


def draft(info: MediaInfo | None = FILM, request: Request | None = None) -> Draft:
    return Draft(
        id="0123456789",
        user_id="1",
        chat_id="2",
        message_id="3",
        locale="en",
        source=Source("file", "unique", "holiday.mov", 48_000_000),
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        request=request or Request(),
        seen=Seen(info, moov_first=True) if info else None,
    )


def shown(one: Draft, locale: str = "en") -> Screen:
    view = View(Texts(locale), one, lambda wish: FORECAST.of(one.seen, wish))
    return screens.screen(view)


def buttons(screen: Screen) -> list[Button]:
    return [button for row in screen.rows for button in row]


def actions(one: Draft) -> set[str]:
    return {button.action for button in buttons(shown(one))}


def tapped(one: Draft, action: str) -> Step:
    assert action in actions(one), f"{action} is not offered"
    step = steps.tap(one, action)
    assert step is not None
    return step


def every_page(one: Draft) -> Iterator[Draft]:
    """Every page that can be reached by taps from the first, and each at its own wish."""
    seen, waiting = {one.page}, [one]
    while waiting:
        here = waiting.pop()
        yield here
        for button in buttons(shown(here)):
            try:
                step = steps.tap(here, button.action)
            except Refused:
                raise AssertionError(f"{button.action} can't be done") from None
            assert step is not None, button.action
            if step.then in {Then.SHOW, Then.TYPE} and step.draft.page not in seen:
                seen.add(step.draft.page)
                waiting.append(step.draft)


@EVERY_LOCALE
@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("target", TARGETS)
def test_every_button_of_every_page_does_something(locale: str, name: str, target: str) -> None:
    for page in every_page(draft(FILES[name], Request(target=target))):
        screen = shown(page, locale)
        assert 0 < len(plain(screen.text)) <= 4096
        assert "<" not in as_html(screen.text).replace("<b>", "").replace("</b>", "")
        for button in buttons(screen):
            assert 0 < len(button.label) <= 64
            assert button.action.isascii()
            assert len(button.action) <= LONGEST_ACTION
            packed = of_draft("f" * 10)(button.action)
            assert len(packed.encode()) <= 64
            assert DraftTap.unpack(packed).action == button.action
        assert sum(len(row) for row in screen.rows) <= 100


def test_every_target_is_two_taps_away_and_starts() -> None:
    menu = tapped(draft(), "p.format").draft
    for key in TARGETS:
        step = tapped(menu, f"go.target={key}")
        assert step.then is Then.START
        assert step.draft.request.target == key


@pytest.mark.parametrize("key", TARGETS)
def test_every_option_of_every_target_can_be_reached(key: str) -> None:
    """By a switch, by a page of its own, or as part of a page about it."""
    film = draft(FILM, Request(target=key))
    burned = (
        changed(Request(target=key), **BURN)
        if OPTIONS["subtitle"] in options_for(TARGETS[key])
        else film.request
    )
    reached: set[str] = set()
    for one in (film, replace(film, request=burned)):
        for page in every_page(one):
            for button in buttons(shown(page)):
                verb, _, words = button.action.partition(".")
                if verb in {"s", "go"}:
                    reached |= {pair.partition("=")[0] for pair in words.split("&")}
                if verb == "t":
                    reached |= {"start", "end"} if words == "trim" else {words}
    wanted = {option.name for option in options_for(TARGETS[key])}
    assert wanted - reached == set()


BURN = {"subtitles": "burn"}


@pytest.mark.parametrize(
    ("name", "page", "gone"),
    [
        ("song", "more", "p.opt-height"),
        ("clip", "more", "p.opt-subtitles"),
        ("clip", "more", "p.opt-audio"),
        ("silent", "more", "s.mute=true"),
        ("silent", MAIN, "p.sound"),
        ("song", MAIN, "p.smaller"),
        ("song", "format", "go.target=mp4"),
        ("silent", "format", "go.target=mp3"),
        ("clip", "trim", "s.start=&end=10.0"),
    ],
)
def test_what_can_not_apply_is_not_shown(name: str, page: str, gone: str) -> None:
    target = "mp3" if name == "song" else "mp4"
    here = draft(FILES[name], Request(target=target)).at(page)
    assert gone not in actions(here)


def test_the_present_choice_is_marked_and_can_be_taken_back() -> None:
    step = tapped(draft().at("opt-height"), "s.height=720")
    assert step.draft.request.height == 720
    assert step.draft.page == "more"
    again = step.draft.at("opt-height")
    [marked] = [b.label for b in buttons(shown(again)) if b.label.startswith("☑️")]
    assert "720" in marked
    assert tapped(again, "s.height=").draft.request == Request()


def test_a_card_says_what_it_is_and_what_it_costs() -> None:
    lines = plain(shown(draft()).text).splitlines()
    assert lines[0] == "🎬 holiday.mov"
    assert lines[1] == (
        "HEVC 10-bit HDR · 3840×2160 · 30 fps · 1 min 12 s · 48 MB"
        " · 2 sound tracks · 1 subtitle track"
    )
    assert lines[2] == "→ 🎬 MP4"
    assert lines[3].startswith("re-encoded · about ")
    russian = plain(shown(draft(), "ru").text).splitlines()
    assert russian[1].endswith("48 МБ · звуковых дорожек: 2 · 1 дорожка субтитров")
    assert russian[3].startswith("с перекодированием · около ")


def test_a_choice_says_its_price_before_it_is_made() -> None:
    labels = {b.action: b.label for b in buttons(shown(draft().at("smaller")))}
    assert "≈" in labels["go.height=720"]
    sizes = [float(labels[f"go.height={h}"].split()[-2]) for h in (720, 480, 360)]
    assert sizes == sorted(sizes, reverse=True)
    assert "go.max_bytes=50000000" not in labels, "that would make nothing smaller"


def test_what_can_not_be_done_says_why_and_is_not_offered() -> None:
    long = replace(FILM, duration=7200.0, videos=(replace(HDR, duration=7200.0),))
    assert "go.max_bytes=8000000" not in actions(draft(long).at("smaller"))
    tight = draft(long, Request(max_bytes=8_000_000))
    assert "⚠️ The result doesn't fit 8 MB" in plain(shown(tight).text)


def test_the_time_is_told_once_it_was_measured() -> None:
    speeds = Speeds()
    forecast = Forecast(FORECAST.limits, FORECAST.able, speeds)
    seen = Seen(FILM, moov_first=True)
    assert forecast.of(seen, Request()).seconds is None
    plan = seen.plan(Request(), FORECAST.limits, CPU)
    speeds.note(plan, 40.0)
    assert forecast.of(seen, Request()).seconds == pytest.approx(40.0)
    half = forecast.of(seen, Request(end=36.0)).seconds
    assert half == pytest.approx(20.0, rel=0.1)
    assert forecast.of(seen, Request(target="mp3")).seconds is None
    assert forecast.of(seen, Request()).action is Action.ENCODE
    hasty = Speeds()
    hasty.note(plan, 2.0)
    assert hasty.estimate(plan) is None, "mostly looking and starting: nothing to multiply"


@pytest.mark.parametrize(
    "action",
    ["", "p.", "p.x", "p.opt-x", "s.x=1", "s.", "s.height", "go.x=1", "t.x", "f.2", "x.1", "q.1"],
)
def test_forged_taps_do_nothing(action: str) -> None:
    assert steps.tap(draft(), action) is None


@given(st.text(max_size=60))
def test_whatever_a_tap_says_it_is_known_or_refused(action: str) -> None:
    try:
        step = steps.tap(draft(), action)
    except Refused:
        return
    assert step is None or isinstance(step.draft, Draft)


@given(REQUESTS, st.sampled_from([*PAGES, *(OPTION_PAGE + name for name in OPTIONS)]))
def test_every_wish_can_be_shown_on_every_page(request: Request, page: str) -> None:
    assert shown(draft(FILM, request).at(page)).text
    assert shown(draft(None, request).at(page)).text


def test_typing_is_asked_for_and_taken() -> None:
    step = tapped(draft().at("trim"), "t.trim")
    assert (step.then, step.field, step.draft.page) == (Then.TYPE, "trim", TYPE_PAGE + "trim")
    assert "1:12" in shown(step.draft).text
    done = steps.type_in(step.draft, "trim", "0:10-0:42")
    assert (done.draft.request.start, done.draft.request.end) == (10.0, 42.0)
    assert done.draft.page == MAIN
    named = steps.type_in(draft(), "name", " my\nfilm ")
    assert named.draft.source.name == "my film"
    with pytest.raises(ValueError, match="nobody can see"):
        steps.type_in(draft(), "name", "\u202e")
