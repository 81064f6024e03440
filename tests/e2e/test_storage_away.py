"""A database that fails while somebody's update is handled: it is handled once the database is
back, in its order, and nobody reads that something broke."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from standin import SeenMessage, StandIn, User
from tests.support import postgres
from tests.support.cluster import cluster
from tests.support.footage import Footage
from tests.support.running import until
from tests.support.stage import Stage, greeted

pytestmark = pytest.mark.timeout(300)

BLOCKED = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


@contextlib.contextmanager
def broken_table(stage: Stage, name: str) -> Iterator[None]:
    """Nothing can be written into a table of the bot's file meanwhile."""
    where = stage.data / "jobs.sqlite3"
    with contextlib.closing(sqlite3.connect(where, isolation_level=None, timeout=60)) as db:
        db.execute(
            f"CREATE TRIGGER away BEFORE INSERT ON {name} BEGIN SELECT RAISE(ABORT, 'away'); END"
        )
        yield
        db.execute("DROP TRIGGER away")


@contextlib.contextmanager
def missing_table(stage: Stage, name: str) -> Iterator[None]:
    """Nothing can be read from a table of the bot's file meanwhile."""
    where = stage.data / "jobs.sqlite3"
    with contextlib.closing(sqlite3.connect(where, isolation_level=None, timeout=60)) as db:
        db.execute(f"ALTER TABLE {name} RENAME TO away")
        yield
        db.execute(f"ALTER TABLE away RENAME TO {name}")


async def comes_back(user: User, sent: SeenMessage) -> None:
    """Until a file's video is there."""
    await user.wait_for_message(
        lambda m: m.from_bot and m.reply_to == sent.id and m.kind == "video", timeout=90.0
    )


def nothing_broke(user: User) -> None:
    said = [text for message in user.bot_messages for text in message.texts]
    assert not any("Something broke" in text for text in said), user.listing()


async def test_a_file_is_taken_in_once_the_storage_is_back(
    stage: Stage, standin: StandIn, footage: Footage
) -> None:
    async with stage.program():
        ann, bob = await greeted(standin), await greeted(standin, name="Bob")
        with broken_table(stage, "jobs"):
            first = await ann.send_document(footage.remux, file_name="first.mkv")
            await until(lambda: "update tried again" in stage.log(), "a failure")
            # Others are heard meanwhile.
            await bob.send_text("/help")
            await bob.wait_for_message("What to send", timeout=60.0)
            second = await ann.send_document(footage.medium, file_name="second.mkv")
            assert not [m for m in ann.bot_messages if m.reply_to == first.id]
        await comes_back(ann, first)
        await comes_back(ann, second)
        nothing_broke(ann)
        assert len(ann.results) == 2


@pytest.mark.parametrize("table", ["people", "standing"])
async def test_nobody_guesses_whose_file_it_is_or_what_is_wanted(
    stage: Stage, standin: StandIn, footage: Footage, table: str
) -> None:
    """What a person has chosen, or that they are let in, can't be read: whoever asks is answered as
    a stranger to the bot would be; a file waits."""
    async with stage.program():
        ann = await greeted(standin)
        with missing_table(stage, table):
            sent = await ann.send_document(footage.remux)
            await until(lambda: "update tried again" in stage.log(), "a failure")
        await comes_back(ann, sent)
        nothing_broke(ann)


async def test_a_bot_that_ends_meanwhile_takes_the_file_in_at_its_next_start(
    stage: Stage, standin: StandIn, footage: Footage
) -> None:
    async with stage.program() as program:
        ann = await greeted(standin)
        with broken_table(stage, "jobs"):
            sent = await ann.send_document(footage.remux)
            await until(lambda: "update tried again" in stage.log(), "a failure")
            assert await program.stop() == 0
    async with stage.program():
        await comes_back(ann, sent)
        nothing_broke(ann)


@pytest.mark.parametrize("seconds", [0, 10])
async def test_a_database_that_restarts_under_a_handler_loses_no_file(
    standin: StandIn, tmp_path: Path, footage: Footage, seconds: float
) -> None:
    with postgres.server(careful=True) as own:
        stage = Stage(standin, tmp_path / "bot")
        async with cluster(standin, stage, own, own.database()) as house:
            await house.frontend()
            await house.worker()
            ann = await greeted(standin)
            async with await psycopg.AsyncConnection.connect(house.url) as other:
                await other.execute("LOCK TABLE jobs IN SHARE MODE")
                sent = await ann.send_document(footage.remux)
                await until(lambda: int(own.query(house.url, BLOCKED)) > 0, "a handler that waits")
                await asyncio.to_thread(own.stop, "immediate")
                with contextlib.suppress(psycopg.Error):
                    await other.rollback()
            if seconds:
                await until(lambda: "not leading" in stage.log(), "the loss", seconds=60.0)
                await until(lambda: "update tried again" in stage.log(), "a failure", seconds=60.0)
            await asyncio.to_thread(own.start)
            await comes_back(ann, sent)
            nothing_broke(ann)
