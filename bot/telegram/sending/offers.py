"""Results as answers to an inline query: the one table of what may be sent on by its name alone.

A round note is missing: Telegram has no such answer.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from aiogram.types import (
    InlineQueryResultCachedAudio,
    InlineQueryResultCachedDocument,
    InlineQueryResultCachedMpeg4Gif,
    InlineQueryResultCachedVideo,
    InlineQueryResultCachedVoice,
    InlineQueryResultUnion,
)

from bot.dialog.screens.card import target_name
from bot.jobs.work.shelf import Offer
from bot.telegram.wire import kinds
from bot.texts import Texts
from bot.texts.sentences import shown_name


def _video(offer: Offer, said: dict[str, Any]) -> InlineQueryResultUnion:
    return InlineQueryResultCachedVideo(video_file_id=offer.file_id, **said)


def _animation(offer: Offer, said: dict[str, Any]) -> InlineQueryResultUnion:
    # It has no place for a description.
    named = {"id": said["id"], "title": said["title"]}
    return InlineQueryResultCachedMpeg4Gif(mpeg4_file_id=offer.file_id, **named)


def _audio(offer: Offer, said: dict[str, Any]) -> InlineQueryResultUnion:
    # It is listed by what it says of itself.
    return InlineQueryResultCachedAudio(audio_file_id=offer.file_id, id=said["id"])


def _document(offer: Offer, said: dict[str, Any]) -> InlineQueryResultUnion:
    return InlineQueryResultCachedDocument(document_file_id=offer.file_id, **said)


def _voice(offer: Offer, said: dict[str, Any]) -> InlineQueryResultUnion:
    named = {"id": said["id"], "title": said["title"]}
    return InlineQueryResultCachedVoice(voice_file_id=offer.file_id, **named)


_MAKERS: Final[Mapping[str, Callable[[Offer, dict[str, Any]], InlineQueryResultUnion]]] = (
    MappingProxyType(
        {
            kinds.VIDEO.name: _video,
            kinds.ANIMATION.name: _animation,
            kinds.AUDIO.name: _audio,
            kinds.DOCUMENT.name: _document,
            kinds.VOICE.name: _voice,
        }
    )
)


# Kinds of messages that may be sent on by an inline query.
SHAREABLE: Final = frozenset(_MAKERS)


def answer_of(texts: Texts, offer: Offer) -> InlineQueryResultUnion:
    """A result as it is listed for its owner. What is sent on bears no caption: it is theirs to
    say something of it. `offer` is of a kind in SHAREABLE."""
    said = {
        "id": offer.job_id,
        "title": shown_name(offer.name),
        "description": target_name(texts, offer.target),
    }
    return _MAKERS[offer.kind](offer, said)
