"""The file behind the store: private, locked, migrated, or a clear refusal."""

import asyncio
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, select, text

from bot.dialog import tables as _dialog  # noqa: F401 - its tables are in the schema too
from bot.jobs.house import tables as _house  # noqa: F401 - and so are the house's
from bot.jobs.model import Phase
from bot.jobs.store.store import JobStore
from bot.jobs.tables import jobs
from bot.storage import sqlite
from bot.storage.columns import metadata
from bot.storage.errors import AlreadyRunningError, StorageError, UnusableDatabaseError
from bot.web.dashboard import tables as _dashboard  # noqa: F401 - and the dashboard's
from converter.request import Request

HOLD_THE_LOCK = """
import asyncio, sys
from pathlib import Path
from bot.dialog import tables as _dialog  # noqa: F401 - its tables are in the schema too
from bot.jobs.store.store import JobStore

async def main():
    await JobStore.open(Path(sys.argv[1]))
    print("open", flush=True)
    await asyncio.sleep(3600)

asyncio.run(main())
"""


async def test_folder_and_files_are_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "data" / "bot.db"
    before = os.umask(0)
    try:
        queue = await JobStore.open(path)
    finally:
        os.umask(before)
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert set(modes) == {"bot.db", "bot.db-wal", "bot.db-shm", "bot.db.lock"}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    await queue.close()


async def test_a_database_left_open_to_all_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    path.touch(0o644)
    await (await JobStore.open(path)).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["with space", "100%d", "what?", "hash#tag", "кот"])
async def test_any_folder_name_works(tmp_path: Path, name: str) -> None:
    path = tmp_path / name / "bot.db"
    await (await JobStore.open(path)).close()
    assert path.stat().st_size > 0


async def test_a_second_bot_on_the_same_folder_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    first = await JobStore.open(path)
    with pytest.raises(AlreadyRunningError, match=str(os.getpid())) as refused:
        await JobStore.open(path)
    assert "\n" not in str(refused.value)
    await first.close()
    await (await JobStore.open(path)).close()


async def test_the_lock_ends_with_its_process_however_it_dies(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLD_THE_LOCK, str(path), stdout=subprocess.PIPE
    )
    assert holder.stdout
    assert await holder.stdout.readline() == b"open\n"
    with pytest.raises(AlreadyRunningError, match=str(holder.pid)):
        await JobStore.open(path)
    holder.send_signal(signal.SIGKILL)
    await holder.wait()
    await (await JobStore.open(path)).close()


async def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    path.write_text("somebody's notes " * 100)
    for _ in range(2):  # the refusal must not keep the lock either
        with pytest.raises(UnusableDatabaseError, match="not a database"):
            await JobStore.open(path)
    assert path.read_text() == "somebody's notes " * 100


async def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    await (await JobStore.open(path)).close()
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(UnusableDatabaseError, match="newer version"):
        await JobStore.open(path)


async def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UnusableDatabaseError, match="DATA_DIR: cannot write to"):
        await JobStore.open(tmp_path / "file" / "bot.db")


async def test_the_migrations_make_what_the_tables_say(tmp_path: Path) -> None:
    def differences(connection: Connection) -> list[object]:
        options = {"compare_type": True, "compare_server_default": True}
        return list(
            compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
        )

    path = tmp_path / "bot.db"
    await (await JobStore.open(path)).close()
    engine = sqlite.make_engine(path)
    async with engine.connect() as db:
        assert await db.run_sync(differences) == []
    await engine.dispose()


async def test_the_settings_that_durability_needs(tmp_path: Path) -> None:
    engine = sqlite.make_engine(tmp_path / "bot.db")
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
    async with engine.connect() as db:
        got = {name: await db.scalar(text(f"PRAGMA {name}")) for name in wanted}
    assert got == wanted
    await engine.dispose()


async def test_a_moment_without_a_zone_is_refused(tmp_path: Path) -> None:
    engine = sqlite.make_engine(tmp_path / "bot.db")
    await sqlite.migrate(engine)
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - what the test is about
    async with engine.connect() as db:
        with pytest.raises(Exception, match="time zone"):
            await db.execute(select(jobs).where(jobs.c.created_at < naive))
    await engine.dispose()


async def test_a_failing_database_is_a_storage_error(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    queue = await JobStore.open(path)
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("DROP TABLE jobs")
    for call in (queue.take(), queue.live()):
        with pytest.raises(StorageError, match="no such table"):
            await call
    await queue.close()


async def test_an_installed_bot_s_jobs_come_along(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    _as_of_0001(path)
    store = await JobStore.open(path)
    live = {job.id: job for job in await store.live()}
    assert {job_id: job.phase for job_id, job in live.items()} == {
        "a1": Phase.CONVERTING,
        "a2": Phase.QUEUED,
        "b1": Phase.QUEUED,
        "b2": Phase.QUEUED,
    }
    old = live["a1"]
    assert (old.platform, old.user_id, old.chat_id, old.message_id) == ("telegram", "1", "1", "1")
    assert (old.status_message_id, old.request, old.attempt) == ("77", Request(), 2)
    await store.recover()
    # What it died with alone goes behind its user's other job.
    assert [job.id for job in (await store.take(), await store.take()) if job] == ["b1", "a2"]
    done = await store.get("c1")
    assert done is not None
    assert done.phase is Phase.DONE
    await store.close()


def _as_of_0001(path: Path) -> None:
    """The file of a bot of the first schema: one user's job runs and one waits, another's wait."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as db:
        config = Config(attributes={"connection": db})
        config.set_main_option("script_location", "bot.storage:migrations")
        command.upgrade(config, "0001")
        rows = (
            ("a1", 1, 1, "converting", 1, 77),
            ("a2", 1, 2, "queued", 2, None),
            ("b1", 2, 3, "queued", 3, None),
            ("b2", 2, 4, "queued", 4, None),
            ("c1", 3, 5, "done", 5, 78),
        )
        for job_id, user, message, phase, turn, status in rows:
            db.execute(
                text(
                    "INSERT INTO jobs VALUES (:id, :user, :user, :message, 'en', 'f', 'u' || :id,"
                    " 'x.mp4', 1, '', '{\"target\": \"mp4\"}', NULL, 0, :phase, 2, 0, :status,"
                    " NULL, '2026-11-01 00:00:00', '2026-11-20 00:00:00', 0, :turn, NULL)"
                ),
                {
                    "id": job_id,
                    "user": user,
                    "message": message,
                    "phase": phase,
                    "status": status,
                    "turn": turn,
                },
            )
    engine.dispose()
