"""Check a request against the trimmed table of the Bot API.

`Schema.check` turns wire parameters into typed ones: numbers and booleans from strings, objects
from JSON text. What Telegram would ignore (an unknown name) is not an error but is reported.
"""

import json
import re
from collections.abc import Callable, Container
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from standin.errors import ApiError, bad_request

_MISSING_IN_TELEGRAMS_WORDS = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "file_id": "file_id not specified",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
}
_FILE_PARAMETERS = frozenset(
    {"animation", "audio", "document", "photo", "sticker", "video", "video_note", "voice"}
)
_TRUE = frozenset({"true", "yes", "1", "True"})
_FALSE = frozenset({"false", "no", "0", "False", ""})
_INTEGER = re.compile(r"-?\d{1,19}")
_DEEPEST = 32


class _MismatchError(Exception):
    """A value that does not fit its type; the text says where and why."""


@dataclass(frozen=True)
class Checked:
    """Typed parameters of one request, and the names that the Bot API does not know."""

    method: str
    params: dict[str, Any]
    unknown: list[str] = field(default_factory=list)


class Schema:
    """The table of methods and input types; `version` is that of the Bot API."""

    def __init__(self, table: dict[str, Any]) -> None:
        self.version: str = table["version"]
        self._methods: dict[str, dict[str, str]] = table["methods"]
        self._types: dict[str, dict[str, str]] = table["types"]
        self._unions: dict[str, list[str]] = table["unions"]
        self._by_lower: dict[str, str] = {name.lower(): name for name in self._methods}

    def method(self, name: str) -> str:
        """The method's proper spelling (the real server ignores case); ApiError 404 if unknown."""
        proper: str | None = self._by_lower.get(name.lower())
        if proper is None:
            raise ApiError(404, "Not Found")
        return proper

    def check(self, method: str, params: dict[str, Any], files: Container[str] = ()) -> Checked:
        """Typed parameters; ApiError 400 for one that is missing or of a wrong type.

        `files` are the names under which the request uploaded something.
        """
        method = self.method(method)
        fields = self._methods[method]
        checked = Checked(method, {}, [name for name in params if name not in fields])
        for name, notation in fields.items():
            kind = notation.removesuffix("!")
            value = params.get(name)
            if value is None and "InputFile" in kind and name in files:
                value = f"attach://{name}"
            if value is None or value == "":
                if notation.endswith("!"):
                    raise bad_request(_missing(name))
                continue
            try:
                checked.params[name] = self._convert(kind, value, name, checked.unknown.append, 0)
            except _MismatchError as mismatch:
                raise bad_request(_mismatch(name, kind, mismatch)) from None
        return checked

    def _convert(
        self, kind: str, value: object, path: str, unknown: Callable[[str], None], depth: int
    ) -> object:
        if depth > _DEEPEST:
            raise _MismatchError(f"{path} is nested too deeply")
        if "|" in kind and not kind.startswith("Array<"):
            return self._one_of(kind.split("|"), value, path, unknown, depth)
        if kind in self._unions:
            return self._one_of(self._unions[kind], value, path, unknown, depth)
        if kind == "RichText":  # a string, a list or an object: no method here looks inside
            return value
        if kind in _SCALARS or kind.startswith("String="):
            return _scalar(kind, value, path)
        value = _from_json(value, path)
        if kind.startswith("Array<"):
            if not isinstance(value, list):
                raise _MismatchError(f"{path} must be an array")
            inner = kind[len("Array<") : -1]
            return [
                self._convert(inner, item, f"{path}[{i}]", unknown, depth + 1)
                for i, item in enumerate(value)
            ]
        return self._object(kind, value, path, unknown, depth)

    def _object(
        self, kind: str, value: object, path: str, unknown: Callable[[str], None], depth: int
    ) -> dict[str, object]:
        if not isinstance(value, dict):
            raise _MismatchError(f"{path} must be an object")
        fields = self._types[kind]
        result: dict[str, object] = {}
        for name, notation in fields.items():
            item = value.get(name)
            if item is not None:
                inner = notation.removesuffix("!")
                result[name] = self._convert(inner, item, f"{path}.{name}", unknown, depth + 1)
            elif notation.endswith("!"):
                raise _MismatchError(f'{path} lacks the field "{name}"')
        for name in value:
            if name not in fields:
                unknown(f"{path}.{name}")
        return result

    def _one_of(
        self,
        kinds: list[str],
        value: object,
        path: str,
        unknown: Callable[[str], None],
        depth: int,
    ) -> object:
        """The first kind that fits with no unknown field; else the one with the fewest."""
        fits: list[tuple[list[str], object]] = []
        failure = _MismatchError(f"{path} has an unknown kind")
        for kind in kinds:
            strange: list[str] = []
            try:
                fits.append((strange, self._convert(kind, value, path, strange.append, depth + 1)))
            except _MismatchError as mismatch:
                if not str(mismatch).startswith(f"{path}.type must be"):
                    failure = mismatch
                continue
            if not strange:
                break
        if not fits:
            raise failure
        strange, result = min(fits, key=lambda fit: len(fit[0]))
        for name in strange:
            unknown(name)
        return result


_SCALARS = frozenset({"Integer", "Float", "Boolean", "True", "String", "InputFile"})


def _scalar(kind: str, value: object, path: str) -> object:
    if kind == "Integer":
        return _integer(value, path)
    if kind == "Float":
        return _float(value, path)
    if kind in {"Boolean", "True"}:
        return _boolean(value, path)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _MismatchError(f"{path} must be of type String")
    text = str(value)
    fixed = kind.partition("=")[2]
    if fixed and text != fixed:
        raise _MismatchError(f'{path} must be "{fixed}"')
    return text


def _integer(value: object, path: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
        return int(value)
    raise _MismatchError(f"{path} must be of type Integer")


def _float(value: object, path: str) -> float:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        with suppress(ValueError):
            return float(value)
    raise _MismatchError(f"{path} must be of type Float")


def _boolean(value: object, path: str) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value)
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise _MismatchError(f"{path} must be of type Boolean")


def _from_json(value: object, path: str) -> object:
    if not isinstance(value, str):
        return value
    try:
        parsed: object = json.loads(value)
    except (ValueError, RecursionError):
        raise _MismatchError(f"can't parse {path} JSON object") from None
    return parsed


def _missing(name: str) -> str:
    if name in _FILE_PARAMETERS:
        return f"there is no {name.replace('_', ' ')} in the request"
    return _MISSING_IN_TELEGRAMS_WORDS.get(name, f'parameter "{name}" is required')


def _mismatch(name: str, kind: str, mismatch: _MismatchError) -> str:
    if name == "reply_markup":
        return f"can't parse reply keyboard markup JSON object: {mismatch}"
    if kind in _SCALARS or "|" in kind:
        return f'invalid parameter "{name}" specified: {mismatch}'
    return f"can't parse {name}: {mismatch}"


@cache
def load() -> Schema:
    """The schema that is shipped with this package."""
    text = resources.files("standin").joinpath("schema.json").read_text(encoding="utf-8")
    return Schema(json.loads(text))
