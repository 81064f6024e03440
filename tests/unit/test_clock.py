"""A sound against its own clock."""

from dataclasses import replace

import pytest

from converter.media import AudioStream, Packets
from converter.planning import clock
from tests.support.facts import AUDIO


def sound(
    count: int,
    seconds: float,
    *,
    codec: str = "aac",
    profile: str = "LC",
    rate: int = 48_000,
    **found: float,
) -> AudioStream:
    packets = Packets(count=count, seconds=seconds, **found)  # type: ignore[arg-type]
    return replace(
        AUDIO, codec=codec, profile=profile, sample_rate=rate, duration=seconds, packets=packets
    )


@pytest.mark.parametrize(
    ("audio", "decoded"),
    [
        (sound(469, 10.0), 10.005),
        (sound(470, 10.0, hidden=1), 10.005),
        (sound(235, 10.0, profile="HE-AAC"), 10.027),
        (sound(417, 10.0, codec="mp3", profile=""), 10.008),
        (sound(306, 10.0, codec="mp3", profile="", rate=22_050), 7.993),
        (sound(313, 10.0, codec="ac3", profile=""), 10.016),
        (sound(313, 10.0, codec="eac3", profile=""), 10.016),
        (sound(938, 10.0, codec="dts", profile="DTS"), 10.005),
        (sound(100, 10.0, codec="pcm_s16le", profile="", size=1_910_400), 9.95),
        # Each packet's length is told, by some containers in whole thousandths.
        (sound(500, 10.0, codec="vorbis", profile="", lengths=9.98), 10.0),
        (sound(500, 10.0, codec="vorbis", profile="", lengths=9.0), 9.0),
        (sound(500, 10.0, codec="opus", profile="", lengths=9.98), 9.98),
        (sound(500, 10.0, codec="opus", profile=""), 10.0),
        (sound(469, 10.0, profile="Main"), 10.0),
        (AUDIO, None),
    ],
)
def test_how_much_there_is(audio: AudioStream, decoded: float | None) -> None:
    found = clock.decoded_seconds(audio)
    assert found == (None if decoded is None else pytest.approx(decoded, abs=0.001))


@pytest.mark.parametrize(
    ("audio", "wrong"),
    [
        (sound(469, 10.0), False),
        (sound(469, 10.09), False),
        (sound(469, 10.2), True),
        (sound(469, 9.8), True),
        (sound(469, 10.0, restarts=1), True),
        (sound(469, 10.0, leaps=3600.0), True),
        (AUDIO, False),
    ],
)
def test_out_of_step(audio: AudioStream, *, wrong: bool) -> None:
    assert clock.out_of_step(audio) is wrong


@pytest.mark.parametrize(
    ("audio", "ratio"),
    [
        (sound(469, 10.0), 1.0),
        (sound(46875, 1000.5), 0.9995),
        (sound(46875, 999.5), 1.0005),
        # It is holes that make the difference, or something quite different.
        (sound(46875, 1000.5, holes=0.5), 1.0),
        (sound(46875, 1000.5, restarts=1), 1.0),
        (sound(469, 12.0), 1.0),
        (sound(140, 3.2), 1.0),
    ],
)
def test_drift(audio: AudioStream, ratio: float) -> None:
    assert clock.drift(audio) == pytest.approx(ratio, abs=1e-6)


@pytest.mark.parametrize(
    ("audio", "seconds"),
    [
        (AUDIO, 0.05),
        (sound(469, 10.0), 0.05),
        (sound(100, 10.0), 0.1),
        (sound(107, 27.4, codec="wmav2", profile=""), 0.256),
        (sound(5, 10.0), 0.3),
    ],
)
def test_a_clock_may_tremble_by_a_packet(audio: AudioStream, seconds: float) -> None:
    assert clock.slack(audio) == pytest.approx(seconds, abs=0.001)
