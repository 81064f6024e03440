"""`dashboard`: a link that opens the operator's pages once."""

import sys

from bot.cli.operate.ending import USAGE, CannotError, complain, opened, run
from bot.conversions import StartError
from bot.settings import Settings, SettingsError, load_settings


def print_link(admin: str | None) -> int:
    """Print it: for the one of ADMINS that is named, else the first of them, else for whoever is
    at this machine."""
    try:
        settings = load_settings()
    except SettingsError as error:
        return complain(str(error), USAGE)
    if admin is not None and admin not in settings.admins:
        return complain(f"{admin} is none of ADMINS", USAGE)

    async def work(settings: Settings) -> None:
        # They bring aiohttp, which other commands needn't wait for.
        from bot.app.pages import address_of  # noqa: PLC0415
        from bot.web.dashboard.links import CONSOLE, LASTS, Links  # noqa: PLC0415

        try:
            address = address_of(settings)
        except StartError as error:
            raise CannotError(str(error)) from None
        if address is None:
            raise CannotError(
                "there is no dashboard: set WEB_LISTEN=127.0.0.1:8092 in .env and restart the bot"
            )
        user_id = admin or next(iter(settings.admins), CONSOLE)
        async with opened(settings, writes=True) as transactions:
            word = await Links(transactions).make(user_id)
        minutes = int(LASTS.total_seconds() // 60)
        sys.stdout.write(
            f"{address.home}/login#key={word}\n"
            f"It opens the dashboard once, within {minutes} minutes; give it to nobody.\n"
        )

    return run(work)
