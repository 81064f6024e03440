"""Moments of a film: which ones, what they are called, and how their pictures reach a person."""

from dataclasses import replace
from pathlib import Path

import pytest
from aiogram.types import InputMediaDocument, InputMediaPhoto

from bot.dialog.draft import MAIN, Draft, Sent
from bot.dialog.screens import moments, shots, steps
from bot.dialog.screens.steps import Then
from bot.jobs.model import NewJob, Source
from bot.jobs.tables import work_of
from bot.telegram.wire.kinds import album_of
from bot.texts.moments import times
from converter.errors import Code, ConversionError, Failed
from converter.planning.moments import spread
from converter.request import Request, Still
from converter.shots import Shot, Shots, in_turn
from tests.unit.test_screens import FILM, actions, draft

PHOTO = Shot(Path("shot01.jpg"), 1.0, 1920, 1080, 500_000)


@pytest.mark.parametrize(
    ("length", "count", "start", "end", "expected"),
    [
        (9.0, 3, 0.0, None, (1.5, 4.5, 7.5)),
        (9.0, 3, 3.0, 6.0, (3.5, 4.5, 5.5)),
        (9.0, 3, 3.0, 60.0, (4.0, 6.0, 8.0)),
        (3600.0, 2, 0.0, None, (900.0, 2700.0)),
        (1.0, 9, 0.0, None, (0.1, 0.3, 0.5, 0.7, 0.9)),
        (0.4, 9, 0.0, None, (0.1, 0.3)),
        (0.1, 9, 0.0, None, ()),
        (0.0, 9, 0.0, None, ()),
        (9.0, 9, 10.0, None, ()),
        (None, 9, 0.0, None, ()),
    ],
)
def test_the_middle_of_each_part(
    length: float | None,
    count: int,
    start: float,
    end: float | None,
    expected: tuple[float, ...],
) -> None:
    assert spread(length, count, start, end) == expected


@pytest.mark.parametrize(
    ("moments", "expected"),
    [
        ((5.9, 65.2), ["0:05", "1:05"]),
        ((3600.5, 3725.0), ["1:00:00", "1:02:05"]),
        ((0.1, 0.3, 1.0), ["0:00.1", "0:00.3", "0:01"]),
        ((0.11, 0.13), ["0:00.11", "0:00.13"]),
        ((), []),
    ],
)
def test_times_tell_one_from_the_other(moments: tuple[float, ...], expected: list[str]) -> None:
    assert times(moments) == expected


@pytest.mark.parametrize(
    ("shot", "as_file", "photos"),
    [
        (PHOTO, False, True),
        (PHOTO, True, False),
        (replace(PHOTO, size=10_000_000), False, True),
        (replace(PHOTO, size=10_000_001), False, False),
        (replace(PHOTO, width=7680, height=2320), False, True),
        (replace(PHOTO, width=7680, height=2322), False, False),
        (replace(PHOTO, width=2000, height=100), False, True),
        (replace(PHOTO, width=98, height=2000), False, False),
        (replace(PHOTO, path=Path("shot01.png")), False, False),
    ],
)
def test_photos_where_telegram_takes_all_of_them_so(
    shot: Shot, as_file: bool, photos: bool
) -> None:
    ways = album_of(Shots((PHOTO, shot), 1.0), as_file=as_file)
    expected = (InputMediaPhoto, InputMediaDocument) if photos else (InputMediaDocument,)
    assert ways == expected


@pytest.mark.parametrize(
    ("count", "failing", "ends"),
    [
        (4, {}, [1, 2, 3, 4]),
        (4, {1: Code.DAMAGED, 3: Code.UNSUPPORTED}, [2, 4]),
        (4, {1: Code.DAMAGED, 2: Code.DAMAGED, 4: Code.UNSUPPORTED}, Code.UNSUPPORTED),
        (4, {3: Code.OUT_OF_MEMORY}, Code.OUT_OF_MEMORY),
        (1, {}, Code.TOO_SHORT),
        (0, {}, Code.TOO_SHORT),
    ],
)
async def test_pictures_that_fail_are_left_out_as_long_as_several_are_left(
    count: int, failing: dict[int, Code], ends: list[int] | Code
) -> None:
    async def take(number: int) -> Shot:
        if number in failing:
            raise Failed(failing[number])
        return replace(PHOTO, at=float(number))

    told: list[Code] = []
    if isinstance(ends, list):
        found = await in_turn(count, take, lambda error: told.append(error.code))
        assert [shot.at for shot in found] == ends
        assert told == list(failing.values())
        return
    with pytest.raises(ConversionError) as caught:
        await in_turn(count, take, lambda error: told.append(error.code))
    assert caught.value.code is ends


# --- the wish


def lasting(seconds: float | None, request: Request | None = None) -> Draft:
    return draft(replace(FILM, duration=seconds), request)


@pytest.mark.parametrize(
    ("one", "count"),
    [
        (lasting(72.0), 9),
        (lasting(1.0), 5),
        (lasting(0.3), 0),
        (lasting(None), 0),
        (lasting(72.0, Request(start=70.0, end=71.0)), 5),
        (lasting(72.0, Request("frame", at=3.0)), 9),
        (draft(None), 9),
        (draft(replace(FILM, videos=())), 0),
        (replace(draft(), files=(Sent("1", Source("f", "u", "n", 1)),) * 2), 0),
    ],
)
def test_it_is_offered_where_there_are_several_moments(one: Draft, count: int) -> None:
    assert shots.count(one) == count
    assert ("shots" in actions(one.at("format"))) is (count > 0)
    step = steps.tap(one, "shots")
    assert (step is not None) is (count > 0)


@pytest.mark.parametrize(
    ("one", "request_"),
    [
        (draft(), Request("frame", max_side=2560)),
        (draft(request=Request("mp3", loudness=-16.0)), Request("frame", max_side=2560)),
        (
            draft(request=Request(rotate=90, start=5.0, height=480)),
            Request("frame", rotate=90, start=5.0, height=480),
        ),
        (draft(request=Request("frame", at=7.0)), Request("frame", max_side=2560)),
        (draft(request=Request("frame", still=Still.PNG)), Request("frame", still=Still.PNG)),
        (replace(draft(), as_file=True), Request("frame")),
    ],
)
def test_what_is_wished_beside_stays_and_photos_are_no_larger_than_they_are_shown(
    one: Draft, request_: Request
) -> None:
    step = steps.tap(one, "shots")
    assert step is not None
    assert step.then is Then.START
    assert step.draft.job().shots == 9
    assert step.draft.request == request_


@pytest.mark.parametrize("words", ["shots.9", "shots.-1", "shots.x"])
def test_nobody_may_ask_for_another_number(words: str) -> None:
    assert steps.tap(draft(), words) is None


def test_pictures_of_a_file_are_other_work_than_one_picture() -> None:
    one = NewJob("1", "1", "1", "en", Source("f", "u", "n", 1), Request("frame"))
    assert work_of(replace(one, shots=9)) not in {work_of(one), work_of(replace(one, shots=4))}


# --- a part by its moments


@pytest.mark.parametrize(
    ("seconds", "offered"),
    [
        (90.0, (5.0, 15.0, 25.0, 35.0, 45.0, 55.0, 65.0, 75.0, 85.0)),
        (1.0, (0.1, 0.3, 0.5, 0.7, 0.9)),
        (0.3, ()),
        (None, ()),
    ],
)
def test_moments_that_are_offered(seconds: float | None, offered: tuple[float, ...]) -> None:
    one = lasting(seconds)
    assert moments.offered(one) == offered
    assert ("p.moments" in actions(one.at("trim"))) is bool(offered)
    assert (steps.tap(one.at("trim"), "p.moments") is not None) is bool(offered)


@pytest.mark.parametrize("container", ["mpegts", "h264"])
def test_none_where_moments_can_not_be_found_by_seeking(container: str) -> None:
    one = draft(replace(FILM, container=container))
    assert moments.offered(one) == ()


def test_none_of_several_files_and_none_before_anybody_has_looked() -> None:
    sent = Sent("1", Source("f", "u", "n", 1))
    assert moments.offered(replace(draft(), files=(sent, sent))) == ()
    assert moments.offered(draft(None)) == ()


@pytest.mark.parametrize(
    ("said", "page", "start", "end"),
    [
        ("m.0", "moments-0", 5.0, None),
        ("m.8", "moments-8", 85.0, None),
        ("m.0.1", MAIN, 5.0, 15.0),
        ("m.3.8", MAIN, 35.0, 85.0),
        ("m.all", MAIN, 0.0, None),
    ],
)
def test_taps_on_moments(said: str, page: str, start: float, end: float | None) -> None:
    one = lasting(90.0, Request(start=1.0, end=2.0)).at("moments")
    step = steps.tap(one, said)
    assert step is not None
    assert step.draft.page == page
    assert (step.draft.request.start, step.draft.request.end) == (start, end)


@pytest.mark.parametrize(
    "said", ["m", "m.", "m.9", "m.-1", "m.1.1", "m.2.1", "m.1.9", "m.1.2.3", "m.x", "m.²", "m.all."]
)
def test_forged_taps_are_nothing(said: str) -> None:
    assert steps.tap(lasting(90.0).at("moments"), said) is None


def test_once_begun_only_later_moments_are_offered() -> None:
    begun = lasting(90.0).at("moments-6")
    assert {a for a in actions(begun) if a.startswith("m.")} == {"m.6.7", "m.6.8", "m.all"}
    assert {"p.main", "p.trim"} <= actions(begun)
