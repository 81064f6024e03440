"""What the operator's settings mean for the rooms."""

import os

from bot.conversions import CLOUD_REQUEST, LOCAL_UPLOAD
from bot.dialog.bounds import Bounds
from bot.dialog.stores.doorkeeper import Rules
from bot.jobs.store.quota import Quota
from bot.settings import Settings
from bot.telegram.files.download import CLOUD_LIMIT
from converter.limits import Limits


def bounds_of(settings: Settings, limits: Limits) -> Bounds:
    """What may come in and go out."""
    fetched = settings.max_input_bytes
    return Bounds(
        joined_bytes=fetched,
        input_bytes=fetched if settings.telegram_local else min(fetched, CLOUD_LIMIT),
        input_set=settings.telegram_local or fetched < CLOUD_LIMIT,
        output_bytes=LOCAL_UPLOAD if settings.telegram_local else CLOUD_REQUEST,
        duration=limits.max_duration,
        queued=settings.max_queued_per_user,
    )


def rules_of(settings: Settings) -> Rules:
    """Who may come in."""
    return Rules(settings.access, frozenset(settings.admins), frozenset(settings.allowed))


def quota_of(settings: Settings) -> Quota:
    """How much one person may ask for."""
    return Quota(
        jobs_per_hour=settings.quota_jobs_per_hour,
        jobs_per_day=settings.quota_jobs_per_day,
        bytes_per_day=settings.quota_bytes_per_day,
        minutes_per_day=settings.quota_minutes_per_day,
    )


def threads_of(settings: Settings, running: int) -> int:
    """Cores divided among the conversions that run now, at least one each."""
    cores = settings.ffmpeg_cpus or len(os.sched_getaffinity(0))
    return max(1, int(cores) // max(1, running))
