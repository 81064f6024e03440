"""What the operator may read of a conversion: real ones, by a real ffmpeg."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.jobs.traces.logbook import Logbook
from converter.convert import Conversion
from converter.converter import Converter
from converter.errors import ConversionError
from converter.limits import Limits
from converter.nvidia.cards import CardPool
from converter.observer import Observer, Survey
from converter.request import Request, Subtitles
from tests.support.engines import Engine
from tests.support.facts import CARD


@pytest.fixture(params=["bwrap", "plain"])
def converter(request: pytest.FixtureRequest, tmp_path: Path) -> Converter:
    """On this machine, with a card that isn't there."""
    engine, base = Engine(request.param), tmp_path / "it's a: place"
    return Converter(engine.runner(), base, engine.capabilities(), CardPool([CARD]))


def hearing(book: Logbook) -> Observer:
    async def surveyed(survey: Survey) -> None:
        book.surveyed(survey)

    return Observer(
        on_plan=book.planned,
        on_setback=book.set_back,
        on_survey=surveyed,
        on_command=book.ran,
    )


async def test_what_failed_first_and_what_was_done_then(
    converter: Converter, clip: Callable[[str], Path]
) -> None:
    book = Logbook()
    async with converter.open("job-secret") as opened:
        shutil.copyfile(clip("avi"), opened.workspace.input_path)
        book.begin(opened.workspace)
        result = await opened.run(Request(), Limits(), hearing(book))
        book.made(result)
    told, work = book.conversion, book.work
    assert told is not None
    assert (told.action, told.device, told.seconds) == ("encode", "cpu", result.seconds)
    assert told.plan[0] == "→ mp4: encode on cpu"
    assert any(line.startswith("  because") for line in told.plan)
    assert told.plan[-1] == "  failed       encode on nvenc: gpu_failed"
    first, last = told.commands[0], told.commands[-1]
    assert "h264_nvenc" in first
    assert "libx264" in last
    assert all(command.startswith("ffmpeg ") for command in told.commands)
    assert "file:/in/input" in last
    assert "file:/out/partial" in last
    assert "secret" not in str(told)
    assert "avi" in told.before
    assert "h264" in told.after
    assert (work.before, work.after) == (result.before.size, result.after.size)
    assert work.video == result.after.duration
    assert work.conversion == told


async def test_a_conversion_that_fails_leaves_what_it_tried(
    converter: Converter, clip: Callable[[str], Path]
) -> None:
    book = Logbook()
    async with converter.open("job-secret") as opened:
        shutil.copyfile(clip("avi"), opened.workspace.input_path)
        book.begin(opened.workspace)
        with pytest.raises(ConversionError):
            await opened.run(Request(), Limits(), spoiling(book, opened))
    told = book.conversion
    assert told is not None
    assert told.plan[0].startswith("→ mp4: ")
    assert told.commands[0].startswith("ffmpeg ")
    assert (told.after, book.work.after) == ("", 0)
    assert told.seconds > 0


def spoiling(book: Logbook, opened: Conversion) -> Observer:
    """Who takes the film away once it is known."""

    async def surveyed(survey: Survey) -> None:
        book.surveyed(survey)
        assert book.conversion is not None, "what is about to be done"
        assert book.conversion.commands == ()
        assert any("if it fails" in line for line in book.conversion.plan)
        opened.workspace.input_path.write_bytes(b"no film any more " * 1000)

    return Observer(book.planned, on_setback=book.set_back, on_survey=surveyed, on_command=book.ran)


async def test_words_painted_in_name_no_folder(
    converter: Converter, clip: Callable[[str], Path]
) -> None:
    book = Logbook()
    async with converter.open("job-secret") as opened:
        shutil.copyfile(clip("subtitles"), opened.workspace.input_path)
        book.begin(opened.workspace)
        await opened.run(Request(subtitles=Subtitles.BURN), Limits(), hearing(book))
    assert book.conversion is not None
    assert any("/in" in command for command in book.conversion.commands)
    assert "secret" not in str(book.conversion)
    assert "place" not in str(book.conversion)


async def test_of_an_ordinary_failure_before_anything_is_known_nothing_is_told(
    converter: Converter,
) -> None:
    book = Logbook()
    async with converter.open("job") as opened:
        opened.workspace.input_path.write_text("words")
        book.begin(opened.workspace)
        with pytest.raises(ConversionError):
            await opened.run(Request(), Limits(), hearing(book))
    assert book.conversion is None
