"""Files beside a video: own subtitles, an own thumbnail, from what is sent to what is seen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.texts import Texts
from standin import Person, SeenMessage, User
from tests.e2e.test_menus import becomes, card_of, label, offers, says, sets, tap
from tests.support import clips, eyes, films, outputs
from tests.support.running import jobs, remains, until
from tests.support.stage import Stage

EN, RU = Texts("en"), Texts("ru")
LANGUAGES = pytest.mark.parametrize("texts", [EN, RU], ids=["en", "ru"])
WORDS = "Съешь ещё этих"


@pytest.fixture
def black(tmp_path: Path) -> Path:
    """Two seconds of nothing to be seen."""
    path = tmp_path / "black.mp4"
    picture = ("-f", "lavfi", "-i", "color=c=black:s=320x240:r=20:d=2")
    sound = ("-f", "lavfi", "-i", "sine=440:r=48000:d=2")
    clips.ffmpeg(*picture, *sound, *clips.H264, *clips.AAC, *clips.FIRST, str(path))
    return path


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """A subtitle file of old Windows."""
    path = tmp_path / "film.ru.srt"
    path.write_bytes(films.subtitles(WORDS).encode("cp1251"))
    return path


@pytest.fixture
def lime(tmp_path: Path) -> Path:
    """A picture of one colour."""
    path = tmp_path / "lime.jpg"
    clips.ffmpeg("-f", "lavfi", "-i", "color=c=lime:s=1600x900", "-frames:v", "1", str(path))
    return path


def odd(kind: str, folder: Path) -> Path:
    """What calls itself a picture and is none that could be shown."""
    path = folder / "odd.jpg"
    strip = "color=c=lime:s=64x64,format=rgb24,scale=1:10000"
    clips.ffmpeg("-f", "lavfi", "-i", strip, "-frames:v", "1", str(path))
    if kind == "broken":
        path.write_bytes(path.read_bytes()[:300])
    if kind == "svg":
        path.write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='99999'/>")
    return path


@asynccontextmanager
async def somebody(stage: Stage, texts: Texts = EN) -> AsyncIterator[User]:
    """Who is asked before anything is converted."""
    async with stage.bot():
        user = stage.standin.user(lang=texts.locale)
        settings = await sets(user, texts("settings-ask"))
        await offers(user, settings, f"☑️ {texts('settings-ask')}")
        yield user


async def menu(user: User, texts: Texts, film: Path) -> SeenMessage:
    """The menu of a film that was looked at."""
    return await card_of(user, await user.send_document(film), texts("plan-nothing"))


async def newest(user: User, sent: SeenMessage, words: str) -> SeenMessage:
    """The menu where it stands once a file was sent, with these words in it."""
    return await user.wait_for_message(
        lambda m: m.from_bot and m.id > sent.id and words in m.text, timeout=20.0
    )


async def convert(
    user: Person, texts: Texts, card: SeenMessage, kind: str = "video"
) -> SeenMessage:
    await tap(user, card, texts("menu-convert"))
    return await becomes(user, card, kind)


def lit(path: Path, at: float) -> bool:
    rows = eyes.picture(path, (320, 240), at, pixels="gray")
    return sum(dot[0] > 110 for row in rows for dot in row) > 40


# --- subtitles


@LANGUAGES
async def test_own_subtitles_become_a_track_of_the_video(
    stage: Stage, texts: Texts, black: Path, words: Path
) -> None:
    async with somebody(stage, texts) as user:
        old = await menu(user, texts, black)
        sent = await user.send_document(words)
        kept = texts("extras-subtitle", name="film.ru.srt", how=texts("extras-how-keep"))
        card = await newest(user, sent, kept)
        assert label(card, texts("extras-keep")).startswith("☑️")
        assert texts("plan-remux") in card.text, "what it costs is said with them"
        result = await convert(user, texts, card)
        assert WORDS in eyes.subtitles(result.file_path, 0)[0]
        [track] = outputs.read(result.file_path).of("subtitle")
        assert track["tags"]["language"] == "rus"
        assert old.deleted, "there is one menu"
        await until(lambda: [row.phase for row in jobs(stage)] == ["done"], "the end")
    assert remains(stage) == []


@LANGUAGES
async def test_own_subtitles_are_burned_in_on_a_tap(
    stage: Stage, texts: Texts, black: Path, words: Path
) -> None:
    async with somebody(stage, texts) as user:
        card = await menu(user, texts, black)
        sent = await user.send_document(words, reply_to=card)
        card = await newest(user, sent, texts("extras-how-keep"))
        await tap(user, card, texts("extras-burn"))
        await says(user, card, texts("extras-how-burn"))
        await offers(user, card, f"☑️ {texts('extras-burn')}")
        result = await convert(user, texts, card)
        assert [lit(result.file_path, at) for at in (0.2, 1.0, 1.8)] == [False, True, False]
        assert outputs.read(result.file_path).of("subtitle") == []


@LANGUAGES
async def test_subtitles_can_be_taken_off_again(
    stage: Stage, texts: Texts, black: Path, words: Path
) -> None:
    async with somebody(stage, texts) as user:
        await menu(user, texts, black)
        sent = await user.send_document(words)
        card = await newest(user, sent, "film.ru.srt")
        await tap(user, card, texts("extras-burn"))
        await says(user, card, texts("extras-how-burn"))
        said = await tap(user, card, texts("extras-off-subtitle"))
        assert said == texts("extras-off")
        await user.wait_for(lambda: "film.ru.srt" not in card.text or None)
        await says(user, card, texts("plan-nothing"))
        result = await convert(user, texts, card)
        assert outputs.read(result.file_path).of("subtitle") == []
        assert not lit(result.file_path, 1.0)


@LANGUAGES
@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 20, b"Dear Ann, no times in here.", b"\x89PNG\r\n\x1a\n" * 9]
)
async def test_what_is_no_subtitle_file_is_refused_and_nothing_is_lost(
    stage: Stage, texts: Texts, data: bytes, black: Path, tmp_path: Path
) -> None:
    notes = tmp_path / "notes.srt"
    notes.write_bytes(data)
    async with somebody(stage, texts) as user:
        await menu(user, texts, black)
        sent = await user.send_document(notes)
        card = await newest(user, sent, texts("error-no_subtitles"))
        assert "notes.srt" in card.text
        assert not any(texts("extras-burn") in b.text for b in card.buttons)
        result = await convert(user, texts, card)
        assert outputs.read(result.file_path).of("subtitle") == []
        assert texts("note-subtitles_lost") not in result.text, "it was said before"


async def test_a_better_file_takes_the_place_of_one_that_was_none(
    stage: Stage, black: Path, words: Path, tmp_path: Path
) -> None:
    notes = tmp_path / "notes.srt"
    notes.write_bytes(b"nothing")
    async with somebody(stage) as user:
        await menu(user, EN, black)
        await newest(user, await user.send_document(notes), EN("error-no_subtitles"))
        card = await newest(user, await user.send_document(words), EN("extras-how-keep"))
        assert "notes.srt" not in card.text
        result = await convert(user, EN, card)
        assert WORDS in eyes.subtitles(result.file_path, 0)[0]


@LANGUAGES
async def test_an_answer_to_a_result_opens_a_menu_with_the_subtitles(
    stage: Stage, texts: Texts, black: Path, words: Path
) -> None:
    async with stage.bot():
        user = stage.standin.user(lang=texts.locale)
        film = await user.send_document(black, file_name="film.mp4")
        result = await user.wait_for_result()
        for answered in (result, film):
            sent = await user.send_document(words, reply_to=answered)
            card = await newest(user, sent, "film.ru.srt")
            await says(user, card, "film.mp4")
            assert card.reply_to == film.id
        again = await convert(user, texts, card)
        assert WORDS in eyes.subtitles(again.file_path, 0)[0]


async def test_an_answer_to_a_video_whose_menu_was_closed_opens_another(
    stage: Stage, black: Path, words: Path
) -> None:
    async with somebody(stage) as user:
        film = await user.send_document(black)
        card = await card_of(user, film, EN("plan-nothing"))
        await tap(user, card, EN("menu-close"))
        card = await newest(user, await user.send_document(words, reply_to=film), "film.ru.srt")
        result = await convert(user, EN, card)
        assert WORDS in eyes.subtitles(result.file_path, 0)[0]


@LANGUAGES
async def test_subtitles_that_belong_to_nothing(
    stage: Stage, texts: Texts, words: Path, tmp_path: Path
) -> None:
    async with stage.bot():
        user = stage.standin.user(lang=texts.locale)
        sent = await user.send_document(words)
        assert (await user.wait_for_message(after=sent)).text == texts("extras-which")
        large = tmp_path / "large.srt"
        large.write_bytes(films.subtitles("x").encode() + b" " * 5_500_000)
        sent = await user.send_document(large, reply_to=sent)
        assert (await user.wait_for_message(after=sent)).text == texts("extras-which")
        assert jobs(stage) == []


@LANGUAGES
async def test_a_menu_left_open_before_another_video_is_not_meant(
    stage: Stage, texts: Texts, black: Path, words: Path
) -> None:
    async with somebody(stage, texts) as user:
        left = await menu(user, texts, black)
        await tap(user, left, texts("menu-more"))
        await says(user, left, texts("extras-hint"))
        film = await user.send_document(black, caption="/convert mkv")
        await user.wait_for_message(lambda m: m.from_bot and m.kind == "document", timeout=30.0)
        sent = await user.send_document(words)
        await newest(user, sent, texts("extras-which"))
        assert "film.ru.srt" not in left.text
        sent = await user.send_document(words, reply_to=film)
        card = await newest(user, sent, "film.ru.srt")
        assert card.reply_to == film.id


@LANGUAGES
async def test_a_subtitle_file_has_its_limit(
    stage: Stage, texts: Texts, black: Path, tmp_path: Path
) -> None:
    large = tmp_path / "large.srt"
    large.write_bytes(films.subtitles("x").encode() + b" " * 5_500_000)
    async with somebody(stage, texts) as user:
        card = await menu(user, texts, black)
        sent = await user.send_document(large)
        answer = await user.wait_for_message(after=sent)
        limit, actual = (texts("size-mb", mb=mb) for mb in (5, 5.5))
        assert answer.text == texts("extras-too-large-subtitle", limit=limit, actual=actual)
        # One whose client says nothing of its size is found out as it comes.
        sent = await user.send_document(large, size_known=False)
        card = await newest(user, sent, "⚠️ large.srt")
        await convert(user, texts, card)


async def test_a_restart_forgets_nothing(stage: Stage, black: Path, words: Path) -> None:
    async with somebody(stage) as user:
        old = await menu(user, EN, black)
        card = await newest(user, await user.send_document(words), "film.ru.srt")
        # The last that is done of it: where the menu stands now is written down before.
        await user.wait_for(lambda: old.deleted or None)
    async with stage.bot():
        result = await convert(user, EN, card)
        assert WORDS in eyes.subtitles(result.file_path, 0)[0]
        await until(lambda: [row.phase for row in jobs(stage)] == ["done"], "the end")
        # The same under the result, in another form.
        await tap(user, result, EN("button-other"))
        card = await newest(user, result, "film.ru.srt")
        await tap(user, card, EN("menu-format"))
        await offers(user, card, "GIF")
        await tap(user, card, "GIF")
        gif = await becomes(user, card, "document")
        assert [lit(gif.file_path, at) for at in (0.2, 1.0)] == [False, True]


# --- a thumbnail


@LANGUAGES
async def test_a_photo_becomes_the_thumbnail_and_the_cover(
    stage: Stage, texts: Texts, black: Path, lime: Path
) -> None:
    async with somebody(stage, texts) as user:
        card = await menu(user, texts, black)
        sent = await user.send_photo(lime, reply_to=card)
        card = await newest(user, sent, texts("extras-thumbnail"))
        result = await convert(user, texts, card)
        thumbnail, cover = result.video.thumbnail, result.video.cover
        assert thumbnail is not None
        assert cover is not None
        assert (thumbnail.width, thumbnail.height) == (320, 180)
        assert (cover.width, cover.height) == (1280, 720)
        assert eyes.colours(thumbnail.path) == eyes.colours(cover.path) == ["lime"]
        await until(lambda: [row.phase for row in jobs(stage)] == ["done"], "the end")
    assert remains(stage) == []


async def test_a_picture_sent_as_a_file_and_taken_off_again(
    stage: Stage, black: Path, tmp_path: Path
) -> None:
    picture = tmp_path / "poster.png"
    clips.ffmpeg("-f", "lavfi", "-i", "color=c=blue:s=640x640", "-frames:v", "1", str(picture))
    async with somebody(stage) as user:
        film = await user.send_document(black)
        await card_of(user, film, EN("plan-nothing"))
        sent = await user.send_document(picture, reply_to=film)
        card = await newest(user, sent, EN("extras-thumbnail"))
        await tap(user, card, EN("extras-off-thumbnail"))
        await user.wait_for(lambda: EN("extras-thumbnail") not in card.text or None)
        result = await convert(user, EN, card)
        assert result.video.cover is None
        assert result.video.thumbnail is not None
        assert eyes.colours(result.video.thumbnail.path) == ["black"]


@LANGUAGES
@pytest.mark.parametrize("kind", ["broken", "strip", "svg"])
async def test_a_picture_of_no_use_is_refused_and_nothing_is_lost(
    stage: Stage, texts: Texts, kind: str, black: Path, tmp_path: Path
) -> None:
    path = odd(kind, tmp_path)
    async with somebody(stage, texts) as user:
        card = await menu(user, texts, black)
        sent = await user.send_document(path, reply_to=card, mime_type="image/jpeg")
        card = await newest(user, sent, texts("error-no_picture"))
        result = await convert(user, texts, card)
        assert result.video.cover is None
        assert result.video.thumbnail is not None


async def test_a_song_gets_the_picture_for_its_cover(stage: Stage, black: Path, lime: Path) -> None:
    async with somebody(stage) as user:
        card = await menu(user, EN, black)
        card = await newest(
            user, await user.send_photo(lime, reply_to=card), EN("extras-thumbnail")
        )
        await tap(user, card, EN("menu-format"))
        await offers(user, card, "MP3")
        await tap(user, card, "MP3")
        song = await becomes(user, card, "audio")
        assert eyes.colours(song.file_path) == ["lime"]
        assert song.media is not None
        assert song.media.thumbnail is not None


@LANGUAGES
async def test_a_photo_that_answers_nothing_of_ours_is_a_photo(
    stage: Stage, texts: Texts, black: Path, lime: Path
) -> None:
    async with somebody(stage, texts) as user:
        card = await menu(user, texts, black)
        hello = await user.send_text("hello")
        await newest(user, hello, texts("send-video"))
        for answered in (None, hello):
            sent = await user.send_photo(lime, reply_to=answered)
            await newest(user, sent, texts("photo-instead"))
        assert texts("extras-thumbnail") not in card.text


# --- in groups


async def test_in_a_group_an_answer_with_subtitles_is_for_us_and_talk_is_not(
    stage: Stage, black: Path, words: Path, lime: Path
) -> None:
    async with stage.bot():
        ann, bob = stage.standin.user(), stage.standin.user(name="Bob")
        group = stage.standin.group([ann, bob])
        writer, other = group.members
        film = await writer.send_video(black, file_name="film.mp4")
        result = await writer.wait_for_result()
        # Bob's picture under the film, his file, and one that answers nothing: talk.
        await other.send_photo(lime, reply_to=result)
        await other.send_document(words, reply_to=result)
        await writer.send_document(words)
        await writer.send_photo(lime, reply_to=result)
        sent = await writer.send_document(words, reply_to=result)
        card = await writer.wait_for_message(
            lambda m: m.from_bot and m.id > sent.id and "film.ru.srt" in m.text
        )
        assert card.reply_to == film.id
        said = [m for m in group.bot_messages if m.id > result.id and m != card]
        assert said == []
        assert len(jobs(stage)) == 1
        done = await convert(writer, EN, card)
        assert WORDS in eyes.subtitles(done.file_path, 0)[0]
