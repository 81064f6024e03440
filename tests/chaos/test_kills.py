"""The real program, killed again and again while it works: every video still ends as one result."""

import os
import random
import signal
from functools import partial
from pathlib import Path

import pytest

from standin import StandIn, User
from tests.support.engines import DOCKER
from tests.support.footage import Footage
from tests.support.running import jobs, remains, until
from tests.support.stage import Stage

# More of them: CHAOS_KILLS=20.
KILLS = int(os.environ.get("CHAOS_KILLS", "4"))
PEOPLE = 3
EACH = 5
# What a kill waits for: a job in this phase, which is where it hurts.
WORST = ("downloading", "converting", "sending")


@pytest.mark.timeout(900)
@pytest.mark.parametrize("runner", ["host", DOCKER])
async def test_any_number_of_kills_costs_nobody_a_video(
    standin: StandIn, tmp_path: Path, footage: Footage, runner: str
) -> None:
    stage = Stage(standin, tmp_path / "bot", runner=runner)
    chance = random.Random(1)  # noqa: S311 - moments, not secrets
    people = [standin.user(name=f"person{number}") for number in range(PEOPLE)]
    # The same file twice would be one job.
    twin = tmp_path / "twin.mkv"
    twin.write_bytes(footage.remux.read_bytes() + b"\0" * 16)
    clips = [footage.remux, footage.quick, footage.medium, footage.fine, twin]
    for person in people:
        for number, clip in enumerate(clips):
            await person.send_document(clip, file_name=f"{number}{clip.suffix}")
    for number in range(KILLS):
        async with stage.program() as program:
            phase = WORST[number % len(WORST)]
            await until(partial(_reached, stage, phase), phase, seconds=60.0)
            # Somewhere in it.
            await until(lambda: chance.random() < 0.2, "the moment")
            await program.stop(signal.SIGKILL)
    async with stage.bot():
        for person in people:
            await person.wait_until(partial(_is_served, person), timeout=300.0)
    assert {row.phase for row in jobs(stage)} == {"done"}
    assert len(jobs(stage)) == PEOPLE * EACH
    for person in people:
        answered = [m.reply_to for m in person.results]
        assert len(answered) == len(set(answered)) == EACH, person.listing()
        assert not any("Try again" in text for m in person.bot_messages for text in m.texts)
    assert remains(stage) == []


def _reached(stage: Stage, phase: str) -> bool:
    """A job is there, or there is none any more that could be."""
    phases = [row.phase for row in jobs(stage)]
    ended = len(phases) == PEOPLE * EACH and set(phases) <= {"done"}
    return phase in phases or ended


def _is_served(person: User) -> bool:
    return len({m.reply_to for m in person.results}) == EACH
