"""What buttons do: the same as those of /admin, by the same code."""

import re
from typing import Final

from aiohttp import web

from bot.web.dashboard.parts import Parts
from bot.web.dashboard.visit import Form, Visit, back_to

# The verbs of `Office.tap` that change something, and what each is about.
_DEEDS: Final = re.compile(
    r"(?:pause|resume|drain|(?:stop|retry)\.[0-9a-f]{6,64}|(?:ban|unban|usual)\.-?[0-9]{1,20})"
)


async def act(parts: Parts, visit: Visit, form: Form) -> web.Response:
    """Do what a button says, and show the page on which it was."""
    action = form.get("do", "")
    if not _DEEDS.fullmatch(action):
        return back_to(form.get("back", "/"), "tap-unknown")
    done = await parts.office.tap(visit.speech.texts, visit.admin, action)
    return back_to(form.get("back", "/"), done.note or "dash-done")
