"""What Telegram says of who somebody is, checked by the bot's token. Pure.

Both ways are Telegram's own: the Login Widget's fields
(https://core.telegram.org/widgets/login#checking-authorization), and a Mini App's initData
(https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app).
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl

OLDEST_SECONDS: Final = 3600
# Two clocks never agree to the second.
_AHEAD_SECONDS: Final = 30
_MOST_FIELDS: Final = 30
_USER_DIGITS: Final = 20


def of_widget(token: str, fields: Mapping[str, object], now: datetime) -> str | None:
    """The id of whom the Login Widget's fields name; None for fields that Telegram didn't sign,
    or signed more than an hour ago."""
    if not all(isinstance(value, str | int) for value in fields.values()):
        return None
    words = {name: str(value) for name, value in fields.items()}
    key = hashlib.sha256(token.encode()).digest()
    return _user_id(words.get("id", "")) if _signed(key, words, now) else None


def of_app(token: str, init_data: str, now: datetime) -> str | None:
    """The same of a Mini App's initData, a query string."""
    try:
        pairs = parse_qsl(
            init_data, keep_blank_values=True, strict_parsing=True, max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        return None
    words = dict(pairs)
    key = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    if len(words) != len(pairs) or not _signed(key, words, now):
        return None
    try:
        user = json.loads(words.get("user", ""))
    except ValueError:
        return None
    return _user_id(str(user.get("id", ""))) if isinstance(user, dict) else None


def _signed(key: bytes, words: Mapping[str, str], now: datetime) -> bool:
    lines = sorted(f"{name}={value}" for name, value in words.items() if name != "hash")
    text = "\n".join(lines).encode("utf-8", "replace")
    right = hmac.new(key, text, hashlib.sha256).hexdigest()
    same = hmac.compare_digest(right.encode(), words.get("hash", "").encode("utf-8", "replace"))
    return same and _fresh(words.get("auth_date", ""), now)


def _fresh(auth_date: str, now: datetime) -> bool:
    if not auth_date.isascii() or not auth_date.isdigit() or len(auth_date) > _USER_DIGITS:
        return False
    return -_AHEAD_SECONDS <= now.timestamp() - int(auth_date) <= OLDEST_SECONDS


def _user_id(text: str) -> str | None:
    fine = text.isascii() and text.isdigit() and len(text) <= _USER_DIGITS
    return text if fine else None
