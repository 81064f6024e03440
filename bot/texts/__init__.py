"""Every sentence that a person reads, from Fluent catalogues. Nothing else makes sentences."""

from bot.texts.catalogue import LOCALES, Texts, languages_of, locale_for

__all__ = ["LOCALES", "Texts", "languages_of", "locale_for"]
