"""What becomes of sound, subtitles and words, by each option of a request."""

from dataclasses import replace
from typing import Any

import pytest

from converter.errors import Code, Refused
from converter.media import MediaInfo, SubtitleStream
from converter.planning.plan import Action, Note, Plan, Step
from converter.request import Quality, Request, Subtitles
from tests.support.awkward import FILES
from tests.support.facts import (
    AUDIO,
    COVER,
    INFO,
    MKV,
    PAINTED,
    TEXT,
    names,
    plans,
    with_video,
)

NOTHING, REMUX, AUDIO_ALONE, ENCODE = Action


def first(info: MediaInfo = INFO, **options: Any) -> Plan:  # noqa: ANN401 - any field
    return plans(info, Request(**options))[0]


# --- sound

TWO = FILES["two tracks"]
SOUNDS = [
    (INFO, {"mute": True}, REMUX, []),
    (TWO, {}, REMUX, [1]),
    (TWO, {"audio": "1"}, REMUX, [1]),
    (TWO, {"audio": "2"}, AUDIO_ALONE, [2]),
    (TWO, {"audio": "ru"}, AUDIO_ALONE, [2]),
    (TWO, {"audio": "rus"}, AUDIO_ALONE, [2]),
    (TWO, {"audio": "RU"}, AUDIO_ALONE, [2]),
    (TWO, {"audio": "ru", "target": "mp3"}, AUDIO_ALONE, [2]),
    (TWO, {"target": "mkv"}, REMUX, [1, 2]),
    (TWO, {"target": "mkv", "audio": "ru"}, REMUX, [2]),
    (TWO, {"target": "animation"}, REMUX, []),
    (INFO, {"audio": "1"}, NOTHING, [1]),
]


@pytest.mark.parametrize(("info", "options", "action", "indexes"), SOUNDS)
def test_the_sound_as_it_is_wanted(
    info: MediaInfo, options: dict[str, Any], action: Action, indexes: list[int]
) -> None:
    plan = first(info, **options)
    assert plan.action is action
    assert [sound.stream.index for sound in plan.sounds] == indexes


@pytest.mark.parametrize("wanted", ["3", "0", "fr", "und", "²", "-1"])
def test_a_track_that_is_not_there(wanted: str) -> None:
    with pytest.raises(Refused) as told:
        first(TWO, audio=wanted)
    assert told.value.code is Code.NO_TRACK
    there = "1\teng\t\n2\trus\t"
    assert told.value.facts == {"kind": "audio", "wanted": wanted, "there": there}


@pytest.mark.parametrize("key", ["mp3", "m4a", "opus", "flac", "hevc", "webm", "note"])
def test_loudness_is_measured_before_it_is_corrected(key: str) -> None:
    plan = first(target=key, loudness=-16.0)
    assert plan.steps[-2:] == (Step.LOUDNESS, Step.CONVERT)
    assert [sound.loudness for sound in plan.sounds] == [-16.0]


def test_without_its_sound_nothing_is_measured() -> None:
    last = plans(INFO, Request(target="webm", loudness=-16.0))[-1]
    assert (last.sounds, last.steps) == ((), (Step.CONVERT,))


# --- subtitles

BOTH = replace(INFO, container=MKV, subtitles=(TEXT, PAINTED))
CAPTIONS = [
    (BOTH, "mp4", Subtitles.AUTO, [], False),
    (BOTH, "mp4", Subtitles.DROP, [], False),
    (BOTH, "mp4", Subtitles.KEEP, [(2, "mov_text")], True),
    (BOTH, "webm", Subtitles.KEEP, [(2, "webvtt")], True),
    (BOTH, "mkv", Subtitles.AUTO, [(2, "copy"), (3, "copy")], False),
    (BOTH, "mkv", Subtitles.KEEP, [(2, "copy"), (3, "copy")], False),
    (FILES["text"], "mp4", Subtitles.KEEP, [(2, "mov_text")], False),
    (
        *(replace(INFO, subtitles=(replace(TEXT, codec="mov_text"),)), "mkv"),
        *(Subtitles.AUTO, [(2, "srt")], False),
    ),
    (
        *(replace(INFO, subtitles=(replace(TEXT, codec="mov_text"),)), "mp4"),
        *(Subtitles.KEEP, [(2, "copy")], False),
    ),
]


@pytest.mark.parametrize(("info", "key", "wish", "kept", "lost"), CAPTIONS)
def test_subtitles(
    info: MediaInfo, key: str, wish: Subtitles, kept: list[tuple[int, str]], *, lost: bool
) -> None:
    plan = first(info, target=key, subtitles=wish)
    assert [(caption.stream.index, caption.encoder) for caption in plan.captions] == kept
    assert (Note.SUBTITLES_LOST in plan.notes) is lost


def test_captions_that_cannot_be_written_are_left_out_at_last() -> None:
    found = plans(BOTH, Request(subtitles=Subtitles.KEEP))
    assert any(not p.captions and p.sounds and Note.SUBTITLES_LOST in p.notes for p in found)


def test_kept_subtitles_would_be_out_of_step_with_another_speed() -> None:
    plan = first(BOTH, target="mkv", speed=2.0)
    assert plan.captions == ()
    assert plan.notes == (Note.SUBTITLES_LOST,)


BURNS = [
    ("", TEXT, "ass"),
    ("1", TEXT, "ass"),
    ("ru", TEXT, "ass"),
    ("2", PAINTED, "overlay"),
    ("en", PAINTED, "overlay"),
]


@pytest.mark.parametrize(("wanted", "track", "filter_"), BURNS)
def test_burned_subtitles(wanted: str, track: SubtitleStream, filter_: str) -> None:
    plan = first(BOTH, subtitles=Subtitles.BURN, subtitle=wanted)
    assert plan.action is ENCODE
    assert "burned subtitles" in plan.reasons
    assert plan.burn is track
    assert filter_ in names(plan)
    assert plan.captions == ()
    assert plan.steps == (Step.CONVERT,)


LOST = replace(BOTH, subtitles=(replace(TEXT, lost=True), PAINTED))
ANEW = replace(BOTH, subtitles=(replace(TEXT, file="kept2.srt"), PAINTED))


@pytest.mark.parametrize(
    ("key", "wish", "kept"),
    [
        ("mp4", Subtitles.KEEP, []),
        # Whoever plays it may know what they are.
        ("mkv", Subtitles.AUTO, [(2, "copy"), (3, "copy")]),
        ("mp4", Subtitles.BURN, []),
    ],
)
def test_words_that_nobody_can_read(key: str, wish: Subtitles, kept: list[tuple[int, str]]) -> None:
    plan = first(LOST, target=key, subtitles=wish)
    assert [(caption.stream.index, caption.encoder) for caption in plan.captions] == kept
    assert plan.notes == (Note.SUBTITLES_LOST,)
    assert plan.burn is None


@pytest.mark.parametrize(("key", "encoder"), [("mp4", "mov_text"), ("mkv", "copy")])
def test_words_of_another_code_page_are_kept_from_our_own_file(key: str, encoder: str) -> None:
    plan = first(ANEW, target=key, subtitles=Subtitles.KEEP)
    assert (plan.captions[0].stream.file, plan.captions[0].encoder) == ("kept2.srt", encoder)
    assert plan.action is Action.REMUX
    assert "code page" in plan.reasons


@pytest.mark.parametrize(("info", "wanted"), [(INFO, ""), (BOTH, "fr"), (BOTH, "3")])
def test_subtitles_that_are_not_there(info: MediaInfo, wanted: str) -> None:
    with pytest.raises(Refused) as told:
        first(info, subtitles=Subtitles.BURN, subtitle=wanted)
    assert told.value.code is Code.NO_TRACK
    assert (told.value.facts["kind"], told.value.facts["wanted"]) == ("subtitles", wanted)


# --- words


def test_metadata_stays_on_request_alone() -> None:
    info = replace(INFO, private_tags=frozenset({"location"}), tags={"location": "+1+1/"})
    assert first(info).action is REMUX
    assert first(info, metadata=True).action is NOTHING
    assert [p.metadata for p in plans(info, Request(metadata=True))] == [True] * 5


def test_the_sound_that_was_meant() -> None:
    marked = replace(INFO, audios=(AUDIO, replace(AUDIO, index=5, default=True)))
    assert first(marked).sounds[0].stream.index == 5


# --- what looks right already and is not as wanted


_MKV = replace(TWO, container=MKV)
_HEV1 = with_video(codec="hevc", profile="Main", level=93, tag="hev1")
_DROP = {"target": "mkv", "subtitles": Subtitles.DROP}
_GIF = with_video(FILES["gif"], width=480, height=360)
WISHES = [
    pytest.param(_MKV, {"target": "mkv", "audio": "ru"}, REMUX, id="one track of two"),
    pytest.param(BOTH, _DROP, REMUX, id="no subtitles"),
    pytest.param(_HEV1, {"target": "hevc"}, REMUX, id="another tag"),
    pytest.param(_GIF, {"target": "gif", "quality": Quality.SMALL}, ENCODE, id="a smaller GIF"),
]


@pytest.mark.parametrize(("info", "options", "action"), WISHES)
def test_a_file_that_is_not_yet_as_wanted(
    info: MediaInfo, options: dict[str, Any], action: Action
) -> None:
    assert first(info, **options).action is action


@pytest.mark.parametrize("key", ["mp4", "mkv", "mov"])
def test_loudness_beside_a_copied_picture(key: str) -> None:
    plan = first(target=key, loudness=-16.0)
    assert plan.action is AUDIO_ALONE
    assert plan.steps == (Step.LOUDNESS, Step.CONVERT)


def test_an_mkv_makes_no_film_of_its_poster() -> None:
    # ffmpeg can copy an attached picture into Matroska as a second film only.
    info = replace(INFO, covers=(COVER,))
    plan = first(info, target="mkv")
    assert (plan.covers, plan.extras) == ((), ())


def test_nobody_knows_a_flac_s_size() -> None:
    assert first(target="flac").size is None
