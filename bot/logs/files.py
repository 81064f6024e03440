"""A log file that fails quietly: what can't be written costs nobody more than those lines."""

import logging
import sys
import time
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from bot.folders import complaint

_TOLD_AGAIN_SECONDS: Final = 600.0


class LogFile(RotatingFileHandler):
    """Turns over at `max_bytes`, `kept` old ones stay. Where a record can't be written (a full
    disk), one line on standard error says so, and again every ten minutes at most; logging's own
    answer is a traceback for each record."""

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
        self._clock = clock
        self._told: float | None = None
        self._lost = 0

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
        path = Path(self.baseFilename)
        cause = (
            complaint("LOG_DIR", path.parent, error)
            if isinstance(error, OSError)
            else f"LOG_DIR: {path.name}: {error!r}"
        )
        if sys.stderr is not None:
            sys.stderr.write(f"{cause} (records lost: {self._lost})\n")
