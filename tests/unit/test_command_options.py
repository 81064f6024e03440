"""The options as `convert` takes them: its help, its words read, and README's table."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from bot.cli import options_reference
from bot.cli.options import called, read_wishes, shown, suited
from converter.options import OPTIONS
from converter.request import Quality, Request, Still, Subtitles, parse
from telegram_bot import app

ROOT = Path(__file__).parents[2]
IN, OUT = Path("in.mkv"), Path("out.mp4")


def parameters() -> dict[str, Any]:
    """The options of `convert`, as click knows them."""
    command: Any = get_command(app)
    return {parameter.name: parameter for parameter in command.commands["convert"].params}


def test_every_option_is_one_of_the_command_s() -> None:
    found = parameters()
    own = {"files", "out", "jobs", "as_json", "force", "explain"}
    assert set(found) == own | {option.name for option in shown()}
    flags = {flag for name in found if name not in own for flag in found[name].opts}
    assert flags == {
        *("--target", "-t", "--quality", "--height", "--max-side", "--fps", "--fit", "--from"),
        *("--to", "--keyframe", "--mute", "--audio", "--loudness", "--subtitles", "--subtitle"),
        *("--rotate", "--mirror", "--speed", "--metadata", "--ten-bit", "--at", "--still"),
    }
    assert found["height"].help.endswith(
        "Takes a whole number from 16 to 16,384. For all but note, sticker, emoji, mp3, m4a, opus,"
        " flac."
    )
    assert found["mirror"].is_flag
    assert not found["height"].is_flag


READ = [
    ({}, [IN, OUT], Request()),
    ({}, [IN], Request()),
    ({}, [IN, Path("o.PNG")], Request(target="frame", still=Still.PNG)),
    ({}, [IN, Path("o.ogg")], Request(target="opus")),
    ({"target": "mp4"}, [IN, Path("o.png")], Request()),
    ({"target": "frame", "still": "jpeg"}, [IN, Path("o.png")], Request(target="frame")),
    ({"fit": None, "max_bytes": "server"}, [IN, OUT], Request(fit=True)),
    ({"max_bytes": "50MB"}, [IN, OUT], Request(max_bytes=50_000_000)),
    ({"start": "1:30.5", "end": "1:02:03"}, [IN, OUT], Request(start=90.5, end=3723.0)),
    ({"exact": True, "start": "1"}, [IN, OUT], Request(exact=False, start=1.0)),
    ({"exact": False, "mute": False, "mirror": True}, [IN, OUT], Request(mirror=True)),
    ({"max_fps": "29.97", "rotate": "90"}, [IN, OUT], Request(max_fps=29.97, rotate=90)),
    (
        {"subtitles": "burn", "subtitle": "ru", "quality": "small"},
        [IN, OUT],
        Request(quality=Quality.SMALL, subtitles=Subtitles.BURN, subtitle="ru"),
    ),
]


@pytest.mark.parametrize(("given", "files", "wish"), READ)
def test_what_is_typed(given: dict[str, Any], files: list[Path], wish: Request) -> None:
    assert parse(read_wishes(given, files)) == wish


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"start": "soon"}, "--from takes a time such as 90, 1:30.5 or 1:02:03"),
        ({"at": "-1"}, "--at takes a time such as 90, 1:30.5 or 1:02:03"),
        ({"max_bytes": "huge"}, "--fit takes a size such as 50MB or 8MiB, 10,000 bytes at least; "),
    ],
)
def test_what_can_not_be_read(given: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_wishes(given, [IN, OUT])


def test_flags_are_known_by_their_fields() -> None:
    assert called("exact", "False") == "--keyframe"
    assert called("subtitles", "burn") == "--subtitles burn"
    assert called("fit") == "--fit server"
    assert called("ten_bit") == "--ten-bit"


def test_targets_are_told_in_few_words() -> None:
    assert suited(OPTIONS["start"]) == "all"
    assert suited(OPTIONS["speed"]) == "all but frame"
    assert suited(OPTIONS["ten_bit"]) == "hevc, av1"


def test_the_readme_shows_the_table() -> None:
    text = (ROOT / "README.md").read_text()
    table = text.partition("<!-- options -->\n")[2].partition("<!-- /options -->")[0]
    assert table.strip() == options_reference.markdown().strip(), (
        "python -m bot.cli.options_reference --markdown"
    )


def test_the_table_is_printed() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "bot.cli.options_reference", "--markdown"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert printed.stdout == options_reference.markdown()
