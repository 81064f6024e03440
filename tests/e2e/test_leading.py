"""What only the leading front end does: a part of it that breaks stops no other."""

import contextlib
import sqlite3

import pytest

from standin import StandIn
from tests.support.footage import Footage
from tests.support.running import until
from tests.support.stage import Program, Stage, greeted

pytestmark = pytest.mark.timeout(200)

BROKEN = (
    "INSERT INTO broadcasts (id, platform, by_user, chat_id, locale, words, state, created_at)"
    " VALUES ('b', 'telegram', '1', '1', 'en', 'x', 'sending', 'no moment')"
)
GOOD = "UPDATE broadcasts SET created_at = '2026-01-01 00:00:00.000000'"


async def test_a_part_that_breaks_stops_no_other_and_begins_anew(
    stage: Stage, standin: StandIn, footage: Footage
) -> None:
    async with stage.program() as program:
        assert await program.stop() == 0
    where = stage.data / "jobs.sqlite3"
    with contextlib.closing(
        sqlite3.connect(where, isolation_level=None, timeout=60, check_same_thread=False)
    ) as db:
        db.execute(BROKEN)
        program = await Program.spawn(stage, stage.settings(admins="1"))
        try:
            await standin.wait_until_polled(timeout=60.0)
            await until(lambda: "begins anew" in stage.log("error.log"), "the operator's word")
            assert "part=broadcasts" in stage.log("error.log")
            user = await greeted(standin)
            await user.send_document(footage.remux)
            await user.wait_for_result(timeout=60.0)
            db.execute(GOOD)
            await until(
                lambda: db.execute("SELECT state FROM broadcasts").fetchone() != ("sending",),
                "the end of what is right now",
            )
            assert await program.stop() == 0
        finally:
            await program.end()
