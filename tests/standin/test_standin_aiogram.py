"""The client that the bot will use gets along with the stand-in."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    CallbackQuery,
    FSInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaVideo,
    Message,
)

from standin import FileLimits, StandIn

KEYBOARD = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text="Cancel", callback_data="cancel:1")]]
)


@pytest.fixture
async def bot(standin: StandIn) -> AsyncIterator[Bot]:
    api = TelegramAPIServer.from_base(standin.url)
    async with Bot(standin.token, session=AiohttpSession(api=api)) as bot:
        yield bot
    assert standin.unknown_parameters == []


async def test_a_video_goes_all_the_way_through_polling(
    standin: StandIn, bot: Bot, clip: Path, jpeg: Path
) -> None:
    dispatcher = Dispatcher()

    @dispatcher.message(F.document)
    async def convert(message: Message) -> None:
        assert message.document is not None
        status = await message.reply("<b>0%</b>", parse_mode="HTML", reply_markup=KEYBOARD)
        file = await bot.get_file(message.document.file_id)
        assert file.file_path is not None
        body = await bot.download_file(file.file_path)
        assert body is not None
        assert body.read() == _bytes(clip)
        media = InputMediaVideo(
            media=FSInputFile(clip, filename="film.mp4"),
            thumbnail=FSInputFile(jpeg),
            caption="done",
            width=640,
            height=360,
            duration=3,
            supports_streaming=True,
        )
        await status.edit_media(media, reply_markup=KEYBOARD)

    @dispatcher.callback_query()
    async def tapped(query: CallbackQuery) -> None:
        await query.answer(f"got {query.data}", show_alert=True)

    polling = asyncio.create_task(
        dispatcher.start_polling(bot, handle_signals=False, polling_timeout=30)
    )
    try:
        user = standin.user(lang="ru")
        await user.send_document(clip, file_name="film.avi")
        result = await user.wait_for_result(timeout=10)
        assert (result.id, result.reply_to, result.caption) == (2, 1, "done")
        assert _bytes(result.file_path) == _bytes(clip)
        assert result.video.file_name == "film.mp4"
        assert result.video.thumbnail is not None
        assert (await user.tap(result, "Cancel")).text == "got cancel:1"
        await dispatcher.stop_polling()
    finally:
        await polling
    assert standin.problems == []


async def test_errors_arrive_as_aiograms_own(bot: Bot, standin: StandIn, clip: Path) -> None:
    user = standin.user()
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(user.id, "x")
    await user.send_text("hi")
    message = await bot.send_message(user.id, "x", reply_markup=KEYBOARD)
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await message.edit_text("x", reply_markup=KEYBOARD)
    standin.faults.add("sendMessage", status=429, retry_after=7)
    with pytest.raises(TelegramRetryAfter) as flood:
        await bot.send_message(user.id, "x")
    assert flood.value.retry_after == 7
    standin.faults.add("getMe", status=401)
    with pytest.raises(TelegramUnauthorizedError):
        await bot.get_me()
    standin.faults.add("getUpdates", status=409)
    with pytest.raises(TelegramConflictError):
        await bot.get_updates()
    user.block()
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(user.id, "x")


async def test_an_upload_that_is_too_large_arrives_as_such(clip: Path) -> None:
    async with StandIn(limits=FileLimits(upload=1000)) as standin:
        user = standin.user()
        await user.send_text("hi")
        api = TelegramAPIServer.from_base(standin.url)
        async with Bot(standin.token, session=AiohttpSession(api=api)) as bot:
            with pytest.raises(TelegramEntityTooLarge):
                await bot.send_video(user.id, FSInputFile(clip))


async def test_commands_are_registered_in_both_languages(bot: Bot) -> None:
    scope = BotCommandScopeAllPrivateChats()
    for language, description in (("", "Help"), ("ru", "Помощь")):
        commands = [BotCommand(command="help", description=description)]
        await bot.set_my_commands(commands, scope=scope, language_code=language)
        got = await bot.get_my_commands(scope=scope, language_code=language)
        assert [(c.command, c.description) for c in got] == [("help", description)]


async def test_the_stand_in_outlives_its_bots(standin: StandIn, clip: Path) -> None:
    user = standin.user()
    for words in ("first", "second"):
        dispatcher = Dispatcher()

        @dispatcher.message()
        async def answer(message: Message) -> None:
            await message.answer(f"re: {message.text}")

        api = TelegramAPIServer.from_base(standin.url)
        bot = Bot(standin.token, session=AiohttpSession(api=api))
        polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False))
        await standin.wait_until_polled()
        await user.send_text(words)
        reply = await user.wait_for_message(f"re: {words}")
        await dispatcher.stop_polling()
        await polling
        assert reply in user.bot_messages
    assert [m.text for m in user.bot_messages] == ["re: first", "re: second"]


def _bytes(path: Path) -> bytes:
    return path.read_bytes()
