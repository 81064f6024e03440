"""Templates as people write them, for what stands under a result and for its name:
``{name} · {size}``. Pure."""

import re
from collections.abc import Collection, Mapping
from typing import Final

from bot.jobs.made import Made
from bot.names import clean, result_name
from bot.texts.catalogue import Texts
from bot.texts.marks import plain
from bot.texts.sentences import duration, shown_name, size

CAPTION_WORDS: Final = ("name", "size", "before", "length", "format")
NAME_WORDS: Final = ("name",)
LONGEST: Final = 200
_WORD: Final = re.compile(r"\{(\w*)\}")


def checked(text: str, words: Collection[str]) -> str:
    """The template, tidied. Raises ValueError with the word that isn't known, or with nothing for a
    template that nobody could see or that is too long."""
    # Marks are ours to make.
    text = plain("\n".join(filter(None, map(clean, text.splitlines()))))
    if not text or len(text) > LONGEST:
        raise ValueError
    for word in _WORD.findall(text):
        if word not in words:
            raise ValueError(word)
    return text


def caption_of(template: str, texts: Texts, name: str, made: Made) -> str:
    """What stands under a result by a person's own template."""
    values = {
        "name": shown_name(name),
        "size": size(texts, made.after),
        "before": size(texts, made.before),
        "length": duration(texts, made.read),
        "format": texts(f"target-{made.target}"),
    }
    return _filled(template, values)


def name_of(template: str, name: str) -> str:
    """A file's name by a person's own template, with the ending that it had."""
    stem = result_name(name, "")
    ending = name[name.rfind(".") :] if stem and "." in name else ""
    return clean(_filled(template, {"name": stem})).replace("/", "_") + ending


def _filled(template: str, values: Mapping[str, str]) -> str:
    return _WORD.sub(lambda found: values.get(found[1], ""), template)
