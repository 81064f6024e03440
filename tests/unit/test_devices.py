"""Which devices work on a picture, in which order, and what only frames on the GPU get."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from converter.engines.capabilities import Gpu
from converter.planning.plan import Action, Device, Plan, Step
from converter.request import Quality, Request
from tests.support.argv import argv_of, options
from tests.support.awkward import FILES
from tests.support.facts import (
    CARD,
    CPU,
    DECODER,
    EIGHT_BIT,
    FULL,
    INFO,
    names,
    on,
    picture,
    plans,
    wish,
    with_video,
)

CARDS = {"full": FULL, "decoder": DECODER, "8-bit": EIGHT_BIT, "encoder": CARD}
# Everything a step has to do on the card, in the letters of LADDERS.
DEVICES = {"G": Device.GPU, "E": Device.NVENC, "D": Device.NVDEC, "C": Device.CPU}
ON_GPU = "*"


def ladder(found: Sequence[Plan]) -> str:
    """The devices of new pictures, * where frames stay in the GPU's memory."""
    letters = {device: letter for letter, device in DEVICES.items()}
    return " ".join(
        letters[plan.device] + (ON_GPU if picture(plan).on_gpu else "")
        for plan in found
        if plan.action is Action.ENCODE and not plan.tolerant and plan.sounds
    )


# By target and file: for the full card, one that only decodes, one of eight bits, and one that was
# seen to encode H.264 and nothing else.
LADDERS = [
    ("mp4", "ordinary", "G* E D* C", "D* C", "G* E D* C", "E C"),
    ("hevc", "ordinary", "G* E D* C", "D* C", "G* E D* C", "C"),
    ("av1", "ordinary", "G* E D* C", "D* C", "D* C", "C"),
    ("webm", "ordinary", "D* C", "D* C", "D* C", "C"),
    ("note", "ordinary", "E D C", "D C", "E D C", "E C"),
    ("mp4", "interlaced", "G* E D* C", "D* C", "G* E D* C", "E C"),
    ("mp4", "120 fps", "G* E D* C", "D* C", "G* E D* C", "E C"),
    ("mp4", "long pixels", "G* E D* C", "D* C", "G* E D* C", "E C"),
    ("mp4", "turned 90", "E D C", "D C", "E D C", "E C"),
    ("mp4", "mirrored", "E D C", "D C", "E D C", "E C"),
    ("mp4", "full range", "E D C", "D C", "E D C", "E C"),
    ("mp4", "rgb", "E C", "C", "E C", "E C"),
    ("mp4", "10-bit", "E C", "C", "E C", "E C"),
    ("mp4", "hdr10", "E D C", "D C", "E C", "E C"),
    ("mp4", "bt2020", "E D C", "D C", "E C", "E C"),
]


@pytest.mark.parametrize(("key", "name", "rows"), [(k, n, r) for k, n, *r in LADDERS])
def test_the_ladder(key: str, name: str, rows: list[str]) -> None:
    found = [ladder(on(gpu, FILES[name], wish(key, height=480))) for gpu in CARDS.values()]
    assert found == rows


@pytest.mark.parametrize(
    ("card", "wanted"), [("full", "G* E D* C"), ("decoder", "D* C"), ("8-bit", "C")]
)
@pytest.mark.parametrize("key", ["hevc", "av1"])
def test_hdr_that_is_kept_stays_on_the_gpu(key: str, card: str, wanted: str) -> None:
    deep = Request(target=key, height=480, ten_bit=True)
    assert ladder(on(CARDS[card], FILES["hdr10"], deep)) == wanted


@pytest.mark.parametrize(
    "request_",
    [
        Request(height=480, rotate=90),
        Request(height=480, mirror=True),
        Request(height=480, speed=2.0),
    ],
)
def test_what_the_cpu_must_see(request_: Request) -> None:
    assert ladder(on(FULL, INFO, request_)) == "E D C"


@pytest.mark.parametrize("key", ["gif", "frame"])
def test_single_pictures_need_no_gpu(key: str) -> None:
    assert {plan.device for plan in on(FULL, INFO, Request(target=key))} == {Device.CPU}


def test_a_gpu_without_its_filters_hands_every_frame_over() -> None:
    bare = replace(FULL, filters=frozenset())
    assert ladder(on(bare, INFO, Request(height=480))) == "E D C"


def test_a_gpu_that_cannot_weave_fields_leaves_that_to_the_cpu() -> None:
    flat = replace(FULL, filters=frozenset({"scale_cuda"}))
    assert ladder(on(flat, FILES["interlaced"], Request(height=480))) == "E D C"


def test_an_encoder_that_this_ffmpeg_lacks_is_not_used() -> None:
    lacking = replace(CPU, gpu=FULL, encoders=CPU.encoders - {"h264_nvenc"})
    assert ladder(plans(INFO, Request(height=480), capabilities=lacking)) == "D* C"


def test_the_rest_of_the_ladder_is_the_cpu_s() -> None:
    rest = [(p.device, p.tolerant, bool(p.sounds)) for p in on(FULL, INFO, Request(height=480))]
    assert rest[3:] == [
        *((Device.CPU, False, True), (Device.CPU, True, True), (Device.CPU, False, False)),
    ]


def _encodes(gpu: Gpu, name: str, key: str) -> list[Plan]:
    found = on(gpu, FILES[name], wish(key, height=480, ten_bit=True))
    return [plan for plan in found if plan.action is Action.ENCODE]


@pytest.mark.parametrize("key", ["mp4", "hevc", "av1", "webm", "mkv", "note"])
@pytest.mark.parametrize(
    "name", ["ordinary", "interlaced", "turned 90", "hdr10", "120 fps", "alpha"]
)
@pytest.mark.parametrize("card", CARDS)
def test_frames_stay_on_the_gpu_only_where_the_call_says_so(card: str, name: str, key: str) -> None:
    for plan in _encodes(CARDS[card], name, key):
        argv = argv_of(plan)
        before, later = argv[: argv.index("-i")], argv[argv.index("-i") :]
        stays = picture(plan).on_gpu
        assert ("-hwaccel" in before) is plan.device.decodes
        assert ("-hwaccel_output_format" in before) is stays
        assert ("-noautorotate" in before) is stays
        if stays:
            assert options(before)["-hwaccel"] == "cuda"
            assert options(before)["-hwaccel_output_format"] == "cuda"
        assert any("_cuda" in word for word in later) is stays
        assert any("hwdownload" in word for word in later) is (stays and not plan.device.encodes)
        assert options(later)["-c:v"].endswith("_nvenc") is plan.device.encodes
        # Frames in GPU memory have their format from the filter; an option would ask for another.
        assert ("-pix_fmt" in later) is not (stays and plan.device.encodes)


def test_each_device_has_filters_of_its_own() -> None:
    gpu, encoder, decoder, cpu, *rest = on(FULL, FILES["interlaced"], Request(height=480))
    assert names(gpu) == ["bwdif_cuda", "scale_cuda", "setsar", "setparams"]
    assert names(decoder) == [
        "bwdif_cuda",
        "scale_cuda",
        "hwdownload",
        "format",
        "setsar",
        "setparams",
    ]
    usual = ["bwdif", "scale", "format", "setsar", "setparams"]
    assert all(names(plan) == usual for plan in (encoder, cpu, *rest))
    assert [picture(p).encoder for p in (gpu, encoder, decoder, cpu)] == [
        *("h264_nvenc", "h264_nvenc", "libx264", "libx264"),
    ]


@pytest.mark.parametrize(
    ("quality", "cq"), [("original", "20"), ("balanced", "24"), ("small", "28")]
)
def test_the_gpu_has_a_quality_of_its_own(quality: str, cq: str) -> None:
    first = on(FULL, INFO, Request(height=480, quality=Quality(quality)))[0]
    assert options(argv_of(first))["-cq"] == cq


def test_an_aimed_size_takes_one_pass_on_the_gpu_and_two_beside_it() -> None:
    found = on(FULL, INFO, Request(max_bytes=1_000_000))
    both = (Step.FIRST_PASS, Step.CONVERT)
    assert [plan.steps for plan in found[:4]] == [(Step.CONVERT,), (Step.CONVERT,), both, both]
    assert options(argv_of(found[0]))["-multipass"] == "fullres"
    assert argv_of(found[2], Step.FIRST_PASS)[-3:] == ["-f", "null", "-"]


def test_a_deep_picture_goes_to_the_gpu_s_encoder_in_its_own_format() -> None:
    gpu, encoder, decoder, *_ = _encodes(FULL, "hdr10", "hevc")
    assert "scale_cuda=854:480:format=p010le" in names_and_values(gpu)
    assert options(argv_of(encoder))["-pix_fmt"] == "p010le"
    assert options(argv_of(decoder))["-pix_fmt"] == "yuv420p10le"
    for plan in (gpu, encoder):
        assert options(argv_of(plan))["-profile:v"] == "main10"


def names_and_values(plan: Plan) -> list[str]:
    return [filter_.text for filter_ in picture(plan).filters]


def test_av1_is_decoded_by_a_decoder_that_knows_the_card() -> None:
    first = on(FULL, with_video(codec="av1", profile="Main"), Request(height=480))[0]
    argv = argv_of(first)
    assert options(argv[: argv.index("-i")])["-c:v"] == "av1"


@pytest.mark.parametrize("key", ["sticker", "webm"])
def test_transparency_beside_the_picture_is_nothing_for_the_gpu(key: str) -> None:
    found = on(FULL, FILES["alpha"], Request(target=key))
    assert not any(plan.device.decodes for plan in found)


def test_an_untagged_picture_keeps_its_colours_on_the_gpu_too() -> None:
    info = with_video(
        width=1920, height=1080, color_space="", color_primaries="", color_transfer=""
    )
    first = on(FULL, info, Request(height=480))[0]
    assert first.device is not Device.GPU or "setparams" in names(first)
