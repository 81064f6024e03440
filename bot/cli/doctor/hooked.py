"""What Telegram says of our webhook."""

import time
from collections.abc import Mapping
from typing import Any, Final

from bot.cli.doctor.finding import Level, Problem
from bot.settings import Settings
from bot.telegram.ways.terms import complaint_about

# A complaint that is older has most likely been seen to.
_RECENT: Final = 3600.0


def judge(known: Settings, told: Mapping[str, Any], now: float | None = None) -> str:
    """What a WebhookInfo object means; `now` in Unix seconds. Raises Problem."""
    if wrong := complaint_about(known):
        raise Problem(wrong, "correct it in .env or the environment")
    count = told.get("pending_update_count", 0)
    waiting = f"{count} updates wait"
    address = told.get("url")
    if not address:
        return f"webhook {known.webhook_url}, to be set at start; {waiting}"
    if address != known.webhook_url:
        fix = "the bot sets its own at start; end the program that set this one"
        raise Problem(f"a webhook of another address is set, {waiting}", fix, level=Level.WARNING)
    when = told.get("last_error_date") or 0
    moment = time.time() if now is None else now
    if told.get("last_error_message") and moment - when < _RECENT:
        said = f"Telegram can't deliver to {address}: {told['last_error_message']}; {waiting}"
        fix = "is the bot running, and does your proxy pass this address on to WEBHOOK_LISTEN?"
        raise Problem(said, fix, level=Level.WARNING)
    return f"webhook {address}, {waiting}"
