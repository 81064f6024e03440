"""Everything can be imported, the entry point does what it says, and it does so at once."""

import importlib
import inspect
import json
import os
import pkgutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from aiogram import Router

import bot
import converter
import telegram_bot
from bot.telegram.routers import choose, errors, intake, start
from bot.version import version

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = ROOT / "telegram_bot.py"
# Alembic alone can import its environment; the other is a program.
NOT_FOR_IMPORT = {"bot.storage.migrations.env", "standin.__main__"}
MODULES = sorted(
    {
        module.name
        for package in (bot, converter)
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    }
    - NOT_FOR_IMPORT
)
HEAVY = {"aiogram", "aiohttp", "sqlalchemy", "alembic", "pydantic"}
ROUTERS = [
    errors.router(),
    start.router(),
    choose.router(),
    intake.router(),
    start.fallback(),
    choose.leftover(),
]
LOOK = """
import json, runpy, sys
sys.argv = [sys.argv[1], sys.argv[2]]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit as end:
    assert not end.code, end.code
print(json.dumps(sorted(sys.modules)))
"""


@pytest.mark.parametrize("name", MODULES)
def test_every_module_can_be_imported(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__, "and says what it is for"


def test_the_entry_point_is_what_the_package_installs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    [target] = project["scripts"].values()
    module, _, name = target.partition(":")
    assert getattr(importlib.import_module(module), name) is telegram_bot.main
    assert callable(telegram_bot.main)


def test_version(tmp_path: Path) -> None:
    done = _run(tmp_path, "--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"telegram-video-converter {version()}\n"


def test_help_names_every_command(tmp_path: Path) -> None:
    done = _run(tmp_path, "--help")
    assert done.returncode == 0
    for command in ("run", "convert", "demo", "doctor"):
        assert command in done.stdout


def test_without_a_token_it_says_how_to_get_one(tmp_path: Path) -> None:
    done = _run(tmp_path)
    assert done.returncode == 2
    assert "TELEGRAM_BOT_TOKEN is not set" in done.stderr
    assert "https://t.me/BotFather" in done.stderr
    assert "make demo" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_what_is_heavy_is_not_imported_to_print_a_line(tmp_path: Path, option: str) -> None:
    done = _python(tmp_path, "-c", LOOK, str(PROGRAM), option)
    assert done.returncode == 0, done.stderr
    modules = json.loads(done.stdout.splitlines()[-1])
    assert HEAVY & {name.partition(".")[0] for name in modules} == set()


@pytest.mark.parametrize("router", ROUTERS, ids=lambda router: router.name)
def test_every_handler_is_async(router: Router) -> None:
    handlers = [
        handler.callback for event in router.observers.values() for handler in event.handlers
    ]
    assert handlers, "a router without a handler"
    assert [handler for handler in handlers if not inspect.iscoroutinefunction(handler)] == []


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return _python(folder, str(PROGRAM), *arguments)


def _python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Where no .env and no variable says anything."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
