"""Inline buttons of every sort, as a person sees them and as Telegram refuses them."""

from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from aiogram.types import CopyTextButton, DisabledButton, InlineKeyboardButton

from standin import Button, StandIn

Ask = Callable[..., Coroutine[Any, Any, tuple[int, dict[str, Any]]]]


async def test_buttons_keep_what_they_do_and_how_they_look(standin: StandIn, ask: Ask) -> None:
    user = standin.user()
    await user.send_text("hi")
    rows = [
        InlineKeyboardButton(text="Cancel", callback_data="c:1", style="danger"),
        InlineKeyboardButton(text="Copy", copy_text=CopyTextButton(text="job 7"), style="success"),
        InlineKeyboardButton(text="Share", switch_inline_query="film", style="primary"),
        InlineKeyboardButton(text="Find", switch_inline_query_current_chat=""),
        InlineKeyboardButton(text="Off", disabled=DisabledButton()),
    ]
    keyboard = {"inline_keyboard": [[row.model_dump(exclude_none=True)] for row in rows]}
    status, answer = await ask("sendMessage", chat_id=user.id, text="x", reply_markup=keyboard)
    assert status == 200, answer
    assert user.bot_messages[0].buttons == [
        Button("Cancel", "c:1", style="danger"),
        Button("Copy", copy_text="job 7", style="success"),
        Button("Share", switch_inline_query="film", style="primary"),
        Button("Find", switch_inline_query_current_chat=""),
        Button("Off", disabled=True),
    ]
    assert answer["result"]["reply_markup"] == keyboard
    assert standin.unknown_parameters == []
    with pytest.raises(AssertionError, match="no button 'Copy'"):
        user.tap_only(user.bot_messages[0], "Copy")


@pytest.mark.parametrize(
    ("button", "complaint"),
    [
        ({"callback_data": "a", "style": "link"}, "invalid button style specified"),
        ({"callback_data": "a", "style": "Danger"}, "invalid button style specified"),
        ({"style": "danger"}, "Text buttons are unallowed"),
        ({"copy_text": {"text": ""}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"copy_text": {"text": "x" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
    ],
)
async def test_buttons_that_telegram_refuses(
    button: dict[str, Any], complaint: str, standin: StandIn, ask: Ask
) -> None:
    user = standin.user()
    await user.send_text("hi")
    keyboard = {"inline_keyboard": [[{"text": "x", **button}]]}
    status, answer = await ask("sendMessage", chat_id=user.id, text="x", reply_markup=keyboard)
    assert status == 400
    assert answer["description"].endswith(complaint)
    assert user.bot_messages == []
