"""What lets somebody in to the operator's pages, and what doesn't: checked against Telegram's own
description, written once more here."""

import asyncio
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bot.jobs.store.store import JobStore
from bot.web.dashboard import secret_words
from bot.web.dashboard.address import Address, AddressError
from bot.web.dashboard.links import LASTS, Links
from bot.web.dashboard.sessions import IDLE, LONGEST, Sessions, Way
from bot.web.dashboard.speech import locale_of
from bot.web.dashboard.telegram_word import of_app, of_widget
from bot.web.dashboard.throttle import EACH, TOGETHER, WINDOW, Throttle
from bot.web.dashboard.visit import back_to

TOKEN = "123456789:AAEexampleexampleexampleexampleexam"
NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


def widget(token: str = TOKEN, **changed: object) -> dict[str, object]:
    """The Login Widget's fields, signed as https://core.telegram.org/widgets/login says."""
    fields: dict[str, object] = {
        "id": 42,
        "first_name": "Анна",
        "username": "ann",
        "auth_date": int(NOW.timestamp()) - 10,
    }
    fields |= changed
    lines = "\n".join(f"{key}={fields[key]}" for key in sorted(fields))
    key = hashlib.sha256(token.encode()).digest()
    return fields | {"hash": hmac.new(key, lines.encode(), hashlib.sha256).hexdigest()}


def init_data(token: str = TOKEN, **changed: str) -> str:
    """A Mini App's initData, signed as https://core.telegram.org/bots/webapps says."""
    fields = {
        "query_id": "AAHdF6IQAAAAAN0XohDhrOrc",
        "user": json.dumps({"id": 42, "first_name": "Анна & Co"}, ensure_ascii=False),
        "auth_date": str(int(NOW.timestamp()) - 10),
        "signature": "something",
    }
    fields |= changed
    lines = "\n".join(f"{key}={fields[key]}" for key in sorted(fields))
    key = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    made = hmac.new(key, lines.encode(), hashlib.sha256).hexdigest()
    return urlencode(fields | {"hash": made})


def test_telegrams_own_word_lets_in() -> None:
    assert of_widget(TOKEN, widget(), NOW) == "42"
    assert of_app(TOKEN, init_data(), NOW) == "42"


@pytest.mark.parametrize("ago", [3601, 86_400, -31, -3600])
def test_a_word_that_is_old_or_of_the_future_is_none(ago: int) -> None:
    then = int(NOW.timestamp()) - ago
    assert of_widget(TOKEN, widget(auth_date=then), NOW) is None
    assert of_app(TOKEN, init_data(auth_date=str(then)), NOW) is None


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"id": 42},
        {"hash": ""},
        widget("987654321:AAEotherotherotherotherotherother"),
        widget() | {"id": 43},
        widget() | {"hash": "é" * 64},
        widget() | {"photo_url": "https://evil.example"},
        widget(auth_date="soon"),
        widget(auth_date="９９"),
        widget(id="admin"),
        widget(id=[42]),
        widget() | {"hash": None},
    ],
)
def test_forged_fields_of_the_widget(fields: dict[str, object]) -> None:
    assert of_widget(TOKEN, fields, NOW) is None


@pytest.mark.parametrize(
    "data",
    [
        "",
        "hash=",
        "&&&",
        "a=b" * 10_000,
        "&".join(f"a{number}=b" for number in range(100)),
        init_data("987654321:AAEotherotherotherotherotherother"),
        init_data() + "&user=%7B%22id%22%3A43%7D",
        init_data().replace("42", "43"),
        init_data(user="42"),
        init_data(user="{}"),
        init_data(user='{"id": true}'),
        init_data(auth_date=""),
        init_data(auth_date="-1"),
        urlencode(widget()),
    ],
)
def test_forged_init_data(data: str) -> None:
    assert of_app(TOKEN, data, NOW) is None


def test_ways_are_not_mixed_up() -> None:
    """What is signed for one door opens no other."""
    fields = dict(pair.split("=", 1) for pair in init_data().split("&"))
    assert of_widget(TOKEN, fields, NOW) is None


def test_too_many_tries_wait() -> None:
    now = [0.0]
    throttle = Throttle(lambda: now[0])
    for _ in range(EACH):
        assert throttle.wait("a") == 0
        throttle.failed("a")
    assert throttle.wait("a") == WINDOW
    assert throttle.wait("b") == 0
    now[0] = WINDOW + 1
    assert throttle.wait("a") == 0
    for number in range(TOGETHER):
        throttle.failed(f"address {number}")
    assert throttle.wait("nobody yet") > 0


def test_what_is_long_ago_is_forgotten() -> None:
    now = [0.0]
    throttle = Throttle(lambda: now[0])
    for number in range(3 * TOGETHER):
        # Whoever comes back much later is asked about first, and has nothing left to be counted.
        assert throttle.wait(f"address {number}") == 0
        throttle.failed(f"address {number}")
        now[0] += WINDOW
        assert throttle.wait(f"address {number}") == 0
    assert len(throttle) <= 2 * TOGETHER


async def test_a_link_works_once_and_for_five_minutes(tmp_path: Path) -> None:
    store = await JobStore.open(tmp_path / "bot.db")
    now = [NOW]
    links = Links(store.transactions, lambda: now[0])
    word = await links.make("42")
    assert len(word) >= 22
    assert await links.use(word + "x") is None
    assert await links.use(word) == "42"
    assert await links.use(word) is None
    late = await links.make("42")
    now[0] = NOW + LASTS
    assert await links.use(late) is None
    await store.close()
    assert word.encode() not in (tmp_path / "bot.db").read_bytes()


async def test_a_wrong_link_waits_for_nobody_who_writes(tmp_path: Path) -> None:
    store = await JobStore.open(tmp_path / "bot.db")
    now = [NOW]
    links = Links(store.transactions, lambda: now[0])
    late = await links.make("42")
    now[0] = NOW + LASTS
    async with store.transactions.write(), asyncio.timeout(60):
        assert await links.use("wrong") is None
        assert await links.use(late) is None
    await store.close()


async def test_a_session_ends_when_it_is_unused_or_old_or_unwanted(tmp_path: Path) -> None:
    store = await JobStore.open(tmp_path / "bot.db")
    now, admins = [NOW], {"42"}
    sessions = Sessions(store.transactions, lambda one: one in admins, lambda: now[0])

    async def alive(word: str) -> bool:
        found = await sessions.find(word)
        if found is not None:
            await sessions.used(found)
        return found is not None

    word = await sessions.begin("42", Way.LINK)
    assert not await alive("")
    assert not await alive(secret_words.kept(word))
    now[0] += IDLE - timedelta(seconds=1)
    assert await alive(word)
    now[0] += IDLE - timedelta(seconds=1)
    assert await alive(word)
    now[0] += IDLE
    assert not await alive(word)
    word = await sessions.begin("42", Way.LINK)
    until = now[0] + LONGEST
    while now[0] < until:
        assert await alive(word)
        now[0] += IDLE / 2
    assert not await alive(word)
    word = await sessions.begin("42", Way.LINK)
    admins.clear()
    assert not await alive(word)
    admins.add("42")
    other = await sessions.begin("42", Way.LINK, instead_of=word)
    assert not await alive(word)
    await sessions.end(other)
    assert not await alive(other)
    await store.close()


@pytest.mark.parametrize(
    ("listen", "url", "hosts"),
    [
        ("127.0.0.1:8092", None, {"127.0.0.1:8092", "localhost:8092", "[::1]:8092"}),
        ("[0:0::1]:8092", None, {"127.0.0.1:8092", "localhost:8092", "[::1]:8092"}),
        (
            "127.0.0.2:8092",
            None,
            {"127.0.0.1:8092", "127.0.0.2:8092", "localhost:8092", "[::1]:8092"},
        ),
        (
            "127.0.0.1:80",
            None,
            {"127.0.0.1", "localhost", "[::1]", "127.0.0.1:80", "localhost:80", "[::1]:80"},
        ),
        ("127.0.0.1:443", None, {"127.0.0.1:443", "localhost:443", "[::1]:443"}),
        ("0.0.0.0:80", "https://X.example", {"x.example", "x.example:443"}),
        ("0.0.0.0:80", "https://x.example:443", {"x.example", "x.example:443"}),
        ("0.0.0.0:80", "http://127.0.0.1:80", {"127.0.0.1", "127.0.0.1:80"}),
        ("0.0.0.0:80", "https://x.example:8443", {"x.example:8443"}),
        ("0.0.0.0:80", "http://127.0.0.1:8092", {"127.0.0.1:8092"}),
    ],
)
def test_under_which_names_it_is_asked_for(listen: str, url: str | None, hosts: set[str]) -> None:
    assert Address.of(listen, url).origins.keys() == hosts


def test_an_origin_has_no_port_that_a_browser_leaves_out() -> None:
    plain = Address.of("127.0.0.1:80", None).origins
    assert plain["127.0.0.1:80"] == plain["127.0.0.1"] == "http://127.0.0.1"
    proxied = Address.of("0.0.0.0:80", "https://x.example:443").origins
    assert set(proxied.values()) == {"https://x.example"}
    assert Address.of("127.0.0.1:443", None).origins["[::1]:443"] == "http://[::1]:443"


@pytest.mark.parametrize("listen", ["0.0.0.0:80", "[::]:80", "10.0.0.7:80", "bot.example:80"])
def test_what_others_can_reach_needs_an_address(listen: str) -> None:
    with pytest.raises(AddressError, match="WEB_URL"):
        Address.of(listen, None)


@pytest.mark.parametrize(
    ("accepted", "chosen", "locale"),
    [
        ("", "", "en"),
        ("ru-RU,ru;q=0.9,en-US;q=0.8", "", "ru"),
        ("en-US,en;q=0.9,ru;q=0.8", "", "en"),
        ("en;q=0.1, uk;q=0.9", "", "ru"),
        ("ru;q=x", "", "en"),
        ("ru", "en", "en"),
        ("en", "../../etc", "en"),
    ],
)
def test_the_language_of_a_browser(accepted: str, chosen: str, locale: str) -> None:
    assert locale_of(accepted, chosen) == locale


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("/history?code=x&note=tap-full", "/history?code=x&note=dash-done"),
        ("https://evil.example", "/?note=dash-done"),
        ("//evil.example", "/?note=dash-done"),
        ("/\\evil.example", "/?note=dash-done"),
        ("/x\r\nSet-Cookie: a=b", "/?note=dash-done"),
        ("", "/?note=dash-done"),
    ],
)
def test_one_is_led_to_our_own_pages_alone(path: str, where: str) -> None:
    assert back_to(path, "dash-done").headers["Location"] == where
