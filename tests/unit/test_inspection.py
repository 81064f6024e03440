"""What a look at the decoded output says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.checks.inspection import Look, Window, argv, read, undecodable, windows
from converter.input.guards import input_guards

URL = "file:/out/partial"
# ffmpeg 7.1, at -v level+info.
HEARD = """[Parsed_volumedetect_0 @ 0x5581] [info] n_samples: 96000
[Parsed_volumedetect_0 @ 0x5581] [info] mean_volume: -21.1 dB
[Parsed_volumedetect_0 @ 0x5581] [info] max_volume: -18.1 dB
"""
BROKEN = "[h264 @ 0x55d0] [error] error while decoding MB 11 7, bytestream -9\n"
DEAF = HEARD.replace("-18.1", "-91.0")


@pytest.mark.parametrize(
    ("duration", "starts"),
    [
        (None, [0.0]),
        (0.2, [0.0]),
        (8.0, [0.0]),
        (10.0, [0, 2, 4, 6, 8]),
        (102.0, [0, 25, 50, 75, 100]),
    ],
)
def test_windows(duration: float | None, starts: list[float]) -> None:
    found = windows(duration)
    assert [window.start for window in found] == pytest.approx(starts)
    assert all(window.short is (len(found) > 1) for window in found)


def test_every_window_is_an_input_of_its_own() -> None:
    call = argv(URL, windows(100.0), max_pixels=1000, picture="0", sound="1")
    guards = list(input_guards(1000, pictures=True))
    places = [place for place, word in enumerate(call) if word == "-i"]
    assert len(places) == 5
    for place in places:
        assert call[place - len(guards) : place + 2] == [*guards, "-i", URL]
    assert call.count("-frames:v") == call.count("-frames:a") == 5
    assert call.count("volumedetect") == 5
    assert "-nostdin" in call
    assert call[-3:] == ["-f", "null", "-"]


@pytest.mark.parametrize(("picture", "sound"), [("0", None), (None, "1")])
def test_only_what_is_there_is_looked_at(picture: str | None, sound: str | None) -> None:
    call = argv(URL, (Window(),), max_pixels=1, picture=picture, sound=sound)
    maps = [call[place + 1] for place, word in enumerate(call) if word == "-map"]
    assert maps == [f"0:{picture or sound}"]
    assert ("volumedetect" in call) is (sound is not None)


@pytest.mark.parametrize(
    ("stderr", "look", "silent", "audible"),
    [
        ("", Look((), None), False, False),
        (HEARD, Look((), -18.1), False, True),
        (DEAF, Look((), -91.0), True, False),
        (HEARD.replace("-18.1", "-inf"), Look((), float("-inf")), True, False),
        (DEAF + HEARD, Look((), -18.1), False, True),
        (HEARD.replace("-18.1", "-60.0"), Look((), -60.0), False, False),
        (BROKEN, Look((BROKEN.strip(),), None), False, False),
        ("[null @ 0x1] [error] Application provided invalid dts\n", Look((), None), False, False),
        ("[h264 @ 0x1] [warning] odd\n", Look((), None), False, False),
    ],
)
def test_messages(stderr: str, look: Look, *, silent: bool, audible: bool) -> None:
    found = read(stderr)
    assert found == look
    assert (found.silent, found.audible) == (silent, audible)


@pytest.mark.parametrize(
    ("complaints", "status", "duration", "wrong"),
    [
        (0, 0, 5.0, None),
        (1, 0, 5.0, "does not decode: x"),
        (0, 1, 5.0, "does not decode: exit 1"),
        (8, 0, 100.0, None),
        (9, 0, 100.0, "does not decode: x"),
        (0, 69, 100.0, "does not decode: exit 69"),
    ],
)
def test_what_does_not_decode(
    complaints: int, status: int, duration: float, wrong: str | None
) -> None:
    look = Look(("x",) * complaints, None)
    assert undecodable(look, status, windows(duration)) == wrong


@given(st.text())
def test_any_text_can_be_read(stderr: str) -> None:
    read(stderr)
