#!/usr/bin/env python3
"""The command line: run (default), convert, demo, doctor. What is heavy is imported by need."""

from pathlib import Path
from typing import Annotated

import typer

EXIT_FAULT = 1
EXIT_USAGE = 2
TARGETS = "mp4 hevc av1 webm mkv mov animation gif note sticker emoji mp3 m4a opus flac frame"

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


@app.command()
def run() -> None:
    """Run the bot with long polling until SIGINT or SIGTERM."""
    from bot.commands.run import run_bot  # noqa: PLC0415

    raise typer.Exit(run_bot())


@app.command()
def convert(
    files: Annotated[
        list[Path], typer.Argument(metavar="IN… [OUT]", help="IN, IN OUT, or IN… FOLDER.")
    ],
    *,
    target: Annotated[
        str | None,
        typer.Option("--target", "-t", help=f"One of {TARGETS}; else by OUT's name, else mp4."),
    ] = None,
    quality: Annotated[str, typer.Option(help="original, balanced or small.")] = "balanced",
    height: Annotated[
        int | None, typer.Option(help="Bound of the shorter side in pixels, as in 720p.")
    ] = None,
    max_side: Annotated[int | None, typer.Option(help="Bound of the longer side, pixels.")] = None,
    fps: Annotated[float | None, typer.Option(help="At most so many frames a second.")] = None,
    fit: Annotated[
        str | None,
        typer.Option(help="Size to stay just under: 50MB, 8MiB, or `server` (what it may send)."),
    ] = None,
    start: Annotated[str, typer.Option("--from", help="Begin here: 90, 1:30.5.")] = "0",
    end: Annotated[str | None, typer.Option("--to", help="End here.")] = None,
    keyframe: Annotated[
        bool, typer.Option("--keyframe", help="Begin at a keyframe, encoding nothing anew.")
    ] = False,
    mute: Annotated[bool, typer.Option("--mute", help="Without sound.")] = False,
    audio: Annotated[str, typer.Option(help="Sound track: its number or language.")] = "",
    loudness: Annotated[
        float | None,
        typer.Option(help="Normalise to so many LUFS (EBU R128: -23, phones: -16)."),
    ] = None,
    subtitles: Annotated[str, typer.Option(help="auto, drop, keep or burn.")] = "auto",
    subtitle: Annotated[str, typer.Option(help="Track to burn: number or language.")] = "",
    rotate: Annotated[int, typer.Option(help="Clockwise: 90, 180 or 270.")] = 0,
    mirror: Annotated[bool, typer.Option("--mirror", help="Swap left and right.")] = False,
    speed: Annotated[float, typer.Option(help="0.5 to 2.")] = 1.0,
    metadata: Annotated[
        bool, typer.Option("--metadata", help="Keep titles, places, dates, chapters.")
    ] = False,
    ten_bit: Annotated[
        bool, typer.Option("--ten-bit", help="Keep 10 bits and HDR (hevc, av1).")
    ] = False,
    at: Annotated[str | None, typer.Option(help="Moment of a single picture (frame).")] = None,
    still: Annotated[str | None, typer.Option(help="Single picture as jpeg or png.")] = None,
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
) -> None:
    """Convert files here. Exit status: 0 done, 3 refused (why: on stderr), 4 failed."""
    from bot.commands.amounts import read_size, read_time  # noqa: PLC0415
    from bot.commands.convert import Manner, convert_files  # noqa: PLC0415
    from bot.commands.options import target_of  # noqa: PLC0415

    try:
        cut = {"start": read_time(start), "end": None if end is None else read_time(end)}
        size = None if fit in {None, "server"} else read_size(str(fit))
        moment = None if at is None else read_time(at)
    except ValueError as error:
        typer.echo(f"usage: {error}", err=True)
        raise typer.Exit(EXIT_USAGE) from None
    named, picture = target_of(files)
    wishes = {
        "target": target or named,
        "quality": quality,
        "height": height,
        "max_side": max_side,
        "max_fps": fps,
        "max_bytes": size,
        "fit": fit == "server",
        **cut,
        "exact": not keyframe,
        "mute": mute,
        "audio": audio,
        "loudness": loudness,
        "subtitles": subtitles,
        "subtitle": subtitle,
        "rotate": rotate,
        "mirror": mirror,
        "speed": speed,
        "metadata": metadata,
        "ten_bit": ten_bit,
        "at": moment,
        "still": still or picture,
    }
    manner = Manner(jobs=jobs, as_json=as_json, explain_only=explain, folder=out, force=force)
    raise typer.Exit(convert_files(files, wishes, manner))


@app.command()
def demo(
    file: Annotated[
        Path | None, typer.Argument(help="A video of your own; default: a made one.")
    ] = None,
    lang: Annotated[str, typer.Option(help="Language of the user: en or ru.")] = "en",
) -> None:
    """Watch a chat with the bot on this machine: no token, no Telegram, no root."""
    from bot.commands.demo import run_demo  # noqa: PLC0415

    raise typer.Exit(run_demo(file, lang))


@app.command()
def doctor(
    gpu: Annotated[
        bool, typer.Option("--gpu", help="Also prove anew what each NVIDIA card can do.")
    ] = False,
) -> None:
    """Check this machine and the settings; exit status 1 when something keeps the bot from
    working."""
    from bot.commands.doctor import run_doctor  # noqa: PLC0415

    raise typer.Exit(run_doctor(cards=gpu))


def main() -> None:
    """The console script."""
    app()


if __name__ == "__main__":
    main()
