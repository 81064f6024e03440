"""The composition root: the only place that chooses concrete classes and puts them together."""

import asyncio
import contextlib
import os
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp
import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramUnauthorizedError

from bot.dialog.bounds import Bounds
from bot.dialog.dispatcher import make_dispatcher
from bot.dialog.start import commands
from bot.jobs.desk import Desk
from bot.jobs.model import Phase
from bot.jobs.sqlite_queue import SqliteQueue
from bot.jobs.status import Kind, Status
from bot.jobs.steps import Steps
from bot.jobs.worker import Worker
from bot.polling import Poller
from bot.settings import Settings
from bot.texts import LOCALES, Texts, languages_of
from bot.transfer.deliver import TelegramDeliverer
from bot.transfer.download import CLOUD_LIMIT, TelegramDownloader
from bot.transfer.progress import Board, Pace
from bot.transfer.session import TROUBLE, make_bot
from converter import docker_runner, engine, host_runner
from converter.cards import CardPool
from converter.converter import Converter
from converter.errors import ConversionError
from converter.limits import Limits
from converter.runner import Resources, Runner
from converter.workspace import remove_all

log = structlog.get_logger(__name__)

# Telegram's 50 MB hold the whole request; the thumbnail and the form's own lines take a little.
CLOUD_UPLOAD: Final = 50_000_000 - 300_000
LOCAL_UPLOAD: Final = 2_000_000_000
MAX_ATTEMPTS: Final = 3
_DRAIN_SECONDS: Final = 3.0
_LAST_WORDS_SECONDS: Final = 3.0
# Far above any right output, far below what could fill a disk unseen.
_RUNAWAY: Final = 10


class StartError(Exception):
    """The bot can't start: one sentence for the operator."""


def limits_of(settings: Settings) -> Limits:
    """The converter's limits as the operator set them."""
    return Limits(
        max_input_bytes=settings.max_input_bytes,
        max_output_bytes=LOCAL_UPLOAD if settings.telegram_local else CLOUD_UPLOAD,
        max_duration=settings.max_duration,
        max_pixels=settings.max_pixels,
        timeout=settings.conversion_timeout,
    )


def resources_of(settings: Settings, limits: Limits) -> Resources:
    """What one conversion may use."""
    return Resources(
        memory=settings.ffmpeg_memory_bytes,
        cpus=settings.ffmpeg_cpus,
        pids=settings.ffmpeg_pids,
        file_size=limits.max_output_bytes * _RUNAWAY,
        seconds=settings.conversion_timeout + 30.0,
    )


async def choose_runner(settings: Settings, resources: Resources) -> Runner:
    """Docker when an engine answers and the image is there, else this machine's ffmpeg with a
    warning that says what is lost; or exactly what RUNNER says. Raises StartError."""
    if settings.runner != "host":
        fault = await docker_runner.fault(settings.ffmpeg_image)
        if fault is None:
            return in_containers(settings, resources)
        if settings.runner == "docker":
            raise StartError(f"RUNNER=docker, but {fault}. Build the image with `make image`.")
        log.warning("no docker", reason=fault)
    runner = await on_host(resources)
    if runner is None:
        raise StartError(
            "There is neither a Docker engine with the ffmpeg image nor an ffmpeg on this machine. "
            "Run `make image`, or install ffmpeg, or pip install -r requirements-demo.txt."
        )
    log.warning("conversions run on the host", without=", ".join(runner.tools.lost))
    return runner


def in_containers(settings: Settings, resources: Resources) -> docker_runner.DockerRunner:
    """The Docker engine, whether it is there or not."""
    return docker_runner.DockerRunner(
        settings.ffmpeg_image, resources, _instance(settings.data_dir)
    )


async def on_host(resources: Resources) -> host_runner.HostRunner | None:
    """This machine's ffmpeg, None when there is none."""
    tools = host_runner.find_tools()
    if tools is None:
        return None
    return host_runner.HostRunner(await host_runner.without_broken_bwrap(tools), resources)


async def open_converter(settings: Settings, limits: Limits) -> Converter:
    """A converter on the best runner there is, its ffmpeg asked and its GPU proved. What a dead
    process of this installation left behind is removed. Raises StartError."""
    runner = await choose_runner(settings, resources_of(settings, limits))
    work = settings.data_dir / "work"
    try:
        containers = await runner.sweep()
        folders = await asyncio.to_thread(remove_all, work)
        found = await engine.ask(runner, work, gpu=settings.gpu != "off")
    except ConversionError as error:
        raise StartError(f"ffmpeg does not work: {error} {error.stderr_tail.strip()}") from error
    if settings.gpu == "required" and found.gpu is None:
        raise StartError("GPU=required, but no NVENC encoder passed its test. See `doctor`.")
    log.info(
        "converter ready",
        runner=runner.kind,
        ffmpeg=found.version,
        gpu=found.gpu.name if found.gpu else "none",
        orphans=containers + folders,
    )
    return Converter(runner, work, found, CardPool([found.gpu] if found.gpu else []))


@dataclass(frozen=True, slots=True)
class App:
    """A bot put together, its converter open and its queue recovered."""

    bot: Bot
    poller: Poller
    worker: Worker
    board: Board
    drop_pending: bool

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set, then end in good order, within 25 seconds.

        Raises PollingError or StartError when Telegram won't have this bot.
        """
        polling = asyncio.create_task(self._listen(), name="polling")
        working = asyncio.create_task(self.worker.run(), name="worker")
        stopping = asyncio.create_task(stop.wait(), name="stop")
        log.info("bot started")
        try:
            await asyncio.wait({polling, working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            log.info("bot stopping")
            failed = [t.exception() for t in (polling, working) if t.done() and not t.cancelled()]
            await self._stop(polling, working, stopping)
        for error in failed:
            if error is not None:
                raise error
        log.info("bot stopped")

    async def _stop(
        self, polling: asyncio.Task[None], working: asyncio.Task[None], stopping: asyncio.Task[bool]
    ) -> None:
        for task in (polling, stopping):
            task.cancel()
        await asyncio.wait({polling, stopping})
        await asyncio.gather(self.poller.drain(_DRAIN_SECONDS), self.worker.stop())
        await asyncio.wait({working}, timeout=3.0)
        working.cancel()
        await self.board.close(_LAST_WORDS_SECONDS)

    async def _listen(self) -> None:
        await self._introduce()
        await self.poller.run()

    async def _introduce(self) -> None:
        """Tell Telegram our commands; only a wrong token is a reason not to start."""
        try:
            await self.bot.delete_webhook(drop_pending_updates=self.drop_pending)
            for locale in LOCALES:
                for code in languages_of(locale):
                    await self.bot.set_my_commands(commands(Texts(locale)), language_code=code)
        except TelegramUnauthorizedError as error:
            raise StartError("Telegram refuses TELEGRAM_BOT_TOKEN: is it whole?") from error
        except TROUBLE as error:
            log.warning("commands were not registered", cause=type(error).__name__)


@contextlib.asynccontextmanager
async def open_app(
    settings: Settings, *, pace: Pace | None = None, limits: Limits | None = None
) -> AsyncIterator[App]:
    """Put a bot together from settings that hold a token. `limits` instead of those that follow
    from the settings. Raises StartError, or StorageError when another bot uses the same
    DATA_DIR."""
    if settings.telegram_bot_token is None:
        raise StartError("there is no TELEGRAM_BOT_TOKEN")
    limits = limits or limits_of(settings)
    async with contextlib.AsyncExitStack() as stack:
        queue = await SqliteQueue.open(settings.data_dir / "jobs.sqlite3")
        stack.push_async_callback(queue.close)
        converter = await open_converter(settings, limits)
        bot = make_bot(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url)
        stack.push_async_callback(bot.session.close)
        http = await stack.enter_async_context(aiohttp.ClientSession(auto_decompress=False))
        board = Board(bot, queue, output_limit=limits.max_output_bytes, pace=pace)
        downloader = TelegramDownloader(
            bot,
            http,
            idle=settings.download_idle_timeout,
            max_bytes=settings.max_input_bytes,
            local=settings.telegram_local,
        )
        steps = Steps(
            queue=queue,
            converter=converter,
            downloader=downloader,
            deliverer=TelegramDeliverer(bot, board),
            board=board,
            limits=limits,
            threads=lambda: _threads(settings, worker.running),
        )
        worker = Worker(queue, steps, board, settings.max_concurrent_conversions)
        desk = Desk(queue, board, worker, settings.max_queued_per_user)
        await _recover(queue, board)
        dispatcher = make_dispatcher(desk, _bounds(settings, limits))
        poller = Poller(
            bot, dispatcher, timeout=settings.polling_timeout, limit=settings.polling_limit
        )
        yield App(bot, poller, worker, board, settings.drop_pending_updates)


async def _recover(queue: SqliteQueue, board: Board) -> None:
    """Go on with what a dead process left, and say so in the same status messages."""
    for job in await queue.recover(max_failures=MAX_ATTEMPTS):
        log.info("job recovered", job=job.id, user=job.user_id, phase=job.phase)
        if job.phase is Phase.FAILED:
            code = job.error_code or ""
            board.show(job, Status(Kind.FAILED, code=code, can_retry=True))


def _bounds(settings: Settings, limits: Limits) -> Bounds:
    fetched = settings.max_input_bytes
    return Bounds(
        input_bytes=fetched if settings.telegram_local else min(fetched, CLOUD_LIMIT),
        output_bytes=LOCAL_UPLOAD if settings.telegram_local else 50_000_000,
        duration=limits.max_duration,
        queued=settings.max_queued_per_user,
    )


def _threads(settings: Settings, running: int) -> int:
    """Cores divided among the conversions that run now, at least one each."""
    cores = settings.ffmpeg_cpus or len(os.sched_getaffinity(0))
    return max(1, int(cores) // max(1, running))


def _instance(data_dir: Path) -> str:
    """Marks this installation's containers: a name that stays with the data folder, whatever the
    machine or the bot's own container is called."""
    path = data_dir / "instance"
    if not path.is_file():
        data_dir.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_hex(6), encoding="ascii")
    return path.read_text(encoding="ascii").strip()
