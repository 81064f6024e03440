"""Whoever else calls the bot's address: refused by a 4xx, without work; nobody waits for them."""

import asyncio
import contextlib
import json
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.telegram.ways import webhook
from standin import StandIn
from standin.courier import OUR_ADDRESS
from tests.support.hooked import HEADER, SECRET, Hooked, hooked
from tests.support.running import until
from tests.support.stage import UNPACED, greeted

UPDATE = json.dumps({"update_id": 77, "message": {"message_id": 1}}).encode()


@pytest.fixture
async def house(standin: StandIn, tmp_path: Path) -> AsyncIterator[Hooked]:
    """A bot that is called."""
    with hooked(standin, tmp_path / "bot") as made:
        async with made.stage.bot():
            yield made


def request(*lines: str, body: bytes = UPDATE, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    head = ["POST /hook/here HTTP/1.1", "Host: x", f"Content-Length: {size}", *lines]
    return "\r\n".join(head).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def status(answer: bytes) -> int:
    assert answer.startswith((b"HTTP/1.1 ", b"HTTP/1.0 ")), answer
    return int(answer.split()[1])


async def test_the_secret(house: Hooked) -> None:
    good = f"{HEADER}: {SECRET}"
    wrong = [
        [],
        [f"{HEADER}:"],
        [f"{HEADER}: {SECRET}x"],
        [f"{HEADER}: {SECRET[:-1]}"],
        [f"{HEADER}: {SECRET.upper()}"],
        [good, good],
        [good, f"{HEADER}: other"],
        [f"{HEADER}: sécret"],
        [f"{HEADER}: \udcff\udcfe"],
        [f"{HEADER}: {SECRET}, {SECRET}"],
    ]
    for lines in wrong:
        assert status(await house.raw(request(*lines))) == 401, lines
    assert await house.post(UPDATE) == 200
    assert await house.post(UPDATE, {HEADER.lower(): SECRET}) == 200


async def test_a_wrong_secret_is_refused_before_the_body_comes(house: Hooked) -> None:
    """Nobody waits for the megabytes that were announced, or invites them."""
    reader, writer = await asyncio.open_unix_connection(house.socket)
    writer.write(request("Expect: 100-continue", length=900_000, body=b""))
    assert status(await reader.readline()) == 401
    writer.close()


async def test_whoever_waits_to_be_asked_for_the_body_is_asked(house: Hooked) -> None:
    reader, writer = await asyncio.open_unix_connection(house.socket)
    secret = f"{HEADER}: {SECRET}"
    writer.write(request(secret, "Expect: 100-continue", length=len(UPDATE), body=b""))
    assert status(await reader.readline()) == 100
    await reader.readline()
    writer.write(UPDATE)
    assert status(await reader.readline()) == 200
    writer.close()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", 400),
        (b"null", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b"{", 400),
        (b"\xff\xfe{}", 400),
        ('{"update_id": 1}'.encode("utf-16"), 400),
        (b'{"update_id": "1"}', 400),
        (b'{"update_id": true}', 400),
        (b'{"update_id": 1.5}', 400),
        (b'{"update_id": -1}', 400),
        (b'{"update_id": 9223372036854775808}', 400),
        (b'{"update_id": ' + b"9" * 5000 + b"}", 400),
        (b'{"update_id": 1, "x": "\x00"}', 400),
        (b'{"update_id": 1, "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400),
        (b'{"update_id": 1, "x": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}", 400),
        (b'{"update_id": 1, "x": ' + b"[" * 101 + b"]" * 101 + b"}", 400),
        (b" " * (10 * 1024 * 1024), 413),
        (b"x" * (webhook.MOST_BYTES + 1), 413),
        (zlib.compress(b" " * 1_000_000), 400),
        # Odd, but an update: it is kept, and whoever reads it says that it can't.
        (b'{"update_id": 2, "x": "\\u0000\\ud800"}', 200),
        (
            b'{"update_id": 3, "message": {"from": {"id": "\\u0000\\ud800' + b"y" * 999 + b'"}}}',
            200,
        ),
        (b'{"update_id": 4, "message": {"from": {"id": [[]]}}}', 200),
        (b'{"update_id": 5, "x": NaN, "y": 1e999}', 200),
    ],
)
async def test_bodies(house: Hooked, body: bytes, expected: int) -> None:
    assert await house.post(body) == expected
    await greeted(house.standin)


async def test_a_body_that_says_nothing_of_its_length(house: Hooked) -> None:
    async def blocks() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 100_000

    async with (
        house.client() as http,
        http.post("http://x/hook/here", data=blocks(), headers={HEADER: SECRET}) as answer,
    ):
        assert answer.status == 413


async def test_other_paths_and_methods(house: Hooked) -> None:
    assert await house.post(UPDATE, path="/") == 404
    assert await house.post(UPDATE, path="/hook") == 404
    assert await house.post(UPDATE, path="/hook/here/") == 404
    assert await house.post(UPDATE, path="/hook/../hook/here") in {200, 404}
    async with house.client() as http:
        for method in ("GET", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"):
            said = {HEADER: SECRET}
            async with http.request(method, "http://x/hook/here", headers=said) as answer:
                assert answer.status == 405, method


async def test_what_is_no_http(house: Hooked) -> None:
    for junk in (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),
        b"GET\r\n\r\n",
        b"POST /hook/here HTTP/9.9\r\n\r\n",
        b"POST /hook/here HTTP/1.1\r\n" + b"A: b\r\n" * 10_000 + b"\r\n",
        b"POST /hook/here HTTP/1.1\r\nA: " + b"b" * 100_000 + b"\r\n\r\n",
        request("Transfer-Encoding: chunked", f"{HEADER}: {SECRET}", body=b"zz\r\n"),
        f"POST /hook/here HTTP/1.1\r\n{HEADER}: {SECRET}\r\n".encode()
        + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    ):
        answer = await house.raw(junk)
        assert not answer or 400 <= status(answer) < 500, (junk[:60], answer)
    await greeted(house.standin)


async def test_who_sends_slowly_is_cut_off_and_keeps_nobody_waiting(
    house: Hooked,
) -> None:
    secret = f"{HEADER}: {SECRET}"
    bodies = [
        asyncio.create_task(house.raw(request(secret, length=500), wait=60)) for _ in range(50)
    ]
    heads = [asyncio.create_task(house.raw(b"POST /hook", wait=60)) for _ in range(50)]
    silent = [asyncio.create_task(house.raw(b"", wait=60)) for _ in range(50)]
    await greeted(house.standin)
    assert not any(task.done() for task in bodies), "or they were not slow"
    for answer in await asyncio.gather(*bodies):
        assert status(answer) == 408
    for answer in await asyncio.gather(*heads, *silent):
        assert answer == b""


async def test_who_breaks_off_is_forgotten(house: Hooked) -> None:
    for _ in range(20):
        _, writer = await asyncio.open_unix_connection(house.socket)
        writer.write(request(f"{HEADER}: {SECRET}", length=500))
        await writer.drain()
        writer.transport.abort()
    await greeted(house.standin)


async def test_too_many_connections_are_not_taken(house: Hooked) -> None:
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(400):
            _, writer = await asyncio.open_unix_connection(house.socket)
            stack.callback(writer.close)
        await house.raw(b"", wait=0.1)
    # They are gone, and the bot is there.
    await greeted(house.standin)


async def test_addresses(standin: StandIn, tmp_path: Path) -> None:
    """A proxy of ours stands in front, and says who called it."""
    allowed: dict[str, Any] = {"webhook_networks": "telegram, 2001:db8::/32"}
    with hooked(standin, tmp_path / "bot") as house:
        async with house.stage.bot(webhook_proxies=1, **allowed):
            cases = {
                OUR_ADDRESS: 200,
                f"6.6.6.6, {OUR_ADDRESS}": 200,
                f"{OUR_ADDRESS}, 6.6.6.6": 403,
                f"{OUR_ADDRESS},": 403,
                "": 403,
                "nonsense": 403,
                f"{OUR_ADDRESS}:443": 200,
                "2001:db8::5": 200,
                "[2001:db8::5]:443": 200,
                "::ffff:149.154.160.1": 200,
                "2001:db9::5": 403,
                "é": 403,
            }
            for said, expected in cases.items():
                headers = {HEADER: SECRET, "X-Forwarded-For": said}
                assert await house.post(UPDATE, headers) == expected, said
            assert await house.post(UPDATE, {"X-Forwarded-For": OUR_ADDRESS}) == 401
            assert await house.post(UPDATE) == 403
            await greeted(standin)


async def test_any_bytes_at_all(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Never a 5xx, never the end: with the secret, so that somebody looks at them."""
    folder = tmp_path_factory.mktemp("any")
    async with StandIn(folder=folder / "telegram", pace=UNPACED) as standin:
        with hooked(standin, folder / "bot") as house:
            async with house.stage.bot():
                loop = asyncio.get_running_loop()

                json_like = st.recursive(
                    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
                )

                @settings(
                    max_examples=150,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                    database=None,
                )
                @given(
                    st.binary(max_size=400)
                    | json_like.map(lambda value: json.dumps(value).encode())
                    | st.dictionaries(
                        st.sampled_from(
                            ["message", "callback_query", "from", "chat", "id", "text"]
                        ),
                        json_like,
                    ).map(lambda value: json.dumps({"update_id": 9, **value}).encode()),
                    st.booleans(),
                )
                def any_bytes(body: bytes, as_request: bool) -> None:
                    if as_request:
                        coming = house.raw(body + b"\r\n\r\n", wait=1.0)
                        answer = asyncio.run_coroutine_threadsafe(coming, loop).result(60)
                        assert not answer or status(answer) < 500
                    else:
                        posted = asyncio.run_coroutine_threadsafe(house.post(body), loop)
                        assert posted.result(60) in {200, 400}

                await asyncio.to_thread(any_bytes)
                await greeted(standin)
                await until(lambda: standin.pending_updates == [], "all")
