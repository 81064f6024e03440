"""Which of a file's streams are meant."""

from dataclasses import replace

import pytest

from converter.errors import Code, Refused
from converter.media import MediaInfo, VideoStream
from converter.planning.choice import burned, picture, sound
from converter.request import Request, Subtitles
from tests.support.facts import AUDIO, INFO, PAINTED, SONG, TEXT, VIDEO

POSTER = replace(VIDEO, index=0, codec="mjpeg")
FILM = replace(VIDEO, index=1)
SECOND = replace(VIDEO, index=2, default=True)


@pytest.mark.parametrize(
    ("videos", "index"),
    [
        ((), None),
        ((VIDEO,), 0),
        ((POSTER,), 0),
        ((POSTER, FILM), 1),
        ((replace(POSTER, default=True), FILM), 1),
        ((FILM, SECOND), 2),
        ((replace(FILM, width=0), replace(SECOND, default=False)), 2),
        ((replace(FILM, width=0),), 1),
    ],
)
def test_the_picture(videos: tuple[VideoStream, ...], index: int | None) -> None:
    found = picture(replace(INFO, videos=videos))
    assert (found.index if found else None) == index


def tracks(*languages: str) -> MediaInfo:
    found = (replace(AUDIO, index=n + 1, language=name) for n, name in enumerate(languages))
    return replace(INFO, audios=tuple(found))


@pytest.mark.parametrize(
    ("languages", "wanted", "index"),
    [
        (("eng", "rus"), "", 1),
        (("eng", "rus"), "2", 2),
        (("eng", "rus"), "ru", 2),
        (("eng", "ru"), "rus", 2),
        (("ger", "deu"), "de", 1),
        (("", "deu"), "ger", 2),
        (("", "fre"), "fra", 2),
        (("eng", "tat"), "tat", 2),
        (("eng", "zho"), "ZH", 2),
    ],
)
def test_the_sound(languages: tuple[str, ...], wanted: str, index: int) -> None:
    found = sound(tracks(*languages), Request(audio=wanted))
    assert found is not None
    assert found.index == index


@pytest.mark.parametrize("wanted", ["0", "3", "9" * 16, "ita", "und", "٣"])
def test_a_sound_that_is_not_there(wanted: str) -> None:
    with pytest.raises(Refused) as told:
        sound(tracks("eng", ""), Request(audio=wanted))
    assert told.value.code is Code.NO_TRACK
    assert told.value.facts["there"] == "1\teng\t\n2\t\t"


def test_the_tracks_that_there_are_come_with_their_titles() -> None:
    titles = ("", "Commentary", "two\nlines\tand \u202emore", "a" * 900)
    found = (replace(AUDIO, index=n, language="rus", title=title) for n, title in enumerate(titles))
    with pytest.raises(Refused) as told:
        sound(replace(INFO, audios=tuple(found)), Request(audio="5"))
    lines = str(told.value.facts["there"]).split("\n")
    assert lines[:3] == ["1\trus\t", "2\trus\tCommentary", "3\trus\ttwo lines and  more"]
    assert lines[3].count("a") == 40
    assert told.value.facts["wanted"] == "5"


def test_a_sentence_has_room_for_the_tracks_of_any_file() -> None:
    with pytest.raises(Refused) as told:
        sound(tracks(*["eng"] * 64), Request(audio="99"))
    assert str(told.value.facts["there"]).count("\n") == 19


def test_numbers_count_what_can_be_heard() -> None:
    info = replace(INFO, audios=(replace(AUDIO, channels=0), replace(AUDIO, index=2)))
    found = sound(info, Request(audio="1"))
    assert found is not None
    assert found.index == 2


def test_silence() -> None:
    assert sound(INFO, Request(mute=True)) is None
    assert sound(replace(INFO, audios=()), Request()) is None
    assert sound(SONG, Request()) is SONG.audios[0]


def test_subtitles_to_burn() -> None:
    marked = replace(PAINTED, default=True)
    info = replace(INFO, subtitles=(replace(TEXT, index=9, codec="eia_608"), TEXT, marked))
    assert burned(info, Request()) is None
    assert burned(info, Request(subtitles=Subtitles.KEEP)) is None
    assert burned(info, Request(subtitles=Subtitles.BURN)) is marked
    assert burned(info, Request(subtitles=Subtitles.BURN, subtitle="1")) is TEXT
