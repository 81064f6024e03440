"""Scripts of strangers, read field by field and written anew."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.input import brightness, script
from converter.input.script import Event, Script

HEAD = "[Script Info]\nScriptType: v4.00+\nPlayResX: 640\nPlayResY: 360\nWrapStyle: 2\n"
STYLES = (
    "[V4+ Styles]\nFormat: Name, Fontname, Fontsize, PrimaryColour, Bold, Alignment\n"
    "Style: Sign,Comic Sans,24.5,&H0080FF,-1,8\n"
)
EVENTS = (
    "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    "Dialogue: 3,0:00:01.50,0:00:02.75,Sign,who,1,2,3,,{\\pos(10,20)}one, two\\Nthree\n"
)


def test_what_a_script_means_survives() -> None:
    read = script.read(f"{HEAD}\n{STYLES}\n{EVENTS}")
    assert read.head == {"PlayResX": "640", "PlayResY": "360", "WrapStyle": "2"}
    (style,) = read.styles
    assert (style["name"], style["fontname"], style["fontsize"]) == ("Sign", "Comic Sans", "24.5")
    assert (style["primarycolour"], style["bold"], style["alignment"]) == ("&H000080FF", "-1", "8")
    (event,) = read.events
    assert (event.start, event.end) == (1.5, 2.75)
    assert event.text == "{\\pos(10,20)}one, two\\Nthree"
    written = script.write(read)
    assert "Style: Sign,Comic Sans,24.5,&H000080FF,&H00FFFFFF," in written
    assert (
        "Dialogue: 3,0:00:01.50,0:00:02.75,Sign,,1,2,3,,{\\pos(10,20)}one, two\\Nthree\n" in written
    )
    assert script.read(written) == read


@pytest.mark.parametrize(
    "line",
    [
        "#EXTM3U",
        "PlayResX: /etc/passwd",
        "Matroska: file:///etc/passwd",
        "fontname: evil.ttf",
        "YCbCr Matrix: concat:a|b",
        "Style: a,b,huge,&Hzz,inf,nan",
        "Dialogue: 0,9:99:99.99,0:00:00.00,Default,,0,0,0,,backwards",
        "Dialogue: 0,x,y,Default,,0,0,0,,no time",
        "Dialogue: too, short",
        "Comment: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,nothing",
    ],
)
@pytest.mark.parametrize("section", ["[Script Info]", "[V4+ Styles]", "[Events]", "[Fonts]", ""])
def test_what_makes_no_sense_is_left_out(section: str, line: str) -> None:
    written = script.write(script.read(f"{section}\n{line}\n"))
    for word in ("#EXTM3U", "etc", "evil", "concat", "huge", "inf", "nan", "backwards", "nothing"):
        assert word not in written.replace("[Script Info]", "")


@given(st.text(max_size=400) | st.binary(max_size=400).map(lambda b: b.decode("latin-1")))
def test_anything_becomes_a_script_of_ours(text: str) -> None:
    for source in (text, f"[Events]\nDialogue: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,{text}"):
        written = script.write(script.read(source))
        assert written.startswith("[Script Info]\n; written by")
        known = ("[", ";", "Format: ", "Style: ", "Dialogue: ", "ScriptType: ", "PlayRes", "Layout")
        more = ("WrapStyle", "Scaled", "Kerning", "YCbCr")
        lines = [line for line in written.split("\n") if line]
        assert all(line.startswith((*known, *more)) for line in lines)
        assert all(c == "\n" or c >= " " for c in written)


def test_the_older_kind_of_script() -> None:
    old = (
        "[V4 Styles]\nFormat: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, "
        "TertiaryColour, BackColour, Bold, Alignment\nStyle: Top,Arial,20,65535,0,0,255,0,6\n"
    )
    (style,) = script.read(old).styles
    assert (style["primarycolour"], style["outlinecolour"]) == ("&H0000FFFF", "&H000000FF")
    assert style["alignment"] == "8"


def test_many_events_are_bounded() -> None:
    read = script.read(EVENTS + EVENTS.splitlines()[-1] * 1 + "\n" + "x\n" * 10)
    assert len(read.events) == 2
    many = [Event(float(n), n + 1.0, "a" * 40) for n in range(script.MOST_EVENTS + 5)]
    plain = script.plain(many)
    assert len(plain.events) == script.MOST_EVENTS
    assert len(script.plain([Event(0, 1, "a" * 90_000)]).events[0].text) < 17_000


def test_a_part_begins_with_what_stands_already() -> None:
    whole = Script({}, (), (Event(0, 2, "a"), Event(1, 4, "b"), Event(5, 6, "c")))
    assert [(e.start, e.text) for e in script.later(whole, 3).events] == [(3, "b"), (5, "c")]


@pytest.mark.parametrize(
    ("transfer", "white"), [("smpte2084", 0.5806 * 255), ("arib-std-b67", 0.75 * 255)]
)
def test_white_is_as_bright_as_paper(transfer: str, white: float) -> None:
    recolour = brightness.paper(transfer)
    assert recolour((255, 255, 255)) == pytest.approx((white,) * 3, abs=1)
    assert recolour((0, 0, 0)) == (0, 0, 0)
    read = script.read(f"{STYLES}{EVENTS.strip()}{{\\c&H0000FF&\\3c&HFFFFFF&}}!\n")
    written = script.write(read, recolour)
    level = f"{round(white):02X}"
    assert f"\\3c&H{level}{level}{level}&" in written
    assert "\\c&H0000FF&" not in written
    assert "{\\pos(10,20)}" in written
