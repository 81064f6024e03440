"""Taps that no button of ours makes: each is answered with a plain word, and breaks nothing."""

import asyncio
from collections.abc import AsyncIterator
from itertools import product
from typing import Any

import pytest
import pytest_asyncio

from bot.telegram.routers.mine import ForgetTap
from bot.telegram.showing.buttons import BatchTap, JobTap
from bot.telegram.showing.keyboards import MenuTap
from bot.telegram.showing.screens import AdminTap, BroadcastTap, DraftTap, SettingsTap
from bot.texts import Texts
from standin.state import CallbackQuery
from tests.e2e.test_menus import asked, becomes, card_of, says, tap
from tests.support.complaints import nothing_breaks
from tests.support.footage import Footage
from tests.support.open_house import open_house
from tests.support.running import jobs
from tests.support.stage import Stage, greeted

pytestmark = pytest.mark.asyncio(loop_scope="module")

EN = Texts("en")
PREFIXES = [
    kind.__prefix__
    for kind in (
        *(JobTap, BatchTap, MenuTap, ForgetTap),
        *(DraftTap, SettingsTap, AdminTap, BroadcastTap),
    )
]
ACTS = ["cancel", "delete", "send", "go"]
JUNK = [
    "",
    "-1",
    "9" * 40,
    "0" * 16,
    "f" * 10,
    "٣",
    "²",
    "\u202e\u0000",
    "🎬" * 10,
    "' OR 1=1 --",
    "../../etc",
    "a:b:c",
    "x" * 5000,
]
VALUES = ["-1", "99999999999999999999", "NaN", "inf", "1e400", "٣", "²", "\u202e", "=", "&&", "🎬"]
SAYS_NO = {EN(key) for key in ("tap-unknown", "tap-too-late", "draft-gone")}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with open_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_forged_data_is_refused_whatever_is_in_it(stage: Stage, prefix: str) -> None:
    user = await greeted(stage.standin)
    forged = [f"{prefix}:{one}" for one in (*JUNK, *ACTS)]
    forged += [f"{prefix}:{act}:{one}" for act, one in product(ACTS, JUNK)]
    forged += [f"{prefix}:{one}:go" for one in JUNK]
    message = user.bot_messages[-1]
    with nothing_breaks():
        said = await asyncio.gather(
            *(user.tap(message, callback_data=data, timeout=60.0) for data in forged)
        )
    odd = {data: s.text for data, s in zip(forged, said, strict=True) if s.text not in SAYS_NO}
    assert odd == {}
    assert user.bot_messages == [message]
    assert message.buttons, "what was tapped is as it was"


async def test_forged_values_for_ones_own_menu_break_nothing(
    stage: Stage, footage: Footage
) -> None:
    user = await asked(stage)
    card = await card_of(user, await user.send_document(footage.quick))
    [data] = [b.callback_data for b in card.buttons if "Convert" in b.text]
    assert data is not None
    draft, before = DraftTap.unpack(data).draft_id, len(jobs(stage))
    names = ["height", "fps", "fit", "start", "end", "speed", "volume", "target", "quality", "no"]
    verbs = ("first", "parts", "f", "t", "p", "x")
    actions = [f"{verb}.{name}={v}" for verb in ("s", "go") for name in names for v in VALUES]
    actions += [f"{verb}.{value}" for verb in verbs for value in VALUES]
    actions += ["p.room.99999999999", "p.used", "p.option.", "p.type.name", "first.1", "t.used"]
    # What would start with a wish that can be granted, if only in part.
    actions = [a for a in actions if not (a.startswith("go.") and a[-1] in "9٣")]
    with nothing_breaks():
        for action in actions:
            told = await user.tap(card, callback_data=f"d:{draft}:{action}")
            assert "Something broke" not in told.text, action
        await user.tap(card, callback_data=f"d:{draft}:s.start=&end=&fit=&height=&fps=&speed=")
        assert len(jobs(stage)) == before
        await says(user, card, "re-encod")
        await tap(user, card, "Convert")
        await becomes(user, card, "video")


async def test_a_tap_with_no_message_or_one_that_is_too_old_is_answered(stage: Stage) -> None:
    user = await greeted(stage.standin)
    state, message = stage.standin.state, user.bot_messages[-1]
    old: dict[str, Any] = {
        "chat": {"id": user.id, "type": "private"},
        "message_id": message.id,
        "date": 0,
    }
    data = ["job:cancel:0000000000000000", "d:0000000000:go", "menu:none", "s:ask", "forget"]
    places: list[dict[str, Any]] = [{"message": old}, {"inline_message_id": "AAAA"}, {}]
    with nothing_breaks():
        for number, (where, one) in enumerate(product(places, data)):
            query = CallbackQuery(f"forged{number}", state.chats[user.id], state.now())
            state.queries[query.id] = query
            told = {"id": query.id, "from": user.account.as_json(), "chat_instance": "1"}
            stage.standin.inject({"callback_query": {**told, "data": one, **where}})
            await user.wait_for(lambda query=query: query.answer)  # type: ignore[misc]
