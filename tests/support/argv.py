"""A plan's commands, as they are run."""

from itertools import pairwise

from converter.commands.args import Found, step_argv
from converter.commands.loudness import Measured
from converter.limits import Limits
from converter.planning.plan import Plan, Step

INPUT = "file:/in/input"


def output_url(name: str) -> str:
    """A file in the output folder."""
    return f"file:/out/{name}"


class Places:
    """Where ffmpeg finds things."""

    input_url = INPUT

    def output_url(self, name: str) -> str:
        """A file in the output folder."""
        return output_url(name)


def argv_of(
    plan: Plan,
    step: Step = Step.CONVERT,
    measured: Measured | None = None,
    limits: Limits | None = None,
) -> list[str]:
    """The command of one step."""
    return step_argv(step, plan, limits or Limits(), Places(), "partial", Found(measured))


def all_argv(plan: Plan) -> list[list[str]]:
    """The commands of every step, in order."""
    return [argv_of(plan, step) for step in plan.steps]


def after(argv: list[str], option: str) -> str:
    """The value of an option that is given once."""
    assert argv.count(option) == 1, f"{option} in {argv}"
    return argv[argv.index(option) + 1]


def options(argv: list[str]) -> dict[str, str]:
    """Every word with the one behind it, for a look at some of them."""
    return dict(pairwise(argv))
