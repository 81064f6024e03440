"""People: who asks for much, who may come in, how much they may ask for; what all of them hear."""

import re
from collections.abc import Mapping
from typing import Final

from aiohttp import web

from bot.dialog.stores import allowances
from bot.dialog.stores.allowances import NAMES, USUAL, UnclearError
from bot.dialog.stores.broadcasts import Broadcast, Heard, Stage
from bot.web.dashboard.parts import Parts
from bot.web.dashboard.visit import Form, Visit, back_to

ID: Final = re.compile(r"-?[0-9]{1,20}")
LONGEST_WORDS: Final = 4000
_BAD: Final = 400


async def people(parts: Parts, visit: Visit) -> web.Response:
    """Who asked for most today, and a way to anybody."""
    user_id = visit.request.query.get("user", "").strip()
    if ID.fullmatch(user_id):
        return back_to(f"/people/{user_id}")
    used = await parts.office.most_active(visit.admin.platform)
    return visit.page("people", used=used, unknown=user_id[:40])


async def person(
    parts: Parts, visit: Visit, user_id: str, *, unclear: UnclearError | None = None
) -> web.Response:
    """One person."""
    member = await parts.office.member(visit.admin.platform, user_id)
    return visit.page(
        "person",
        member=member,
        names=NAMES,
        unclear=unclear,
        trouble="" if unclear is None else _sentence(visit, unclear),
        status=200 if unclear is None else _BAD,
    )


async def set_quotas(parts: Parts, visit: Visit, user_id: str, form: Form) -> web.Response:
    """What the form's fields say; an empty one is as usual."""
    try:
        quotas = allowances.read(
            [f"{name}={form.get(name, '').strip()[:40] or USUAL}" for name in NAMES]
        )
    except UnclearError as unclear:
        return await person(parts, visit, user_id, unclear=unclear)
    admin = visit.admin
    await parts.office.allowances.say(admin.platform, user_id, quotas, admin.user_id)
    return back_to(f"/people/{user_id}", "dash-done")


def _sentence(visit: Visit, unclear: UnclearError) -> str:
    kind = "size" if unclear.name.startswith("bytes") else "number"
    takes = visit.speech(f"admin-quota-takes-{kind}")
    return visit.speech(
        "admin-quota-bad-value", name=unclear.name, takes=takes, word=unclear.word[:40]
    )


async def say(
    parts: Parts, visit: Visit, asked: Mapping[str, object] | None = None
) -> web.Response:
    """What goes out, and a form for more."""
    going = []
    for broadcast in await parts.crier.store.unfinished():
        tally = await parts.crier.store.tally(broadcast.id)
        sent, total = tally.get(Heard.SENT, 0), sum(tally.values())
        going.append({"it": broadcast, "sent": sent, "total": total})
    return visit.page("say", going=going, asked=asked, longest=LONGEST_WORDS)


async def ask(parts: Parts, visit: Visit, form: Form) -> web.Response:
    """Keep it, and ask whether it shall really go out."""
    words = form.get("words", "").replace("\r\n", "\n").strip()[:LONGEST_WORDS]
    if not words:
        return back_to("/say")
    admin = visit.admin
    broadcast, count = await parts.crier.ask(
        Broadcast(
            id="",
            platform=admin.platform,
            by_user=admin.user_id,
            chat_id=admin.chat_id,
            locale=visit.speech.locale,
            message_id=None,
            words=words,
        )
    )
    return await say(parts, visit, {"it": broadcast, "count": count})


async def answer(parts: Parts, visit: Visit, broadcast_id: str, verb: str) -> web.Response:
    """Send it, or let nobody else hear it."""
    broadcast = await parts.crier.store.get(broadcast_id)
    if broadcast is None:
        return back_to("/say", "dash-said-over")
    if verb == "stop":
        done = await parts.crier.stop(broadcast, visit.admin.user_id)
    else:
        asked = broadcast.stage is Stage.ASKED
        report_id = await parts.open_report(broadcast) if asked else None
        done = await parts.crier.begin(broadcast, report_id, visit.admin.user_id)
    return back_to("/say", "dash-said" if done else "dash-said-over")
