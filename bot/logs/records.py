"""Logging: structlog over the standard library, one line per event, nothing secret.

Every record of the process, ours or a library's, is rendered and redacted where it is made, then
written by a thread of its own: a slow disk never stops the event loop.
"""

import asyncio
import atexit
import contextlib
import logging
import queue
import sys
import threading
from collections.abc import Callable, Iterable
from logging.handlers import QueueHandler, QueueListener
from pathlib import Path
from types import TracebackType

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import Processor

from bot.folders import complaint
from bot.logs.files import LogFile
from bot.logs.lines import render_json, render_text
from bot.logs.redaction import Redactor

MAX_FILE_BYTES = 10_000_000
OLD_FILES = 5
_QUEUED_RECORDS = 10_000
_LAST_WORDS_SECONDS = 3.0
# Their INFO or DEBUG says how they work, not what the bot does.
_CHATTY = ("aiogram.event", "aiosqlite", "alembic", "sqlalchemy", "aiohttp.access")


class LogFolderError(OSError):
    """The log folder can't be made or written. Its text is one line for the operator."""


def configure_logging(
    log_dir: Path,
    level: str = "INFO",
    json: bool = False,
    console: bool = True,
    secrets: Iterable[str] = (),
    *,
    max_bytes: int = MAX_FILE_BYTES,
) -> Callable[[], None]:
    """Send every record from `level` up to `log_dir`/bot.log, errors to error.log as well, and to
    stderr when `console` is true; each file turns over at `max_bytes`, five old ones are kept.

    Gives back a function that writes out what is queued and ends logging; it also runs at exit,
    and twice is harmless. Raises LogFolderError. Handlers that were there before are set aside
    until then: what they write would be neither redacted nor off the event loop.
    """
    handlers = _open_handlers(log_dir, max_bytes, console)
    records: _Records = queue.Queue(_QUEUED_RECORDS)
    source = _Source(records, _RedactingFormatter(json, Redactor(secrets)))
    listener = _Listener(records, handlers)
    listener.start()

    root = logging.getLogger()
    before = root.handlers[:], root.level
    root.handlers[:] = [source]
    root.setLevel(level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(root.level, logging.WARNING))
    logging.captureWarnings(True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared_processors(),
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.PositionalArgumentsFormatter(),
            ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )

    def close() -> None:
        if root.handlers != [source]:
            return
        atexit.unregister(close)
        # Without any handler Python would print later warnings to stderr as they are.
        root.handlers[:] = before[0] or [logging.NullHandler()]
        root.setLevel(before[1])
        logging.captureWarnings(False)
        listener.stop()
        for handler in handlers:
            handler.close()

    atexit.register(close)
    return close


def install_exception_hooks(loop: asyncio.AbstractEventLoop | None = None) -> None:
    """Log what nobody caught: in the main thread, in other threads and, with `loop`, in its tasks
    and callbacks. An interrupt by the keyboard is left to Python."""
    log = structlog.stdlib.get_logger("bot.crash")

    def uncaught(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            log.critical("uncaught exception", exc_info=(kind, error, trace))

    def uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
        name = args.thread.name if args.thread else "?"
        log.error("uncaught exception in a thread", thread=name, exc_info=args.exc_value)

    def uncaught_in_loop(_loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        task = context.get("task") or context.get("future") or context.get("handle")
        where = {"task": repr(task)} if task else {}
        log.error(str(context.get("message")), exc_info=context.get("exception"), **where)

    sys.excepthook = uncaught
    threading.excepthook = uncaught_in_thread
    if loop is not None:
        loop.set_exception_handler(uncaught_in_loop)


def _open_handlers(log_dir: Path, max_bytes: int, console: bool) -> list[logging.Handler]:
    handlers: list[logging.Handler] = []
    try:
        log_dir.mkdir(mode=0o750, parents=True, exist_ok=True)
        for name, level in (("bot.log", logging.NOTSET), ("error.log", logging.ERROR)):
            file = LogFile(log_dir / name, max_bytes, OLD_FILES)
            file.setLevel(level)
            handlers.append(file)
    except OSError as error:
        for handler in handlers:
            handler.close()
        raise LogFolderError(complaint("LOG_DIR", log_dir, error)) from error
    if console:
        handlers.append(logging.StreamHandler(sys.stderr))
    return handlers


def _shared_processors() -> list[Processor]:
    """What every record gets, ours and a library's, in the task that made it."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        structlog.processors.format_exc_info,
    ]


class _RedactingFormatter(ProcessorFormatter):
    """The last step before a record leaves its task: whatever it holds, it is redacted here."""

    def __init__(self, json: bool, redact: Redactor) -> None:
        super().__init__(
            processors=[
                ProcessorFormatter.remove_processors_meta,
                render_json if json else render_text,
            ],
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *_shared_processors()],
        )
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """One line and, in text, the traceback behind it."""
        try:
            text = super().format(record)
        except Exception as error:  # noqa: BLE001 - any object may be logged and fail to be shown
            # By default logging would print such a record to stderr, not redacted.
            text = super().format(_about(record, type(error).__name__))
        return self._redact(text)


def _about(record: logging.LogRecord, why: str) -> logging.LogRecord:
    """A record that stands for one which cannot be rendered."""
    return logging.makeLogRecord(
        {
            "name": record.name,
            "levelno": record.levelno,
            "levelname": record.levelname,
            "msg": "a record that cannot be rendered",
            "where": f"{record.pathname}:{record.lineno}",
            "why": why,
        }
    )


_Records = queue.Queue[logging.LogRecord | None]


class _Source(QueueHandler):
    """Renders a record at once and queues the text. Drops what comes while the queue is full,
    and says so afterwards."""

    def __init__(self, records: _Records, formatter: logging.Formatter) -> None:
        super().__init__(records)
        self.setFormatter(formatter)
        self._records = records
        self._dropped = 0

    def enqueue(self, record: logging.LogRecord) -> None:
        """Never waits: the event loop logs too."""
        try:
            if self._dropped:
                self._records.put_nowait(self.prepare(_dropped(self._dropped)))
                self._dropped = 0
            self._records.put_nowait(record)
        except queue.Full:
            self._dropped += 1


def _dropped(count: int) -> logging.LogRecord:
    return logging.makeLogRecord(
        {
            "name": __name__,
            "levelno": logging.ERROR,
            "levelname": "ERROR",
            "msg": "records were dropped: the disk is too slow for so many",
            "count": count,
        }
    )


class _Listener(QueueListener):
    """Writes the queued texts, in its own thread."""

    def __init__(self, records: _Records, handlers: Iterable[logging.Handler]) -> None:
        super().__init__(records, *handlers, respect_handler_level=True)
        self._records = records

    def enqueue_sentinel(self) -> None:
        """Ask for the end; unlike the base class, wait for room in a full queue, a while."""
        with contextlib.suppress(queue.Full):
            self._records.put(None, timeout=_LAST_WORDS_SECONDS)

    def stop(self) -> None:
        """End, and wait for what is queued; but not for a disk that takes nothing any more."""
        self.enqueue_sentinel()
        if self._thread is not None:
            self._thread.join(_LAST_WORDS_SECONDS)
            self._thread = None
