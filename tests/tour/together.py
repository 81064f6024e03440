"""Conversations about several files, and in several chats."""

import shutil
from pathlib import Path

from bot.texts import Texts
from standin import SeenMessage
from tests.support import clips, films
from tests.tour.alone import answers
from tests.tour.scribe import Look, Scribe, said
from tests.tour.theatre import Theatre

EN, RU = Texts("en"), Texts("ru")


async def asked_first(somebody: Scribe, texts: Texts) -> None:
    """From now on they are asked before anything is converted."""
    sent = await somebody.writes("/settings")
    settings = await somebody.user.wait_for_message(answers(sent), timeout=180.0)
    await somebody.taps(settings, texts("settings-ask"))


def tells_of(sent: list[SeenMessage], *words: str) -> Look:
    """A look for the one message that tells of an album and says all of these words."""
    ids = {message.id for message in sent}
    return lambda m: m.reply_to in ids and all(each in said(m) for each in words)


async def album(theatre: Theatre) -> None:
    """One message tells of all, one question asks about all, the results are one album."""
    folder = theatre.stage.data.parent
    videos = [folder / "пляж.mkv", folder / "горы.avi", folder / "город.mp4"]
    for clip, source in zip(
        videos, (theatre.footage.remux, theatre.footage.quick, theatre.footage.fine), strict=True
    ):
        shutil.copy(source, clip)
    async with theatre.alone("Аня", "ru") as anya:
        sent = await anya.sends_together(*videos)
        summary = await anya.sees(tells_of(sent, "готово: 3", RU("button-other")))
        await anya.gets_album(3, "video")
        await anya.taps(summary, RU("button-other"))
        card = await anya.sees(tells_of(sent, RU("menu-format"), "МБ"))
        await anya.taps(card, RU("menu-format"))
        await anya.taps(card, "MP3")
        await anya.sees_it(card, "готово: 3", RU("button-other"))
        await anya.gets_album(3, "audio")


async def parts(theatre: Theatre) -> None:
    """A round note lasts a minute at most: a longer film becomes several."""
    film = theatre.stage.data.parent / "speech.mp4"
    _grey(film, seconds=62)
    async with theatre.alone() as ann:
        await asked_first(ann, EN)
        sent = await ann.sends(film, film.name)
        card = await ann.sees(answers(sent, "×"))
        await ann.taps(card, "Format")
        await ann.taps(card, "Round × 2")
        await ann.sees_it(card, "ready: 2", "Other settings")
        for note in [m for m in ann.user.bot_messages if m.kind == "video_note"]:
            ann.shows(note)


async def again_and_share(theatre: Theatre) -> None:
    """What was made once is there at once, for others too, and can be sent on."""
    theatre.standin.inline_mode = True
    film = theatre.footage.quick
    ann, bob = theatre.person("Ann"), theatre.person("Bob")
    async with theatre.stage.bot(reuse_results=True):
        await theatre.standin.wait_for_call("getMe", timeout=60.0)
        await ann.sends(film, "wedding.avi")
        await ann.gets("video")
        await theatre.rests()
        await bob.sends(film, "wedding.avi")
        result = await bob.gets("video")
        await theatre.rests()
        await bob.shares(result, "Share")
        await bob.asks_inline("wedd")
        await ann.asks_inline("party")


async def own_subtitles(theatre: Theatre) -> None:
    """A subtitle file of old Windows in answer to a video's menu."""
    words = theatre.stage.data.parent / "фильм.srt"
    words.write_bytes(films.subtitles("Съешь ещё этих мягких булок").encode("cp1251"))
    async with theatre.alone("Аня", "ru") as anya:
        await asked_first(anya, RU)
        sent = await anya.sends(theatre.footage.fine, "фильм.mp4")
        card = await anya.sees(answers(sent, RU("plan-remux")))
        sent = await anya.sends(words, words.name, reply_to=card)
        card = await anya.sees(answers(sent, RU("extras-how-keep")))
        await anya.taps(card, RU("extras-burn"))
        await anya.sees_it(card, RU("extras-how-burn"))
        await anya.taps(card, RU("menu-convert"))
        await anya.gets("video")


async def group(theatre: Theatre) -> None:
    """In a topic of a group: a video is converted, and the bot is called by its name."""
    anya, boris = (theatre.standin.user(lang="ru", name=name) for name in ("Аня", "Боря"))
    place = theatre.standin.group([anya, boris], kind="supergroup", title="Дача")
    topic = place.topic("Отпуск")
    async with theatre.stage.bot():
        theatre.tells("In the topic “Отпуск” of the group “Дача”")
        sender = theatre.scribe(place.member(anya), "Аня")
        sent = await sender.sends(theatre.footage.remux, "море.mkv", kind="video", thread=topic)
        await sender.gets("video")
        await theatre.rests()
        other = theatre.scribe(place.member(boris), "Боря")
        await other.writes("@the_bot mp3", reply_to=sent)
        await other.gets("audio")
    assert {message.thread for message in sender.user.bot_messages} == {topic.id}


def _grey(path: Path, seconds: int) -> None:
    source = ("-f", "lavfi", "-i", f"color=gray:size=64x64:rate=5:duration={seconds}")
    clips.ffmpeg(*source, "-pix_fmt", "yuv420p", str(path))
