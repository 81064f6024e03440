"""The composition root: the only room that chooses concrete classes and puts them together."""

from bot.app.opening import open_app
from bot.conversions import StartError, converter_for, limits_of
from bot.jobs.processes.members import Part
from bot.serving import App

__all__ = ["App", "Part", "StartError", "converter_for", "limits_of", "open_app"]
