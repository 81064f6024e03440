"""What of this machine's settings a bot before a stand-in goes by: how it converts, how much it
takes. Nothing of a bot that may be set up here is touched: it opens no port of that one's, knows
none of its people and has none of its files, databases and secrets."""

from pathlib import Path
from typing import Final

from bot.settings import METRICS_OFF, WEB_OFF, Settings
from standin import StandIn

_BY_FILE: Final = "_file"
# The stand-in is on this machine, whatever proxy leads away from it.
DIRECT: Final = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}


def apart(standin: StandIn, folder: Path) -> dict[str, object]:
    """Settings by field name, as JSON has them, which go before every variable; what isn't among
    them holds as it is set here. All that the bot writes is in `folder`."""
    return {
        "telegram_bot_token": standin.token,
        "telegram_api_url": standin.url,
        "telegram_proxy": None,
        "telegram_local": False,
        "local_files_dir": None,
        "updates": "polling",
        "webhook_url": None,
        "webhook_listen": Settings.model_fields["webhook_listen"].default,
        "webhook_secret": None,
        "webhook_networks": (),
        "webhook_cert": None,
        "webhook_key": None,
        # Somebody who sends while the bot is started anew waits for an answer.
        "drop_pending_updates": False,
        "database_url": None,
        "admins": (),
        "access": "public",
        "allowed": (),
        "metrics_listen": METRICS_OFF,
        "web_listen": WEB_OFF,
        "web_url": None,
        "data_dir": str(folder / "data"),
        "log_dir": str(folder / "logs"),
        "log_json": False,
    }


def without(environment: dict[str, str], given: dict[str, object]) -> dict[str, str]:
    """An environment that has no say in what is `given`. Pure."""
    taken = {name for field in given for name in (field, field + _BY_FILE)}
    return {name: value for name, value in environment.items() if name.lower() not in taken}


def as_variables(given: dict[str, object]) -> dict[str, str]:
    """The same settings as an environment has them. Pure."""
    return {
        name.upper(): str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in given.items()
        if value is not None and value != ()
    }
