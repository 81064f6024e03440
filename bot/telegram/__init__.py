"""Telegram's doors: updates in, files in, status messages and results out."""
