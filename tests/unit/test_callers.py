"""Who calls, by what a request says of itself."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.ways.callers import Doorman, caller, knows_secret

NAME = b"X-Telegram-Bot-Api-Secret-Token"


@pytest.mark.parametrize(
    ("headers", "knows"),
    [
        ([], False),
        ([(NAME, b"abc")], True),
        ([(NAME.lower(), b"abc"), (b"A", b"abc")], True),
        ([(NAME, b"ab")], False),
        ([(NAME, b"abcd")], False),
        ([(NAME, b"ABC")], False),
        ([(NAME, b"")], False),
        ([(NAME, b"abc"), (NAME, b"abc")], False),
        ([(NAME, b"\xff\xfe")], False),
        ([(b"X-Other", b"abc")], False),
    ],
)
def test_the_secret(headers: list[tuple[bytes, bytes]], knows: bool) -> None:
    assert knows_secret(headers, b"abc") is knows


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "found"),
    [
        ("1.1.1.1", [], 0, "1.1.1.1"),
        ("1.1.1.1", ["6.6.6.6"], 0, "1.1.1.1"),
        ("1.1.1.1", ["2.2.2.2"], 1, "2.2.2.2"),
        ("1.1.1.1", ["6.6.6.6, 2.2.2.2"], 1, "2.2.2.2"),
        ("1.1.1.1", ["6.6.6.6", "2.2.2.2"], 1, "2.2.2.2"),
        ("1.1.1.1", ["6.6.6.6, 3.3.3.3, 2.2.2.2"], 2, "3.3.3.3"),
        ("1.1.1.1", ["2.2.2.2"], 2, None),
        ("1.1.1.1", [], 1, None),
        ("", [], 0, None),
        ("", ["2.2.2.2"], 1, "2.2.2.2"),
        ("1.1.1.1", ["6.6.6.6,"], 1, None),
        ("1.1.1.1", ["2.2.2.2:99"], 1, "2.2.2.2"),
        ("1.1.1.1", ["[2001:db8::1]:99"], 1, "2001:db8::1"),
        ("1.1.1.1", ["2001:db8::1"], 1, "2001:db8::1"),
        ("::ffff:1.2.3.4", [], 0, "1.2.3.4"),
        ("1.1.1.1", ["unknown"], 1, None),
        ("1.1.1.1", ["_hidden"], 1, None),
        ("fe80::1%eth0", [], 0, "fe80::1%eth0"),
    ],
)
def test_whose_request_it_is(
    peer: str, forwarded: list[str], proxies: int, found: str | None
) -> None:
    assert caller(peer, forwarded, proxies) == (None if found is None else ip_address(found))


@given(st.text(), st.lists(st.text()), st.integers(0, 5))
def test_whatever_they_say(peer: str, forwarded: list[str], proxies: int) -> None:
    address = caller(peer, forwarded, proxies)
    assert address is None or ip_address(str(address)) == address


def test_what_the_leftmost_says_opens_nothing() -> None:
    doorman = Doorman(b"abc", (ip_network("149.154.160.0/20"),), proxies=1)
    headers = [(NAME, b"abc")]
    assert doorman.refuses(headers, "10.0.0.1", ["149.154.167.220"]) == 0
    assert doorman.refuses(headers, "10.0.0.1", ["149.154.167.220, 6.6.6.6"]) == 403
    assert doorman.refuses(headers, "149.154.167.220", []) == 403
    assert doorman.refuses([], "10.0.0.1", ["149.154.167.220"]) == 401
