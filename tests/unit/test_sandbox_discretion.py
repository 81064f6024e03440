"""What the sandbox saves of a message has no names and no places in it."""

from pathlib import Path

import pytest

from bot.cli.sandbox_discretion import Discretion
from standin.web import Section

PLACES = [Path("/tmp/sandbox-x1"), Path("/home/ann"), Path("/srv/bot")]


@pytest.mark.parametrize(
    "name", ["My holiday.mkv", "Отпуск.mp4", 'a "b"\\c.avi', "x.tar.gz", "abc"]
)
def test_a_name_is_gone_however_it_is_written(name: str) -> None:
    take_out = Discretion([name], PLACES)
    spelled = [
        f"name={name}",
        f"name={name.encode('unicode_escape').decode()}",
        f'"{name.replace(chr(92), chr(92) * 2).replace(chr(34), chr(92) + chr(34))}"',
        f"{name.rpartition('.')[0] or name}.srt is there",
    ]
    for text in spelled:
        told = take_out(text)
        assert "<name>" in told, text
        assert name not in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("cause='/home/ann/films/a b.mkv'", "cause='<place> b.mkv'"),
        ("open /tmp/sandbox-x1/server/1:abc/file_0.mkv", "open <place>"),
        ("-i file:/in/input -y file:/out/partial", "-i file:/in/input -y file:/out/partial"),
        ("/etc/bot/token: denied", "<place> denied"),
        ("scale=w='trunc(min(320,240*dar)/2)/2'", "scale=w='trunc(min(320,240*dar)/2)/2'"),
        ("30/1 fps, 16/9", "30/1 fps, 16/9"),
    ],
)
def test_places_are_gone_and_a_runners_own_are_not(text: str, told: str) -> None:
    assert Discretion([], PLACES)(text) == told


def test_what_ffmpeg_said_of_a_file_is_counted_and_a_traceback_says_where_alone() -> None:
    lines = [
        'time error bot.jobs attempt failed job=1 code=broken detail="title: Ann\'s wedding" n=2',
        'time warning bot.jobs plan failed job=1 error=short stderr="a \\"b\\" c"',
        "    Traceback (most recent call last):",
        '      File "/home/ann/bot/jobs/work/worker.py", line 7, in run',
        "        await title('wedding')",
        "    converter.errors.ConversionError: title: Ann's wedding",
        "    and a second line of the wedding",
    ]
    told = list(Discretion([], PLACES).over_log(lines))
    assert told == [
        "time error bot.jobs attempt failed job=1 code=broken detail=<22 characters> n=2",
        "time warning bot.jobs plan failed job=1 error=<5 characters> stderr=<11 characters>",
        '      File "<place>", line 7, in run',
        "    converter.errors.ConversionError",
    ]


def test_words_of_ours_stay() -> None:
    section = Section("job", rows=(("phase", "done.mkv"), ("done", "done")))
    told = Discretion(["done.mkv"], []).over(section)
    assert told.rows == (("phase", "<name>"), ("done", "<name>"))
