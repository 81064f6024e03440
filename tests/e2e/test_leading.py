"""What only the leading front end does: when a part of it breaks, leading begins anew."""

import contextlib
import sqlite3

import pytest

from standin import StandIn
from tests.support.running import until
from tests.support.stage import Program, Stage, greeted

pytestmark = pytest.mark.timeout(200)

BROKEN = (
    "INSERT INTO broadcasts (id, platform, by_user, chat_id, locale, words, state, created_at)"
    " VALUES ('b', 'telegram', '1', '1', 'en', 'x', 'sending', 'no moment')"
)


async def test_a_part_that_breaks_is_told_of_and_begins_anew(
    stage: Stage, standin: StandIn
) -> None:
    async with stage.program() as program:
        assert await program.stop() == 0
    where = stage.data / "jobs.sqlite3"
    with contextlib.closing(sqlite3.connect(where, isolation_level=None, timeout=60)) as db:
        db.execute(BROKEN)
        program = await Program.spawn(stage, stage.settings())
        try:
            words = "leading no more: a part of it broke"
            await until(lambda: words in stage.log("error.log"), "the operator's word")
            assert "part=broadcasts" in stage.log("error.log")
            db.execute("DELETE FROM broadcasts")
            await standin.wait_until_polled(timeout=60.0)
            await greeted(standin)
            assert await program.stop() == 0
        finally:
            await program.end()
