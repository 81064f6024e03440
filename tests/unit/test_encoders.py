"""How each encoder is called."""

import pytest

from converter.formats import TARGETS
from converter.planning.encoders import ENCODERS, ON_GPU, Rate, Setting, options
from converter.request import Quality
from tests.support.facts import ENCODERS as KNOWN

FREE, CAPPED, AIMED = Rate(22), Rate(22, most=1_000_000), Rate(22, average=500_000)
SETTING = Setting(3, level=31, stats="/out/a:b")
CALLS = [
    ("libx264", FREE, "-preset fast -psy-rd 0.5:0 -threads 3 -profile:v high -level:v 3.1 -crf 22"),
    ("libx264", CAPPED, "… -crf 22 -maxrate 1000000 -bufsize 2000000"),
    ("libx264", AIMED, "… -b:v 500000"),
    ("libx265", FREE, "-preset veryfast -crf 22 -x265-params log-level=warning:pools=3"),
    ("libx265", CAPPED, "… -maxrate 1000000 -bufsize 2000000 …"),
    ("libx265", AIMED, "… -b:v 500000 …"),
    ("libsvtav1", FREE, "-preset 8 -crf 22 -svtav1-params lp=3"),
    ("libsvtav1", CAPPED, "… -crf 22 -svtav1-params lp=3:mbr=1000"),
    ("libsvtav1", AIMED, "… -b:v 500000 -svtav1-params lp=3"),
    (
        "libvpx-vp9",
        FREE,
        "-deadline good -cpu-used 4 -row-mt 1 -crf 22 -b:v 0 -threads 3",
    ),
    ("libvpx-vp9", CAPPED, "… -crf 22 -b:v 1000000 …"),
    ("libvpx-vp9", AIMED, "… -b:v 500000 -maxrate 750000 -bufsize 1000000 …"),
    ("h264_nvenc", FREE, "-preset p5 … -cq 22 -b:v 0"),
    ("hevc_nvenc", CAPPED, "-preset p5 … -cq 22 -b:v 0 -maxrate 1000000 -bufsize 2000000"),
    (
        "av1_nvenc",
        AIMED,
        "-preset p5 … -b:v 500000 -multipass fullres -maxrate 750000 -bufsize 1000000",
    ),
    ("gif", FREE, ""),
    ("mjpeg", FREE, "-q:v 3"),
    ("png", FREE, ""),
]


@pytest.mark.parametrize(("name", "rate", "words"), CALLS)
def test_the_call(name: str, rate: Rate, words: str) -> None:
    argv = options(ENCODERS[name], rate, SETTING)
    assert argv[:2] == ["-c:v", name]
    rest = " ".join(argv[2:])
    if "…" not in words:
        assert rest == words
    for part in words.split("…"):
        assert part.strip() in rest


@pytest.mark.parametrize(
    ("name", "pass_number", "words"),
    [
        ("libx264", 1, "-pass 1 -passlogfile /out/a:b"),
        ("libx264", 2, "-pass 2 -passlogfile /out/a:b"),
        ("libvpx-vp9", 2, "-pass 2 -passlogfile /out/a:b"),
        ("libx265", 1, "-x265-params log-level=warning:pools=3:pass=1:stats=/out/a\\:b"),
    ],
)
def test_two_passes(name: str, pass_number: int, words: str) -> None:
    setting = Setting(3, pass_number=pass_number, stats="/out/a:b")
    assert ENCODERS[name].two_pass
    assert words in " ".join(options(ENCODERS[name], AIMED, setting))


@pytest.mark.parametrize("name", ENCODERS)
def test_a_row_makes_sense(name: str) -> None:
    row = ENCODERS[name]
    assert row.gpu is name.endswith("_nvenc")
    assert row.crf[Quality.ORIGINAL] <= row.crf[Quality.BALANCED] <= row.crf[Quality.SMALL]
    assert row.share > 0


def test_every_target_has_its_encoder_and_its_card_s_makes_the_same() -> None:
    assert {ENCODERS[cpu].codec for cpu in ON_GPU} == {
        ENCODERS[gpu].codec for gpu in ON_GPU.values()
    }
    for target in TARGETS.values():
        if target.picture is not None:
            assert target.picture.encoder in ENCODERS
            assert target.picture.encoder in KNOWN
            codecs = target.picture.codecs
            assert not codecs or ENCODERS[target.picture.encoder].codec in codecs
        assert target.sound is None or target.sound.encoder in KNOWN
