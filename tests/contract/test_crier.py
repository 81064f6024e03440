"""How a broadcast gets on with a messenger that waits, fails and goes away: nobody is told
twice."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.dialog.counter.crier import Crier, Said
from bot.dialog.stores.broadcasts import Broadcast, BroadcastStore, Heard, Stage, Tally
from bot.jobs.showing.pace import ChatPaces, Pace
from bot.jobs.store.store import JobStore
from tests.support import postgres

PACE = Pace(private=0.0, private_chat=0.0, broadcast=0.001)
CHATS = ["1", "2", "3", "4"]


@dataclass
class Script:
    """A messenger that does as it is told, and then everything right."""

    says: list[Said] = field(default_factory=list)
    there: list[bool] = field(default_factory=list)
    reports: list[float] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    told: list[tuple[Stage, Tally]] = field(default_factory=list)
    asked: int = 0
    over: asyncio.Event = field(default_factory=asyncio.Event)
    reported: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, look: Callable[[], bool]) -> None:
        """Until something is so, looked at after each report."""
        while not look():
            self.reported.clear()
            await self.reported.wait()

    async def say(self, _broadcast: Broadcast, chat_id: str) -> Said:
        self.tried.append(chat_id)
        return self.says.pop(0) if self.says else Said(Heard.SENT)

    async def reachable(self) -> bool:
        self.asked += 1
        return self.there.pop(0) if self.there else True

    async def report(self, broadcast: Broadcast, tally: Tally) -> float | None:
        self.told.append((broadcast.stage, tally))
        self.reported.set()
        if broadcast.stage is Stage.SENDING:
            return None
        if self.reports:
            return self.reports.pop(0)
        self.over.set()
        return None


@pytest.fixture
async def broadcasts(tmp_path: Path) -> AsyncIterator[BroadcastStore]:
    store = await JobStore.open(tmp_path / "jobs.sqlite3")
    yield BroadcastStore(store.transactions)
    await store.close()


def crier_of(broadcasts: BroadcastStore, script: Script) -> Crier:
    async def audience(_platform: str) -> list[str]:
        return CHATS

    return Crier(broadcasts, script, audience, PACE, ChatPaces(PACE))


async def begun(crier: Crier) -> Broadcast:
    wanted = Broadcast("", "telegram", "9", "9", "en", None, "hi")
    kept, count = await crier.ask(wanted)
    assert count == len(CHATS)
    assert await crier.begin(kept, "77", "9")
    return kept


async def ended(crier: Crier, script: Script) -> None:
    """Let it run until the broadcast was told of to its end."""
    running = asyncio.create_task(crier.run())
    await script.over.wait()
    crier.close()
    await running


LATER = Said(Heard.WAITING, wait=0.01)


@pytest.mark.parametrize(
    ("says", "tried", "tally"),
    [
        ([], {"1": 1, "2": 1, "3": 1, "4": 1}, {Heard.SENT: 4}),
        ([LATER, LATER], {"1": 3, "2": 1, "3": 1, "4": 1}, {Heard.SENT: 4}),
        (
            [Said(Heard.BLOCKED), Said(Heard.FAILED), Said(Heard.UNSURE)],
            {"1": 1, "2": 1, "3": 1, "4": 1},
            {Heard.BLOCKED: 1, Heard.FAILED: 1, Heard.UNSURE: 1, Heard.SENT: 1},
        ),
    ],
    ids=["well", "later", "badly"],
)
async def test_only_what_was_certainly_not_sent_is_sent_again(
    broadcasts: BroadcastStore, says: list[Said], tried: dict[str, int], tally: Tally
) -> None:
    script = Script(says)
    crier = crier_of(broadcasts, script)
    kept = await begun(crier)
    await ended(crier, script)
    assert Counter(script.tried) == tried
    assert script.told[-1] == (Stage.DONE, tally)
    assert await broadcasts.tally(kept.id) == {}
    assert await broadcasts.unfinished() == []


async def test_a_messenger_that_is_away_costs_one_chat_alone(broadcasts: BroadcastStore) -> None:
    script = Script([Said(Heard.UNSURE)], there=[False])
    crier = crier_of(broadcasts, script)
    await begun(crier)
    await ended(crier, script)
    assert script.asked == 2
    assert script.told[-1] == (Stage.DONE, {Heard.UNSURE: 1, Heard.SENT: 3})


async def test_a_message_that_is_gone_ends_it(broadcasts: BroadcastStore) -> None:
    script = Script([Said(Heard.SENT), Said(Heard.WAITING, lost=True)])
    crier = crier_of(broadcasts, script)
    await begun(crier)
    await ended(crier, script)
    assert script.tried == ["1", "2"]
    assert script.told[-1] == (Stage.LOST, {Heard.SENT: 1, Heard.WAITING: 3})


async def test_a_stop_is_heard_in_the_middle_of_a_long_wait(broadcasts: BroadcastStore) -> None:
    script = Script([Said(Heard.SENT), Said(Heard.WAITING, wait=3600.0)])
    crier = crier_of(broadcasts, script)
    kept = await begun(crier)
    running = asyncio.create_task(crier.run())
    await script.until(lambda: len(script.told) == 2)
    sending = await broadcasts.get(kept.id)
    assert sending is not None
    assert await crier.stop(sending, "9")
    await script.over.wait()
    assert script.told[-1] == (Stage.STOPPED, {Heard.SENT: 1, Heard.WAITING: 3})
    crier.close()
    await running
    assert not await crier.stop(sending, "9")


async def test_a_last_word_that_nobody_saw_is_said_after_a_restart(
    broadcasts: BroadcastStore,
) -> None:
    before = Script(reports=[3600.0])
    crier = crier_of(broadcasts, before)
    await begun(crier)
    running = asyncio.create_task(crier.run())
    await before.until(lambda: Stage.DONE in {stage for stage, _ in before.told})
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    after = Script()
    await ended(crier_of(broadcasts, after), after)
    assert after.tried == []
    assert after.told == [(Stage.DONE, {Heard.SENT: 4})]


async def test_one_after_the_other(broadcasts: BroadcastStore) -> None:
    script = Script()
    crier = crier_of(broadcasts, script)
    first, second = await begun(crier), await begun(crier)
    running = asyncio.create_task(crier.run())
    await script.until(lambda: sum(stage is Stage.DONE for stage, _ in script.told) == 2)
    crier.close()
    await running
    assert script.tried == CHATS * 2
    assert first.id != second.id


async def test_who_leads_tells_what_another_front_end_began(server: postgres.Server) -> None:
    url = server.database()
    stores = [await JobStore.open(url) for _ in range(2)]
    try:
        script = Script([])
        leader, other = (crier_of(BroadcastStore(one.transactions), script) for one in stores)
        running = asyncio.create_task(leader.run())
        await begun(leader)
        await script.over.wait()
        script.over.clear()
        while await leader.store.unfinished():  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.05)
        # Soon it waits, and nobody calls it but the database. (Were it slower, this would show
        # nothing, and fail nobody.)
        await asyncio.sleep(0.5)
        await begun(other)
        await asyncio.wait_for(script.over.wait(), 60.0)
        leader.close()
        await running
        assert Counter(script.tried) == dict.fromkeys(CHATS, 2)
    finally:
        for one in stores:
            await one.close()
