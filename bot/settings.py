"""Every setting of the bot: read once at start, checked, frozen.

A value comes from the environment, else from `.env`; each variable may instead be given as
`<NAME>_FILE`, the path of a file that holds the value. An empty value counts as none.

`python -m bot.cli.settings_reference --markdown` prints the table of the README, `--env` prints
`.env.example`.
"""

import re
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.logs.redaction import Redactor
from bot.setting_types import (
    OFF,
    ApiUrl,
    File,
    Folder,
    HookUrl,
    Ids,
    Image,
    Listen,
    ListenOrOff,
    Memory,
    Networks,
    Seconds,
    Secret,
    Takes,
    Token,
    WebUrl,
    absolute,
    any_case,
    memory_bytes,
    postgres_address,
    proxy_address,
)

METRICS_OFF = WEB_OFF = OFF
_LONGEST_SHOWN = 60
_BOUNDS = {"ge": "from", "gt": "above", "le": "to"}


class SettingsError(Exception):
    """A setting is wrong. Its text is one line: the variable, what it got, what it takes."""


class Settings(BaseSettings):
    """The settings, as the variables of the same names in capitals say. Made by load_settings."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, env_file=".env"
    )

    telegram_bot_token: Annotated[
        Token | None, Takes("the token that @BotFather gives, like 123456789:AAE…")
    ] = Field(None, description="The bot's token, from @BotFather; without it only the demo runs")
    conversion_timeout: Seconds = Field(
        300, description="Longest time one conversion may take, in seconds"
    )
    max_concurrent_conversions: int = Field(
        3, ge=1, description="Conversions that run at the same time, of all users together"
    )
    max_running: int = Field(
        0,
        ge=0,
        description="Conversions that run at the same time in all processes together, where there"
        " are several; 0 sets no bound beside each one's own",
    )
    max_queued_per_user: int = Field(
        5,
        ge=0,
        description="Files of one user that may wait while one is converted; 0 refuses them",
    )
    max_queued: int = Field(
        500,
        ge=0,
        description="Files of all users together that may wait; whoever sends more is told when to"
        " come back. 0 sets no bound",
    )
    max_input_bytes: int = Field(
        2_000_000_000,
        ge=1,
        description="Largest file accepted, in bytes (Telegram's cloud server gives a bot no file"
        " over 20 MiB, whatever stands here)",
    )
    max_kept_bytes: int = Field(
        2_000_000_000,
        ge=0,
        description="Disk for the files of open menus, in bytes: each is kept for 15 minutes at"
        " most, so that it isn't downloaded twice; 0 keeps none",
    )
    min_free_bytes: int = Field(
        500_000_000,
        ge=0,
        description="Disk at DATA_DIR that stays free, in bytes: what would take more is refused,"
        " and what was taken waits",
    )
    reuse_results: bool = Field(
        True,
        description="Answer the same file with the same settings, by anybody, at once with what"
        " Telegram has already; with false every file is converted anew",
    )
    max_duration: Seconds = Field(10_800, description="Longest video accepted, in seconds")
    max_pixels: int = Field(
        40_000_000, ge=1, description="Largest picture accepted, width times height"
    )
    admins: Ids = Field((), description="Who may use /admin: ids of users")
    access: Annotated[
        Literal["public", "allowlist", "invite"], any_case("public", "allowlist", "invite")
    ] = Field(
        "public",
        description="Who is served: everybody, those whom ALLOWED or an admin names, or also those"
        " whom an admin sends an invitation",
    )
    allowed: Ids = Field((), description="Who is served beside admins: ids of users")
    quota_jobs_per_hour: int = Field(
        0, ge=0, description="Conversions that one user may ask for in an hour; 0 sets no bound"
    )
    quota_jobs_per_day: int = Field(
        0, ge=0, description="Conversions that one user may ask for in a day; 0 sets no bound"
    )
    quota_bytes_per_day: int = Field(
        0, ge=0, description="Bytes that one user may send in a day; 0 sets no bound"
    )
    quota_minutes_per_day: int = Field(
        0,
        ge=0,
        description="Minutes of video that one user may have converted in a day; 0 sets no bound",
    )
    download_idle_timeout: Seconds = Field(
        30, description="Seconds without a byte after which a download is given up"
    )
    runner: Annotated[Literal["auto", "docker", "host"], any_case("auto", "docker", "host")] = (
        Field(
            "auto",
            description="Where ffmpeg runs: in containers, on this host, or the best there is",
        )
    )
    ffmpeg_image: Image = Field(
        "telegram-video-converter-ffmpeg:7.1",
        description="Docker image that conversions run in",
    )
    gpu: Annotated[Literal["auto", "off", "required"], any_case("auto", "off", "required")] = Field(
        "auto", description="NVIDIA encoding: if it works, never, or refuse to start without"
    )
    database_url: Annotated[
        Annotated[SecretStr, AfterValidator(postgres_address)] | None,
        Takes("postgresql://user:password@host/name, as PostgreSQL's own programs take it"),
    ] = Field(
        None,
        description="PostgreSQL database for several processes that share the work; without it one"
        " process works alone with a file in DATA_DIR",
    )
    data_dir: Folder = Field(
        Path("data"), description="Folder of the job database and of files being worked on"
    )
    log_dir: Folder = Field(Path("logs"), description="Folder of bot.log and error.log")
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"],
        any_case("DEBUG", "INFO", "WARNING", "ERROR"),
    ] = Field("INFO", description="Least important events that are logged")
    log_json: bool = Field(False, description="Log lines as JSON")
    metrics_listen: ListenOrOff = Field(
        "127.0.0.1:9108",
        description="Where /metrics, /health and /ready are served, to whoever reaches it; off"
        " serves none",
    )
    web_listen: ListenOrOff = Field(
        OFF,
        description="Where the operator's dashboard is served, by the process that talks with"
        " people; `telegram_bot.py dashboard` opens it. Off serves none",
    )
    web_url: Annotated[
        WebUrl | None,
        Takes("an https:// address without a path; http:// for 127.0.0.1 or localhost alone"),
    ] = Field(
        None,
        description="Where the dashboard is found from elsewhere, most often at a proxy that has"
        " the certificate; needed where WEB_LISTEN is no loopback address. With https:// admins"
        " log in by Telegram, and /admin opens it in the chat",
    )
    telegram_api_url: ApiUrl = Field(
        "https://api.telegram.org", description="Address of the Bot API server"
    )
    telegram_proxy: Annotated[
        Annotated[SecretStr, AfterValidator(proxy_address)] | None,
        Takes("http://, https:// or socks5:// with host and port, user:password@ before them"),
    ] = Field(
        None,
        description="Proxy on the way to Telegram, for requests and files; without it HTTPS_PROXY,"
        " HTTP_PROXY, ALL_PROXY and NO_PROXY count",
    )
    telegram_local: bool = Field(
        False,
        description="The server at TELEGRAM_API_URL is your own, started with --local, and its"
        " files are readable here: no 20 MB limit, results up to 2000 MB",
    )
    local_files_dir: Annotated[
        Annotated[Path, AfterValidator(absolute)] | None, Takes("the absolute path of a folder")
    ] = Field(
        None,
        description="With TELEGRAM_LOCAL: a folder that the server sees under the same path; it"
        " takes results from there instead of being sent them (on the file system of DATA_DIR)",
    )
    updates: Annotated[Literal["polling", "webhook"], any_case("polling", "webhook")] = Field(
        "polling",
        description="Whether the bot asks Telegram for updates or is called by it at WEBHOOK_URL",
    )
    webhook_url: Annotated[
        HookUrl | None,
        Takes("an https:// address, its path too, without user, query or fragment"),
    ] = Field(
        None,
        description="Where Telegram, or your own server, finds the bot: https:// on port 443, 80,"
        " 88 or 8443",
    )
    webhook_listen: Listen = Field(
        "127.0.0.1:8080",
        description="Where the bot listens for that, most often behind a proxy that has the"
        " certificate",
    )
    webhook_secret: Annotated[Secret | None, Takes("1 to 256 of A-Z a-z 0-9 _ -")] = Field(
        None,
        description="What Telegram says with each update, so that nobody else is believed; without"
        " it the bot makes one and keeps it in DATA_DIR",
    )
    webhook_max_connections: int = Field(
        40, ge=1, le=100, description="Updates that Telegram may bring at the same time"
    )
    webhook_networks: Networks = Field(
        (),
        description="Whose calls are heard, by their address; without it anybody's who has the"
        " secret",
    )
    webhook_proxies: int = Field(
        0,
        ge=0,
        description="Proxies of yours in front of the bot: so many X-Forwarded-For entries, from"
        " the right, are believed",
    )
    webhook_cert: Annotated[File | None, Takes("the path of a file")] = Field(
        None, description="Own certificate (PEM, its chain behind it) where no proxy has one"
    )
    webhook_key: Annotated[File | None, Takes("the path of a file")] = Field(
        None, description="The key of WEBHOOK_CERT"
    )
    polling_timeout: int = Field(
        30, ge=1, le=50, description="Seconds that one request for updates waits for them"
    )
    polling_limit: int = Field(100, ge=1, le=100, description="Most updates fetched by one request")
    drop_pending_updates: bool = Field(
        False, description="Forget at start what was sent while no part of the bot was there"
    )
    ffmpeg_memory: Memory = Field("2g", description="Memory of one conversion, as Docker writes it")
    ffmpeg_cpus: float = Field(
        0, ge=0, allow_inf_nan=False, description="Processors of one conversion; 0 means all"
    )
    ffmpeg_pids: int = Field(
        256, ge=1, description="Processes and threads that one conversion may have"
    )

    def secrets(self) -> list[str]:
        """What must stand in no log: the token, and a proxy's address and password."""
        usual = urllib.request.getproxies_environment().values()
        hook = self.webhook_secret
        given = (self.telegram_bot_token, self.telegram_proxy, self.database_url, hook)
        own = [secret.get_secret_value() for secret in given if secret]
        passwords = [urlsplit(address).password or "" for address in (*own[1:], *own[:1], *usual)]
        with_password = [address for address in usual if urlsplit(address).password]
        return [*own, *with_password, *passwords]

    @property
    def ffmpeg_memory_bytes(self) -> int:
        """`ffmpeg_memory` as a number of bytes."""
        return memory_bytes(self.ffmpeg_memory)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given in code, then the environment, then `.env`."""
        return (
            init_settings,
            _Layer(settings_cls, env_settings),
            _Layer(settings_cls, dotenv_settings),
        )


class _Layer(PydanticBaseSettingsSource):
    """The variables of one place, each by value or by file.

    By itself pydantic-settings would let a `_FILE` of `.env` and a value of the environment meet,
    and wouldn't say so when both stand in one place.
    """

    def __init__(self, settings_cls: type[BaseSettings], place: PydanticBaseSettingsSource) -> None:
        super().__init__(settings_cls)
        assert isinstance(place, EnvSettingsSource)  # noqa: S101 - what pydantic hands over
        self._variables: Mapping[str, str | None] = place.env_vars

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002 - pydantic's signature
        """The raw text of a variable, None when it is unset."""
        value = (self._variables.get(field_name) or "").strip()
        path = (self._variables.get(f"{field_name}_file") or "").strip()
        name = variable(field_name)
        if value and path:
            raise SettingsError(f"{name} and {name}_FILE are both set: keep one of them")
        return (_read(f"{name}_FILE", path) if path else value) or None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """Every variable that is set here and not in a place that goes before this one."""
        values = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
            if name not in self.current_state
        }
        return {name: value for name, value in values.items() if value is not None}


def load_settings(**overrides: object) -> Settings:
    """The settings of this process. `overrides` (by field name) go before every variable.

    Raises SettingsError, and TypeError for an override that is no setting.
    """
    if unknown := overrides.keys() - Settings.model_fields.keys():
        raise TypeError(f"no such setting: {', '.join(sorted(unknown))}")
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # pydantic checks the values
    except ValidationError as error:
        raise SettingsError(_explain(error)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f".env cannot be read: {_cause(error)}") from None


def variable(field_name: str) -> str:
    """The variable behind a field."""
    return field_name.upper()


def _read(name: str, path: str) -> str:
    try:
        return Path(path).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name}: cannot read {_shown(path)}: {_cause(error)}") from None


def _cause(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or "unreadable" if isinstance(error, OSError) else "not UTF-8 text"


def _explain(error: ValidationError) -> str:
    """The first fault in one line; a secret's value stays out, wherever it was put."""
    fault = error.errors(include_url=False)[0]
    field_name = str(fault["loc"][0])
    field = Settings.model_fields[field_name]
    secret = "SecretStr" in str(field.annotation)
    got = "got something else (not shown)," if secret else f"got {_shown(str(fault['input']))},"
    return f"{variable(field_name)}: {got} takes {takes(field)}"


def takes(field: FieldInfo) -> str:
    """What a setting takes, in a few words: those written for it, else its type and bounds."""
    for words in field.metadata:
        if isinstance(words, Takes):
            return words.words
    if get_origin(field.annotation) is Literal:
        *others, last = get_args(field.annotation)
        return f"{', '.join(others)} or {last}"
    if field.annotation is bool:
        return "true or false"
    bounds = {
        name: getattr(bound, name)
        for bound in field.metadata
        for name in ("ge", "gt", "le")
        if hasattr(bound, name)
    }
    words = ["a whole number" if field.annotation is int else "a number"]
    words += [f"{_BOUNDS[name]} {limit}" for name, limit in bounds.items()]
    return " ".join(words)


def _shown(value: str) -> str:
    """A value for the operator's eyes: one short line, without secrets that strayed into it."""
    value = re.sub(r"//[^/@]*@", "//…@", Redactor()(value))
    return repr(value if len(value) <= _LONGEST_SHOWN else value[:_LONGEST_SHOWN] + "…")
