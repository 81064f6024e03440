"""How it goes now."""

from functools import partial

from jinja2 import Environment

from bot.jobs.overview import Now, Process
from bot.web.dashboard.live import Drawn
from bot.web.dashboard.speech import Speech
from bot.web.dashboard.visit import drawn as drawn_


def draw(templates: Environment, now: Now, speech: Speech) -> Drawn:
    """The pieces of the page."""
    part = partial(drawn_, templates, speech=speech, now=now)
    running = [entry for entry in now.jobs if entry.job.phase.running]
    waiting = [entry for entry in now.jobs if not entry.job.phase.running]
    hidden = now.running + total_waiting(now) - len(now.jobs)
    return Drawn(
        pieces={
            "door": part("parts/door.html"),
            "counts": part("parts/counts.html", waiting=total_waiting(now)),
            "more": speech("dash-more", count=hidden) if hidden > 0 else "",
            "none-running": "" if running else speech("dash-none-running"),
            "none-waiting": "" if waiting else speech("dash-none-waiting"),
        },
        lists={
            "running": {
                f"job-{entry.job.id}": part("parts/running.html", entry=entry) for entry in running
            },
            "waiting": {
                f"job-{entry.job.id}": part("parts/waiting.html", entry=entry) for entry in waiting
            },
            "processes": {
                f"process-{_named(process)}": part("parts/process.html", process=process)
                for process in now.processes
            },
        },
    )


def total_waiting(now: Now) -> int:
    """How many wait, for whatever."""
    return now.waiting.ready + now.waiting.behind + now.waiting.delayed


def _named(process: Process) -> str:
    return "".join(letter for letter in process.seen.member.holder if letter.isalnum())
