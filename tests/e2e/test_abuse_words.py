"""Any command at any moment, and any text where a value is waited for: each is answered, none
breaks anything, and what was asked before goes on or ends as its person said."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.texts import Texts
from standin import SeenMessage, User
from tests.e2e.test_menus import asked, card_of, says
from tests.support.complaints import nothing_breaks
from tests.support.footage import Footage
from tests.support.open_house import open_house
from tests.support.stage import Stage, greeted

pytestmark = pytest.mark.asyncio(loop_scope="module")

EN = Texts("en")
COMMANDS = {
    "/start": "Send me a video",
    "/start ../../etc": "Send me a video",
    "/help": "What to send",
    "/status": EN("nothing-running"),
    "/cancel": EN("nothing-running"),
    "/settings": "",
    "/history": "",
    "/privacy": "",
    "/forget": "",
    "/convert": "",
    "/admin": "",
    "/nonsense": "",
}
TEXTS = [
    "x" * 4096,
    "9" * 4096,
    "\u0000",
    "\u202e\u200f\u2066",
    "🎬🎬🎬",
    "<b>bold</b> & <script>",
    "__marks__ and __",
    "-1",
    "NaN",
    "1e999",
    "٣",
    "²",
    "0:00:00:00",
    "99:99:99",
    "\n\n\n",
    "%s %d {name} { $name }",
    "' OR 1=1 --",
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with open_house(tmp_path_factory.mktemp("house")) as house:
        yield house


async def answer(user: User, words: str) -> SeenMessage:
    """What the bot says to some words."""
    return await user.wait_for_message(after=await user.send_text(words))


async def menu_of(user: User, path: Path) -> tuple[SeenMessage, str]:
    """The menu of a file, and what its buttons' data begins with."""
    card = await card_of(user, await user.send_document(path))
    [data] = [b.callback_data for b in card.buttons if "Convert" in b.text]
    return card, str(data).removesuffix("go")


async def typing(user: User, path: Path, field: str = "trim") -> None:
    """Bring a menu to where something is to be typed."""
    card, prefix = await menu_of(user, path)
    await user.tap(card, callback_data=f"{prefix}t.{field}")
    await says(user, card, "as a message")


@pytest.mark.parametrize("words", COMMANDS)
async def test_a_command_is_one_while_a_value_is_waited_for(
    stage: Stage, footage: Footage, words: str
) -> None:
    user = await asked(stage)
    await typing(user, footage.quick)
    with nothing_breaks():
        told = await answer(user, words)
    assert COMMANDS[words] in told.text
    assert EN("not-understood") not in told.text
    assert user.results == []


async def test_after_cancel_nothing_is_waited_for(stage: Stage, footage: Footage) -> None:
    user = await asked(stage)
    await typing(user, footage.quick)
    await answer(user, "/cancel")
    told = await answer(user, "0:01")
    assert told.text == EN("send-video")


@pytest.mark.parametrize("words", COMMANDS)
async def test_a_command_is_one_while_a_link_s_promise_waits(stage: Stage, words: str) -> None:
    user = await greeted(stage.standin)
    await answer(user, "/start mp3")
    with nothing_breaks():
        told = await answer(user, words)
    assert COMMANDS[words] in told.text


@pytest.mark.parametrize("texts", [TEXTS[:6], TEXTS[6:12], TEXTS[12:]])
@pytest.mark.parametrize("field", ["trim", "name", "fit", "height", "speed", "metadata"])
async def test_any_text_may_be_typed(
    stage: Stage, footage: Footage, field: str, texts: list[str]
) -> None:
    user = await asked(stage)
    card, prefix = await menu_of(user, footage.quick)
    with nothing_breaks():
        for words in texts:
            await user.tap(card, callback_data=f"{prefix}t.{field}")
            told = await answer(user, words)
            assert "Something broke" not in told.text
            assert "\u202e" not in told.text
            assert "<b>" not in told.text or words in told.text or "bold" in told.text
        card = [m for m in user.bot_messages if m.buttons][-1]
        await user.tap(card, callback_data=f"{prefix}x")
        await user.wait_until(lambda: card not in user.bot_messages)
    assert user.results == []
