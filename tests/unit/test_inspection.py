"""What a look at the decoded output says."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.checks import inspection
from converter.checks.inspection import Check, Heard, Inspected, Window, windows
from converter.input.guards import input_guards
from converter.media import Packets
from tests.support.facts import AUDIO, INFO, VIDEO, encode, plans

URL = "file:/out/partial"
# ffmpeg 7.1, at -v level+info.
HEARD = """[volumedetect@sound1 @ 0x5581] [info] n_samples: 0
[volumedetect@sound1 @ 0x5581] [info] n_samples: 96000
[volumedetect@sound1 @ 0x5581] [info] mean_volume: -21.1 dB
[volumedetect@sound1 @ 0x5581] [info] max_volume: -18.1 dB
"""
BROKEN = "[h264 @ 0x55d0] [error] error while decoding MB 11 7, bytestream -9\n"
LISTENED = Check((Window(),), 0, listened=(1,))


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


def test_what_was_encoded_is_heard_to_its_end() -> None:
    check = inspection.check_for(encode(plans(INFO, moov_first=False)), INFO)
    assert (check.picture, check.sounds, check.listened) == (0, (), (1,))
    assert not check.keyframes


@pytest.mark.parametrize(
    ("keyframes", "seconds", "all_of_them", "samples"),
    [(40, 100.0, True, 5), (240, 100.0, True, 5), (241, 4000.0, False, 24), (3, 5.0, False, 1)],
)
def test_every_keyframe_of_a_copy_is_decoded_or_many_samples(
    keyframes: int, seconds: float, *, all_of_them: bool, samples: int
) -> None:
    video = replace(VIDEO, packets=Packets(count=300, keyframes=keyframes))
    output = replace(INFO, videos=(video,), duration=seconds)
    check = inspection.check_for(plans(INFO, moov_first=False)[0], output)
    assert (check.sounds, check.listened) == ((1,), ())
    assert check.keyframes is all_of_them
    assert len(check.windows) == samples


def test_every_window_is_an_input_of_its_own() -> None:
    check = Check(windows(100.0), 0, sounds=(1,), listened=(2,), keyframes=True)
    call = inspection.argv(URL, check, max_pixels=1000)
    guards = list(input_guards(1000, pictures=True))
    places = [place for place, word in enumerate(call) if word == "-i"]
    assert len(places) == 7
    for place in places:
        assert call[place - len(guards) : place + 2] == [*guards, "-i", URL]
    assert call.count("-frames:v") == call.count("-frames:a") == 5
    assert call.count("-t") == 5, "up to ffmpeg 6 a window is read to the end of the file"
    maps = [call[place + 1] for place, word in enumerate(call) if word == "-map"]
    assert maps[-2:] == ["5:2", "6:0"]
    assert call[call.index("volumedetect@sound2") - 1] == "-af"
    assert call.count("nokey") == 1
    assert "-nostdin" in call
    assert call[-3:] == ["-f", "null", "-"]


@pytest.mark.parametrize(
    ("check", "maps"),
    [
        (Check((Window(),), 0), ["0:0"]),
        (Check((Window(),), None, sounds=(1,)), ["0:1"]),
        (Check((Window(),), None, listened=(1, 2)), ["0:1", "0:2"]),
        (Check((), None, listened=(1,)), ["0:1"]),
    ],
)
def test_only_what_is_there_is_looked_at(check: Check, maps: list[str]) -> None:
    call = inspection.argv(URL, check, max_pixels=1)
    assert [call[place + 1] for place, word in enumerate(call) if word == "-map"] == maps


@pytest.mark.parametrize(
    ("stderr", "complaints", "heard", "silent", "audible"),
    [
        ("", (), Heard(), False, False),
        (HEARD, (), Heard(96000, -18.1), False, True),
        (HEARD.replace("-18.1", "-91.0"), (), Heard(96000, -91.0), True, False),
        (HEARD.replace("-18.1", "-inf"), (), Heard(96000, float("-inf")), True, False),
        (HEARD.replace("-18.1", "-60.0"), (), Heard(96000, -60.0), False, False),
        (HEARD.replace("volumedetect@", ""), (), Heard(96000, -18.1), False, True),
        (HEARD.replace("sound1", "sound2"), (), Heard(), False, False),
        (BROKEN, (BROKEN.strip(),), Heard(), False, False),
        ("[null @ 0x1] [error] Application provided invalid dts\n", (), Heard(), False, False),
        ("[h264 @ 0x1] [warning] odd\n", (), Heard(), False, False),
    ],
)
def test_messages(
    stderr: str, complaints: tuple[str, ...], heard: Heard, *, silent: bool, audible: bool
) -> None:
    found = inspection.read(stderr, LISTENED)
    assert found == Inspected(complaints, (heard,))
    assert (found.heard[0].silent, found.heard[0].audible) == (silent, audible)


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
    seen = Inspected(("x",) * complaints, ())
    assert inspection.undecodable(seen, status, Check(windows(duration), 0)) == wrong


def test_several_sounds_are_told_apart() -> None:
    check = Check((Window(),), 0, listened=(1, 2))
    assert AUDIO.index == 1
    second = HEARD.replace("sound1", "sound2").replace("96000", "48000").replace("-18.1", "-3.0")
    found = inspection.read(HEARD + second, check)
    assert found.heard == (Heard(96000, -18.1), Heard(48000, -3.0))


@given(st.text())
def test_any_text_can_be_read(stderr: str) -> None:
    inspection.read(stderr, LISTENED)
