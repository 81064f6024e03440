"""Conversations of one person with the bot, about one file after another."""

from standin import SeenMessage
from tests.tour.scribe import Look
from tests.tour.theatre import Theatre


def says(words: str) -> Look:
    """A look for a message with these words."""
    return lambda message: words in message.text


def answers(sent: SeenMessage, words: str = "") -> Look:
    """A look for what the bot says with these words after a message."""
    return lambda message: message.from_bot and message.id > sent.id and words in message.text


async def first_video(theatre: Theatre) -> None:
    """Nothing to read, nothing to tap."""
    async with theatre.alone() as ann:
        await ann.writes("/start")
        await ann.sees(says("Send me a video"))
        await ann.sends(theatre.footage.quick, "holiday.avi")
        await ann.gets("video")
        await ann.sees(says("Ready"))


async def russian(theatre: Theatre) -> None:
    """The same in Russian; what can't be converted is said in a sentence."""
    async with theatre.alone("Аня", "ru") as anya:
        await anya.sends(theatre.footage.remux, "отпуск.mkv")
        await anya.gets("video")
        await theatre.rests()
        notes = theatre.stage.data.parent / "notes.txt"
        notes.write_text("not a video\n" * 50)
        await anya.sends(notes, "дача.mp4")
        await anya.sees(says("❌"))


async def another_format(theatre: Theatre) -> None:
    """A running job is stopped and made into something else: two taps."""
    async with theatre.alone() as ann:
        await ann.sends(theatre.footage.slow, "concert.mkv")
        status = await ann.sees(says("re-encoded"))
        await ann.taps(status, "Change…")
        await ann.sees_it(status, "re-encoded · about", "A tap converts")
        await ann.taps(status, "Picture")
        await ann.gets("document")


async def ask_first(theatre: Theatre) -> None:
    """A card says what a file is, and what a choice costs."""
    async with theatre.alone() as ann:
        await ann.writes("/settings")
        settings = await ann.sees(says("Settings"))
        await ann.taps(settings, "ask me first")
        await ann.sends(theatre.footage.quick, "clip.avi")
        card = await ann.sees(says("re-encoded"))
        await ann.taps(card, "Smaller…")
        await ann.sees_it(card, "A tap converts")
        await ann.taps(card, "Back")
        await ann.taps(card, "Trim…")
        await ann.taps(card, "From")
        await ann.sees_it(card, "as a message")
        await ann.writes("0:00.5-0:01.5")
        moved = await ann.sees(says("✂️ 0:00.5"))
        await ann.taps(moved, "Convert")
        await ann.gets("video")


async def by_command(theatre: Theatre) -> None:
    """A format in a few words."""
    async with theatre.alone() as ann:
        film = await ann.sends(theatre.footage.remux, "film.mkv")
        await ann.gets("video")
        await theatre.rests()
        await ann.writes("/convert gif", reply_to=film)
        await ann.gets("document")
        await theatre.rests()
        await ann.sends(theatre.footage.quick, "talk.avi", caption="/convert mp3")
        await ann.gets("audio")
        await ann.writes("/convert exe")
        await ann.sees(says("I don't know"))
        theatre.tells("In the channel News, whose admin the bot is")
        news = theatre.scribe(theatre.standin.channel("News"), "News")
        await news.sends(
            theatre.footage.remux, "interview.mkv", kind="video", caption="/convert m4a"
        )
        await news.gets("audio")


async def under_a_result(theatre: Theatre) -> None:
    """The same again, and the history of it."""
    async with theatre.alone() as ann:
        await ann.sends(theatre.footage.quick, "clip.avi")
        result = await ann.gets("video")
        await theatre.rests()
        await ann.taps(result, "As a file")
        await ann.gets("document")
        await theatre.rests()
        await ann.taps(result, "Delete")
        await ann.writes("/history")
        await ann.sees(says("Your last files"))


async def own_caption(theatre: Theatre) -> None:
    """What stands under a result is a person's own choice."""
    async with theatre.alone("Аня", "ru") as anya:
        await anya.writes("/settings")
        settings = await anya.sees(says("Настройки"))
        await anya.taps(settings, "Подпись")
        await anya.taps(settings, "Напис")
        await anya.sees_it(settings, "✏️ Напишите")
        sent = await anya.writes("📼 {name} · {length}")
        await anya.sees(answers(sent, "Настройки"))
        await anya.sends(theatre.footage.remux, "сад.mkv")
        await anya.gets("video")


async def forgotten(theatre: Theatre) -> None:
    """What is kept, and how all of it goes."""
    async with theatre.alone() as ann:
        await ann.sends(theatre.footage.remux, "film.mkv")
        await ann.gets("video")
        await theatre.rests()
        await ann.writes("/privacy")
        await ann.sees(says("What I keep"))
        await ann.writes("/forget")
        ask = await ann.sees(says("Shall I delete"))
        await ann.taps(ask, "Yes")
        await ann.sees_it(ask, "Deleted")
