"""How it is set up: what the doctor finds, live."""

from collections.abc import Sequence

from jinja2 import Environment

from bot.web.dashboard.live import Drawn
from bot.web.dashboard.parts import Check
from bot.web.dashboard.speech import Speech
from bot.web.dashboard.visit import drawn as drawn_


def draw_doctor(templates: Environment, checks: Sequence[Check], speech: Speech) -> Drawn:
    """Its table."""
    return Drawn(pieces={"doctor": drawn_(templates, "parts/doctor.html", speech, checks=checks)})
