"""Files that others wrote stand here as they were published, with their licence."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_ROW = re.compile(r"^\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|$", re.MULTILINE)


@pytest.mark.parametrize("folder", ["bot/web/dashboard/vendored", "tests/browser/vendor"])
def test_every_vendored_file_is_the_one_that_is_written_down(folder: str) -> None:
    place = ROOT / folder
    written = dict(_ROW.findall((place / "README.md").read_text(encoding="utf-8")))
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in place.iterdir()
        if path.suffix != ".md"
    }
    assert found == written
    assert any("LICENSE" in name for name in found)
