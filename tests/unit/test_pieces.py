"""A long film in several parts: which, and which not."""

from dataclasses import replace

import pytest

from bot.dialog.draft import Draft
from bot.dialog.screens import pieces
from converter.request import Request
from tests.unit.test_screens import FILM, draft

Piece = tuple[float | None, float | None]


def of_length(seconds: float | None, request: Request | None = None) -> Draft:
    return draft(replace(FILM, duration=seconds), request)


@pytest.mark.parametrize(
    ("seconds", "request_", "expected"),
    [
        (59.0, Request(), []),
        (60.5, Request(), []),
        (61.0, Request(), [(0.0, 60.0), (60.0, 61.0)]),
        (180.0, Request(), [(0.0, 60.0), (60.0, 120.0), (120.0, 180.0)]),
        (180.0, Request(start=30.0, end=100.0), [(30.0, 90.0), (90.0, 100.0)]),
        (180.0, Request(start=130.0), []),
        (200.0, Request(speed=2.0), [(0.0, 120.0), (120.0, 200.0)]),
        (None, Request(), []),
        (61.0, Request("frame", at=3.0), [(0.0, 60.0), (60.0, 61.0)]),
    ],
)
def test_the_parts_of_a_note(
    seconds: float | None, request_: Request, expected: list[Piece]
) -> None:
    found = pieces.parts(of_length(seconds, request_), "note")
    assert [(one.start, one.end) for one in found] == expected
    assert {one.target for one in found} <= {"note"}


def test_there_are_six_at_most_and_it_is_known_how_far_they_go() -> None:
    long, short = of_length(3600.0), of_length(180.0)
    wishes = pieces.parts(long, "note")
    assert len(wishes) == pieces.MOST
    assert pieces.reach(long, wishes) == 360.0
    assert pieces.reach(short, pieces.parts(short, "note")) is None


@pytest.mark.parametrize("target", ["sticker", "mp4", "mp3"])
def test_nothing_else_comes_in_parts(target: str) -> None:
    assert pieces.parts(of_length(3600.0), target) == ()


def test_each_part_is_a_job_of_its_own_in_one_batch() -> None:
    film = of_length(180.0)
    jobs = pieces.jobs(film, pieces.parts(film, "note"))
    assert len({job.origin for job in jobs}) == len(jobs) == 3
    assert {job.batch_id for job in jobs} == {film.id}
    assert max(len(job.origin) for job in jobs) <= 16
