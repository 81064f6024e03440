"""How these commands are called. What they do is imported by need: it takes a second."""

from enum import StrEnum
from typing import Annotated

import typer

db = typer.Typer(help="The database that jobs stand in.", no_args_is_help=True)
jobs = typer.Typer(help="Look at jobs, stop them, try them again.", no_args_is_help=True)

Which = Annotated[str, typer.Argument(metavar="ID", help="Its id, or how that begins (the trace).")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Of = Annotated[str | None, typer.Option("--user", help="Those of this user alone.")]


class InPhase(StrEnum):
    """Where a job may stand."""

    QUEUED = "queued"
    DOWNLOADING = "downloading"
    CONVERTING = "converting"
    SENDING = "sending"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"


@db.command()
def upgrade() -> None:
    """Bring the schema up to this program's, as a start of the bot does by itself. Exit status 1:
    it could not, or the database is a newer version's."""
    from bot.cli.operate.database import upgrade_schema  # noqa: PLC0415

    raise typer.Exit(upgrade_schema())


@db.command()
def status() -> None:
    """How the schema stands, and who works on it; exit status 1 where it isn't this program's."""
    from bot.cli.operate.database import tell_schema  # noqa: PLC0415

    raise typer.Exit(tell_schema())


@jobs.command("list")
def list_(
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Also those that have ended, of the last 30 days.")
    ] = False,
    user: Of = None,
    phase: Annotated[
        list[InPhase] | None, typer.Option(help="Those in this phase; may be given again.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="So many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """What runs, what waits, in the order in which it will be taken."""
    from bot.cli.operate.looking import list_jobs  # noqa: PLC0415

    names = [one.value for one in phase or ()]
    told = list_jobs(user, names, ended_too=everything, limit=limit, as_json=as_json)
    raise typer.Exit(told)


@jobs.command()
def show(which: Which, *, as_json: AsJson = False) -> None:
    """Everything that is known of one job, but for what the file is called."""
    from bot.cli.operate.looking import show_job  # noqa: PLC0415

    raise typer.Exit(show_job(which, as_json=as_json))


@jobs.command()
def cancel(which: Which) -> None:
    """Stop a job wherever it runs; its person reads that the operator did."""
    from bot.cli.operate.acting import cancel_job  # noqa: PLC0415

    raise typer.Exit(cancel_job(which))


@jobs.command()
def retry(which: Which) -> None:
    """Try a failed or stopped job again, in the same message."""
    from bot.cli.operate.acting import retry_job  # noqa: PLC0415

    raise typer.Exit(retry_job(which))


@jobs.command()
def watch(user: Of = None) -> None:
    """Live jobs as they go, until Ctrl-C; one line for each change where no terminal listens."""
    from bot.cli.operate.watching import watch_jobs  # noqa: PLC0415

    raise typer.Exit(watch_jobs(user))


def workers(*, as_json: AsJson = False) -> None:
    """The processes that work on jobs or talk with people, and when each was last heard of."""
    from bot.cli.operate.looking import list_workers  # noqa: PLC0415

    raise typer.Exit(list_workers(as_json=as_json))


def dashboard(
    admin: Annotated[
        str | None, typer.Option(help="Whose it is: one of ADMINS; by itself the first of them.")
    ] = None,
) -> None:
    """Print a link that opens the dashboard in a browser, once; the bot has to run, with
    WEB_LISTEN."""
    from bot.cli.operate.dashboard import print_link  # noqa: PLC0415

    raise typer.Exit(print_link(admin))
