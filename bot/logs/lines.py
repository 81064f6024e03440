"""How one event looks: a line of text, or of JSON.

What a user sent can neither begin a new line nor pass for another field.
"""

import json

from structlog.typing import EventDict, WrappedLogger

_HEAD = ("time", "level", "logger", "event")
_CONTEXT = ("job", "user", "phase")
_TRACES = ("exception", "stack", "stack_info")


def render_text(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """`time level logger event job=… user=… phase=… key=value …`, then the traceback, indented: no
    line of it can be taken for an event."""
    event = _ordered(event)
    traces = [event.pop(key) for key in _TRACES if event.get(key)]
    time, level, logger, message = (event.pop(key, "") for key in _HEAD)
    fields = [f"{_key(str(key))}={_value(value)}" for key, value in event.items()]
    head = [str(time), f"{level:<8}", str(logger), _message(str(message)), *fields]
    body = [f"    {_printable(line)}" for trace in traces for line in str(trace).split("\n")]
    return "\n".join([" ".join(head), *body])


def render_json(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """One JSON object on one line, in ASCII; the traceback is its "exception"."""
    return json.dumps(_ordered(event), default=str)


def _ordered(event: EventDict) -> EventDict:
    """A copy that begins the same way for every event."""
    first = {key: event[key] for key in (*_HEAD, *_CONTEXT) if key in event}
    return first | {key: value for key, value in event.items() if key not in first}


def _message(text: str) -> str:
    """Words stay bare as long as they can't be read as fields."""
    return _quoted(text) if "=" in text or '"' in text else _printable(text)


def _value(value: object) -> str:
    text = str(value)
    bare = text.isprintable() and not any(char in ' ="\\' for char in text)
    return text if bare and text else _quoted(text)


def _key(text: str) -> str:
    return "".join(char if char.isprintable() and char not in ' ="' else "_" for char in text)


def _quoted(text: str) -> str:
    return '"' + _printable(text.replace("\\", "\\\\").replace('"', '\\"')) + '"'


def _printable(text: str) -> str:
    """Line ends, terminal codes, direction marks and half characters are written as escapes."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )
