"""The operator's pages: what they say of which facts, and that every button leads somewhere."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.dialog.admin import broadcast_screens, reports, screens
from bot.dialog.admin.facts import Live, Member, Overview, Report
from bot.dialog.screen import LONGEST_ACTION, Screen
from bot.dialog.stores.allowances import NAMES
from bot.dialog.stores.broadcasts import Broadcast, Heard, Stage
from bot.dialog.stores.doorkeeper import Word
from bot.jobs.answers import Ended, Numbers, Used
from bot.jobs.gate import Passage
from bot.jobs.model import Job, Phase, Receipt, Source
from bot.jobs.store.quota import Quota
from bot.telegram.showing.screens import AdminTap, BroadcastTap, of_admin, of_broadcast
from bot.telegram.wire.markup import as_html
from bot.texts import LOCALES, Texts
from bot.texts.marks import plain
from converter.request import Request

EVERY_LOCALE = pytest.mark.parametrize("locale", LOCALES)
EN = Texts("en")
NOW = datetime(2026, 1, 1, 12, 30, tzinfo=UTC)
LONG_ID = "-1001234567890123456"
NUMBERS = Numbers({Phase.QUEUED: 2, Phase.CONVERTING: 1, Phase.SENDING: 1, Phase.DONE: 7}, 3)
ENDED = Ended("0123456789abcdef", "5", NOW, Phase.FAILED, "damaged", "", "converting", "My film")
USED = Used("5", jobs=2, bytes=48_000_000, seconds=61)
MEMBER = Member(USED, None, False, Quota(jobs_per_day=50), {"jobs_per_day": 50})


def job(number: int = 0, phase: Phase = Phase.CONVERTING, size: int = 48_000_000) -> Job:
    return Job(
        id=f"{number:016x}",
        platform="telegram",
        user_id="5",
        chat_id="5",
        message_id="1",
        locale="en",
        source=Source("file", "unique", "My secret film.mov", size),
        request=Request(),
        group=False,
        phase=phase,
        attempt=1,
        failures=0,
        deaths=0,
        receipt=Receipt.NONE,
        status_message_id=None,
        error_code=None,
        created_at=NOW,
    )


def every_page(texts: Texts) -> dict[str, Screen]:
    live = [Live(job(number), 42, 3725.0) for number in range(30)]
    return {
        **{
            f"board {passage}": screens.board(texts, Overview(NUMBERS, passage, 52_345_678_901))
            for passage in Passage
        },
        "board blind": screens.board(texts, Overview(Numbers({}, 0), Passage.OPEN, None)),
        "jobs": screens.jobs(texts, live),
        "no jobs": screens.jobs(texts, []),
        "users": screens.users(texts, [replace(USED, user_id=LONG_ID)] * 10),
        "no users": screens.users(texts, []),
        **{
            f"member {word} {admin}": screens.member(
                texts, replace(MEMBER, used=Used(LONG_ID), word=word, admin=admin)
            )
            for word in (None, *Word)
            for admin in (False, True)
        },
        "quotas": screens.quotas(texts, MEMBER),
        "usual": screens.quotas(texts, replace(MEMBER, used=Used(LONG_ID), said={}, admin=True)),
        "errors": screens.errors(texts, [ENDED] * 20),
        "no errors": screens.errors(texts, []),
    }


def actions(screen: Screen) -> list[str]:
    return [button.action for row in screen.rows for button in row]


@EVERY_LOCALE
def test_every_page_fits_a_message_and_its_buttons_a_tap(locale: str) -> None:
    for name, screen in every_page(Texts(locale)).items():
        assert 0 < len(plain(screen.text)) <= 4096, name
        assert "<" not in as_html(screen.text).replace("<b>", "").replace("</b>", ""), name
        assert "film" not in screen.text, name
        for row in screen.rows:
            for button in row:
                assert 0 < len(button.label) <= 64
                assert len(button.action) <= LONGEST_ACTION
                packed = of_admin(button.action)
                assert len(packed.encode()) <= 64
                assert AdminTap.unpack(packed).action == button.action
        assert re.match(r"p\.[a-z]+", actions(screen)[-1]), "back, or again"


@pytest.mark.parametrize(
    ("passage", "words", "offered"),
    [
        (Passage.OPEN, "New files are accepted.", ["pause", "drain"]),
        (Passage.PAUSED, "New files are not accepted.", ["resume", "drain"]),
        (Passage.DRAINING, "Nothing new is accepted. I tell you when", ["resume"]),
        (Passage.DRAINED, "Nothing new is accepted, and nothing is running.", ["resume"]),
    ],
)
def test_the_board(passage: Passage, words: str, offered: list[str]) -> None:
    screen = screens.board(EN, Overview(NUMBERS, passage, 52_345_678_901))
    assert "waiting 2 · running 2" in screen.text
    assert "done 7 · failed 0" in screen.text
    assert "people: 3" in screen.text
    assert "free disk: 52.3 GB" in screen.text
    assert words in screen.text
    assert [a for a in actions(screen) if not a.startswith("p.")] == offered
    assert {"p.jobs", "p.users", "p.errors"} <= set(actions(screen))


def test_jobs_say_how_far_they_are_and_not_what_they_are_called() -> None:
    live = [Live(job(1), 42, 185.0), Live(job(2, Phase.QUEUED, 0), None, 5.0)]
    screen = screens.jobs(EN, live)
    assert plain(screen.text).split("\n") == [
        "📋 2 jobs",
        "№ 00000000 · 5 · converting 42% · 48 MB · 3 min 5 s",
        "№ 00000000 · 5 · waiting · — · 5 s",
    ]
    assert actions(screen)[:2] == [f"stop.{job(1).id}", f"stop.{job(2).id}"]
    many = screens.jobs(EN, [Live(job(number), None, 1.0) for number in range(25)])
    assert many.text.endswith("… and 5 more")
    assert len([a for a in actions(many) if a.startswith("stop.")]) == 20


def test_users_lead_to_their_pages() -> None:
    screen = screens.users(EN, [USED])
    assert "1. 5: 2 jobs · 48 MB · 2 min" in screen.text
    assert "p.user.5" in actions(screen)


@pytest.mark.parametrize(
    ("word", "admin", "offered"),
    [
        (None, False, ["ban.5"]),
        (Word.ALLOWED, False, ["ban.5"]),
        (Word.BANNED, False, ["unban.5"]),
        (None, True, []),
    ],
)
def test_a_person_may_be_shut_out_and_let_in(
    word: Word | None, admin: bool, offered: list[str]
) -> None:
    screen = screens.member(EN, replace(MEMBER, word=word, admin=admin))
    assert [a for a in actions(screen) if not a.startswith("p.")] == offered
    assert actions(screen)[-2:] == ["p.quota.5", "p.users"]


def test_quotas_say_whose_they_are() -> None:
    quota = Quota(jobs_per_hour=3, jobs_per_day=50, bytes_per_day=2_000_000_000)
    said = {"jobs_per_day": 50, "bytes_per_day": 2_000_000_000}
    screen = screens.quotas(EN, replace(MEMBER, quota=quota, said=said))
    assert "jobs_per_hour = 3 (usual)" in screen.text
    assert "jobs_per_day = 50 (own)" in screen.text
    assert "bytes_per_day = 2,000 MB (own)" in screen.text
    assert "minutes_per_day = no bound (usual)" in screen.text
    assert all(name in screen.text for name in NAMES)
    assert actions(screen) == ["usual.5", "p.user.5"]
    assert actions(screens.quotas(EN, replace(MEMBER, said={}))) == ["p.user.5"]


def test_failures_are_told_without_names() -> None:
    screen = screens.errors(EN, [ENDED, replace(ENDED, at=None, code="", phase="")])
    assert "01.01 12:30 · damaged · № 01234567 · 5 · converting" in screen.text
    assert "— · — · № 01234567 · 5 · —" in screen.text
    assert actions(screen)[0] == "error.0123456789abcdef"


def test_a_report_has_what_is_known_and_neither_secrets_nor_names() -> None:
    whole = Report("01234567", replace(ENDED, detail="broke at 3 s"), NOW, ("one", "two"))
    head = plain(reports.head(EN, whole))
    assert head.startswith("🔎 № 01234567 (0123456789abcdef)\nfailed · damaged")
    assert head.endswith("2026-01-01 12:30:00 UTC\nbroke at 3 s")
    assert reports.body(EN, whole) == "one\ntwo"
    outside = Report("89abcdef", None, NOW, ())
    assert "outside of any job" in reports.head(EN, outside)
    assert reports.body(EN, outside) == "The log has nothing on it any more."
    cleaned = reports.cleaned("a TOKEN, My film, My", "My film", lambda t: t.replace("TOKEN", "x"))
    assert cleaned == "a x, …, My"
    assert reports.cleaned("a b", "a", lambda t: t) == "a b", "no name is a word"


BROADCAST = Broadcast("0" * 16, "telegram", "9", "9", "en", "3", None, "4", Stage.SENDING)


@EVERY_LOCALE
def test_a_broadcast_s_message_at_every_stage(locale: str) -> None:
    texts = Texts(locale)
    tally = {heard: number for number, heard in enumerate(Heard, 1)}
    for stage in Stage:
        screen = broadcast_screens.report(texts, replace(BROADCAST, stage=stage), tally)
        assert len(screen.text.split("\n")) == 4
        stops = [f"stop.{BROADCAST.id}"] if stage is Stage.SENDING else []
        assert actions(screen) == stops
    asked = broadcast_screens.ask(texts, BROADCAST, 5)
    assert "5" in asked.text
    for action in actions(asked):
        assert len(of_broadcast(action).encode()) <= 64
        tap = BroadcastTap.unpack(of_broadcast(action))
        assert f"{tap.act}.{tap.broadcast_id}" == action
    assert actions(broadcast_screens.ask(texts, BROADCAST, 0)) == []
