"""How large the picture becomes."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from converter.formats import MP4, TARGETS
from converter.planning.geometry import Geometry, fit, geometry
from converter.request import Quality, Request
from tests.support.facts import VIDEO


@pytest.mark.parametrize(
    ("size", "fitted"),
    [
        ((1280, 720), (1280, 720)),
        ((3840, 2160), (1920, 1080)),
        ((2160, 3840), (1080, 1920)),
        ((321, 241), (320, 240)),
        ((1, 1), (16, 16)),
        ((13, 7), (30, 16)),
        ((100_000, 1), (1920, 16)),
    ],
)
def test_fit(size: tuple[int, int], fitted: tuple[int, int]) -> None:
    assert MP4.picture is not None
    assert fit(size, 1920, MP4.picture) == fitted


def shown(video: dict[str, Any], **options: Any) -> Geometry:  # noqa: ANN401 - any field
    request = Request(**options)
    target = TARGETS[request.target]
    assert target.picture is not None
    return geometry(replace(VIDEO, **video), target, target.picture, request)


UHD = {"width": 3840, "height": 2160}
TALL = {**UHD, "rotation": 90, "transformed": True}


@pytest.mark.parametrize(
    ("video", "options", "size"),
    [
        (UHD, {}, (1920, 1080)),
        (UHD, {"quality": Quality.SMALL}, (1280, 720)),
        (UHD, {"quality": Quality.ORIGINAL}, (3840, 2160)),
        (UHD, {"max_side": 2560}, (2560, 1440)),
        (UHD, {"max_side": 10_000}, (3840, 2160)),
        (UHD, {"height": 720}, (1280, 720)),
        (UHD, {"height": 2160}, (3840, 2160)),
        (UHD, {"height": 720, "max_side": 640}, (640, 360)),
        (UHD, {"rotate": 90}, (1080, 1920)),
        (TALL, {}, (1080, 1920)),
        (TALL, {"height": 720}, (720, 1280)),
        (TALL, {"rotate": 270}, (1920, 1080)),
        ({"width": 7680, "height": 4320}, {"quality": Quality.ORIGINAL}, (4096, 2304)),
        ({"width": 320, "height": 240}, {"max_side": 1000}, (320, 240)),
        ({"width": 320, "height": 240}, {"height": 720}, (320, 240)),
        ({"width": 720, "height": 576, "sar": Fraction(64, 45)}, {}, (1024, 576)),
        ({"width": 720, "height": 576, "sar": Fraction(64, 45), "rotation": 90}, {}, (576, 1024)),
        (UHD, {"target": "mkv"}, (3840, 2160)),
        (UHD, {"target": "gif"}, (480, 270)),
        (UHD, {"target": "gif", "max_side": 4000}, (480, 270)),
        (UHD, {"target": "gif", "max_side": 240}, (240, 136)),
        (UHD, {"target": "gif", "quality": Quality.SMALL}, (320, 180)),
        (UHD, {"target": "animation", "quality": Quality.ORIGINAL}, (1920, 1080)),
        (UHD, {"target": "frame"}, (3840, 2160)),
        (UHD, {"target": "note"}, (384, 384)),
        (TALL, {"target": "note"}, (384, 384)),
        (UHD, {"target": "sticker"}, (512, 288)),
        (TALL, {"target": "sticker"}, (288, 512)),
        ({"width": 64, "height": 64}, {"target": "sticker"}, (512, 512)),
        ({"width": 16, "height": 5000}, {"target": "av1"}, (64, 1920)),
    ],
)
def test_sizes(video: dict[str, Any], options: dict[str, Any], size: tuple[int, int]) -> None:
    assert shown(video, **options).shown == size


def test_an_emoji_is_laid_on_its_square() -> None:
    assert shown(UHD, target="emoji") == Geometry((100, 56), canvas=(100, 100))
    assert shown({"width": 64, "height": 64}, target="emoji") == Geometry((100, 100))


def test_a_note_is_cut_to_its_square() -> None:
    assert shown(UHD, target="note").square


@pytest.mark.parametrize("scale", [1.0, 0.8, 0.5, 0.01])
def test_what_shrinks_stays_even(scale: float) -> None:
    width, height = Geometry((1922, 1078)).shrunk(scale, 16).size
    assert width % 2 == height % 2 == 0
    assert min(width, height) >= 16
