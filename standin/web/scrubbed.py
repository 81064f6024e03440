"""Parameters of calls for other people's eyes: what somebody wrote or named is not among them.
Pure."""

import re
from typing import Any, Final

# Whose texts are the bot's own codes, never words of a person.
_CODES: Final = frozenset(
    {
        "action",
        "allowed_updates",
        "callback_data",
        "callback_query_id",
        "command",
        "emoji",
        "file_id",
        "file_unique_id",
        "language_code",
        "parse_mode",
        "quote_parse_mode",
        "style",
        "type",
    }
)
_LONGEST_CODE: Final = 200
_PATH: Final = re.compile(r"(?:/[^\s/'\"]+){2,}")


def scrubbed(value: Any, name: str = "") -> Any:  # noqa: ANN401 - JSON
    """The same with numbers and codes, and of every other text its length alone."""
    if isinstance(value, dict):
        return {key: scrubbed(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [scrubbed(inner, name) for inner in value]
    if isinstance(value, str) and not (name in _CODES and _is_code(value)):
        return f"<{len(value)} characters>"
    return value


def _is_code(text: str) -> bool:
    return len(text) <= _LONGEST_CODE and not any(map(str.isspace, text))


def pathless(text: str) -> str:
    """A sentence of the server's without places on its disk."""
    return _PATH.sub("<path>", text)
