"""What may be wished for, in words, and why a wish can't be granted. Pure."""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate

from bot.texts.catalogue import Texts, Value
from converter.errors import Code
from converter.options import OPTIONS, Option, Takes, Unit

_MINUTE = 60
_ROOM = 700

# How the reader knows an option, by its name and a value of it ("" for any): a menu's words in a
# chat, a flag on the command line.
Called = Callable[[str, str], str]


def called_in_chat(texts: Texts) -> Called:
    """Options by the words of the menus, in quotation marks."""

    def called(name: str, value: str) -> str:
        label = texts(f"option-{name}") if name in OPTIONS else name
        return texts("quoted", words=f"{label}: {value}" if value else label)

    return called


def help_text(texts: Texts, option: Option) -> str:
    """What an option does, in a line."""
    return texts(f"option-{option.name}-help")


def takes_text(texts: Texts, takes: Takes) -> str:
    """What an option may be, in a few words."""
    key = f"takes-{takes.unit.value}"
    match takes.unit:
        case Unit.CHOICE:
            *others, last = map(str, takes.choices)
            return texts(key, others=", ".join(others), last=last)
        case Unit.WHOLE | Unit.NUMBER:
            return texts(key, least=takes.least or 0, most=takes.most or 0)
        case Unit.BYTES:
            return texts(key, least=takes.least or 0)
        case _:
            return texts(key)


def refusal(
    texts: Texts, code: str, facts: Mapping[str, Value], called: Called | None = None
) -> str | None:
    """Why a wish and a file don't go together, None for an error that no wish is the cause of.

    Without the facts, which a crash leaves nothing of, a sentence that needs none.
    """
    if code == Code.NO_TRACK:
        return _absent(texts, facts)
    if code != Code.BAD_REQUEST:
        return None
    key = f"error-{code}-{facts.get('why')}"
    if not texts.has(key):
        return texts(f"error-{code}")
    return texts(key, **_wish(texts, facts, called or called_in_chat(texts)))


def _wish(texts: Texts, facts: Mapping[str, Value], called: Called) -> dict[str, Value]:
    name = str(facts.get("option", ""))
    known = OPTIONS.get(name)
    values: dict[str, Value] = {
        "option": called(name, str(facts.get("value", ""))),
        "takes": takes_text(texts, known.takes) if known else "",
        "target": str(facts.get("target", "")),
        "length": length(texts, float(facts.get("length", 0.0))),
    }
    if "other" in facts:
        values["other"] = called(str(facts["other"]), str(facts.get("needed", "")))
    return values


def _absent(texts: Texts, facts: Mapping[str, Value]) -> str:
    """Which track was not found, and which there are: see `choice`."""
    key = f"error-{Code.NO_TRACK}-{facts.get('kind')}"
    if not texts.has(key):
        return texts(f"error-{Code.NO_TRACK}")
    lines = str(facts["there"]).splitlines()
    there = _listed([_track(texts, *line.split("\t")) for line in lines])
    return texts(key if lines else f"{key}-none", wanted=facts["wanted"], there=there)


def _listed(tracks: Sequence[str]) -> str:
    """As many as a sentence bears: what a catalogue fills in is bounded."""
    sizes = accumulate(len(track) + len(", ") for track in tracks)
    kept = [track for track, size in zip(tracks, sizes, strict=True) if size <= _ROOM]
    return ", ".join(kept if len(kept) == len(tracks) else [*kept, "…"])


def _track(texts: Texts, number: str, language: str, title: str) -> str:
    about = language or texts("language-unknown")
    return f"{number} ({about}, {title})" if title else f"{number} ({about})"


def length(texts: Texts, seconds: float) -> str:
    """How long a file is, never longer than it is: what is said must be a moment inside."""
    if seconds < _MINUTE:
        return texts("time-seconds", seconds=math.floor(seconds * 10) / 10)
    whole = math.floor(seconds)
    return texts("time-minutes", minutes=whole // _MINUTE, seconds=whole % _MINUTE)
