"""The settings in writing, made from the model itself: the README's table and `.env.example`."""

import argparse
import sys
import textwrap
from collections.abc import Iterator

from pydantic.fields import FieldInfo

from bot.settings import Settings, takes, variable

_WIDTH = 98
_HEAD = """\
# Copy to .env and fill in. What is commented out shows the default.
# Every variable may also be given as <NAME>_FILE=/path/of/a/file that holds the value.
"""


def markdown() -> str:
    """A Markdown table with one line for each variable."""
    lines = ["| Variable | Default | What it is | Takes |", "|---|---|---|---|"]
    lines += [
        f"| {' | '.join((f'`{variable(name)}`', code, field.description or '', takes(field)))} |"
        for name, field, default in _rows()
        for code in (f"`{default}`" if default else "none",)
    ]
    return "\n".join(lines) + "\n"


def env_example() -> str:
    """A `.env` to start from: every variable, commented out where it has a default."""
    parts = [_HEAD]
    for name, field, default in _rows():
        text = f"{field.description}. Takes {takes(field)}."
        comment = textwrap.fill(text, _WIDTH, initial_indent="# ", subsequent_indent="# ")
        line = f"#{variable(name)}={default}" if default else f"{variable(name)}="
        parts.append(f"{comment}\n{line}\n")
    return "\n".join(parts)


def _rows() -> Iterator[tuple[str, FieldInfo, str]]:
    for name, field in Settings.model_fields.items():
        yield name, field, _written(field.default)


def _written(default: object) -> str:
    if default is None:
        return ""
    if isinstance(default, bool):
        return str(default).lower()
    return ",".join(default) if isinstance(default, tuple) else str(default)


def main() -> None:
    """Print one of the two."""
    parser = argparse.ArgumentParser(
        prog="python -m bot.cli.settings_reference", description=__doc__
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--markdown", action="store_true", help="the table of the README")
    what.add_argument("--env", action="store_true", help="the text of .env.example")
    sys.stdout.write(markdown() if parser.parse_args().markdown else env_example())


if __name__ == "__main__":
    main()
