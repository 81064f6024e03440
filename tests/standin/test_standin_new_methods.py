"""aiogram gets along with the newer methods, and reads every update that people cause."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    FSInputFile,
    InlineQueryResultCachedVideo,
    InputMediaPhoto,
    InputMediaVideo,
    MediaUnion,
    ReactionTypeEmoji,
    Update,
)

from standin import StandIn


@pytest.fixture
async def bot(standin: StandIn) -> AsyncIterator[Bot]:
    api = TelegramAPIServer.from_base(standin.url)
    async with Bot(standin.token, session=AiohttpSession(api=api)) as bot:
        yield bot
    assert standin.unknown_parameters == []


async def test_albums_and_reactions(standin: StandIn, bot: Bot, clip: Path, jpeg: Path) -> None:
    user = standin.user()
    message = await user.send_text("hi")
    await bot.set_message_reaction(user.id, message.id, [ReactionTypeEmoji(emoji="👀")])
    assert message.reactions == ["👀"]
    with pytest.raises(TelegramBadRequest, match="REACTION_INVALID"):
        await bot.set_message_reaction(user.id, message.id, [ReactionTypeEmoji(emoji="x")])
    media: list[MediaUnion] = [
        InputMediaVideo(media=FSInputFile(clip), thumbnail=FSInputFile(jpeg), caption="one"),
        InputMediaPhoto(media=FSInputFile(jpeg)),
    ]
    sent = await bot.send_media_group(user.id, media)
    assert [m.media_group_id for m in sent] == [user.bot_messages[0].album] * 2
    assert user.bot_messages[0].video.thumbnail is not None
    await bot.delete_messages(user.id, [m.message_id for m in sent])
    assert user.bot_messages == []


async def test_inline_results(bot: Bot, standin: StandIn, clip: Path) -> None:
    user = standin.user()
    standin.inline_mode = True
    film = await user.send_video(clip)
    asking = asyncio.create_task(user.inline("film"))
    await asyncio.sleep(0)
    query = (await bot.get_updates())[-1].inline_query
    assert query is not None
    result = InlineQueryResultCachedVideo(id="1", title="x", video_file_id=film.video.file_id)
    await bot.answer_inline_query(query.id, [result], cache_time=0)
    assert (await asking).results[0].path == clip
    assert (await bot.get_me()).supports_inline_queries is True


async def test_names_and_descriptions(bot: Bot) -> None:
    assert (await bot.get_my_name()).name == "Stand-in"
    await bot.set_my_name("Films")
    await bot.set_my_name("Кино", language_code="ru")
    await bot.set_my_description("Converts")
    await bot.set_my_short_description("Films", language_code="ru")
    assert (await bot.get_my_name()).name == (await bot.get_my_name("de")).name == "Films"
    assert (await bot.get_my_name("ru")).name == "Кино"
    assert (await bot.get_my_description()).description == "Converts"
    assert (await bot.get_my_short_description("ru")).short_description == "Films"
    assert (await bot.get_my_short_description()).short_description == ""
    await bot.set_my_name("", language_code="ru")
    assert (await bot.get_my_name("ru")).name == "Films"


async def test_every_update_is_one_that_aiogram_reads(
    standin: StandIn, clip: Path, jpeg: Path
) -> None:
    user = standin.user()
    group, channel = standin.group([user], kind="supergroup"), standin.channel()
    topic = group.topic("Films")
    film = await user.send_video(clip, forwarded_from="Somebody")
    await user.send_photo(jpeg, reply_to=film)
    await user.send_album([clip, ("photo", jpeg)])
    await group.member(user).send_document(clip, thread=topic)
    await group.anonymous.send_text("hi", forwarded_from=user)
    await group.speaking_as(channel).forward(await channel.send_video(clip))
    updates = [Update.model_validate(update) for update in standin.pending_updates]
    assert len(updates) == len(standin.pending_updates) == 9
    for update, raw in zip(updates, standin.pending_updates, strict=True):
        known = update.model_dump(mode="json", by_alias=True, exclude_none=True)
        assert known.keys() == raw.keys()
        assert update.event_type in raw
        content = raw[update.event_type]
        event = known[update.event_type]
        assert event.keys() >= content.keys(), content.keys() - event.keys()
