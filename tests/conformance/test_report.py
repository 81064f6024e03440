"""What a person reads."""

from tests.conformance import report
from tests.conformance.case import Fault
from tests.conformance.outcome import NEWER_DECODER, Word
from tests.conformance.row import Row

LONG = "Traceback\n  of many lines\nValueError: the reason"
REFUSED = Row("sound", "mp4", "sound", Word.REFUSED, code="no_video")
ROWS = (
    Row("a", "mp4", "video", Word.RIGHT),
    Row("b", "mp4", "video", Word.WRONG, (Fault("crash", LONG), Fault("hdr"), Fault("hdr"))),
    Row("c", "mp4", "nothing to convert", Word.RIGHT, remark=NEWER_DECODER),
    REFUSED.joined(Row("sound", "m4a", "sound", Word.RIGHT), Word.RIGHT),
    REFUSED.joined(Row("sound", "m4a", "sound", Word.WRONG, (Fault("silent", "x"),)), Word.WRONG),
)


def test_the_table_counts_by_kind() -> None:
    lines = [" ".join(line.split()) for line in report.table(ROWS).splitlines()]
    assert lines == [
        "kind files right refused rightly wrong",
        "video 2 1 0 1",
        "sound 2 1 0 1",
        "nothing to convert 1 1 0 0",
        "all 5 3 0 2",
        "sounds, made m4a too: 1/2 right",
        "right thanks to a newer decoder than the index was made with: 1",
    ]


def test_wrong_files_are_named_with_their_faults() -> None:
    assert report.wrong(ROWS).splitlines() == [
        "wrong: b",
        "    crash: ValueError: the reason",
        "    hdr: ",
        "    hdr: ",
        "wrong: sound",
        "    silent: as m4a: x",
    ]


def test_crashes_and_hangs_are_told_even_when_there_are_none() -> None:
    assert report.faults(ROWS[:1]) == "faults: crash 0, hang 0"
    assert report.faults(ROWS) == "faults: crash 1, hang 0, hdr 1, silent 1"


def test_all_is_right_or_not() -> None:
    assert report.all_right(ROWS[:1])
    assert not report.all_right(ROWS)
