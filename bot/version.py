"""Which version this is."""

import tomllib
from importlib import metadata
from pathlib import Path

_NAME = "telegram-video-converter"


def version() -> str:
    """The version of this checkout, else of the installed package, else ``unknown``."""
    project = Path(__file__).parent.parent / "pyproject.toml"
    if project.is_file():
        found = tomllib.loads(project.read_text(encoding="utf-8")).get("project", {})
        if found.get("name") == _NAME:
            return str(found["version"])
    try:
        return metadata.version(_NAME)
    except metadata.PackageNotFoundError:
        return "unknown"
