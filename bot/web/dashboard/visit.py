"""One request of somebody's, and what an answer to it is made with."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from bot.jobs.desk import Person
from bot.texts import Texts
from bot.web.dashboard.address import Address
from bot.web.dashboard.guard import FRAMED
from bot.web.dashboard.links import CONSOLE
from bot.web.dashboard.sessions import Session, Way
from bot.web.dashboard.speech import Speech, locale_of

LANGUAGE: Final = "dashboard_lang"
_PAGES: Final = ("now", "history", "charts", "people", "say", "setup")
_NOTES: Final = frozenset(
    {
        *("tap-cancelled", "tap-too-late", "tap-on-its-way", "tap-retry", "tap-full"),
        *("tap-crowded", "tap-no-space", "tap-over-quota", "tap-closed", "tap-already"),
        *("tap-unknown", "dash-done", "dash-worker-gone", "dash-said", "dash-said-over"),
    }
)


def environment() -> Environment:
    """The templates. Everything that they print is escaped."""
    return Environment(
        loader=PackageLoader("bot.web.dashboard"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@dataclass(frozen=True)
class Visit:
    """`session` is None for who isn't logged in; `host` is the name we were asked by."""

    request: web.Request
    session: Session | None
    speech: Speech
    templates: Environment
    address: Address

    @classmethod
    def of(
        cls,
        request: web.Request,
        session: Session | None,
        templates: Environment,
        address: Address,
    ) -> "Visit":
        """Of a request."""
        accepted = request.headers.get("Accept-Language", "")
        locale = locale_of(accepted, request.cookies.get(LANGUAGE, ""))
        return cls(request, session, Speech(Texts(locale)), templates, address)

    @cached_property
    def host(self) -> str:
        """The name we were asked by."""
        return self.request.headers.get("Host", "").lower()

    @property
    def framed(self) -> bool:
        """It may be shown in a frame of the messenger's."""
        return self.session is not None and self.session.way is Way.APP

    @property
    def admin(self) -> Person:
        """Who acts. Whoever came from the console has no chat."""
        user_id = "" if self.session is None else self.session.user_id
        return Person(user_id, "" if user_id == CONSOLE else user_id)

    def page(self, name: str, *, status: int = 200, **values: object) -> web.Response:
        """A whole page."""
        note = self.request.query.get("note", "")
        own = {
            "session": self.session,
            "pages": _PAGES,
            "here": name,
            "note": self.speech(note) if note in _NOTES else "",
            "path": self.request.path_qs if self.request.method == "GET" else "/",
        }
        response = web.Response(
            text=self.part(f"{name}.html", **own | values), content_type="text/html", status=status
        )
        response[FRAMED] = self.framed
        return response

    def part(self, template: str, **values: object) -> str:
        """A piece of one."""
        return drawn(self.templates, template, self.speech, **values)


def drawn(templates: Environment, template: str, speech: Speech, **values: object) -> str:
    """A template's text."""
    return templates.get_template(template).render(s=speech, **values)


def back_to(path: str, note: str = "") -> web.Response:
    """See that page instead; never one of somebody else's."""
    local = path.startswith("/") and not path.startswith("//") and "\\" not in path
    clean = path if local and path.isprintable() and path.isascii() else "/"
    before, _, query = clean.partition("?")
    kept = "&".join(one for one in query.split("&") if one and not one.startswith("note="))
    query = "&".join(filter(None, (kept, f"note={note}" if note else "")))
    location = f"{before}?{query}" if query else before
    return web.Response(status=303, headers={"Location": location})


Form = Mapping[str, str]


async def form_of(request: web.Request) -> Form:
    """The fields of a plain form; the last of each name."""
    if request.content_type != "application/x-www-form-urlencoded":
        return {}
    given = await request.post()
    return {name: value for name, value in given.items() if isinstance(value, str)}
