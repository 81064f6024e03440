#!/usr/bin/env python3
"""The command line: run (default), convert, demo, sandbox, doctor, and the operator's db, jobs,
workers and dashboard. What is heavy is imported by need."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

try:
    import typer
except ModuleNotFoundError:
    raise SystemExit(
        "What the bot needs is not installed in this Python: see README.md, or, after `make demo`,"
        " start it as .venv/bin/python telegram_bot.py"
    ) from None

from bot.cli.operate import commands
from bot.cli.options import with_options

app = typer.Typer(
    add_completion=False,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    help="A self-hosted Telegram bot that turns any video into one that plays everywhere.",
    epilog="Settings come from the environment or .env: see README.md and .env.example.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from bot.version import version  # noqa: PLC0415

        typer.echo(f"telegram-video-converter {version()}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def main_(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - acted upon by its callback
        bool,
        typer.Option(
            "--version", help="Print the version and exit.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Without a command: run the bot."""
    if context.invoked_subcommand is None:
        run()


class Role(StrEnum):
    """What a process of the bot does."""

    BOTH = "both"
    FRONTEND = "frontend"
    WORKER = "worker"


@app.command()
def run(
    role: Annotated[
        Role,
        typer.Option(
            help="Talk with people, convert, or both. One of them alone needs DATABASE_URL."
        ),
    ] = Role.BOTH,
    slots: Annotated[
        int | None,
        typer.Option(min=1, help="Conversions at once, instead of MAX_CONCURRENT_CONVERSIONS."),
    ] = None,
) -> None:
    """Run the bot until SIGINT or SIGTERM."""
    from bot.cli.run import run_bot  # noqa: PLC0415

    raise typer.Exit(run_bot(role.value, slots))


@app.command()
@with_options
def convert(
    files: Annotated[
        list[Path], typer.Argument(metavar="IN… [OUT]", help="IN, IN OUT, or IN… FOLDER.")
    ],
    *,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for all results; every file is an IN.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="So many at a time; every file is an IN.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per file.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite what is there.")] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Print the plan and run nothing.")
    ] = False,
    **wishes: str | bool | None,
) -> None:
    """Convert files here. Exit status: 0 done, 2 wrong call, 3 refused, 4 failed (why: on
    stderr)."""
    from bot.cli.convert import Manner, convert_files  # noqa: PLC0415

    manner = Manner(jobs=jobs, as_json=as_json, explain_only=explain, folder=out, force=force)
    raise typer.Exit(convert_files(files, wishes, manner))


@app.command()
def demo(
    file: Annotated[
        Path | None, typer.Argument(help="A video of your own; default: a made one.")
    ] = None,
    lang: Annotated[str, typer.Option(help="Language of the user: en or ru.")] = "en",
    cluster: Annotated[
        bool,
        typer.Option(
            "--cluster",
            help="Several processes on PostgreSQL, one of which is killed before your eyes.",
        ),
    ] = False,
) -> None:
    """Watch a chat with the bot on this machine: no token, no Telegram, no root."""
    if cluster:
        from bot.cli.demo_cluster import run_cluster_demo  # noqa: PLC0415

        raise typer.Exit(run_cluster_demo(file, lang))
    from bot.telegram.wire.lazy_models import import_aiogram  # noqa: PLC0415

    import_aiogram()
    from bot.cli.demo import run_demo  # noqa: PLC0415

    raise typer.Exit(run_demo(file, lang))


@app.command()
def sandbox(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the page; 0 takes any free one.")
    ] = 8090,
    listen: Annotated[
        str, typer.Option(help="Address of this machine to serve the page at; needs --public.")
    ] = "127.0.0.1",
    public: Annotated[
        bool,
        typer.Option("--public", help="For strangers, as at a fair: bounded, and without faults."),
    ] = False,
    show: Annotated[bool, typer.Option("--open", help="Open the page in your browser.")] = False,
) -> None:
    """Chat with the bot on a page on this machine: no token, no Telegram, no root."""
    from bot.cli.sandbox import Manner, run_sandbox  # noqa: PLC0415

    raise typer.Exit(run_sandbox(Manner(port, listen, public, show)))


@app.command()
def doctor(
    gpu: Annotated[
        bool, typer.Option("--gpu", help="Also prove anew what each NVIDIA card can do.")
    ] = False,
) -> None:
    """Check this machine and the settings; exit status 1 when something keeps the bot from
    working."""
    from bot.cli.doctor.command import run_doctor  # noqa: PLC0415

    raise typer.Exit(run_doctor(cards=gpu))


app.add_typer(commands.db, name="db")
app.add_typer(commands.jobs, name="jobs")
app.command()(commands.workers)
app.command()(commands.dashboard)


def main() -> None:
    """The console script."""
    app()


if __name__ == "__main__":
    main()
