"""Updates that are kept until they are done: each is handled, in its order, however processes end
and whichever of them it comes to. On both databases."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from aiogram.types import Message
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.dialog.stores.inbox import MOST_TRIES, Inbox, Mail
from bot.jobs.processes import members
from bot.jobs.processes.members import Member
from bot.jobs.store.retry import Policy
from bot.jobs.store.store import JobStore
from bot.storage.errors import StorageError
from bot.telegram.updates.feed import Feed, Receipt, Trial
from bot.telegram.updates.mailroom import Mailroom
from bot.telegram.wire.session import make_bot
from tests.support.clock import Clock

Where = Any
TOKEN = "123456789:" + "A" * 35
# As often as it takes, at once.
SOON = Policy(attempts=100_000, total=600.0, first=0.01, longest=0.01)


def mail(number: int, whose: str = "ann", raw: str = "{}") -> Mail:
    return Mail.of(number, whose, raw)


def inbox(store: JobStore, holder: str = "a", account: str = "telegram 1") -> Inbox:
    return Inbox(store.transactions, account, holder)


def living(*holders: str) -> Callable[[AsyncConnection], Awaitable[list[str]]]:
    async def said(_: AsyncConnection) -> list[str]:
        return list(holders)

    return said


async def raws(store: JobStore) -> list[tuple[Any, ...]]:
    async with store.transactions.read() as db:
        rows = await db.execute(text("SELECT update_id, raw, whose FROM updates ORDER BY place"))
        return [tuple(row) for row in rows]


async def test_an_update_is_known_whatever_its_number(store: JobStore) -> None:
    box = inbox(store)
    kept = await box.keep([mail(500), mail(7)])
    assert kept.fresh == {500, 7}
    again = await box.keep([mail(7), mail(8), mail(500)])
    assert again.fresh == {8}
    assert again.undone == {500, 7}
    await box.keep([], done=[7, 500])
    assert (await box.keep([mail(7)])).undone == frozenset()
    # Another bot's number is another one.
    assert (await inbox(store, account="telegram 2").keep([mail(7)])).fresh == {7}


async def test_of_what_is_done_only_the_number_is_left_and_that_for_a_day(
    store: JobStore, clock: Clock
) -> None:
    box = inbox(store)
    await box.keep([mail(1, raw='{"a": "secret"}'), mail(2, raw='{"b": 1}')])
    await box.keep([], done=[1])
    assert await raws(store) == [(1, None, ""), (2, '{"b": 1}', "ann")]
    assert await box.waiting() == 1
    clock.move(hours=23, minutes=59)
    await box.forget_old()
    assert (await box.keep([mail(1)])).fresh == frozenset()
    clock.move(minutes=2)
    await box.forget_old()
    assert await raws(store) == [(2, '{"b": 1}', "ann")], "what isn't done is never forgotten"


async def test_what_a_dead_process_left_is_taken_up_once_and_in_order(store: JobStore) -> None:
    dead, ours, other = inbox(store, "dead"), inbox(store, "a"), inbox(store, "b")
    await dead.keep([mail(9), mail(3), mail(5)])
    await dead.keep([], done=[3])
    await other.keep([mail(10)])
    found = await ours.take_up((), living("a", "b"))
    assert [one.update_id for one in found.mails] == [5, 9]
    assert not (await other.take_up((10,), living("a", "b"))).mails
    assert not (await ours.take_up((9, 5), living("a", "b"))).mails
    # What this one lost sight of, as after a commit whose reply was lost.
    assert [m.update_id for m in (await ours.take_up((9,), living("a", "b"))).mails] == [5]


async def test_what_was_let_go_of_anybody_takes_up(store: JobStore) -> None:
    ours, other = inbox(store, "a"), inbox(store, "b")
    await ours.keep([mail(1), mail(2)])
    await ours.let_go([1, 2], done=[2])
    assert [m.update_id for m in (await other.take_up((), living("a", "b"))).mails] == [1]


async def test_what_ends_its_process_each_time_is_given_up(store: JobStore) -> None:
    await inbox(store, "0").keep([mail(1)])
    for number in range(1, MOST_TRIES + 1):
        found = await inbox(store, str(number)).take_up((), living())
        assert [one.update_id for one in found.mails] == [1]
    last = await inbox(store, "last").take_up((), living())
    assert (list(last.mails), list(last.given_up)) == ([], [1])
    assert await inbox(store).waiting() == 0


async def test_whose_turn_it_is(store: JobStore) -> None:
    first, second = inbox(store, "a"), inbox(store, "b")
    await first.keep([mail(50), mail(60, "bob")])
    kept = await second.keep([mail(7), mail(8, "cid")])
    if store.shared:
        assert kept.others == {"ann"}
    assert await second.behind(7)
    assert not await second.behind(8)
    await first.keep([], done=[50])
    assert not await second.behind(7)


@pytest.mark.parametrize("where", ["postgres"], indirect=True)
async def test_processes_that_write_the_same_rows_wait_for_each_other_in_one_order(
    store: JobStore, where: Where
) -> None:
    """Otherwise each would wait for the other, and the database would end one of them."""
    second = await JobStore.open(where)
    try:
        for start in range(0, 2000, 200):
            numbers = list(range(start, start + 200))
            ways = ((store, "a", numbers), (second, "b", numbers[::-1]))
            kept = await asyncio.gather(
                *(inbox(one, name).keep([mail(n) for n in order]) for one, name, order in ways),
                return_exceptions=True,
            )
            assert not [one for one in kept if "deadlock" in str(one)]
            done = await asyncio.gather(
                *(inbox(one, name).keep([], done=order) for one, name, order in ways),
                return_exceptions=True,
            )
            assert not [one for one in done if isinstance(one, BaseException)]
    finally:
        await second.close()


async def test_any_text_can_be_kept(store: JobStore) -> None:
    odd = "\0\ud800" * 50
    await inbox(store).keep([mail(1, whose=odd, raw=f'"{odd}"')])
    assert len(await raws(store)) == 1


# --- through the mailroom


class House:
    """A front end without Telegram: its handlers say what they heard, when they may."""

    def __init__(
        self,
        store: JobStore,
        holder: str,
        heard: list[str],
        alive: set[str],
        again: Policy = SOON,
    ) -> None:
        self.heard = heard
        self.alive = alive
        # What the storage fails at, and what was tried so far.
        self.failing: set[str] = set()
        self.trials: list[Trial] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.began = asyncio.Event()
        self.bot: Bot = make_bot(TOKEN, "http://127.0.0.1:9")
        dispatcher = Dispatcher()
        dispatcher.message.register(self._hear)
        alive.add(holder)

        async def everybody(_: AsyncConnection) -> list[str]:
            return sorted(alive)

        self.mailroom = Mailroom(
            Inbox(store.transactions, "telegram 1", holder),
            Feed(self.bot, dispatcher, again=again),
            everybody,
        )

    async def _hear(self, message: Message, receipt: Receipt, trial: Trial) -> None:
        self.began.set()
        self.trials.append(trial)
        if message.text in self.failing:
            raise StorageError("away")
        if message.text == "early":
            receipt.confirm()
        await self.gate.wait()
        if message.text == "broken":
            raise RuntimeError("broken")
        self.heard.append(message.text or "")


def update(number: int, words: str, person: int = 5) -> dict[str, Any]:
    sender = {"id": person, "is_bot": False, "first_name": "x"}
    chat = {"id": person, "type": "private", "first_name": "x"}
    message = {"message_id": number, "date": 1, "chat": chat, "from": sender, "text": words}
    return {"update_id": number, "message": message}


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - nobody tells us
            await asyncio.sleep(0.01)


@pytest.fixture
async def houses(store: JobStore) -> AsyncIterator[Callable[[str], House]]:
    heard: list[str] = []
    alive: set[str] = set()
    made: list[House] = []

    def make(holder: str) -> House:
        made.append(House(store, holder, heard, alive))
        return made[-1]

    yield make
    for house in made:
        house.gate.set()
        await house.mailroom.drain(1.0)
        await house.bot.session.close()


async def done(store: JobStore) -> bool:
    return await inbox(store).waiting() == 0


async def all_done(store: JobStore) -> None:
    async with asyncio.timeout(20):
        while not await done(store):  # noqa: ASYNC110 - nobody tells us
            await asyncio.sleep(0.01)


async def test_each_is_handled_once_however_often_it_comes(
    store: JobStore, houses: Callable[[str], House]
) -> None:
    house = houses("a")
    several = [house.mailroom.take(update(n, f"w{n}", n)) for n in (3, 1, 2, 3, 3, 1)]
    told = await asyncio.gather(*several)
    assert [one is not None for one in told] == [True, True, True, False, False, False]
    assert await house.mailroom.take(update(2, "w2", 2)) is None
    await all_done(store)
    assert await house.mailroom.take(update(2, "w2", 2)) is None
    assert sorted(house.heard) == ["w1", "w2", "w3"]


async def test_what_nobody_waits_for_any_more_is_handled_all_the_same(
    store: JobStore, houses: Callable[[str], House]
) -> None:
    """A front end that leads no more stops in the middle of keeping: to the one that leads now, and
    to itself, the update is known."""
    house = houses("a")
    taking = asyncio.create_task(house.mailroom.take(update(1, "kept")))
    await asyncio.sleep(0)
    taking.cancel()
    assert isinstance((await asyncio.gather(taking, return_exceptions=True))[0], BaseException)
    await until(lambda: house.heard == ["kept"])
    assert await house.mailroom.take(update(1, "kept")) is None
    await all_done(store)


async def test_a_broken_handler_is_not_tried_for_ever(
    store: JobStore, houses: Callable[[str], House]
) -> None:
    house = houses("a")
    await house.mailroom.take(update(1, "broken"))
    await all_done(store)


async def test_what_the_storage_failed_is_tried_again_in_its_persons_order(
    store: JobStore, houses: Callable[[str], House]
) -> None:
    house = houses("a")
    house.failing.add("one")
    first = await house.mailroom.take(update(1, "one"))
    second = await house.mailroom.take(update(2, "two"))
    await house.mailroom.take(update(3, "somebody else's", person=6))
    await until(lambda: len(house.trials) > 10)
    assert house.heard == ["somebody else's"]
    assert await inbox(store).waiting() >= 2
    assert first is not None
    assert second is not None
    # It is durable: whoever brings updates need not wait.
    await asyncio.wait_for(first.safe, 20.0)
    house.failing.clear()
    await all_done(store)
    assert house.heard == ["somebody else's", "one", "two"]
    assert [trial.repeated for trial in house.trials[:2]] in ([False, False], [False, True])


async def test_what_is_not_kept_is_not_safe_while_it_is_tried_again(store: JobStore) -> None:
    house = House(store, "a", [], set())
    house.failing.add("one")
    heard = house.mailroom.pass_on(update(1, "one"))
    await until(lambda: len(house.trials) > 2)
    assert not heard.safe.done()
    house.failing.clear()
    await heard.safe
    assert house.heard == ["one"]
    await house.mailroom.drain(1.0)
    await house.bot.session.close()


async def test_a_storage_that_stays_away_is_told_of_at_last(store: JobStore) -> None:
    house = House(store, "a", [], set(), Policy(attempts=3, total=600.0, first=0.01, longest=0.01))
    house.failing.add("one")
    await house.mailroom.take(update(1, "one"))
    await all_done(store)
    # Whoever hears of the last failure tells its person.
    assert [trial.patient for trial in house.trials] == [True, True, False]
    await house.mailroom.drain(1.0)
    await house.bot.session.close()


async def test_what_an_end_stops_while_it_is_tried_again_the_next_one_does(
    store: JobStore, houses: Callable[[str], House]
) -> None:
    first = houses("a")
    first.failing.add("one")
    await first.mailroom.take(update(1, "one"))
    await until(lambda: len(first.trials) > 1)
    await first.mailroom.drain(0.05)
    second = houses("b")
    await second.mailroom.resume()
    await all_done(store)
    assert second.heard == ["one"]


async def test_what_an_orderly_end_stopped_another_one_does(
    store: JobStore, houses: Callable[[str], House]
) -> None:
    first = houses("a")
    first.gate.clear()
    await first.mailroom.take(update(1, "early"))
    await first.began.wait()
    await first.mailroom.drain(0.05)
    assert first.heard == []
    second = houses("b")
    await second.mailroom.resume()
    await all_done(store)
    assert second.heard == ["early"]


@pytest.mark.parametrize("where", ["postgres"], indirect=True)
async def test_the_order_of_a_person_holds_across_processes(
    store: JobStore, houses: Callable[[str], House]
) -> None:
    first, second = houses("a"), houses("b")
    first.gate.clear()
    await first.mailroom.take(update(1, "one"))
    await first.began.wait()
    await second.mailroom.take(update(2, "two"))
    await second.mailroom.take(update(3, "three"))
    await second.mailroom.take(update(4, "somebody else's", person=6))
    await until(lambda: second.heard == ["somebody else's"])
    first.gate.set()
    await all_done(store)
    assert first.heard == ["somebody else's", "one", "two", "three"]


@pytest.mark.parametrize("where", ["postgres"], indirect=True)
async def test_the_order_holds_where_the_first_one_dies(
    store: JobStore, houses: Callable[[str], House]
) -> None:
    heard: list[str] = []
    alive: set[str] = set()
    dead, living_ = House(store, "a", heard, alive), House(store, "b", heard, alive)
    dead.gate.clear()
    await dead.mailroom.take(update(1, "one"))
    await living_.mailroom.take(update(2, "two"))
    alive.discard("a")
    await living_.mailroom.resume()
    await all_done(store)
    assert heard == ["one", "two"]
    for house in (dead, living_):
        await house.mailroom.drain(0.05)
        await house.bot.session.close()


@pytest.mark.parametrize("where", ["postgres"], indirect=True)
async def test_a_process_that_was_taken_for_dead_begins_nothing_that_others_took_up(
    store: JobStore, houses: Callable[[str], House]
) -> None:
    frozen, other = houses("a"), houses("b")
    frozen.gate.clear()
    await frozen.mailroom.take(update(1, "one"))
    await frozen.mailroom.take(update(2, "two"))
    await frozen.began.wait()
    frozen.alive.discard("a")
    other.gate.clear()
    await other.mailroom.resume()
    await other.began.wait()
    # It comes back: what it had begun ends, and is no more its own to be called done.
    frozen.alive.add("a")
    frozen.gate.set()
    await until(lambda: frozen.mailroom.in_hand == 0)
    assert frozen.heard == ["one"]
    assert await inbox(store).waiting() == 2
    other.gate.set()
    await all_done(store)
    assert frozen.heard == ["one", "one", "two"]


@pytest.mark.parametrize("where", ["postgres"], indirect=True)
async def test_a_process_begins_nothing_while_it_is_taken_for_dead(
    store: JobStore, houses: Callable[[str], House]
) -> None:
    house = houses("a")
    house.alive.discard("a")
    await house.mailroom.take(update(1, "one"))
    await house.mailroom.take(update(2, "somebody else's", person=6))
    await asyncio.sleep(0.2)
    assert house.trials == []
    house.alive.add("a")
    await all_done(store)
    assert sorted(house.heard) == ["one", "somebody else's"]


async def test_two_processes_that_get_the_same_at_the_same_moment(
    store: JobStore, houses: Callable[[str], House]
) -> None:
    first, second = houses("a"), houses("b")
    numbers = range(100, 130)
    both = [
        house.mailroom.take(update(n, f"w{n}", n)) for n in numbers for house in (first, second)
    ]
    told = await asyncio.gather(*both)
    assert sum(one is not None for one in told) == len(numbers)
    await all_done(store)
    assert sorted(first.heard) == sorted(f"w{n}" for n in numbers)


async def test_a_database_that_is_away_is_said_so(store: JobStore) -> None:
    house = House(store, "a", [], set())
    await store.close()
    with pytest.raises(StorageError):
        await house.mailroom.take(update(1, "lost"))
    # Whoever can make Telegram wait for the handler may go on without it.
    heard = house.mailroom.pass_on(update(1, "not lost"))
    await heard.safe
    assert house.heard == ["not lost"]
    await house.mailroom.drain(0.1)
    await house.bot.session.close()


async def test_members_that_live(store: JobStore) -> None:
    """Whoever has joined lives, as a transaction sees it."""
    async with store.transactions.write() as change:
        await members.join(change.db, Member(holder="z"), change.now)
    async with store.transactions.read() as db:
        assert "z" in [seen.member.holder for seen in await members.everybody(db)]
