"""Where each setting in force came from, for the operator's eyes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pydantic import SecretStr
from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource

from bot.logs.redaction import Redactor
from bot.settings import Settings, SettingsError, load_settings, variable

ENVIRONMENT: Final = "environment"
DOTENV: Final = "dotenv"
DEFAULT: Final = "default"
GIVEN: Final = "given"


@dataclass(frozen=True, slots=True)
class Origin:
    """A setting: its variable; its value as it is written, "" for none, None for a secret; from
    where, and the path of the file that held it, "" for none."""

    name: str
    value: str | None
    source: str
    file: str


def origins_of(settings: Settings) -> list[Origin]:
    """Of every setting. Blocking: reads the environment and `.env` once more."""
    places = {
        ENVIRONMENT: EnvSettingsSource(Settings).env_vars,
        DOTENV: DotEnvSettingsSource(Settings).env_vars,
    }
    try:
        read: Settings | None = load_settings()
    except SettingsError:
        read = None
    redact = Redactor(settings.secrets())
    found = []
    for name in Settings.model_fields:
        value = getattr(settings, name)
        source, file = DEFAULT, ""
        for place, variables in places.items():
            if told := next(_told(variables, name), None):
                source, file = place, told[1]
                break
        if read is None or getattr(read, name) != value:
            # What a command's option says goes before any variable.
            source, file = GIVEN, ""
        hidden = isinstance(value, SecretStr)
        shown = None if hidden else redact(_written(value))
        found.append(Origin(variable(name), shown, source, file))
    return found


def _told(variables: object, name: str) -> Iterator[tuple[str, str]]:
    """The variable, or the one that names a file; as settings read them."""
    assert hasattr(variables, "get")  # noqa: S101 - what pydantic hands over
    if (variables.get(name) or "").strip():
        yield name, ""
    elif path := (variables.get(f"{name}_file") or "").strip():
        yield name, path


def _written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
