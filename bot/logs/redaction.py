"""Secrets taken out of text, by value and by shape."""

import json
import re
from collections.abc import Iterable
from urllib.parse import quote

PLACEHOLDER = "<token>"

# A bot token, its colon perhaps percent-encoded, even twice. No word boundary in front: in a URL
# it follows "bot", and in an escaped text it may follow "\n".
_COLON = r"(?::|%(?:25)*3[Aa])"
_TOKEN = rf"[0-9]{{6,12}}{_COLON}[A-Za-z0-9_-]{{30,}}"
# What stands where the token stands in the addresses of the Bot API, whatever it looks like.
_IN_URL = rf"(?<=/bot)[0-9]+{_COLON}[A-Za-z0-9_-]+"


class Redactor:
    """Replaces given secrets, and whatever looks like a bot token, by `<token>`.

    It knows a secret also percent-encoded and escaped as in JSON or a Python literal, and the
    second half of a bot token by itself: that half is the secret one.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """`secrets` as they are; empty ones are passed over."""
        spellings = {spelling for secret in secrets if secret for spelling in _spellings(secret)}
        # The longest first, or a secret that begins with another would leave its end behind.
        exact = [re.escape(text) for text in sorted(spellings, key=len, reverse=True)]
        self._pattern = re.compile("|".join([*exact, _IN_URL, _TOKEN]))

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        return self._pattern.sub(PLACEHOLDER, text)


def _spellings(secret: str) -> Iterable[str]:
    yield secret
    yield quote(secret, safe="")
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield secret.encode("unicode_escape").decode("ascii")
    yield repr(secret)[1:-1]
    if re.fullmatch(_TOKEN, secret):
        yield secret.partition(":")[2]
