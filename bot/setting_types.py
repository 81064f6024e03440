"""The types that settings are made of: what each takes, in words and as a check."""

import re
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]{30,}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_MEMORY = re.compile(r"([0-9]+)([bkmg]?)", re.IGNORECASE)
OFF = "off"
_LAST_PORT = 65_535
_MEMORY_UNITS = {"": 1, "b": 1, "k": 2**10, "m": 2**20, "g": 2**30}
_LAST_PORT = 65_535
_OWN_NETWORKS = {"telegram": ("149.154.160.0/20", "91.108.4.0/22")}
_LEAST_MEMORY = 6 * 2**20  # Docker's own minimum


@dataclass(frozen=True, slots=True)
class Takes:
    """What a setting takes, in words, where its type and bounds don't say it."""

    words: str


def _token(value: SecretStr) -> SecretStr:
    if not _TOKEN.fullmatch(value.get_secret_value()):
        raise ValueError("not a bot token")
    return value


def _secret(value: SecretStr) -> SecretStr:
    if not _SECRET.fullmatch(value.get_secret_value()):
        raise ValueError("not a secret")
    return value


def _memory(value: str) -> str:
    match = _MEMORY.fullmatch(value)
    if not match or int(match[1]) * _MEMORY_UNITS[match[2].lower()] < _LEAST_MEMORY:
        raise ValueError("not an amount of memory")
    return value.lower()


def _api_url(value: str) -> str:
    parts = urlsplit(value)
    try:
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        port_is_fine = False
    plain = parts.scheme in {"http", "https"} and parts.hostname and port_is_fine
    if not plain or parts.username is not None or parts.query or parts.fragment:
        raise ValueError("not a server's address")
    return value.rstrip("/")


def proxy_address(value: SecretStr) -> SecretStr:
    text = value.get_secret_value().strip()
    parts = urlsplit(text)
    try:
        fine = bool(parts.hostname) and parts.port is not None
    except ValueError:
        fine = False
    known = {"http", "https", "socks5", "socks5h"}
    if parts.scheme not in known or not fine or parts.path.strip("/") or parts.query:
        raise ValueError("not a proxy's address")
    return SecretStr(text.rstrip("/"))


def postgres_address(value: SecretStr) -> SecretStr:
    text = value.get_secret_value().strip()
    parts = urlsplit(text)
    named = parts.scheme in {"postgresql", "postgres"} and parts.path.strip("/")
    if not named:
        raise ValueError("not a PostgreSQL database's address")
    return SecretStr(text)


def absolute(value: Path) -> Path:
    """A folder that means the same to others."""
    path = value.expanduser()
    if not path.is_absolute():
        raise ValueError("not an absolute path")
    return path


def _listen_or_off(value: str) -> str:
    if value.casefold() == OFF:
        return OFF
    host, _, port = value.rpartition(":")
    whole = host and not re.search(r"[\s/@]", host) and port.isdecimal()
    if not whole or not 0 < int(port) <= _LAST_PORT or (":" in host and host[0] + host[-1] != "[]"):
        raise ValueError("neither a host with a port nor off")
    return value


def _hook_url(value: str) -> str:
    _api_url(value)
    if not value.isascii() or re.search(r"\s", value):
        raise ValueError("not as it goes over the wire")
    return value


def _web_url(value: str) -> str:
    _hook_url(value)
    parts = urlsplit(value)
    here = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if parts.path.strip("/") or (parts.scheme != "https" and not here):
        raise ValueError("not the address of a site")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _listen(value: str) -> str:
    host, colon, port = value.rpartition(":")
    is_path = value.startswith(("/", "~/"))
    there = colon and "/" not in host
    if not is_path and not (there and port.isdecimal() and int(port) <= _LAST_PORT):
        raise ValueError("neither a host with a port nor a path")
    return str(Path(value).expanduser()) if is_path else value


def _networks(value: object) -> object:
    """Networks; `telegram` stands for its own."""
    if not isinstance(value, str):
        return value
    parts = [part for part in re.split(r"[\s,;]+", value) if part]
    return tuple(one for part in parts for one in _OWN_NETWORKS.get(part.casefold(), (part,)))


def _all_networks(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        ip_network(value)
    return values


def any_case(*choices: str) -> BeforeValidator:
    """Lets a choice be written in any case; what is none stays as it was, for the message."""

    def written(value: object) -> object:
        return next((one for one in choices if one.casefold() == str(value).casefold()), value)

    return BeforeValidator(written)


def _ids(value: object) -> object:
    """``1, 2 3`` as ids; what is none stays as it was, for the message."""
    if not isinstance(value, str | int):
        return value
    return tuple(part for part in re.split(r"[\s,;]+", str(value)) if part)


def _all_ids(values: tuple[str, ...]) -> tuple[str, ...]:
    if not all(re.fullmatch(r"-?[0-9]{1,20}", value) for value in values):
        raise ValueError("not ids")
    return values


Ids = Annotated[
    tuple[str, ...],
    BeforeValidator(_ids),
    AfterValidator(_all_ids),
    Takes("numbers with commas between them"),
]
Token = Annotated[SecretStr, AfterValidator(_token)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Folder = Annotated[Path, AfterValidator(Path.expanduser), Takes("the path of a folder")]
Image = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/:@-]*$"),
    Takes("the name of a Docker image, with or without a tag"),
]
Memory = Annotated[
    str,
    AfterValidator(_memory),
    Takes("a number of bytes, or one with k, m or g behind it, 6m at least"),
]
ListenOrOff = Annotated[
    str, AfterValidator(_listen_or_off), Takes("a host and a port such as 0.0.0.0:9108, or off")
]
ApiUrl = Annotated[
    str,
    AfterValidator(_api_url),
    Takes("an http:// or https:// address without user, query or fragment"),
]
HookUrl = Annotated[str, AfterValidator(_hook_url)]
WebUrl = Annotated[str, AfterValidator(_web_url)]
Listen = Annotated[
    str, AfterValidator(_listen), Takes("a host and a port (0.0.0.0:8080), or the path of a socket")
]
Secret = Annotated[SecretStr, AfterValidator(_secret)]
Networks = Annotated[
    tuple[str, ...],
    BeforeValidator(_networks),
    AfterValidator(_all_networks),
    Takes("networks (10.0.0.0/8) with commas between them; telegram stands for its own"),
]
File = Annotated[Path, AfterValidator(Path.expanduser)]


def memory_bytes(value: str) -> int:
    """`Memory` as a number of bytes."""
    match = _MEMORY.fullmatch(value)
    assert match  # noqa: S101 - validated when the settings were made
    return int(match[1]) * _MEMORY_UNITS[match[2].lower()]
