"""Texts as Telegram's HTML, made where requests leave: no caller can forget to escape a name."""

import html
from collections.abc import Callable
from typing import Final, TypeVar

from aiogram import Bot
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.methods import AnswerCallbackQuery, TelegramMethod
from aiogram.methods.base import Response, TelegramType
from pydantic import BaseModel

from bot.texts.marks import plain, rendered

Model = TypeVar("Model", bound=BaseModel)

_WORDS: Final = ("text", "caption")
_ENTITIES: Final = ("entities", "caption_entities")


def as_html(text: str) -> str:
    """A text, which holds marks but no markup, for parse mode HTML."""
    return rendered(html.escape(text, quote=False), "<b>{}</b>")


class RenderTexts(BaseRequestMiddleware):
    """Renders the words of each request: in a message marks show, elsewhere they are left out."""

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Make the request with its words rendered."""
        # The note over a chat that answers a tap shows no markup.
        render = plain if isinstance(method, AnswerCallbackQuery) else as_html
        return await make_request(bot, _with_words(method, render))


def _with_words(model: Model, render: Callable[[str], str]) -> Model:
    """A method, or media within one, as it is sent."""
    changed: dict[str, object] = {
        name: render(words)
        for name in _WORDS
        if isinstance(words := getattr(model, name, None), str) and _as_usual(model)
    }
    media = getattr(model, "media", None)
    if isinstance(media, BaseModel):
        changed["media"] = _with_words(media, render)
    elif isinstance(media, list):
        changed["media"] = [_with_words(one, render) for one in media]
    return model.model_copy(update=changed) if changed else model


def _as_usual(model: BaseModel) -> bool:
    """Whoever says in another way how their words look wants them as they are."""
    mode = getattr(model, "parse_mode", None)
    said = isinstance(mode, str) or any(getattr(model, name, None) for name in _ENTITIES)
    return not said
