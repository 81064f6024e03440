"""What an operator misspelt is named, and nothing else."""

from pathlib import Path

import pytest

from bot.cli.strangers import strangers
from bot.settings import Settings

FIELDS = frozenset(Settings.model_fields)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("TELEGRAM_BOT_TOKN", "TELEGRAM_BOT_TOKEN"),
        ("MAX_CONCURENT_CONVERSIONS", "MAX_CONCURRENT_CONVERSIONS"),
        ("CONVERSION_TIMEOUTS", "CONVERSION_TIMEOUT"),
        ("telegram_proxi", "TELEGRAM_PROXY"),
        ("DATADIR", "DATA_DIR"),
    ],
)
def test_a_misspelt_variable_is_named_with_the_right_one(
    tmp_path: Path, name: str, meant: str
) -> None:
    (told,) = strangers({name: "x"}, tmp_path / ".env", FIELDS)
    assert name in told
    assert meant in told


def test_other_programs_variables_are_none_of_ours(tmp_path: Path) -> None:
    theirs = {"PATH": "", "HOME": "", "LANG": "", "LOGNAME": "", "PYTHONPATH": "", "GPU_ID": ""}
    ours = {name.upper(): "" for name in FIELDS} | {"TELEGRAM_BOT_TOKEN_FILE": ""}
    assert strangers(theirs | ours, tmp_path / ".env", FIELDS) == []


def test_every_line_of_the_file_is_looked_at(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text(
        "# fine\n\nexport LOG_LEVEL=DEBUG\nSOMETHING=1\nTELEGRAM_BOT_TOKEN: 123:secret\n"
    )
    one, two = strangers({}, path, FIELDS)
    assert "SOMETHING" in one
    assert "line 4" in one
    assert "line 5" in two
    assert "secret" not in two


def test_no_file_is_no_fault(tmp_path: Path) -> None:
    assert strangers({}, tmp_path / "none", FIELDS) == []
    (tmp_path / "bad").write_bytes(b"\xff\xfe\x00")
    assert strangers({}, tmp_path / "bad", FIELDS) == []
