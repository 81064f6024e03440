"""Named cases: the table, and what is found otherwise than it says. Looks at real files."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conformance import cases, rules_named
from tests.conformance.avc import levels
from tests.conformance.cases import Expect
from tests.conformance.closer import Closer, closer
from tests.conformance.endings import cut_off
from tests.conformance.made import (
    AAC,
    FIRST,
    H264,
    PROFILE,
    RIGHT,
    TOOLS,
    facts_of,
    faults,
    make,
    right,
)
from tests.conformance.plain import MKV, MOV, file, picture, sound
from tests.support.clips import ffmpeg

ROOT = Path(__file__).resolve().parents[2]
TABLE = Path(__file__).with_name("cases.json")
OUTPUT = file(MOV, "isom", picture(), sound())


def test_the_table_that_comes_with_it() -> None:
    table = cases.read(TABLE)
    assert len({named.name for named in table}) == len(table)
    assert all(named.about for named in table)


@pytest.mark.parametrize(
    "text", ["{", "3", "[3]", '[{"about": "no file"}]', '[{"file": "a", "expect": {"colour": 1}}]']
)
def test_a_table_that_makes_no_sense(tmp_path: Path, text: str) -> None:
    table = tmp_path / "cases.json"
    table.write_text(text)
    with pytest.raises(ValueError, match=r"cases\.json|colour|Expecting"):
        cases.read(table)


# Expectation, what was measured, whether it holds for two seconds of picture and sound.
HOLDS = [
    (Expect(seconds=2, sound_seconds=2, frames=50, sounds=1, sound_codec="aac"), Closer(), True),
    (Expect(seconds=3), Closer(), False),
    (Expect(sound_seconds=3), Closer(), False),
    (Expect(frames=49), Closer(), False),
    (Expect(no_sound=True), Closer(), False),
    (Expect(sounds=2), Closer(), False),
    (Expect(sound_codec="opus"), Closer(), False),
    (Expect(most_bytes=100), Closer(), False),
    (Expect(action=("remux", "nothing"), picture="copied", notes=()), Closer(), True),
    (Expect(action=("encode",)), Closer(), False),
    (Expect(picture="encoded"), Closer(), False),
    (Expect(notes=("partial",)), Closer(), False),
    (Expect(refused="damaged"), Closer(), False),
    (Expect(tones=((1, 440),)), Closer(tones={1: 444.0}), True),
    (Expect(tones=((1, 440),)), Closer(tones={1: 880.0}), False),
    (Expect(progressive=0.8), Closer(whole=0.9), True),
    (Expect(progressive=0.8), Closer(whole=0.1), False),
    (Expect(progressive=0.8), Closer(), False),
    (Expect(block=(1, 156)), Closer(block=155), True),
    (Expect(block=(1, 156)), Closer(block=32), False),
    (Expect(shape=(1, 0.75)), Closer(shape=0.76), True),
    (Expect(shape=(1, 0.75)), Closer(shape=1.33), False),
    (Expect(words="Привет"), Closer(words="1\n00:00 --> 00:01\nПривет, мир\n"), True),
    (Expect(words="Привет"), Closer(words="Ïðèâåò"), False),
    (Expect(drawn=1), Closer(painted=300), True),
    (Expect(drawn=1), Closer(painted=0), False),
    (Expect(either=(Expect(drawn=1), Expect(notes=()))), Closer(), True),
    (Expect(either=(Expect(drawn=1), Expect(seconds=9))), Closer(), False),
]


@pytest.mark.parametrize(("expect", "found", "holds"), HOLDS)
def test_what_is_expected(expect: Expect, found: Closer, *, holds: bool) -> None:
    assert bool(list(rules_named.named(expect, OUTPUT, "remux", (), found))) != holds


def test_what_is_to_be_refused() -> None:
    assert not list(rules_named.refusal(Expect(refused="damaged"), "damaged"))
    assert list(rules_named.refusal(Expect(refused="damaged"), "too_long"))
    assert list(rules_named.refusal(Expect(seconds=3), "damaged"))


# --- measuring


def test_a_closer_look() -> None:
    blue = "color=c=blue:size=320x240:rate=25:duration=1"
    box = f"{blue},drawbox=x=80:y=200:w=156:h=20:c=white:t=fill"
    drawn = make("drawn_box.mp4", *RIGHT, picture=box)
    bare = make("bare_box.mp4", *RIGHT, picture=blue)
    expect = Expect(tones=((0.2, 440),), progressive=0.8, block=(0.5, 156), drawn=0.5)
    found = closer(TOOLS, (bare, facts_of(bare)), (drawn, facts_of(drawn)), expect)
    assert not list(rules_named.named(expect, facts_of(drawn), "encode", (), found))
    nothing = closer(TOOLS, (bare, facts_of(bare)), (bare, facts_of(bare)), expect)
    assert (nothing.painted, nothing.block) == (0, 0)


def test_bars_beside_the_picture() -> None:
    bars = "testsrc=size=180x240:rate=25:duration=1,pad=320:240:70:0"
    path = make("bars.mp4", *RIGHT, picture=bars)
    expect = Expect(shape=(0.5, 0.75))
    found = closer(TOOLS, (path, facts_of(path)), (path, facts_of(path)), expect)
    assert found.shape == pytest.approx(0.75, abs=0.02)


def test_words_of_a_subtitle_track(tmp_path: Path) -> None:
    words = tmp_path / "words.srt"
    words.write_text("1\n00:00:00,000 --> 00:00:01,000\nПривет, мир\n", encoding="utf-8")
    path = tmp_path / "words.mp4"
    ffmpeg("-i", str(right()), "-i", str(words), "-c", "copy", "-c:s", "mov_text", str(path))
    found = closer(TOOLS, (path, facts_of(path)), (path, facts_of(path)), Expect(words="Привет"))
    assert "Привет, мир" in found.words


# --- facts that only these need


def test_where_a_file_ends() -> None:
    matroska = make("whole.mkv", *H264, *PROFILE, *AAC)
    riff = make("whole.avi", "-c:v", "mpeg4")
    for whole in (right(), matroska, riff):
        assert not cut_off(whole)
        part = whole.with_stem("part")
        part.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
        assert cut_off(part)
    text = right().with_name("text")
    text.write_text("no media")
    assert not cut_off(text)


def test_a_level_that_the_stream_exceeds() -> None:
    path = make("told.mp4", *RIGHT)
    told, own = levels(path)
    assert told == own > 0
    data = path.read_bytes()
    at = data.index(b"avcC") + 4
    lower = path.with_name("told_lower.mp4")
    lower.write_bytes(data[: at + 3] + bytes([own - 1]) + data[at + 4 :])
    assert faults(lower) == {"level"}
    assert levels(make("none.webm", "-c:v", "libvpx", sound=None)) == (0, 0)


def test_a_size_that_changes() -> None:
    """Only what keeps everything may."""
    changing = replace(OUTPUT, pictures=(picture(sizes=(25,)),))
    source = file(MKV, "", picture(), sound())
    assert faults(changing, source) == {"size_changes"}
    assert faults(replace(changing, container=MKV, brand=""), source, target="mkv") == set()


def test_a_clock_that_leaps() -> None:
    """What was joined is as long as its frames, whatever the clock says."""
    assert not OUTPUT.leaps
    joined = replace(OUTPUT, pictures=(picture(backward=True),))
    assert joined.leaps
    hour = replace(
        OUTPUT,
        pictures=(picture(times=(0.0, 1.0, 3600.0, 3601.0)),),
        sounds=(sound(runs=((0.0, 1.0), (3600.0, 1.0))),),
    )
    assert hour.leaps
    # A slide that stands for long while the sound goes on is none.
    assert not replace(hour, sounds=(sound(runs=((0.0, 3602.0),)),)).leaps


def test_cases_are_run_and_those_without_a_file_told(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(make("film_ready.mp4", *RIGHT, *FIRST).read_bytes())
    table = tmp_path / "table.json"
    rows = [
        {"file": "film.mp4", "about": "a film", "expect": {"picture": "copied", "seconds": 1}},
        {"file": "film.mp4", "about": "a film", "request": {"height": 60}, "expect": {"frames": 3}},
        {"file": "gone.mp4", "about": "a film that isn't there"},
    ]
    table.write_text(json.dumps(rows))
    report = tmp_path / "report.json"
    argv = [sys.executable, "-m", "tests.conformance", "--cases", str(table), "--runner", "host"]
    done = subprocess.run(
        [*argv, "--jobs", "1", "--report", str(report), str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 1
    found = {row["file"]: row for row in json.loads(report.read_text())["files"]}
    assert found["film.mp4"]["word"] == "right"
    assert [f["kind"] for f in found["film.mp4 (height 60)"]["faults"]] == ["case"]
    assert [f["kind"] for f in found["gone.mp4"]["faults"]] == ["file_missing"]
