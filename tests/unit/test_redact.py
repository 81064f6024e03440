"""No secret survives the redactor, whatever stands around it."""

import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.redaction import Redactor

TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
HALF = TOKEN.partition(":")[2]

tokens = st.from_regex(
    r"[0-9]{6,12}:[A-Za-z0-9_-]{30,40}", fullmatch=True, alphabet=st.characters(codec="ascii")
)
anything = st.text() | st.text("0123456789:%3Aabot/_-<>\\n\"'{} \n", max_size=30)


@given(anything, tokens, anything)
def test_a_token_nobody_named_is_seen_by_its_shape(before: str, token: str, after: str) -> None:
    text = Redactor()(before + token + after)
    assert token not in text
    assert token.partition(":")[2] not in text


@given(anything, anything)
def test_the_token_we_know_never_stays_nor_its_secret_half(before: str, after: str) -> None:
    redact = Redactor([TOKEN])
    for secret in (TOKEN, HALF):
        for text in (secret, quote(secret, safe=""), quote(quote(secret, safe=""), safe="")):
            assert HALF not in redact(before + text + after)


@given(st.text(min_size=4), anything, anything)
def test_a_secret_of_any_letters_never_stays(secret: str, before: str, after: str) -> None:
    text = Redactor([secret])(before + secret + after)
    # What is around it may happen to build it anew only out of the placeholder's own letters.
    assert secret not in text or secret in f"{before}<token>{after}"


@pytest.mark.parametrize(
    "text",
    [
        f"https://api.telegram.org/bot{TOKEN}/getMe",
        f"https://api.telegram.org/file/bot{TOKEN}/videos/file_1.mp4",
        f"https://api.telegram.org/bot{quote(TOKEN, safe='')}/getMe",
        f"https://api.telegram.org/bot{TOKEN.replace(':', '%3a')}/getMe",
        f"proxy?u=https%3A%2F%2Fapi.telegram.org%2Fbot{TOKEN.replace(':', '%253A')}%2FgetMe",
        f"{{'token': '{TOKEN}'}}",
        f"x\\n{TOKEN}\\n",
        f"a{TOKEN}",
        f"9{TOKEN}",
    ],
)
@pytest.mark.parametrize("known", [[], [TOKEN]])
def test_where_tokens_are_met(text: str, known: list[str]) -> None:
    redacted = Redactor(known)(text)
    assert HALF not in redacted
    assert "<token>" in redacted


def test_a_short_token_in_an_address_is_a_token_too() -> None:
    assert Redactor()("http://127.0.0.1/bot42:TEST/getMe") == "http://127.0.0.1/bot<token>/getMe"


def test_a_secret_with_odd_letters_is_known_in_its_disguises() -> None:
    secret = 'p"ä\\ß\n€ w'
    redact = Redactor([secret])
    for text in (secret, json.dumps(secret), quote(secret, safe=""), repr(secret)):
        assert "<token>" in redact(text)


def test_a_secret_inside_another_leaves_no_rest() -> None:
    assert Redactor(["pass", "password"])("the password") == "the <token>"


@pytest.mark.parametrize(
    "text", ["", "12:34:56", "2026-01-01T00:00:00.123456Z", "user 123456789: hello", "a" * 300]
)
def test_other_text_stays(text: str) -> None:
    assert Redactor([TOKEN, ""])(text) == text
