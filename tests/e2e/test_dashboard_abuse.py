"""The operator's pages against those who mean harm."""

import asyncio
import hashlib
import hmac
import json
import sqlite3
import time
from contextlib import AsyncExitStack, closing
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.conversions import StartError
from bot.web.dashboard import streams
from bot.web.dashboard.throttle import EACH
from tests.support.dashboard import (
    Operator,
    database,
    link_word,
    listen,
    logged_in,
    until_told,
)
from tests.support.footage import Footage
from tests.support.running import jobs, until
from tests.support.stage import Stage

ACTS = ("/act", "/say", "/say/0123456789abcdef", "/people/123", "/logout")
SECRET_PAGES = (
    "/",
    "/history",
    "/charts",
    "/people",
    "/people/123",
    "/say",
    "/setup",
    "/jobs/0abcdef",
)
# What a stranger's file may be called.
PAYLOADS = [
    "<script>alert(1)</script>.mp4",
    "<img src=x onerror=alert(1)>.mp4",
    '"><svg onload=alert(1)>.mp4',
    "' autofocus onfocus=alert(1) x='.mp4",
    "javascript:alert(1)//.mp4",
    "</pre></td></table><iframe src=//evil.example>.mp4",
    "{{ 7*7 }}{% include '/etc/passwd' %}.mp4",
    "${alert(1)}`${alert(1)}`.mp4",
    "\u202egnp.exe\u2028\u2029data: x.mp4",
    "</textarea></title></style><script>alert(1)</script>.mp4",
]


def widget(token: str, user_id: int, *, ago: int = 0) -> dict[str, object]:
    """What Telegram's Login Widget says."""
    fields: dict[str, object] = {"id": user_id, "auth_date": int(time.time()) - ago}
    lines = "\n".join(f"{key}={fields[key]}" for key in sorted(fields))
    key = hashlib.sha256(token.encode()).digest()
    return fields | {"hash": hmac.new(key, lines.encode(), hashlib.sha256).hexdigest()}


def init_data(token: str, user_id: int) -> str:
    """What Telegram tells a Mini App."""
    fields = {"user": json.dumps({"id": user_id}), "auth_date": str(int(time.time()))}
    lines = "\n".join(f"{key}={fields[key]}" for key in sorted(fields))
    key = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    return urlencode(fields | {"hash": hmac.new(key, lines.encode(), hashlib.sha256).hexdigest()})


async def test_another_name_for_this_machine_gets_nothing(stage: Stage) -> None:
    place = listen()
    async with stage.bot(web_listen=place, admins=("7",)), logged_in(stage, place, "7") as me:
        port = place.rpartition(":")[2]
        for host in ("evil.example", f"evil.example:{port}", f"127.0.0.1.evil.example:{port}"):
            for path in ("/", "/login", "/events/now", "/static/live.js"):
                assert (await me.get(path, Host=host)).status == 421
        assert (await me.get("/", Host=f"localhost:{port}")).status == 200


async def test_another_page_neither_reads_nor_acts(stage: Stage) -> None:
    place = listen()
    async with stage.bot(web_listen=place, admins=("7",)), logged_in(stage, place, "7") as me:
        form = {"proof": await me.proof(), "do": "pause"}
        for headers in (
            {"Origin": "http://evil.example"},
            {"Origin": "null"},
            {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
            {"Origin": "http://127.0.0.1:1"},
            {"Origin": ""},
        ):
            answer = await me.ask("POST", "/act", data=form, headers=headers)
            assert answer.status == 403, headers
        for path in ("/charts.json", "/events/now", "/static/live.js"):
            seen = await me.get(path, **{"Sec-Fetch-Site": "cross-site"})
            assert seen.status == 403
            seen = await me.get(path, Origin="http://evil.example")
            assert seen.status == 403
        assert "New files are accepted." in (await me.get("/")).text
        # The page itself may be opened from a link elsewhere: it shows nothing to who led there.
        opened = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
        assert (await me.get("/", **opened)).status == 200
        # What a browser says of our own forms, whose origin our Referrer-Policy hides.
        ours = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
        assert (await me.ask("POST", "/act", data=form, headers=ours)).status == 303


async def test_nothing_is_done_without_the_pages_proof(stage: Stage) -> None:
    place = listen()
    async with (
        stage.bot(web_listen=place, admins=("7", "8")),
        logged_in(stage, place, "7") as me,
        logged_in(stage, place, "8") as other,
    ):
        for proof in (None, "", "0" * 64, await other.proof(), "é" * 40, me.cookies.copy()):
            form = {"do": "pause", "words": "x", "jobs_per_day": "1"}
            if isinstance(proof, str):
                form["proof"] = proof
            for path in ACTS:
                assert (await me.ask("POST", path, data=form)).status == 403, (path, proof)
            multipart = aiohttp.FormData(form)
            multipart.add_field("file", b"x", filename="x")
            assert (await me.ask("POST", "/act", data=multipart)).status == 403
        page = await me.get("/")
        assert "New files are accepted." in page.text
        for path in ("/act?do=pause", "/logout", "/language?locale=ru", "/login/link"):
            assert (await me.get(path)).status == 405
        # What no button says is not done, even with a proof.
        for do in ("p.board", "error.abcdef01", "ban.7", "stop.x", "stop.../../x", "drain.1", ""):
            done = await me.act(do)
            assert "note=tap-unknown" in done.headers["Location"], do
        assert (await me.act("pause", back="//evil.example/")).headers["Location"].startswith("/?")
        await me.act("resume")


async def test_who_is_not_logged_in_sees_nothing(stage: Stage) -> None:
    place = listen()
    async with stage.bot(web_listen=place, admins=("7",)), Operator(place) as nobody:
        for path in SECRET_PAGES:
            answer = await nobody.get(path)
            assert (answer.status, answer.headers["Location"]) == (303, "/login"), path
            assert answer.text == ""
        for path in ("/events/now", "/events/setup", "/charts.json"):
            assert (await nobody.get(path)).status == 403
        for path in ACTS:
            answer = await nobody.ask("POST", path, data={"proof": "x", "do": "pause"})
            assert answer.headers["Location"] == "/login"
        assert (await nobody.get("/login")).status == 200
        nobody.cookies["dashboard_" + place.rpartition(":")[2]] = "x" * 5000
        assert (await nobody.get("/")).status == 303


async def test_a_link_is_used_once_and_a_login_is_a_new_session(stage: Stage) -> None:
    place = listen()
    async with (
        stage.bot(web_listen=place, admins=("7",)),
        Operator(place) as me,
        Operator(place) as thief,
    ):
        name = "dashboard_" + place.rpartition(":")[2]
        me.cookies[name] = "chosen-by-somebody-else"
        word = await link_word(stage, "7")
        # Nobody who sees the address of the page has the word: it comes in a body alone.
        assert (await thief.get(f"/login?key={word}")).headers.get("Set-Cookie") is None
        assert (await thief.get("/")).status == 303
        answer = await me.by_link(word)
        assert answer.status == 204
        first = me.cookies[name]
        assert first != "chosen-by-somebody-else"
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert "Path=/" in cookie
        assert (await thief.by_link(word)).status == 403
        assert (await thief.get("/")).status == 303
        assert (await me.by_link(await link_word(stage, "7"))).status == 204
        thief.cookies[name] = first
        assert (await thief.get("/")).status == 303, "the session of before is worth nothing"
        assert word.encode() not in database(stage).read_bytes()
        # Logging out ends it, whoever still has the cookie.
        second = me.cookies[name]
        left = await me.ask("POST", "/logout", data={"proof": await me.proof()})
        assert left.headers["Location"] == "/login"
        thief.cookies[name] = second
        assert (await thief.get("/")).status == 303


async def test_a_link_that_is_too_old_or_of_nobody(stage: Stage) -> None:
    place = listen()
    async with stage.bot(web_listen=place, admins=("7",)), Operator(place) as me:
        late = await link_word(stage, "7")
        with closing(sqlite3.connect(database(stage))) as db, db:
            db.execute("UPDATE web_links SET expires_at = '2020-01-01 00:00:00.000000'")
        assert (await me.by_link(late)).status == 403
        assert (await me.by_link(await link_word(stage, "8"))).status == 403
        content: object
        for content in [{}, [], "x", {"word": 1}, {"word": ["x"]}, {"word": "x" * 20_000}]:
            assert (await me.enter("/login/link", content)).status == 403
        assert (await me.get("/")).status == 303


async def test_who_tries_again_and_again_has_to_wait(stage: Stage) -> None:
    place = listen()
    async with stage.bot(web_listen=place, admins=("7",)), Operator(place) as me:
        word = await link_word(stage, "7")
        statuses = [(await me.by_link(f"wrong {n}")).status for n in range(EACH + 2)]
        assert statuses == [403] * EACH + [429] * 2
        forged = await me.enter("/login/telegram", widget("1:wrong", 7))
        assert forged.status == 429
        assert int(forged.headers["Retry-After"]) > 0
        # Behind a proxy that was perhaps a stranger: who is right comes in all the same.
        assert (await me.by_link(word)).status == 204
        assert (await me.by_link(word)).status == 429, "once"
        signed = widget(stage.standin.token, 7)
        assert (await me.enter("/login/telegram", signed)).status == 204


async def test_a_login_that_comes_in_pieces(stage: Stage) -> None:
    place = listen()
    async with stage.bot(web_listen=place, admins=("7",)):
        body = json.dumps({"word": await link_word(stage, "7")}).encode()
        host, port = place.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        head = (
            f"POST /login/link HTTP/1.1\r\nHost: {place}\r\nOrigin: http://{place}\r\n"
            "Content-Type: application/json\r\nConnection: close\r\n"
            f"Expect: 100-continue\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode())
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100")
        # The handler waits for the body by now, or soon does, and has the first piece alone.
        for piece in (body[:9], body[9:]):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.3)
        answer = await reader.read()
        writer.close()
        assert answer.startswith(b"HTTP/1.1 204"), answer


async def test_only_admins_come_in_by_telegrams_word(stage: Stage) -> None:
    place, token = listen(), stage.standin.token
    async with stage.bot(web_listen=place, admins=("7",)), Operator(place) as me:
        assert (await me.enter("/login/telegram", widget(token, 8))).status == 403
        assert (await me.enter("/login/telegram", widget(token, 7, ago=4000))).status == 403
        assert (await me.enter("/login/telegram", widget(token[:-1] + "x", 7))).status == 403
        assert (await me.enter("/login/app", {"word": init_data(token, 7)})).status == 403
        assert (await me.get("/app")).status == 404
        assert (await me.get("/")).status == 303
        assert (await me.enter("/login/telegram", widget(token, 7))).status == 204
        assert (await me.get("/")).status == 200


async def test_under_https_cookies_are_kept_for_this_host(stage: Stage) -> None:
    place, token = listen(), stage.standin.token
    told = {"Host": "video.example", "Origin": "https://video.example"}
    settings: dict[str, Any] = {"web_listen": place, "web_url": "https://video.example"}
    async with (
        stage.bot(admins=("7",), **settings),
        Operator(place) as window,
        Operator(place) as frame,
    ):
        login = await window.get("/login", **told)
        assert "https://oauth.telegram.org/auth?" in login.text
        assert (await window.get("/login", Host="other.example")).status == 421
        here = {**told, "Origin": f"http://{place}"}
        assert (await window.enter("/login/telegram", widget(token, 7), **here)).status == 403
        answer = await window.enter("/login/telegram", widget(token, 7), **told)
        assert answer.headers["Set-Cookie"].startswith("__Host-dashboard=")
        assert {"Secure", "HttpOnly", "SameSite=Strict"} <= {
            part.strip() for part in answer.headers["Set-Cookie"].split(";")
        }
        page = await window.get("/", **told)
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        # In a frame of Telegram's page, another cookie is needed, and frames are allowed there.
        app = await frame.get("/app", **told)
        assert "frame-ancestors https://web.telegram.org" in app.headers["Content-Security-Policy"]
        assert "script-src 'self';" in app.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in app.headers
        wrong = await frame.enter("/login/app", {"word": init_data(token, 8)}, **told)
        assert wrong.status == 403
        answer = await frame.enter("/login/app", {"word": init_data(token, 7)}, **told)
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-dashboard_app=")
        assert "SameSite=None; Partitioned" in cookie
        page = await frame.get("/", **told)
        assert page.status == 200
        assert "frame-ancestors https://web.telegram.org" in page.headers["Content-Security-Policy"]


async def test_the_chat_opens_it_where_that_can_be(stage: Stage) -> None:
    admin, place = stage.standin.user(), listen()
    for url, shown in (("https://video.example", True), (None, False)):
        async with stage.bot(admins=(str(admin.id),), web_listen=place, web_url=url):
            sent = await admin.send_text("/admin")
            board = await admin.wait_for_message("The bot", after=sent)
            assert ("Dashboard" in " ".join(b.text for b in board.buttons)) is shown
    calls = [json.dumps(one.params) for one in stage.standin.calls if one.method == "sendMessage"]
    assert len([call for call in calls if "https://video.example/app" in call]) == 1


async def test_what_others_can_reach_is_not_served_without_an_address(stage: Stage) -> None:
    with pytest.raises(StartError, match="WEB_URL"):
        async with stage.bot(web_listen="0.0.0.0:8092"):
            pass


async def test_an_admin_who_is_none_any_more_is_out_at_once(stage: Stage) -> None:
    place = listen()
    async with AsyncExitStack() as first, Operator(place) as me:
        await first.enter_async_context(stage.bot(web_listen=place, admins=("7", "8")))
        assert (await me.by_link(await link_word(stage, "8"))).status == 204
        assert (await me.get("/")).status == 200
        await first.aclose()
        async with stage.bot(web_listen=place, admins=("7", "8")):
            assert (await me.get("/")).status == 200, "a restart forgets no session"
        async with stage.bot(web_listen=place, admins=("7",)):
            assert (await me.get("/")).status == 303
            assert (await me.get("/events/now")).status == 403


async def test_without_admins_the_console_comes_in_until_there_are_some(stage: Stage) -> None:
    place = listen()
    async with AsyncExitStack() as first, Operator(place) as me:
        await first.enter_async_context(stage.bot(web_listen=place))
        assert (await me.by_link(await link_word(stage, "console"))).status == 204
        await me.act("drain")
        await me.sees("/", "Nothing new is accepted")
        await first.aclose()
        async with stage.bot(web_listen=place, admins=("7",)):
            assert (await me.get("/")).status == 303


async def test_a_page_that_is_left_open_ends_with_its_session(stage: Stage) -> None:
    place = listen()
    async with stage.bot(web_listen=place, admins=("7",)), logged_in(stage, place, "7") as me:
        events = me.events("/events/now")
        await until_told(events, lambda kind, _: kind == "message")
        with closing(sqlite3.connect(database(stage), timeout=30)) as db, db:
            db.execute("UPDATE web_sessions SET seen_at = '2020-01-01 00:00:00.000000'")
        await until_told(events, lambda kind, _: kind == "gone")
        assert [one async for one in events] == []
        assert (await me.get("/")).status == 303


async def test_two_hundred_pages_that_listen(stage: Stage, footage: Footage) -> None:
    place, user = listen(), stage.standin.user()
    async with stage.bot(web_listen=place, admins=("7",)), logged_in(stage, place, "7") as me:
        cookie = "; ".join(f"{name}={value}" for name, value in me.cookies.items())
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as http:
            asked = (
                http.get(f"{me.url}/events/now", headers={"Cookie": cookie}) for _ in range(200)
            )
            answers = await asyncio.gather(*asked)
            statuses = sorted(answer.status for answer in answers)
            assert statuses == [200] * streams.MOST + [503] * (200 - streams.MOST)
            # The bot goes on meanwhile, and so do its pages.
            await user.send_document(footage.remux)
            await user.wait_for_result()
            assert (await me.get("/")).status == 200
            for answer in answers:
                answer.close()
        async with asyncio.timeout(60):
            while True:
                if await me.listens() == 200:
                    return
                await asyncio.sleep(0.1)


async def test_a_stop_waits_for_no_page(stage: Stage) -> None:
    place = listen()
    async with AsyncExitStack() as stack:
        async with stage.bot(web_listen=place, admins=("7",)):
            me = await stack.enter_async_context(logged_in(stage, place, "7"))
            events = me.events("/events/now")
            await until_told(events, lambda kind, _: kind == "message")
        rest = [one async for one in events if one[0] != "message"]
        assert rest == []


@pytest.mark.parametrize(
    "path",
    [
        "/static/../server.py",
        "/static/..%2fserver.py",
        "/static/%2e%2e/%2e%2e/settings.py",
        "/static/%2fetc%2fpasswd",
        "/static/live.js%00.css",
        "/static/",
        "/jobs/../../etc/passwd",
        "/events/job.../../x",
        "/events/secrets",
        "/people/1;DROP",
    ],
)
async def test_there_is_no_way_to_other_files(stage: Stage, path: str) -> None:
    place = listen()
    async with stage.bot(web_listen=place, admins=("7",)), logged_in(stage, place, "7") as me:
        host, port = place.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        cookie = "; ".join(f"{name}={value}" for name, value in me.cookies.items())
        head = f"GET {path} HTTP/1.1\r\nHost: {place}\r\nCookie: {cookie}\r\nConnection: close\r\n"
        writer.write(f"{head}\r\n".encode())
        answer = await reader.read()
        writer.close()
        assert answer.split(b"\r\n")[0].split()[1] in {b"404", b"400"}, answer[:200]
        assert b"Content-Security-Policy" in answer


async def test_what_strangers_call_their_files_stays_words(stage: Stage, footage: Footage) -> None:
    place, user = listen(), stage.standin.user()
    async with (
        stage.bot(web_listen=place, admins=("7",), max_queued_per_user=50),
        logged_in(stage, place, "7") as me,
    ):
        for number, payload in enumerate(PAYLOADS):
            junk = stage.data.parent / f"junk-{number}.bin"
            junk.write_bytes(b"<script>alert(1)</script>" * (40 + number))
            await user.send_document(junk, file_name=payload, caption=payload)
        await until(lambda: len(jobs(stage)) == len(PAYLOADS) and _ended(stage), "all of them")
        await user.send_document(footage.slow, file_name=PAYLOADS[0])
        await me.sees("/", "alert(1)")
        tag = "%22%3E%3Cscript%3Ealert(1)"
        pages = ["/", "/history", f"/history?text={tag}&code={tag}&since={tag}&user_id={tag}"]
        pages += [f"/people?user={tag}", f"/?note={tag}", f"/history?after={tag}", "/charts"]
        for path in pages + [f"/jobs/{row.id}" for row in jobs(stage)]:
            text = (await me.get(path)).text
            _judge(text)
            assert "\u202e" not in text, path
        data = await until_told(me.events("/events/now"), lambda kind, _: kind == "message")
        for pieces in (data["pieces"], *(one["items"] for one in data["lists"].values())):
            for html in pieces.values():
                _judge(html)
        for payload in PAYLOADS:
            form = {"proof": await me.proof(), "words": payload}
            _judge((await me.ask("POST", "/say", data=form)).text)
        [running] = [row for row in jobs(stage) if row.phase not in {"failed", "refused"}]
        await me.act(f"stop.{running.id}")
        await until(lambda: _ended(stage), "the end")


class _Tags(HTMLParser):
    """What a browser would make of it."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def _judge(html: str) -> None:
    """Nothing in it runs, and nothing in it is anybody else's."""
    parser = _Tags()
    parser.feed(html)
    for tag, attributes in parser.seen:
        assert tag not in {"img", "iframe", "svg", "style", "object", "embed", "base"}, html
        assert not [name for name in attributes if name.startswith("on") or name == "style"], html
        for name in ("href", "src", "action", "formaction"):
            address = attributes.get(name) or "/"
            assert address.startswith(("/", "#")), html
            assert not address.startswith("//"), html
        if tag == "script":
            assert (attributes.get("src") or "").startswith("/static/"), html


def _ended(stage: Stage) -> bool:
    return all(row.phase in {"failed", "refused", "cancelled"} for row in jobs(stage))


async def test_no_secret_is_logged(stage: Stage) -> None:
    place = listen()
    async with (
        stage.program(web_listen=place, admins=("7",), log_level="DEBUG"),
        logged_in(stage, place, "7") as me,
    ):
        word = await link_word(stage, "7")
        await me.by_link(word)
        await me.act("pause")
        await me.sees("/", "New files are not accepted.")
        log = stage.log()
        assert "did='logged in'" in log or 'did="logged in"' in log
        assert "gate: paused" in log
        for secret in (word, *me.cookies.values(), await me.proof(), stage.standin.token):
            assert secret not in log
