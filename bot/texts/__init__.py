"""Every sentence that a person reads, from Fluent catalogues. Nothing else makes sentences."""

from bot.texts.catalogue import LOCALES, Texts, locale_for

__all__ = ["LOCALES", "Texts", "locale_for"]
