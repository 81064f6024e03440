"""The metrics in writing, made of their one list: `python -m bot.web.reference` prints the table of
docs/metrics.md."""

import sys

from bot.web.names import ALL, Named


def markdown() -> str:
    """A Markdown table with one line for each metric."""
    lines = ["| Metric | Type | What it is | Split by |", "|---|---|---|---|"]
    lines += [_line(named) for named in ALL]
    return "\n".join(lines) + "\n"


def _line(named: Named) -> str:
    labels = ", ".join(f"`{label}`" for label in named.labels)
    return f"| `{named.name}` | {named.kind} | {named.help} | {labels} |"


if __name__ == "__main__":
    sys.stdout.write(markdown())
