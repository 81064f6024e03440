"""Whole messages out of facts: a job's status, a result's caption, an error's cause. Pure.

They hold marks (see `marks`) and no markup: each messenger escapes and renders where they leave.
"""

import math
from collections.abc import Mapping

from bot.jobs.made import Made
from bot.jobs.model import Job
from bot.jobs.status import State, Status
from bot.names import clean, elided
from bot.texts.catalogue import Texts, Value
from bot.texts.marks import plain
from bot.texts.wishes import Called, refusal
from converter.formats import TARGETS, Kind
from converter.planning.plan import Action, Note

CAPTION_LIMIT = 1024
_NAME_LIMIT = 120
_NAME_TAIL = 11
_MEGABYTE = 1_000_000
_MEBIBYTE = 1024 * 1024
_MEGAPIXEL = 1_000_000
_MINUTE = 60
_FEW = 10
_TENTH = 0.1
_IN_MINUTES = frozenset({"too_long", "over_minutes"})
_IN_PIXELS = frozenset({"too_many_pixels"})
# Telegram's own limit is a round number of mebibytes, which it calls MB.
_IN_MEBIBYTES = frozenset({"too_big_to_fetch"})
_IN_BYTES = frozenset({"too_large", "output_too_large"})
# Cut off by the engine's own limit, nobody knows how large the output would have become.
_WITHOUT_NUMBERS = {"output_too_large": "upload_too_large"}


def status_text(texts: Texts, job: Job, status: Status, *, output_limit: int) -> str:
    """A status message."""
    facts = dict(status.facts)
    values: dict[str, Value] = {"name": shown_name(job.source.name)}
    key = f"status-{status.kind.value}"
    match status.kind:
        case State.WAITING:
            values |= {"place": int(facts["place"]), "own": facts["own"]}
            values["wait"] = ""
            if "seconds" in facts:
                wait = roughly(texts, float(facts["seconds"]))
                values["wait"] = texts("status-wait", time=wait)
        case State.DOWNLOADING:
            values["percent"] = int(facts.get("percent", 0))
        case State.CONVERTING if "count" in facts:
            key = "status-shots"
            values |= {"number": int(facts["number"]), "count": int(facts["count"])}
        case State.CONVERTING:
            values |= _converting(texts, facts, output_limit)
        case State.SENDING:
            values["size"] = size(texts, float(facts["bytes"]))
            values["percent"] = int(facts.get("percent", 0))
        case State.NO_SPACE:
            values["time"] = roughly(texts, float(facts["seconds"]))
        case State.RETRYING:
            values["seconds"] = int(facts["seconds"])
        case State.FAILED:
            values["cause"] = cause(texts, status.code, facts)
    words = texts(key, **values)
    return f"{words}\n{texts('trace', trace=status.trace)}" if status.trace else words


def caption(texts: Texts, name: str, made: Made, *, ready: bool = False) -> str:
    """What was done, under the result; at most CAPTION_LIMIT characters. `ready`: it was there
    before it was asked for."""
    key = "result-ready" if ready else _deed(made)
    values: dict[str, Value] = {
        "time": duration(texts, max(1.0, made.seconds)),
        "size": size(texts, made.after),
        "before": size(texts, made.before),
        "after": size(texts, made.after),
        "device": texts(f"device-{made.device.value}"),
    }
    what = texts(key, **{name: values[name] for name in _USED.get(key, ("time", "size"))})
    notes = "".join("\n" + note_text(texts, note, made) for note in made.notes)
    about = f"about-{made.target}"
    told = "\n" + texts(about) if texts.has(about) else ""
    return texts("result", name=shown_name(name), what=what, notes=notes, about=told)


def with_notes(texts: Texts, words: str, made: Made) -> str:
    """Words of a person's own under a result, and what must be said all the same."""
    told = "".join("\n" + note_text(texts, note, made) for note in made.notes)
    return (words + told).strip()[:CAPTION_LIMIT]


def cause(texts: Texts, code: str, facts: Mapping[str, Value], called: Called | None = None) -> str:
    """Why a job failed, for a person, as plain text; `called` says how the reader knows options.

    Of several videos that are joined, the one that it is about is named.

    An unknown code, from an older version's row, gets the general sentence, and so does one whose
    numbers nobody knows any more.
    """
    if "part" in facts:
        named = {"part": str(facts["part"]), "name": shown_name(str(facts.get("name", "")))}
        others = {name: value for name, value in facts.items() if name not in named}
        return texts("join-trouble", cause=cause(texts, code, others, called), **named)
    if (about_the_wish := refusal(texts, code, facts, called)) is not None:
        return about_the_wish
    key = f"error-{code}"
    if not texts.has(key):
        key = "error-failed"
    try:
        return texts(key, **_in_units(code, facts))
    except ValueError:
        return texts(f"error-{_WITHOUT_NUMBERS.get(code, 'failed')}")


def shown_name(name: str) -> str:
    """A file's name as it may stand in a sentence: one line, no direction marks, not too long."""
    return elided(clean(plain(name)) or "video", _NAME_LIMIT, _NAME_TAIL)


def duration(texts: Texts, seconds: float) -> str:
    """``45 s`` or ``2 min 5 s``."""
    whole = round(seconds)
    if whole < _MINUTE:
        return texts("time-seconds", seconds=whole)
    return texts("time-minutes", minutes=whole // _MINUTE, seconds=whole % _MINUTE)


def roughly(texts: Texts, seconds: float) -> str:
    """``50 s``, ``1 min 30 s`` or ``20 min``: of what nobody knows to the second."""
    whole, rest = divmod(round(seconds), _MINUTE)
    return duration(texts, seconds) if rest or not whole else texts("time-whole", minutes=whole)


def clock(seconds: float) -> str:
    """``1:05`` or ``1:02:03.5``."""
    whole, rest = divmod(round(seconds, 2), 1)
    minutes, second = divmod(int(whole), 60)
    hours, minute = divmod(minutes, 60)
    text = f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
    return text + (f"{rest:.2f}"[1:].rstrip("0").rstrip(".") if rest else "")


def size(texts: Texts, count: float) -> str:
    """Bytes as megabytes."""
    return texts("size-mb", mb=_megabytes(count))


def _megabytes(count: float) -> float | int:
    mb = count / _MEGABYTE
    return max(0.1, round(mb, 1)) if mb < _FEW else round(mb)


def _converting(texts: Texts, facts: Mapping[str, Value], output_limit: int) -> dict[str, Value]:
    left = facts.get("seconds")
    shrunk = facts.get("shrunk") == "yes"
    return {
        "how": _how(texts, facts),
        "percent": f"{facts['percent']}%" if "percent" in facts else "",
        "speed": texts("status-speed", speed=facts["speed"]) if "speed" in facts else "",
        "left": "" if left is None else texts("status-left", time=duration(texts, float(left))),
        "shrunk": texts("status-shrunk", limit=output_limit // _MEGABYTE) if shrunk else "",
    }


def _how(texts: Texts, facts: Mapping[str, Value]) -> str:
    """Which path the plan takes, and on which device where that matters."""
    action = str(facts.get("action", ""))
    if not action:
        return ""
    told = texts(f"plan-{action}")
    if action == Action.ENCODE.name.lower():
        told += " · " + texts(f"device-{facts['device']}")
    return "\n" + told


# The values that a deed's sentence uses where they aren't the usual ones.
_USED: Mapping[str, tuple[str, ...]] = {
    "result-nothing": (),
    "result-as_it_was": (),
    "result-ready": ("size",),
    "result-audio": ("time", "before", "after"),
    "result-encode": ("device", "time", "before", "after"),
}


def _deed(made: Made) -> str:
    """The sentence that says what was done: "plays everywhere" only of what does."""
    if made.action is Action.NOTHING:
        return "result-nothing" if made.everywhere else "result-as_it_was"
    kind = TARGETS[made.target].kind
    if kind is Kind.FRAME:
        return "result-picture"
    if kind is Kind.SOUND:
        return f"result-sound-{'copied' if made.action is Action.REMUX else 'encoded'}"
    return f"result-{made.action.name.lower()}"


def note_text(texts: Texts, note: Note, made: Made) -> str:
    """What a person should hear about a result."""
    if note is Note.PARTIAL:
        return texts(
            f"note-{note.value}",
            seconds=duration(texts, made.read),
            whole=duration(texts, made.read + made.lost),
        )
    if note is Note.JOINED:
        return texts(f"note-{note.value}", length=clock(round(made.read)))
    return texts(f"note-{note.value}")


def _in_units(code: str, facts: Mapping[str, Value]) -> dict[str, Value]:
    divisor = 1.0
    if code in _IN_BYTES:
        divisor = _MEGABYTE
    elif code in _IN_MEBIBYTES:
        divisor = _MEBIBYTE
    elif code in _IN_PIXELS:
        divisor = _MEGAPIXEL
    elif code in _IN_MINUTES:
        divisor = _MINUTE
    return {
        name: _rounded(float(value) / divisor) if isinstance(value, int | float) else value
        for name, value in facts.items()
    }


def _rounded(number: float) -> float | int:
    if 0 < number < _TENTH:
        return round(number, 3)
    return round(number, 1) if number < _FEW and number % 1 else math.ceil(number)
