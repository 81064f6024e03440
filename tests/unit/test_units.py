"""docker/systemd: the same for every role, but for what a role is; and as systemd reads it."""

import shlex
from pathlib import Path

import pytest
import typer.testing

from telegram_bot import app
from tests.support.stage import ROOT

UNITS = sorted((ROOT / "docker" / "systemd").glob("*.service"))
COMMANDS = {
    "video-converter-bot.service": "run",
    "video-converter-bot-frontend.service": "run --role frontend",
    "video-converter-bot-worker@.service": "run --role worker --slots 3",
}
PROGRAM = "/opt/telegram-video-converter/.venv/bin/python3"
# What a role has of its own.
OWN = ("#", "Description=", "After=", "Environment", "ExecStart=")


def _lines(unit: Path) -> list[str]:
    return unit.read_text(encoding="utf-8").splitlines()


def test_one_for_each_role() -> None:
    assert {unit.name for unit in UNITS} == COMMANDS.keys()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_it_starts_what_the_command_line_knows(unit: Path) -> None:
    [command] = [line for line in _lines(unit) if line.startswith("ExecStart=")]
    program, script, *words = shlex.split(command.removeprefix("ExecStart="))
    assert (program, script) == (PROGRAM, "telegram_bot.py")
    assert " ".join(words) == COMMANDS[unit.name]
    done = typer.testing.CliRunner().invoke(app, [*words, "--help"])
    assert done.exit_code == 0, done.output


def test_what_is_not_a_roles_own_is_alike() -> None:
    common = [
        [line for line in _lines(unit) if not line.startswith(OWN) and line] for unit in UNITS
    ]
    assert common[0] == common[1] == common[2]
    for wanted in ("Type=notify", "WatchdogSec=60", "Restart=always", "KillMode=mixed"):
        assert wanted in common[0]
    assert "TimeoutStopSec=30" in common[0], "the bot takes 25"
