"""What holds for every test."""

import pytest
import structlog

from bot.telegram.wire.lazy_models import import_aiogram

# As the program does it, and before a test imports aiogram by itself: seconds for each process.
import_aiogram()


@pytest.fixture(autouse=True)
def plain_log() -> None:
    """Every test begins with the same log, whatever another one configured. structlog's own choice
    would draw each traceback with all its locals: ten seconds of a busy processor for one of
    aiohttp's, in the bot's own event loop."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=True),
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        logger_factory=structlog.PrintLoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(0),
    )
