"""A log file that fails quietly: what can't be written costs nobody more than those lines."""

import contextlib
import logging
import os
import sys
import time
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from bot.folders import complaint

_TOLD_AGAIN_SECONDS: Final = 600.0
_LOOK_SECONDS: Final = 5.0


class LogFile(RotatingFileHandler):
    """Turns over at `max_bytes`, `kept` old ones stay. Where a record can't be written (a full
    disk), one line on standard error says so, and again every ten minutes at most; logging's own
    answer is a traceback for each record. How many were lost is written once there is room. A
    file or folder that was taken away is made anew."""

    def __init__(
        self,
        path: Path,
        max_bytes: int,
        kept: int,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(
            path,
            maxBytes=max_bytes,
            backupCount=kept,
            encoding="utf-8",
            errors="backslashreplace",
        )
        self._path = Path(self.baseFilename)
        self._clock = clock
        self._told: float | None = None
        self._look_at = clock() + _LOOK_SECONDS
        self._lost = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        before = self._lost
        try:
            if self._clock() >= self._look_at:
                self._find()
            super().emit(record)
        except OSError:
            self.handleError(record)
        if self._lost and self._lost == before:
            self._lost, self._told = 0, None
            super().emit(_lost(before))

    def close(self) -> None:
        """Write what is left and close; a full disk costs that, and stops nobody."""
        try:
            super().close()
        except OSError:
            self.handleError(logging.makeLogRecord({}))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 - logging's name
        """Called where a record could not be written."""
        error = sys.exc_info()[1]
        self._lost += 1
        now = self._clock()
        if self._told is not None and now - self._told < _TOLD_AGAIN_SECONDS:
            return
        self._told = now
        cause = (
            complaint("LOG_DIR", self._path.parent, error)
            if isinstance(error, OSError)
            else f"LOG_DIR: {self._path.name}: {error!r}"
        )
        # Standard error may be a file on the same full disk, or nowhere.
        with contextlib.suppress(OSError, ValueError, AttributeError):
            sys.stderr.write(f"{cause}\n")

    def _find(self) -> None:
        """Open the file again where its name leads elsewhere now, or nowhere."""
        self._look_at = self._clock() + _LOOK_SECONDS
        try:
            there = self._path.stat()
            ours = os.fstat(self.stream.fileno()) if self.stream is not None else None
            if ours is not None and (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino):
                return
        except OSError:
            self._path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        if self.stream is not None:
            with contextlib.suppress(OSError):
                self.stream.close()
        self.stream = self._open()


def _lost(count: int) -> logging.LogRecord:
    return logging.makeLogRecord(
        {
            "name": __name__,
            "levelno": logging.ERROR,
            "levelname": "ERROR",
            "msg": f"records were lost: the log could not be written (records={count})",
        }
    )
