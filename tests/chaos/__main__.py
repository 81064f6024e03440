"""`python -m tests.chaos`: storms on PostgreSQL and SQLite, and a table of what came of them.

Settings: JOBS (5000) stub jobs and REAL (60) real ones of PEOPLE (20); DISPATCH (both, postgres or
sqlite); MINUTES (30) that each storm lasts at most, then it is calm; SEED (1). Exit status 1
where anything was lost, came twice or lies about.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.chaos.play import Outcome, Plan, play
from tests.support import footage, stub_engine

_MOST_NAMED = 10
# Seconds for what is left when it is calm: in all, and for each job.
_PATIENCE = 900.0
_PATIENCE_EACH = 1.0


def main() -> int:
    """The exit status."""
    wanted = os.environ.get("DISPATCH", "both")
    names = ("postgres", "sqlite") if wanted == "both" else (wanted,)
    if not set(names) <= {"postgres", "sqlite"}:
        sys.stderr.write("DISPATCH takes postgres, sqlite or both\n")
        return 2
    jobs, real = _number("JOBS", 5000), _number("REAL", 60)
    plan = Plan(
        jobs=jobs,
        real=real,
        people=_number("PEOPLE", 20),
        storm=_number("MINUTES", 30) * 60.0,
        patience=_PATIENCE + (jobs + real) * _PATIENCE_EACH,
        seed=_number("SEED", 1),
    )
    outcomes = asyncio.run(_play(names, plan))
    sys.stdout.write(table(outcomes, plan) + "\n")
    return 0 if all(outcome.clean for outcome in outcomes) else 1


async def _play(names: Sequence[str], plan: Plan) -> list[Outcome]:
    with tempfile.TemporaryDirectory(prefix="chaos-") as name:
        folder = Path(name)
        stub = await stub_engine.make(folder / "stub")
        (folder / "clips").mkdir()
        clips = await asyncio.to_thread(footage.make, folder / "clips")
        os.environ.update(stub.environment())
        return [
            await play(dispatch, plan, folder / dispatch, stub, clips, _say) for dispatch in names
        ]


def table(outcomes: Sequence[Outcome], plan: Plan) -> str:
    """For people: a column for each storm."""
    lines = [
        _line("", [outcome.dispatch for outcome in outcomes]),
        _line("---", ["---"] * len(outcomes)),
    ]
    columns = [_figures(outcome) for outcome in outcomes]
    lines += [_line(name, [column[name] for column in columns]) for name in columns[0]]
    told = [
        f"{outcome.dispatch}: {what}: {', '.join(named[:_MOST_NAMED])}"
        for outcome in outcomes
        for what, named in (
            ("lost", outcome.verdict.lost),
            ("unheard", outcome.verdict.unheard),
            ("twice", outcome.verdict.twice),
            ("left over", outcome.verdict.left_over),
            ("orphans", outcome.orphans),
        )
        if named
    ]
    heading = (
        f"{plan.jobs} stub jobs, {plan.real} real ones, {plan.people} people, seed {plan.seed}"
    )
    return "\n".join(["", heading, "", *lines, "", *told])


def _figures(outcome: Outcome) -> dict[str, str]:
    found, takeovers = outcome.verdict, outcome.takeovers
    failed = [f"{count} {end}" for end, count in sorted(found.ends.items()) if end != "done"]
    return {
        "sent": str(found.sent),
        "accepted": str(found.accepted),
        "delivered": str(found.delivered),
        "lost": str(len(found.lost) + len(found.unheard)),
        "visible twice": str(len(found.twice)),
        "orphans": str(len(outcome.orphans)),
        "temporary bytes": str(outcome.bytes_left),
        "messages left over": str(len(found.left_over)),
        "other ends": ", ".join(failed) or "none",
        "kills": str(outcome.kills),
        "ended by themselves": str(outcome.own_ends),
        "restarts of the database": str(outcome.restarts),
        "death noticed, p50/p99": _told(takeovers.found),
        "next attempt, p50/p99": _told(takeovers.taken),
        "jobs a second": f"{found.accepted / outcome.seconds:.2f} ({outcome.seconds:.0f} s)",
    }


def _told(times: Sequence[float]) -> str:
    if len(times) < 2:
        return "".join(f"{one:.1f} s" for one in times) or "none"
    shares = statistics.quantiles(times, n=100, method="inclusive")
    return f"{shares[49]:.1f} / {shares[98]:.1f} s ({len(times)})"


def _line(name: str, cells: Sequence[str]) -> str:
    return f"| {' | '.join((name, *cells))} |"


def _number(name: str, usual: int) -> int:
    value = os.environ.get(name) or str(usual)
    if not value.isdecimal():
        raise SystemExit(f"{name}: got {value!r}, takes a whole number")
    return int(value)


def _say(words: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {words}\n")


if __name__ == "__main__":
    raise SystemExit(main())
