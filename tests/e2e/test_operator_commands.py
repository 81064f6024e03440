"""`telegram_bot.py jobs …`, `workers`, `db …`: real programs beside real bots, on both
databases."""

import asyncio
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.settings import Settings
from standin import SeenMessage, StandIn, User
from tests.support import postgres
from tests.support.cluster import Cluster
from tests.support.commands import command, started
from tests.support.footage import Footage
from tests.support.running import jobs, until
from tests.support.stage import Stage, reaches, status_of
from tests.support.waiting import eventually, processes

pytestmark = pytest.mark.timeout(400)

NAME = "slow.mkv"
STOPPED = "stopped by the operator"


@pytest.fixture(params=["sqlite", "postgres"])
def known(
    request: pytest.FixtureRequest, standin: StandIn, tmp_path: Path
) -> tuple[Settings, Path | str]:
    """Settings with a database that isn't there yet, or is empty."""
    stage = Stage(standin, tmp_path / "bot")
    if request.param == "sqlite":
        return stage.settings(), stage.data / "jobs.sqlite3"
    url = request.getfixturevalue("server").database()
    return stage.settings(database_url=url), url


async def converting(user: User, file: Path) -> SeenMessage:
    """Somebody's long video, in work."""
    status = await status_of(user, await user.send_document(file), timeout=60.0)
    return await reaches(user, status, "Converting", timeout=60.0)


async def ended(user: User, status: SeenMessage, settings: Settings, job_id: str) -> None:
    """Its person reads by whom it was stopped, and nothing of it runs."""
    await user.wait_for_message(lambda m: m.id == status.id and STOPPED in m.text, timeout=60.0)
    assert not status.buttons or "Cancel" not in [b.text for b in status.buttons]
    nothing = await asyncio.to_thread(eventually, lambda: not processes(f"{job_id}-"))
    assert nothing, "its programs run on"
    assert user.results == []


def stamp(server: postgres.Server | None, where: Path | str, revision: str) -> None:
    """Let a database say that its schema is that one."""
    said = f"UPDATE alembic_version SET version_num = '{revision}'"  # noqa: S608
    if isinstance(where, Path):
        with closing(sqlite3.connect(where)) as db, db:
            db.execute(said)
    else:
        assert server is not None
        server.query(where, said)


async def test_the_operator_stops_and_restarts_a_job_of_another_process(
    house: Cluster, footage: Footage
) -> None:
    await house.frontend()
    worker = await house.worker()
    settings = house.stage.settings(database_url=house.url)
    user = house.standin.user(name="Ann")
    status = await converting(user, footage.slow)
    listed = await command(settings, "jobs", "list", "--json")
    [row] = listed.rows
    assert (row["user"], row["pid"]) == (str(user.id), worker.process.pid)
    assert row["phase"] == "converting"
    table = await command(settings, "jobs", "list", "--user", str(user.id))
    assert (table.status, table.out.count(row["trace"])) == (0, 1)

    stopped = await command(settings, "jobs", "cancel", row["trace"])
    assert (stopped.status, stopped.out) == (0, f"job {row['id']} is stopped\n"), stopped.err
    await ended(user, status, settings, row["id"])

    again = await command(settings, "jobs", "cancel", row["trace"])
    assert (again.status, again.out) == (1, "")
    assert again.err == f"job {row['id']} has ended already: cancelled\n"
    retried = await command(settings, "jobs", "retry", row["id"])
    assert (retried.status, retried.out) == (0, f"job {row['id']} is tried again\n"), retried.err
    await until(lambda: house.jobs()[0].phase == "converting", "the second try", seconds=60.0)
    shown = await command(settings, "jobs", "show", row["id"])
    assert NAME not in shown.out + listed.out + table.out
    assert "attempt         2" in shown.out
    assert (await command(settings, "jobs", "cancel", row["id"])).status == 0
    await until(lambda: house.jobs()[0].phase == "cancelled", "its end")

    seen = (await command(settings, "workers", "--json")).rows
    assert [one["role"] for one in seen] == ["frontend", "worker"]
    assert seen[1]["pid"] == worker.process.pid
    assert seen[1]["slots"] == 2
    assert "worker" in (await command(settings, "workers")).out


async def test_the_operator_stops_and_restarts_a_job_of_a_bot_with_a_file(
    stage: Stage, footage: Footage
) -> None:
    settings = stage.settings()
    user = stage.standin.user(name="Ann")
    async with stage.program():
        status = await converting(user, footage.slow)
        [row] = (await command(settings, "jobs", "list", "--json")).rows
        stopped = await command(settings, "jobs", "cancel", row["trace"])
        assert (stopped.status, stopped.out) == (0, f"job {row['id']} is stopped\n"), stopped.err
        await ended(user, status, settings, row["id"])
        retried = await command(settings, "jobs", "retry", row["id"])
        assert retried.status == 0, retried.err
        await until(lambda: jobs(stage)[0].phase == "converting", "the second try", seconds=60.0)
        told = await command(settings, "db", "upgrade")
        assert told.status == 1
        assert "already runs" in told.err


async def test_who_is_stopped_while_the_bot_is_away_reads_so_when_it_is_back(
    stage: Stage, footage: Footage
) -> None:
    settings = stage.settings()
    user = stage.standin.user(name="Ann")
    async with stage.program() as program:
        status = await converting(user, footage.slow)
        await program.stop(signal.SIGKILL)
    [row] = (await command(settings, "jobs", "list", "--json")).rows
    stopped = await command(settings, "jobs", "cancel", row["trace"])
    assert stopped.status == 0
    assert "once the bot runs" in stopped.out
    async with stage.program():
        await ended(user, status, settings, row["id"])


async def test_changes_are_told_line_by_line_where_no_terminal_listens(
    stage: Stage, footage: Footage
) -> None:
    user = stage.standin.user(name="Ann")
    async with stage.program():
        # A watch that begins late would see nothing but a job's end.
        held = stage.standin.faults.add("download", stall_after=1000)
        watch = await started(stage.settings(), "jobs", "watch")
        assert watch.stdout is not None
        await user.send_document(footage.quick)
        lines: list[str] = []
        async with asyncio.timeout(90.0):
            while not lines or "done" not in lines[-1]:
                line = (await watch.stdout.readline()).decode()
                assert line, lines
                lines.append(line)
                held.release()
        watch.send_signal(signal.SIGINT)
        _, said = await watch.communicate()
    assert (watch.returncode, said) == (0, b"")
    [row] = jobs(stage)
    assert all(line.startswith(f"{row.id[:8]}, user {user.id}, ") for line in lines)


async def test_a_schema_is_brought_up_to_date_and_a_newer_one_refused(
    known: tuple[Settings, Path | str], request: pytest.FixtureRequest
) -> None:
    settings, where = known
    server = None if isinstance(where, Path) else request.getfixturevalue("server")
    early = await command(settings, "jobs", "list")
    assert early.status == 1
    assert len(early.err.splitlines()) == 1
    made = await command(settings, "db", "upgrade")
    assert made.status == 0, made.err
    newest = made.out.split()[-1]
    assert f"schema none → {newest}" in made.out
    assert f"schema {newest}, as it was" in (await command(settings, "db", "upgrade")).out
    assert (await command(settings, "db", "status")).status == 0
    assert (await command(settings, "jobs", "list")).out == "no jobs\n"
    assert (await command(settings, "workers", "--json")).out == ""

    stamp(server, where, "9999")
    for words in (
        ("db", "upgrade"),
        ("db", "status"),
        ("jobs", "list"),
        ("jobs", "cancel", "abcd"),
    ):
        told = await command(settings, *words)
        assert (told.status, len(told.err.splitlines())) == (1, 1), words
        assert "newer version" in told.err
    stamp(server, where, "0009")
    old = await command(settings, "jobs", "list")
    assert (old.status, old.out) == (1, "")
    assert "run `telegram_bot.py db upgrade`" in old.err


async def test_wrong_calls_and_a_database_out_of_reach_are_told_in_a_line(stage: Stage) -> None:
    settings = stage.settings(database_url="postgresql://me:a-secret-word@127.0.0.1:1/jobs")
    told = await command(settings, "jobs", "list")
    assert (told.status, told.out) == (1, "")
    assert "a-secret-word" not in told.err
    assert len(told.err.splitlines()) == 1
    for words in (("jobs", "show", "nonsense"), ("jobs", "cancel", "ab"), ("jobs", "list", "--x")):
        assert (await command(settings, *words)).status == 2
