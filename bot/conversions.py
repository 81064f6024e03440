"""From the settings to a converter. Without aiogram, whose import takes seconds: `convert` and
`doctor` use it too."""

from typing import Final

import structlog

from bot.folders import complaint
from bot.settings import Settings
from converter import opening
from converter.converter import Converter
from converter.engines.runner import Resources
from converter.limits import Limits
from converter.opening import EngineOptions, OpeningError

log = structlog.get_logger(__name__)

# Telegram's 50 MB hold the whole request; the thumbnail and the form's own lines take a little.
CLOUD_REQUEST: Final = 50_000_000
CLOUD_UPLOAD: Final = CLOUD_REQUEST - 300_000
LOCAL_UPLOAD: Final = 2_000_000_000
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


def options_of(settings: Settings, limits: Limits) -> EngineOptions:
    """Which engine the operator wants."""
    return EngineOptions(
        data_dir=settings.data_dir,
        resources=resources_of(settings, limits),
        runner=settings.runner,
        image=settings.ffmpeg_image,
        gpu=settings.gpu,
    )


async def converter_for(settings: Settings, limits: Limits) -> Converter:
    """A converter on the best engine there is, and what the operator should know of it in the log.
    Raises StartError."""
    try:
        opened = await opening.open_converter(options_of(settings, limits))
    except OpeningError as error:
        raise StartError(str(error)) from error
    except OSError as error:
        raise StartError(complaint("DATA_DIR", settings.data_dir, error)) from error
    for warning in opened.warnings:
        log.warning(warning.event, **warning.facts)
    converter = opened.converter
    log.info(
        "converter ready",
        runner=converter.runner.kind,
        ffmpeg=converter.capabilities.version,
        gpu=", ".join(card.name for card in converter.cards.cards if card.works) or "none",
        orphans=opened.orphans,
    )
    return converter
