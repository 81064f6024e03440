"""The options of `convert` in writing: README's table, made of the rows themselves."""

import argparse
import sys

from bot.cli.options import called, shown, suited, taken
from bot.texts import Texts
from bot.texts.wishes import help_text
from converter.options import Option, Unit
from converter.request import usual


def markdown() -> str:
    """A Markdown table with one line for each option."""
    lines = ["| Option | Default | What it does | Takes | For |", "|---|---|---|---|---|"]
    lines += [f"| {' | '.join(_cells(option))} |" for option in shown()]
    return "\n".join(lines) + "\n"


def _cells(option: Option) -> tuple[str, ...]:
    default = usual(option.name)
    known = option.takes.unit is not Unit.YES_OR_NO and default not in {None, ""}
    return (
        f"`{called(option.name)}`",
        f"`{default:g}`" if isinstance(default, float) else f"`{default}`" if known else "",
        help_text(Texts("en"), option),
        taken(option),
        _targets(option),
    )


def _targets(option: Option) -> str:
    """With the values that mean something for fewer targets than the option does."""
    whole = suited(option)
    fewer = {str(value): suited(option, value) for value in option.takes.choices if value}
    return "; ".join([whole, *(f"`{v}` for {t}" for v, t in fewer.items() if t != whole)])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m bot.cli.options_reference", description=__doc__
    )
    parser.add_argument("--markdown", action="store_true", required=True, help="README's table")
    parser.parse_args()
    sys.stdout.write(markdown())


if __name__ == "__main__":
    main()
