"""A whole job in the chat against bare ffmpeg, and a remux against an encode."""

import asyncio
import os
import shutil
import subprocess
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.table import Row, ratio, seconds
from bot.conversions import limits_of
from bot.jobs.showing.pace import Pace
from converter.commands import args
from converter.converter import Converter
from converter.engines import abilities
from converter.engines.docker_runner import DockerRunner, default_user
from converter.engines.runner import Resources
from converter.observer import Observer
from converter.planning.plan import Plan
from converter.request import Request
from standin import StandIn, User
from tests.support.stage import UNPACED, Stage, greeted

ROUNDS = 3


async def measure(folder: Path, encode: Path, remux: Path) -> list[Row]:
    """Both ratios. The peers take turns, round by round."""
    bare_argv = await _bare_argv(folder, encode)
    jobs: list[float] = []
    bares: list[float] = []
    remuxes: list[float] = []
    async with StandIn(folder=folder / "telegram", pace=UNPACED) as standin:
        stage = Stage(standin, folder / "bot", runner="docker")
        async with stage.bot(pace=Pace()):
            user = await greeted(standin)
            for _ in range(ROUNDS):
                bares.append(await asyncio.to_thread(_bare, bare_argv))
                jobs.append(await _job(user, encode))
                remuxes.append(await _job(user, remux))
    return [
        Row(
            "whole job ÷ bare ffmpeg in the same image",
            ratio(jobs, bares),
            "≤ 1.10",
            f"60 s of 720p: {seconds(jobs)} against {seconds(bares)}",
        ),
        Row(
            "remuxed job ÷ encoded job",
            ratio(remuxes, jobs),
            "≤ 0.05",
            f"{seconds(remuxes)} against {seconds(jobs)}",
        ),
    ]


async def _job(user: User, video: Path) -> float:
    started = time.monotonic()
    await user.send_document(video)
    await user.wait_for_result(timeout=300.0)
    return time.monotonic() - started


async def _bare_argv(folder: Path, video: Path) -> list[str]:
    """The docker command that runs ffmpeg with the arguments of a job and nothing else."""
    async with StandIn(folder=folder / "unused") as standin:
        settings = Stage(standin, folder / "bare").settings()
    runner = DockerRunner(settings.ffmpeg_image, Resources(), "bench")
    found = await abilities.ask(runner, folder / "work")
    plans: list[Plan] = []
    limits = limits_of(settings)
    async with Converter(runner, folder / "work", found).open("plan") as conversion:
        await asyncio.to_thread(shutil.copyfile, video, conversion.workspace.input_path)
        await conversion.run(Request(), limits, Observer(on_plan=plans.append))
    step = plans[-1].steps[-1]
    inside = args.step_argv(step, _all_cores(plans[-1]), limits, _Mounts(), "out.mp4", args.Found())
    source, target = folder / "bare-in", folder / "bare-out"
    source.mkdir()
    target.mkdir()
    target.chmod(0o777)
    await asyncio.to_thread(shutil.copyfile, video, source / "input")
    mounts = ["-v", f"{source}:/in:ro", "-v", f"{target}:/out"]
    user = ["--user", default_user()]
    return ["docker", "run", "--rm", *user, *mounts, settings.ffmpeg_image, *inside]


class _Mounts:
    """Where the image sees the two folders."""

    input_url = "file:/in/input"

    def output_url(self, name: str) -> str:
        return f"file:/out/{name}"


def _all_cores(plan: Plan) -> Plan:
    """What the bot gives a job that runs alone."""
    return replace(plan, threads=len(os.sched_getaffinity(0)))


def _bare(argv: list[str]) -> float:
    started = time.monotonic()
    subprocess.run(argv, check=True, capture_output=True)
    return time.monotonic() - started
