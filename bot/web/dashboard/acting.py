"""What buttons do: the same as those of /admin, by the same office."""

import re
from typing import Final

from aiohttp import web

from bot.dialog.admin.office import PASSAGES, note_of
from bot.web.dashboard.parts import Parts
from bot.web.dashboard.visit import Form, Visit, back_to

_JOB: Final = re.compile(r"(stop|retry)\.([0-9a-f]{6,64})")
_WORKER: Final = re.compile(r"(rest|work)\.([0-9a-f]{4,64})")
_PERSON: Final = re.compile(r"(?:ban|unban|usual)\.-?[0-9]{1,20}")
_DONE: Final = "dash-done"


async def act(parts: Parts, visit: Visit, form: Form) -> web.Response:
    """Do what a button says, and show the page on which it was."""
    note = await _done(parts, visit, form.get("do", ""))
    return back_to(form.get("back", "/"), note)


async def _done(parts: Parts, visit: Visit, action: str) -> str:
    """The key of what is said of it."""
    office, admin = parts.office, visit.admin
    if action in PASSAGES:
        await office.move(visit.speech.texts, admin, PASSAGES[action])
        return _DONE
    if (job := _JOB.fullmatch(action)) is not None:
        if job[1] == "stop":
            return note_of(await office.stop(admin, job[2]), "tap-cancelled")
        return note_of(await office.retry(admin, job[2]), "tap-retry")
    if (worker := _WORKER.fullmatch(action)) is not None:
        done = await office.drain(admin, worker[2], draining=worker[1] == "rest")
        return _DONE if done else "dash-worker-gone"
    if _PERSON.fullmatch(action):
        return (await office.tap(visit.speech.texts, admin, action)).note or _DONE
    return "tap-unknown"
