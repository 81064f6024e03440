"""The sandbox's page against those who mean harm: strangers' pages, forged ids, floods, texts."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web

from standin import StandIn
from standin.web import Bounds, Page, PortTakenError, sandbox
from standin.web.guard import Guard
from standin.web.uploads import clean
from tests.standin.conftest import Ask
from tests.support.running import until
from tests.support.visiting import WORDS, Event, Visit, event

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>.mp4",
    "javascript:alert(1)",
    '"><svg/onload=alert(1)>',
    "</textarea><iframe src=javascript:alert(1)>",
    '\n\nevent: gone\ndata: {"id": 1}\n\n',
    "\u2028\u2029\u202egnp.exe",
]


@pytest.fixture
async def page(standin: StandIn) -> AsyncIterator[Page]:
    async with sandbox(standin, WORDS) as page:
        yield page


@pytest.fixture
async def visit(page: Page) -> AsyncIterator[Visit]:
    async with Visit(page.url) as visit:
        await visit.enter()
        yield visit


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1", ""])
async def test_another_name_for_this_machine_gets_nothing(page: Page, host: str) -> None:
    async with aiohttp.ClientSession() as http:
        async with http.get(page.url, headers={"Host": host}) as response:
            assert response.status == 421
        port = urlsplit(page.url).port
        async with http.get(page.url, headers={"Host": f"localhost:{port}"}) as response:
            assert response.status == 200


async def test_another_page_can_neither_write_nor_read(visit: Visit, page: Page) -> None:
    for headers in (
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        url = f"{visit.url}/api/messages"
        async with visit.http.post(url, json={"text": "x"}, headers=headers) as response:
            assert response.status == 403, headers
        async with visit.http.get(f"{visit.url}/api/events", headers=headers) as response:
            assert response.status == 403, headers
    async with (
        aiohttp.ClientSession(headers={"Cookie": visit.cookie}) as bare,
        bare.post(f"{visit.url}/api/messages", json={"text": "x"}) as response,
    ):
        assert response.status == 403, "no origin at all"


async def test_every_answer_has_the_headers(visit: Visit) -> None:
    for path in ("/", "/static/main.js", "/static/nothing", "/nothing", "/api/commands"):
        response, _ = await visit.get(path)
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"


async def test_the_page_itself_has_no_script_or_style_in_line(visit: Visit) -> None:
    _, body = await visit.get("/")
    text = body.decode()
    assert "<style" not in text
    assert " style=" not in text
    assert " onclick=" not in text
    assert text.count("<script") == text.count('<script type="module" src="/static/')


async def test_the_cookie_is_for_this_page_alone(page: Page) -> None:
    async with Visit(page.url) as visit:
        async with visit.http.post(f"{visit.url}/api/visit", json={}) as response:
            cookie = response.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie


async def test_a_stranger_gets_nothing(page: Page) -> None:
    async with Visit(page.url) as visit:
        for path in ("/api/events", "/api/files/1/file", "/api/commands"):
            assert (await visit.get(path))[0].status == 401
        assert (await visit.ask("/api/messages", text="x"))[0] == 401
        visit.http.cookie_jar.update_cookies({f"sandbox_{urlsplit(page.url).port}": "guessed"})
        assert (await visit.ask("/api/messages", text="x"))[0] == 401


async def test_nobody_reads_anothers_chat_or_files(
    page: Page, visit: Visit, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.bin"
    secret.write_bytes(b"secret")
    await visit.ask("/api/messages", text="mine", uploads=[await visit.upload(secret)])
    unsent = await visit.upload(secret)
    async with Visit(page.url) as other:
        await other.enter()
        assert (await other.get("/api/files/1/file"))[0].status == 404
        assert (await other.ask("/api/messages", uploads=[unsent]))[0] == 404
        assert (await other.ask("/api/taps", message=1, row=0, column=0, text=""))[0] == 404
        async with contextlib.aclosing(other.events()) as events:
            assert (await anext(events)).kind == "anew"
            await visit.ask("/api/messages", text="still mine")
            await other.ask("/api/messages", text="theirs")
            told = await event(events, lambda e: e.kind == "message")
            assert told.data["text"] == "theirs"


@pytest.mark.parametrize(
    "path",
    [
        "/static/../server.py",
        "/static/%2e%2e%2fserver.py",
        "/static/..%5cserver.py",
        "/api/files/..%2f..%2fetc/passwd",
        "/api/files/1/..%2f..%2fsecret",
        "/api/files/-1/file",
        "/api/files/1e3/file",
        "/api/files/99999999999999999999/file",
        "/api/files/٣/file",
    ],
)
async def test_paths_lead_nowhere_else(visit: Visit, path: str) -> None:
    parts = urlsplit(visit.url)
    # By hand: clients tidy paths up.
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    head = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nCookie: {visit.cookie}\r\n"
    writer.write(f"{head}Connection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    assert answer.split(b" ")[1] in {b"404", b"400"}, answer[:200]


@pytest.mark.parametrize("payload", PAYLOADS)
async def test_payloads_stay_words(
    standin: StandIn, visit: Visit, ask: Ask, tmp_path: Path, payload: str
) -> None:
    harmful = tmp_path / "page.html"
    harmful.write_text("<script>alert(1)</script>", encoding="utf-8")
    name = await visit.upload(harmful, payload)
    await visit.ask("/api/messages", text=payload, uploads=[name])
    await ask("sendMessage", chat_id=300_001, text=f"bot: {payload}")
    async with contextlib.aclosing(visit.events()) as events:
        mine = await event(events, lambda e: e.kind == "message")
        theirs = await event(events, lambda e: e.kind == "message")
    assert mine.data["text"] == payload.strip()
    assert theirs.data["text"] == f"bot: {payload}".strip()
    await visit.ask("/api/edits", message=1, text=f"edited {payload}")
    await visit.ask("/api/forwards", message=2)
    async with contextlib.aclosing(visit.events()) as events:
        forwarded = await event(events, lambda e: e.data.get("forwarded") is not None)
        assert forwarded.data["text"] == theirs.data["text"]
    for query in ("", "?save"):
        hood, _ = await visit.get(f"/api/hood/2{query}")
        assert hood.headers["Content-Type"] == "application/json; charset=utf-8"
        assert hood.headers["X-Content-Type-Options"] == "nosniff"
    response, _ = await visit.get(mine.data["media"]["url"])
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert "\n" not in mine.data["media"]["name"]


async def test_only_links_to_pages_lead_anywhere(visit: Visit, ask: Ask) -> None:
    await visit.ask("/api/messages", text="hello")
    marks = [
        {"type": "text_link", "offset": 0, "length": 1, "url": "javascript:alert(1)"},
        {"type": "text_link", "offset": 2, "length": 1, "url": "https://example.org"},
    ]
    keys = [[{"text": "go", "url": "data:text/html,x"}]]
    await ask(
        "sendMessage",
        chat_id=300_001,
        text="a b",
        entities=marks,
        reply_markup={"inline_keyboard": keys},
    )
    async with contextlib.aclosing(visit.events()) as events:
        told = await event(events, lambda e: e.data.get("mine") is False)
    assert [mark.get("url") for mark in told.data["entities"]] == [None, "https://example.org"]
    assert all(key["does"] == "off" for row in told.data["buttons"] for key in row)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"[" * 40_000, 400),
        (b'{"text": 1}', 400),
        (b'{"text": "  "}', 400),
        (b'{"text": "\\ud800"}', 400),
        (b'{"text": "x", "message": "1"}', 404),
        (b'{"text": "x", "message": true}', 404),
        (b'{"uploads": "abc"}', 400),
        (b'{"uploads": [1, 1]}', 400),
        (b'{"uploads": [{}]}', 404),
        (b'{"text": "' + b"x" * 5000 + b'"}', 400),
        (b'{"text": "' + b"x" * 70_000 + b'"}', 413),
    ],
)
async def test_wrong_questions_are_refused(visit: Visit, content: bytes, status: int) -> None:
    async with visit.http.post(f"{visit.url}/api/messages", data=content) as response:
        assert response.status == status
        assert "error" in await response.json()


async def test_uploads_have_bounds(standin: StandIn, tmp_path: Path) -> None:
    bounds = Bounds(file=1000, stored=1500)
    async with sandbox(standin, WORDS, bounds=bounds) as page, Visit(page.url) as visit:
        await visit.enter()
        url = f"{visit.url}/api/uploads?name=x"

        async def send(data: object) -> int:
            async with visit.http.post(url, data=data) as response:
                return response.status

        async def endless() -> AsyncIterator[bytes]:
            yield b"x"

        assert await send(b"x" * 1001) == 413
        assert await send(b"") in {400, 411}
        assert await send(endless()) == 411
        assert await send(b"x" * 1000) == 200
        assert await send(b"x" * 1000) == 429
        assert await send(b"x" * 400) == 200
    assert not list(standin.folder.glob("visitors-*")), "files of visitors are gone at the end"


async def test_what_is_deleted_makes_room_and_what_the_bot_sends_takes_it(
    standin: StandIn, ask: Ask, tmp_path: Path
) -> None:
    file = tmp_path / "film.mp4"
    file.write_bytes(b"x" * 600)
    async with (
        sandbox(standin, WORDS, bounds=Bounds(stored=1500)) as page,
        Visit(page.url) as visit,
    ):
        await visit.enter()

        async def is_refused(size: int) -> bool:
            url = f"{visit.url}/api/uploads?name=x"
            async with visit.http.post(url, data=b"x" * size) as response:
                return (response.status, await response.json()) == (429, {"error": "full"})

        await visit.ask("/api/messages", uploads=[await visit.upload(file)])
        [user] = standin.users
        [mine] = user.messages
        status, sent = await ask("sendDocument", files={"document": file}, chat_id=user.id)
        assert status == 200
        assert await is_refused(400), "results count"
        await visit.ask("/api/forwards", message=mine.id)
        await visit.ask("/api/deletions", message=mine.id)
        assert await is_refused(400), "the other message shows it"
        assert mine.file_path.is_file()
        await visit.ask("/api/deletions", message=user.messages[-1].id)
        assert not await is_refused(400)
        assert not mine.file_path.exists()
        await visit.ask("/api/deletions", message=sent["result"]["message_id"])
        assert not await is_refused(1000)
        assert [message.id for message in user.messages] == []


async def test_all_uploads_together_have_a_bound(standin: StandIn, tmp_path: Path) -> None:
    file = tmp_path / "file.bin"
    file.write_bytes(b"x" * 600)
    async with (
        sandbox(standin, WORDS, bounds=Bounds(together=1000)) as page,
        Visit(page.url) as first,
        Visit(page.url) as second,
    ):
        await first.enter()
        await second.enter()
        await first.upload(file)
        url = f"{second.url}/api/uploads?name=x"
        async with second.http.post(url, data=b"x" * 600) as response:
            assert (response.status, await response.json()) == (429, {"error": "full"})
        async with second.http.post(url, data=b"x" * 400) as response:
            assert response.status == 200


async def test_an_upload_that_breaks_off_leaves_nothing(standin: StandIn, visit: Visit) -> None:
    parts = urlsplit(visit.url)
    _, writer = await asyncio.open_connection(parts.hostname, parts.port)
    head = f"POST /api/uploads?name=x HTTP/1.1\r\nHost: {parts.netloc}\r\nOrigin: {visit.url}\r\n"
    writer.write(
        f"{head}Cookie: {visit.cookie}\r\nContent-Length: 5000\r\n\r\n".encode() + b"x" * 100
    )
    await writer.drain()
    [folder] = standin.folder.glob("visitors-*/*")
    await until(lambda: any(folder.iterdir()), "the file of an upload")
    writer.close()
    await until(lambda: not any(folder.iterdir()), "its end")


async def test_on_the_port_that_browsers_leave_out_the_page_is_found(unused_tcp_port: int) -> None:
    async def hello(_request: web.Request) -> web.Response:
        return web.Response()

    guard = Guard("127.0.0.2")
    app = web.Application(middlewares=[guard.middleware])
    app.router.add_route("*", "/", hello)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", unused_tcp_port).start()
    url = f"http://127.0.0.1:{unused_tcp_port}/"

    async def status(host: str, origin: str) -> int:
        headers = {"Host": host, "Origin": origin}
        async with http.post(url, headers=headers) as response:
            return response.status

    async with aiohttp.ClientSession() as http:
        guard.port = 80
        for host in ("127.0.0.1", "localhost", "[::1]", "127.0.0.2", "127.0.0.1:80", "Localhost"):
            assert await status(host, f"http://{host}") == 200, host
        for host in ("evil.example", "evil.example:80", "127.0.0.1:8080", "127.0.0.3", "", ":80"):
            assert await status(host, f"http://{host}") == 421, host
        guard.port = 8090
        assert await status("127.0.0.1", "http://127.0.0.1") == 421
    await runner.cleanup()


def _speaks_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("host", ["127.0.0.2", *(["::1"] if _speaks_ipv6() else [])])
async def test_another_loopback_address_is_a_name_of_the_page(standin: StandIn, host: str) -> None:
    async with sandbox(standin, WORDS, host=host) as page, Visit(page.url) as visit:
        await visit.enter()
        assert (await visit.ask("/api/messages", text="hello"))[0] == 200


async def test_a_page_that_went_takes_no_room_from_the_next(standin: StandIn) -> None:
    bounds = Bounds(streams_each=1)
    async with sandbox(standin, WORDS, bounds=bounds) as page, Visit(page.url) as visit:
        await visit.enter()
        place = ""
        for _ in range(10):
            # As a browser takes another tab: that one's stream ends, and this one's begins.
            async with visit.http.get(f"{visit.url}/api/events?after={place}") as response:
                assert response.status == 200
                assert await response.content.readline()
            await visit.ask("/api/messages", text="hello")


async def test_a_page_that_opens_another_stream_goes_on_where_it_stopped(visit: Visit) -> None:
    await visit.ask("/api/messages", text="first")
    async with contextlib.aclosing(visit.events()) as events:
        first = await event(events, lambda e: e.data.get("text") == "first")
    await visit.ask("/api/messages", text="second")
    async with contextlib.aclosing(visit.events(seat=f"after={first.id}")) as events:
        second = await event(events, lambda e: e.kind in {"message", "anew"})
        assert second.data["text"] == "second"
    async with contextlib.aclosing(visit.events(after=second.id, seat=f"after={first.id}")) as more:
        await visit.ask("/api/messages", text="third")
        third = await event(more, lambda e: e.kind in {"message", "anew"})
        assert third.data["text"] == "third", "what the browser says is newer"


@pytest.mark.parametrize("bounds", [Bounds(streams=3), Bounds(streams_of_address=3)])
async def test_where_all_streams_are_in_use_whoever_acted_longest_ago_makes_room(
    standin: StandIn, bounds: Bounds
) -> None:
    async with (
        sandbox(standin, WORDS, bounds=bounds) as page,
        contextlib.AsyncExitStack() as stack,
    ):
        visits = [await stack.enter_async_context(Visit(page.url)) for _ in range(4)]
        listening = []
        for visit in visits[:3]:
            await visit.enter()
            streams = await stack.enter_async_context(contextlib.aclosing(visit.events()))
            await anext(streams)
            listening.append(streams)
        await visits[0].ask("/api/messages", text="still here")
        await visits[3].enter()
        await anext(await stack.enter_async_context(contextlib.aclosing(visits[3].events())))
        async with asyncio.timeout(20):
            _ = [one async for one in listening[1]]
        # Nobody is silenced by those who only listen.
        assert (await visits[1].get("/api/events"))[0].status == 429
        await visits[2].ask("/api/messages", text="me too")
        for heard in (listening[0], listening[2]):
            assert (await event(heard, lambda e: bool(e.data.get("mine")))).data["text"]


async def test_one_address_has_no_more_streams_than_it_may(standin: StandIn) -> None:
    bounds = Bounds(streams=3, streams_of_address=2)
    async with (
        sandbox(standin, WORDS, bounds=bounds) as page,
        contextlib.AsyncExitStack() as stack,
    ):

        async def visitor(address: str) -> AsyncIterator[Event]:
            there = aiohttp.TCPConnector(local_addr=(address, 0))
            visit = await stack.enter_async_context(Visit(page.url, there))
            await visit.enter()
            events = await stack.enter_async_context(contextlib.aclosing(visit.events()))
            await anext(events)
            return events

        honest = await visitor("127.0.0.1")
        flood = [await visitor("127.0.0.2") for _ in range(5)]
        async with asyncio.timeout(20):
            for streams in flood[:3]:
                _ = [one async for one in streams]
        user = standin.users[0]
        await user.send_text("the first is still told")
        told = await event(honest, lambda e: bool(e.data.get("mine")))
        assert told.data["text"] == "the first is still told"


async def test_streams_have_bounds_and_come_free_again(standin: StandIn) -> None:
    bounds = Bounds(streams_each=2)
    async with sandbox(standin, WORDS, bounds=bounds) as page, Visit(page.url) as visit:
        await visit.enter()
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(2):
                events = await stack.enter_async_context(contextlib.aclosing(visit.events()))
                await anext(events)
            assert (await visit.get("/api/events"))[0].status == 429
        async with asyncio.timeout(20):
            while True:
                async with visit.http.get(f"{visit.url}/api/events") as response:
                    if response.status == 200:
                        break


async def test_who_was_away_longest_makes_room(standin: StandIn, tmp_path: Path) -> None:
    file = tmp_path / "file.bin"
    file.write_bytes(b"content")
    async with (
        sandbox(standin, WORDS, bounds=Bounds(visitors=2)) as page,
        Visit(page.url) as first,
        Visit(page.url) as second,
        Visit(page.url) as third,
    ):
        await first.enter()
        await first.ask("/api/messages", uploads=[await first.upload(file)])
        await second.enter()
        async with contextlib.aclosing(second.events()) as events:
            await anext(events)
            await third.enter()
            assert (await first.ask("/api/messages", text="x"))[0] == 401
            assert (await second.ask("/api/messages", text="x"))[0] == 200
            assert [user.id for user in standin.users] == [300_002, 300_003]
            assert len(list(standin.folder.glob("visitors-*/*"))) == 2
            async with contextlib.aclosing(third.events()) as more:
                await anext(more)
                assert (await first.ask("/api/visit"))[0] == 503


async def test_a_port_that_is_taken_is_said(standin: StandIn) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTakenError, match=str(port)):
            await sandbox(standin, WORDS, port=port).__aenter__()


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\films\\a.mkv", "a.mkv"),
        ("a\x00b\u202e.mp4", "ab.mp4"),
        ("", "file"),
        ("...", "file"),
        ("x" * 300 + ".mp4", "x" * 180 + ".mp4"),
    ],
)
def test_names_of_files_are_names(name: str, cleaned: str) -> None:
    assert clean(name) == cleaned
