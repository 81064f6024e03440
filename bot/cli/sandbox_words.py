"""The words of the sandbox's page, as plain mappings: the page knows no catalogue."""

from typing import Final

from bot.texts import LOCALES, Texts

_PREFIX: Final = "sandbox-"
_NAMES: Final = (
    "title",
    "subtitle",
    "person",
    "welcome",
    "welcome-how",
    "start",
    "choose",
    "write",
    "chat",
    "menu",
    "attach",
    "send",
    "down",
    "language",
    "look",
    "drop",
    "offline",
    "ok",
    "cancel",
    "play",
    "edited",
    "copied",
    "photo",
    "sticker",
    "file",
    "doing-typing",
    "doing-upload_video",
    "doing-upload_document",
    "doing-upload_photo",
    "doing-upload_voice",
    "person-2",
    "group",
    "places",
    "to-private",
    "to-group",
    "to-person",
    "you-are",
    "welcome-group",
    "write-group",
    "forwarded",
    "deeds",
    "do-reply",
    "do-edit",
    "do-forward",
    "do-delete",
    "do-hood",
    "refused-fixed",
    "refused-large",
    "refused-many",
    "refused-empty",
    "refused-full",
    "refused-slow",
    "refused-long",
    "refused-crowded",
    "refused-silent",
    "refused-network",
)
# The page fills these in by itself.
_LEFT_OPEN: Final = {name: f"{{{name}}}" for name in ("size", "count", "name", "bot")}


def page_words() -> dict[str, dict[str, str]]:
    """Every text of the page by language and name."""
    return {locale: _of(Texts(locale)) for locale in LOCALES}


def _of(texts: Texts) -> dict[str, str]:
    return {name: texts(_PREFIX + name, **_LEFT_OPEN) for name in _NAMES}
