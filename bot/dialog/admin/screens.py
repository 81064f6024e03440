"""The operator's pages: words and buttons made of facts. Pure."""

from collections.abc import Sequence
from itertools import islice
from typing import Final

from bot.dialog.admin.facts import Live, Member, Overview
from bot.dialog.screen import Button, Screen, Style
from bot.dialog.screens.view import in_rows
from bot.dialog.stores.allowances import NAMES
from bot.dialog.stores.doorkeeper import Word
from bot.jobs.answers import Ended, Used
from bot.jobs.gate import Passage
from bot.jobs.model import TRACE_LENGTH, Phase
from bot.texts import Texts
from bot.texts.sentences import duration, size

BOARD: Final = "board"
MOST_JOBS: Final = 20
MOST_USERS: Final = 10
MOST_FAILURES: Final = 20
_GB: Final = 10**9
_MINUTE: Final = 60

Row = tuple[Button, ...]


def board(texts: Texts, now: Overview, dashboard: str = "") -> Screen:
    """The first page of /admin; `dashboard` is an address that opens in the chat."""
    count = {phase.value: now.numbers.jobs.get(phase, 0) for phase in Phase}
    words = texts(
        "admin-board",
        waiting=count["queued"],
        running=sum(count[phase.value] for phase in Phase if phase.running),
        done=count["done"],
        failed=count["failed"],
        refused=count["refused"],
        cancelled=count["cancelled"],
        users=now.numbers.users,
        free="—" if now.free is None else texts("admin-gb", gb=round(now.free / _GB, 1)),
        door=texts(f"admin-{now.passage.value}"),
    )
    pages = [Button(texts(f"admin-{page}"), f"p.{page}") for page in ("jobs", "users", "errors")]
    again = Button(texts("admin-refresh"), f"p.{BOARD}")
    opened = [Button(texts("admin-dashboard"), "", page=dashboard)] if dashboard else []
    return Screen(words, (_door(texts, now.passage), tuple(pages), (again, *opened)))


def jobs(texts: Texts, live: Sequence[Live]) -> Screen:
    """What waits and runs, each to be stopped. What the files are called is their people's."""
    shown = live[:MOST_JOBS]
    lines = [texts("admin-jobs-title", count=len(live)), *(_live(texts, one) for one in shown)]
    if len(live) > len(shown):
        lines.append(texts("admin-more", count=len(live) - len(shown)))
    stops = [
        Button(texts("admin-stop", trace=one.job.trace), f"stop.{one.job.id}", Style.BAD)
        for one in shown
    ]
    return _page(texts, "jobs", lines, in_rows(stops, 2))


def users(texts: Texts, used: Sequence[Used]) -> Screen:
    """Who asked for most today."""
    lines = [texts("admin-users-title" if used else "admin-users-none")]
    lines += [_used(texts, number, one) for number, one in enumerate(used, 1)]
    numbered = enumerate(used, 1)
    each = [Button(f"{number}. {one.user_id}", user(one.user_id)) for number, one in numbered]
    return _page(texts, "users", lines, in_rows(each, 2))


def member(texts: Texts, one: Member) -> Screen:
    """One person."""
    user_id = one.used.user_id
    word = "admin" if one.admin else (one.word.value if one.word else "none")
    lines = [
        texts("admin-user-title", user=user_id),
        texts(f"admin-user-{word}"),
        texts("admin-user-today", **_amounts(texts, one.used)),
    ]
    banned = one.word is Word.BANNED
    door = Button(
        texts("admin-user-unban" if banned else "admin-user-ban"),
        f"{'unban' if banned else 'ban'}.{user_id}",
        Style.GOOD if banned else Style.BAD,
    )
    buttons = [Button(texts("admin-quotas"), f"p.quota.{user_id}")]
    rows = [(*([] if one.admin else [door]), *buttons)]
    return Screen("\n".join(lines), (*rows, _back(texts, "users")))


def quotas(texts: Texts, one: Member) -> Screen:
    """How much one person may ask for, and how that is changed."""
    user_id = one.used.user_id
    lines = [texts("admin-quotas-title", user=user_id)]
    if one.admin:
        lines.append(texts("admin-quotas-admin"))
    for name in NAMES:
        whose = texts("admin-quota-own" if name in one.said else "admin-quota-usual")
        amount = quota_text(texts, name, getattr(one.quota, name))
        lines.append(texts("admin-quota-line", name=name, amount=amount, whose=whose))
    lines += ["", texts("admin-quotas-how", user=user_id)]
    usual = (Button(texts("admin-quotas-usual"), f"usual.{user_id}"),)
    rows = (*([usual] if one.said else []), _back(texts, f"user.{user_id}"))
    return Screen("\n".join(lines), rows)


def errors(texts: Texts, failures: Sequence[Ended]) -> Screen:
    """The last failures, each to be looked into."""
    lines = [texts("admin-errors-title" if failures else "admin-errors-none")]
    lines += [_failure(texts, one) for one in failures]
    each = [
        Button(f"№ {one.job_id[:TRACE_LENGTH]}", f"error.{one.job_id}")
        for one in islice(failures, MOST_FAILURES)
    ]
    return _page(texts, "errors", lines, in_rows(each, 3))


def quota_text(texts: Texts, name: str, amount: int) -> str:
    """How much that is."""
    if not amount:
        return texts("admin-quota-none")
    return size(texts, amount) if name.startswith("bytes") else str(amount)


def user(user_id: str) -> str:
    """The action that leads to a person's page."""
    return f"p.user.{user_id}"


def _door(texts: Texts, passage: Passage) -> Row:
    """What can be done about the door, as it stands."""
    resume = Button(texts("admin-resume"), "resume", Style.GOOD)
    pause = Button(texts("admin-pause"), "pause", Style.BAD)
    drain = Button(texts("admin-drain"), "drain", Style.BAD)
    match passage:
        case Passage.OPEN:
            return (pause, drain)
        case Passage.PAUSED:
            return (resume, drain)
        case _:
            return (resume,)


def _live(texts: Texts, one: Live) -> str:
    percent = "" if one.percent is None else f" {one.percent}%"
    return texts(
        "admin-job",
        trace=one.job.trace,
        user=one.job.user_id,
        phase=texts(f"phase-{one.job.phase.value}") + percent,
        size=size(texts, one.job.source.size) if one.job.source.size else "—",
        age=duration(texts, max(0.0, one.age)),
    )


def _used(texts: Texts, number: int, one: Used) -> str:
    return texts("admin-users-line", number=number, user=one.user_id, **_amounts(texts, one))


def _amounts(texts: Texts, one: Used) -> dict[str, str | int]:
    total = size(texts, one.bytes) if one.bytes else "—"
    return {"jobs": one.jobs, "size": total, "minutes": -(-one.seconds // _MINUTE)}


def _failure(texts: Texts, one: Ended) -> str:
    return texts(
        "admin-errors-line",
        at="—" if one.at is None else f"{one.at:%d.%m %H:%M}",
        code=one.code or "—",
        trace=one.job_id[:TRACE_LENGTH],
        user=one.user_id,
        phase=one.phase or "—",
    )


def _page(texts: Texts, page: str, lines: Sequence[str], rows: Sequence[Row]) -> Screen:
    again = Button(texts("admin-refresh"), f"p.{page}")
    return Screen("\n".join(lines), (*rows, (again, *_back(texts, BOARD))))


def _back(texts: Texts, page: str) -> Row:
    return (Button(texts("menu-back"), f"p.{page}"),)
