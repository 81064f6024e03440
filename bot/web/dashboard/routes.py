"""Which address is answered by what, and what has to be true before."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final

import structlog
from aiohttp import web

from bot.jobs.seeing.overview import Search, Sheet
from bot.storage.errors import StorageError
from bot.texts.catalogue import LOCALES
from bot.web.dashboard import page_past, page_people, secret_words
from bot.web.dashboard.acting import act
from bot.web.dashboard.charts import LONGEST, PERIODS, charts_of
from bot.web.dashboard.counted import Counted
from bot.web.dashboard.entering import Entrance, session_of
from bot.web.dashboard.guard import FRAMED
from bot.web.dashboard.live import Channel, Channels, Drawn
from bot.web.dashboard.page_now import NowPage
from bot.web.dashboard.page_setup import draw_doctor
from bot.web.dashboard.parts import Check, Doctor, Parts
from bot.web.dashboard.sessions import Sessions
from bot.web.dashboard.speech import Speech
from bot.web.dashboard.static_files import StaticFiles
from bot.web.dashboard.streams import Streams
from bot.web.dashboard.throttle import Throttle
from bot.web.dashboard.visit import LANGUAGE, Form, Visit, back_to, environment, form_of
from bot.web.kept import Kept
from converter.formats import TARGETS
from converter.planning.plan import Action, Device

log = structlog.get_logger(__name__)

NOW_EVERY: Final = 0.5
_JOB_EVERY: Final = 1.0
_DOCTOR_EVERY: Final = 300.0
_DOCTOR_AGE: Final = 60.0
_DOCTOR_PATIENCE: Final = 200.0
_NOT_FOUND: Final = 404
_FORBIDDEN: Final = 403
_AWAY: Final = 503
_BROKEN: Final = 500
_YEAR: Final = 31_536_000

Answer = Callable[[Visit], Awaitable[web.StreamResponse]]
Deed = Callable[[Visit, Form], Awaitable[web.StreamResponse]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Routes:
    """The pages of one dashboard."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._sessions = Sessions(parts.transactions, parts.may_enter)
        self._entrance = Entrance(parts, self._sessions, Throttle())
        self._templates = environment()
        self._static = StaticFiles()
        self._now_page = NowPage(self._templates)
        self._channels = Channels()
        self._counted = Counted(parts.overview)
        self._doctor = _kept(parts.doctor)
        self._streams = Streams(self._sessions)

    def add_to(self, app: web.Application) -> None:
        """Every address."""
        get, post = app.router.add_get, app.router.add_post
        get("/static/{name}", self._file, allow_head=False)
        for path, page in (
            ("/", self._now),
            ("/history", self._history),
            ("/jobs/{id:[0-9a-f]{6,64}}", self._job),
            ("/charts", self._charts),
            ("/charts.json", self._chart_data),
            ("/people", partial(page_people.people, self._parts)),
            ("/people/{id:-?[0-9]{1,20}}", self._person),
            ("/say", partial(page_people.say, self._parts)),
            ("/setup", self._setup),
            ("/events/{what:now|setup|job\\.[0-9a-f]{6,64}}", self._events),
        ):
            get(path, self._for_admins(page), allow_head=False)
        get("/login", self._open(self._login), allow_head=False)
        get("/app", self._open(self._app), allow_head=False)
        for path, enter in (
            ("/login/link", self._entrance.by_link),
            ("/login/telegram", self._entrance.by_telegram),
            ("/login/app", self._entrance.by_app),
        ):
            post(path, self._open(enter))
        for path, deed in (
            ("/act", partial(act, self._parts)),
            ("/people/{id:-?[0-9]{1,20}}", self._set_quotas),
            ("/say", partial(page_people.ask, self._parts)),
            ("/say/{id:[0-9a-f]{16}}", self._answer_saying),
            ("/logout", self._leave),
        ):
            post(path, self._acting(deed))
        post("/language", self._open(self._choose_language))

    # --- before anything is answered

    def _open(self, answer: Answer) -> Handler:
        """For everybody."""

        async def handle(request: web.Request) -> web.StreamResponse:
            visit = await self._visit(request)
            try:
                return await answer(visit)
            except web.HTTPException:
                raise
            except StorageError as error:
                log.warning("the dashboard can't be shown", cause=str(error))
                return visit.page("trouble", status=_AWAY, what="dash-away")
            except (ConnectionError, asyncio.CancelledError):
                raise
            except Exception:
                log.exception("a page broke", path=request.path)
                return visit.page("trouble", status=_BROKEN, what="dash-broken")

        return handle

    def _for_admins(self, answer: Answer) -> Handler:
        """For who is logged in; others are led to the door, but a script hears that it is shut."""

        async def handle(visit: Visit) -> web.StreamResponse:
            if visit.session is None:
                if visit.request.path.startswith(("/events", "/charts.json")):
                    return web.Response(status=_FORBIDDEN)
                return web.Response(status=303, headers={"Location": "/login"})
            await self._sessions.used(visit.session)
            return await answer(visit)

        return self._open(handle)

    def _acting(self, deed: Deed) -> Handler:
        """For who is logged in, and whose page shows that it is this session's."""

        async def handle(visit: Visit) -> web.StreamResponse:
            form = await form_of(visit.request)
            if visit.session is None:
                return web.Response(status=303, headers={"Location": "/login"})
            if not secret_words.proves(visit.session.word, form.get("proof", "")):
                return visit.page("trouble", status=_FORBIDDEN, what="dash-old-page")
            await self._sessions.used(visit.session)
            return await deed(visit, form)

        return self._open(handle)

    async def _visit(self, request: web.Request) -> Visit:
        try:
            session = await session_of(request, self._parts.address, self._sessions)
        except StorageError:
            session = None
        return Visit.of(request, session, self._templates, self._parts.address)

    # --- for everybody

    async def _file(self, request: web.Request) -> web.StreamResponse:
        return self._static.serve(request)

    async def _login(self, visit: Visit) -> web.Response:
        bot_id = self._parts.bot_id if visit.address.public else ""
        return visit.page("login", bot_id=bot_id, home=visit.address.home)

    async def _app(self, visit: Visit) -> web.Response:
        """Where a Mini App begins, in a frame."""
        if not visit.address.secure(visit.host):
            return visit.page("trouble", status=_NOT_FOUND, what="dash-not-here")
        response = visit.page("app")
        response[FRAMED] = True
        return response

    async def _choose_language(self, visit: Visit) -> web.Response:
        form = await form_of(visit.request)
        locale = form.get("locale", "")
        response = back_to(form.get("back", "/"))
        if locale in LOCALES:
            framed = "Secure; SameSite=None; Partitioned"
            manner = framed if visit.framed else "SameSite=Lax"
            cookie = f"{LANGUAGE}={locale}; Path=/; Max-Age={_YEAR}; HttpOnly; {manner}"
            response.headers.add("Set-Cookie", cookie)
        return response

    # --- looking

    async def _now(self, visit: Visit) -> web.Response:
        now = await self._parts.overview.now()
        drawn = await asyncio.to_thread(self._now_page.draw, now, visit.speech)
        return visit.page("now", drawn=drawn)

    async def _history(self, visit: Visit) -> web.Response:
        search = page_past.search_of(visit.request.query)
        try:
            found = await self._parts.overview.find(search)
        except ValueError:
            search = Search()
            found = await self._parts.overview.find(search)
        more = page_past.address_of(search, found.more) if found.more else ""
        first = page_past.address_of(search) if search.after else ""
        return visit.page(
            "history",
            found=found,
            form=page_past.form_values(search),
            more=more,
            first=first,
            outcomes=page_past.OUTCOMES,
            targets=list(TARGETS),
            actions=[one.value for one in Action],
            devices=[one.value for one in Device],
        )

    async def _job(self, visit: Visit) -> web.Response:
        sheet = await self._parts.overview.sheet(visit.request.match_info["id"])
        if sheet is None:
            return visit.page("trouble", status=_NOT_FOUND, what="dash-job-gone")
        lines = await self._parts.office.log_of(visit.admin, sheet.entry.job)
        drawn = self._draw_job(sheet, visit.speech)
        return visit.page("job", job=sheet.entry.job, drawn=drawn, lines=lines)

    async def _charts(self, visit: Visit) -> web.Response:
        days = _period(visit.request.query.get("days", ""))
        charts = charts_of(await self._counted.get(days), visit.speech)
        return visit.page("charts", charts=charts, days=days, periods=PERIODS)

    async def _chart_data(self, visit: Visit) -> web.Response:
        days = _period(visit.request.query.get("days", ""))
        charts = charts_of(await self._counted.get(days), visit.speech)
        return web.json_response([chart.dump() for chart in charts])

    async def _person(self, visit: Visit) -> web.Response:
        return await page_people.person(self._parts, visit, visit.request.match_info["id"])

    async def _setup(self, visit: Visit) -> web.Response:
        has_doctor = self._parts.doctor is not None
        settings = await self._parts.settings()
        return visit.page(
            "setup", settings=settings, has_doctor=has_doctor, version=self._parts.version
        )

    async def _events(self, visit: Visit) -> web.StreamResponse:
        what = visit.request.match_info["what"]
        return await self._streams.serve(
            visit, self._channels.get(what, partial(self._channel, what))
        )

    def _channel(self, what: str) -> Channel:
        """A channel for what is watched."""
        overview, templates = self._parts.overview, self._templates
        changed = self._changed
        if what == "now":
            return Channel(overview.now, self._now_page.draw, NOW_EVERY, changed)
        if what == "setup":
            return Channel(self._examined, partial(draw_doctor, templates), _DOCTOR_EVERY)
        look = partial(overview.sheet, what.removeprefix("job."))
        return Channel(look, self._draw_job, _JOB_EVERY, changed)

    async def _examined(self) -> Sequence[Check]:
        """What the doctor found lately; it isn't called for each page anew."""
        found = await self._doctor.get() if self._doctor is not None else None
        return found or ()

    async def close(self, app: web.Application) -> None:
        """Everything that goes on by itself."""
        await self._streams.close(app)
        await self._counted.close()
        if self._doctor is not None:
            await self._doctor.close()

    def _changed(self) -> asyncio.Event:
        return self._parts.transactions.changed

    def _draw_job(self, sheet: Sheet | None, speech: Speech) -> Drawn:
        redacted = self._parts.office.redacted
        return page_past.draw_job(self._templates, sheet, speech, redacted=redacted)

    # --- acting

    async def _set_quotas(self, visit: Visit, form: Form) -> web.Response:
        user_id = visit.request.match_info["id"]
        return await page_people.set_quotas(self._parts, visit, user_id, form)

    async def _answer_saying(self, visit: Visit, form: Form) -> web.Response:
        broadcast_id = visit.request.match_info["id"]
        return await page_people.answer(self._parts, visit, broadcast_id, form.get("do", ""))

    async def _leave(self, visit: Visit, _form: Form) -> web.Response:
        return await self._entrance.leave(visit)


def _kept(doctor: Doctor | None) -> Kept[Sequence[Check]] | None:
    if doctor is None:
        return None
    return Kept(doctor, age=_DOCTOR_AGE, patience=_DOCTOR_PATIENCE)


def _period(text: str) -> int:
    """Days; what isn't offered is all that is kept."""
    return next((days for days in PERIODS if str(days) == text), LONGEST)
