"""The catalogues and how a person's language picks one."""

from functools import cache
from pathlib import Path
from typing import Final

from fluent.runtime import FluentBundle, FluentResource

from bot.texts.marks import marked

LOCALES: Final = ("en", "ru")
_DEFAULT: Final = "en"
# Languages whose speakers mostly read Russian, and ours is the only one that comes close.
_RUSSIAN: Final = frozenset({"ru", "uk", "be", "kk"})

Value = str | int | float


def locale_for(language_code: str | None) -> str:
    """The catalogue for an IETF language tag as messengers give it; English when unsure."""
    language = (language_code or "").replace("_", "-").partition("-")[0].lower()
    return "ru" if language in _RUSSIAN else _DEFAULT


def languages_of(locale: str) -> tuple[str | None, ...]:
    """The language codes that `locale_for` gives this catalogue, as a messenger's command list
    wants them: None for everybody else's."""
    return tuple(sorted(_RUSSIAN)) if locale == "ru" else (None,)


class Texts:
    """The sentences of one locale."""

    def __init__(self, locale: str) -> None:
        self.locale = locale if locale in LOCALES else _DEFAULT
        self._bundle = _bundle(self.locale)

    def __call__(self, key: str, /, **values: Value) -> str:
        """The sentence `key` with its values. Raises KeyError for an unknown key, and ValueError
        when the catalogue's pattern and the values don't fit: both are mistakes of ours."""
        message = self._bundle.get_message(key)
        if message.value is None:
            raise KeyError(key)
        text, errors = self._bundle.format_pattern(message.value, values)
        if errors:
            raise ValueError(f"{self.locale}/{key}: {errors}")
        return str(text)

    def has(self, key: str) -> bool:
        """Whether the catalogue knows `key`."""
        return bool(self._bundle.has_message(key))


@cache
def _bundle(locale: str) -> FluentBundle:
    # Isolation marks around values are invisible but break copying and our tests' comparisons.
    bundle = FluentBundle([locale], use_isolating=False)
    for path in sorted((Path(__file__).parent / locale).glob("*.ftl")):
        bundle.add_resource(FluentResource(marked(path.read_text(encoding="utf-8"))))
    return bundle
