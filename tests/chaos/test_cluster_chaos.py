"""A short storm over all kinds of processes: nothing is lost, comes twice or lies about. The long
one is `make chaos`, also of a process that is alone (`test_kills.py` kills one here)."""

from pathlib import Path

import pytest

from tests.chaos.play import Plan, play
from tests.support import stub_engine
from tests.support.footage import Footage

PLAN = Plan(jobs=24, real=2, people=6, storm=30.0, patience=400.0)


@pytest.mark.timeout(900)
async def test_a_storm_costs_nobody_a_video(
    tmp_path: Path, footage: Footage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub = await stub_engine.make(tmp_path / "stub")
    for name, value in stub.environment().items():
        monkeypatch.setenv(name, value)
    outcome = await play("postgres", PLAN, tmp_path / "storm", stub, footage)
    assert outcome.clean, outcome
    assert outcome.kills > 0
    assert outcome.verdict.accepted == PLAN.jobs + PLAN.real
