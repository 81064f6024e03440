"""What may rightly become of which kind of file."""

from pathlib import Path

import pytest

from converter.limits import Limits
from tests.conformance.case import Fault
from tests.conformance.expectations import EXPECTATIONS
from tests.conformance.kinds import Kind, Source
from tests.conformance.outcome import NEWER_DECODER, Ending, How, Word, verdict
from tests.conformance.plain import MKV, file, picture, sound

VIDEO = file(MKV, "", picture(), sound())
SILENT = file(MKV, "", picture())
SOUND = file("wav", "", sound())
MADE = Ending(How.MADE)
FAULTY = Ending(How.MADE, faults=(Fault("hdr"),))


def refused(code: str) -> Ending:
    return Ending(How.REFUSED, code)


EXPECTED = [
    # kind, facts, target, what happened, the word, the faults
    (Kind.VIDEO, VIDEO, "mp4", MADE, Word.RIGHT, ""),
    (Kind.VIDEO, VIDEO, "mp4", FAULTY, Word.WRONG, "hdr"),
    (Kind.VIDEO, VIDEO, "mp4", refused("damaged"), Word.WRONG, "refused"),
    (Kind.VIDEO, VIDEO, "mp4", refused("encrypted"), Word.WRONG, "refused"),
    (Kind.VIDEO, VIDEO, "mp4", refused("timed_out"), Word.WRONG, "timed_out"),
    (Kind.VIDEO, VIDEO, "mp4", refused("too_long"), Word.WRONG, "refused"),
    (Kind.VIDEO, VIDEO, "m4a", MADE, Word.RIGHT, ""),
    (Kind.VIDEO, VIDEO, "m4a", refused("no_sound"), Word.WRONG, "refused"),
    (Kind.VIDEO, SILENT, "m4a", refused("no_sound"), Word.REFUSED, ""),
    (Kind.VIDEO, SILENT, "m4a", refused("damaged"), Word.WRONG, "refused_badly"),
    (Kind.VIDEO, SILENT, "m4a", MADE, Word.WRONG, "not_refused"),
    (Kind.VIDEO, None, "mp4", MADE, Word.RIGHT, ""),
    (Kind.SOUND, SOUND, "mp4", refused("no_video"), Word.REFUSED, ""),
    (Kind.SOUND, SOUND, "mp4", refused("not_media"), Word.WRONG, "refused_badly"),
    (Kind.SOUND, SOUND, "mp4", MADE, Word.WRONG, "not_refused"),
    (Kind.SOUND, SOUND, "frame", refused("no_video"), Word.REFUSED, ""),
    (Kind.SOUND, SOUND, "m4a", MADE, Word.RIGHT, ""),
    (Kind.SOUND, SOUND, "m4a", refused("no_video"), Word.WRONG, "refused"),
    (Kind.STILL, SILENT, "mp4", refused("picture"), Word.REFUSED, ""),
    (Kind.STILL, SILENT, "mp4", MADE, Word.RIGHT, ""),
    (Kind.SEALED, None, "mp4", refused("encrypted"), Word.REFUSED, ""),
    (Kind.SEALED, None, "mp4", refused("damaged"), Word.WRONG, "refused"),
    (Kind.NOTHING, None, "mp4", refused("text"), Word.REFUSED, ""),
    (Kind.NOTHING, None, "mp4", refused("out_of_memory"), Word.WRONG, "out_of_memory"),
    (Kind.NOTHING, None, "mp4", FAULTY, Word.WRONG, "hdr"),
    (Kind.NOTHING, None, "mp4", Ending(How.CRASH, "KeyError"), Word.WRONG, "crash"),
    (Kind.VIDEO, VIDEO, "mp4", Ending(How.HANG), Word.WRONG, "hang"),
]


@pytest.mark.parametrize(("kind", "facts", "target", "ending", "word", "fault"), EXPECTED)
def test_the_word_for_an_ending(
    kind: Kind, facts: object, target: str, ending: Ending, word: Word, fault: str
) -> None:
    source = Source(Path("x"), kind, 1000, facts)  # type: ignore[arg-type]
    found = verdict(source, EXPECTATIONS[target], ending, Limits())
    assert found.word is word
    assert [f.kind for f in found.faults] == ([fault] if fault else [])


def test_what_only_a_newer_decoder_can_read_is_right() -> None:
    source = Source(Path("x"), Kind.NOTHING, 1000, None)
    assert verdict(source, EXPECTATIONS["mp4"], MADE, Limits()).remark == NEWER_DECODER


EXCUSES = [
    ("too_large", Limits(max_input_bytes=999)),
    ("too_long", Limits(max_duration=1.0)),
    ("too_many_pixels", Limits(max_pixels=640 * 360 - 1)),
    ("too_many_streams", Limits(max_streams=1)),
]


@pytest.mark.parametrize(("code", "limits"), EXCUSES)
def test_beyond_a_limit_a_video_may_be_refused(code: str, limits: Limits) -> None:
    source = Source(Path("x"), Kind.VIDEO, 1000, VIDEO)
    want = EXPECTATIONS["mp4"]
    assert verdict(source, want, refused(code), limits).word is Word.REFUSED
    assert verdict(source, want, refused(code), Limits()).word is Word.WRONG


def test_a_video_of_which_most_is_lost_may_be_refused() -> None:
    rest = file(MKV, "", picture(), header_seconds=20.0, cut_off=True)
    source = Source(Path("x"), Kind.VIDEO, 1000, rest)
    assert verdict(source, EXPECTATIONS["mp4"], refused("truncated"), Limits()).word is Word.REFUSED


@pytest.mark.parametrize("code", ["too_long", "damaged", "truncated"])
def test_a_header_that_lies_excuses_nothing(code: str) -> None:
    liar = file(MKV, "", picture(promised=2.0), header_seconds=36_000.0)
    source = Source(Path("x"), Kind.VIDEO, 1000, liar)
    assert verdict(source, EXPECTATIONS["mp4"], refused(code), Limits()).word is Word.WRONG
