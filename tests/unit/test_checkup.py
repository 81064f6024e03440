"""How a process is, by its own word: nothing that hangs keeps it from saying so."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from bot.checkup import Checkup
from bot.jobs.processes.vitals import Card, Contact
from bot.lag import Lag
from bot.telegram.wire.contact import Answer
from bot.telegram.wire.contact import Contact as TelegramContact
from bot.version import version
from converter.converter import Converter
from converter.nvidia.cards import CardPool
from converter.nvidia.readings import Reading
from tests.support.engines import Engine
from tests.support.facts import CARD

SILENT = Contact(0, 0, None)


def converter(folder: Path, *, cards: bool = True) -> Converter:
    engine = Engine("plain")
    pool = CardPool([CARD, replace(CARD, index=1)] if cards else [])
    return Converter(engine.runner(), folder / "work", engine.capabilities(), pool)


async def so(condition: Callable[[], bool]) -> None:
    """Until it is."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - nobody tells us
            await asyncio.sleep(0.01)


async def test_all_that_is_known(tmp_path: Path) -> None:
    asked = asyncio.Event()

    async def ask() -> Mapping[int, Reading]:
        asked.set()
        return {1: Reading(50.0, 60.0, 1, 2)}

    made = converter(tmp_path)
    checkup = Checkup(
        tmp_path,
        made,
        Lag(lambda _: None),
        lambda: SILENT,
        draining=lambda: True,
        leads=lambda: True,
        ask=ask,
    )
    first = checkup.now()
    assert (first.version, first.free, first.late) == (version(), None, 0.0)
    assert first.leads
    assert first.draining
    assert first.memory > 1_000_000
    assert first.cores >= 1
    assert first.contact == SILENT
    assert first.sessions == {"host": 0}
    looking = asyncio.create_task(checkup.run())
    async with asyncio.timeout(60):
        await asked.wait()
    await so(lambda: checkup.now().free is not None and checkup.now().cards[1].busy is not None)
    with made.cards.lend():
        cards = checkup.now().cards
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    assert cards == (
        Card(0, CARD.name, None, None, None, None, 1, 1),
        Card(1, CARD.name, 50.0, 60.0, 1, 2, 0, 0),
    )
    assert (checkup.now().free or 0) > 0


async def test_without_a_card_nobody_is_asked(tmp_path: Path) -> None:
    async def ask() -> Mapping[int, Reading]:
        raise AssertionError("asked")

    alone = converter(tmp_path, cards=False)
    checkup = Checkup(tmp_path, alone, Lag(lambda _: None), lambda: SILENT, ask=ask)
    looking = asyncio.create_task(checkup.run())
    await so(lambda: checkup.now().free is not None)
    assert not looking.done()
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    assert checkup.now().cards == ()


async def test_a_folder_that_is_gone_and_a_driver_that_hangs(tmp_path: Path) -> None:
    begun = asyncio.Event()

    async def ask() -> Mapping[int, Reading]:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    made, gone = converter(tmp_path), tmp_path / "gone"
    checkup = Checkup(gone, made, Lag(lambda _: None), lambda: SILENT, ask=ask)
    looking = asyncio.create_task(checkup.run())
    async with asyncio.timeout(60):
        await begun.wait()
    assert checkup.now().free is None
    assert checkup.now().cards[0].busy is None
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)


async def test_who_blocks_the_loop_is_seen() -> None:
    heard: list[float] = []
    lag = Lag(heard.append, every=0.01)
    sampling = asyncio.create_task(lag.run())
    await asyncio.sleep(0)
    time.sleep(0.2)  # noqa: ASYNC251 - what is to be seen
    await so(lambda: bool(heard))
    sampling.cancel()
    await asyncio.gather(sampling, return_exceptions=True)
    assert lag.worst == max(heard) > 0.1


def test_how_one_gets_on_with_the_messenger() -> None:
    contact = TelegramContact()
    assert contact.told == SILENT
    for answer in (Answer.OK, Answer.TOO_MANY_REQUESTS, Answer.NO_ANSWER):
        contact.note(answer)
    contact.tried_again()
    contact.tried_again()
    contact.came()
    assert (contact.told.slowed, contact.told.repeated) == (1, 2)
    assert contact.told.last_update_at is not None
