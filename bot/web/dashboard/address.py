"""Under which names the dashboard is asked for, and what follows from each. Pure."""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final, Self
from urllib.parse import urlsplit

_LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")
_WITH_COLONS: Final = 6
_USUAL_PORT: Final = {"https": 443, "http": 80}


class AddressError(ValueError):
    """It can't be served there: a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Address:
    """`origins` are our pages' origins by what a browser sends as Host."""

    host: str
    port: int
    web_url: str | None
    origins: dict[str, str]

    @classmethod
    def of(cls, listen: str, web_url: str | None) -> Self:
        """Of WEB_LISTEN (a host and a port) and WEB_URL. Raises AddressError."""
        host, _, port = listen.rpartition(":")
        host = host.strip("[]")
        origins: dict[str, str] = {}
        if is_loopback(host):
            for name in dict.fromkeys((*_LOOPBACK, _named(host))):
                origins |= _asked("http", name, int(port))
        elif web_url is None:
            raise AddressError(
                f"WEB_LISTEN={listen} can be reached from elsewhere, and then the dashboard needs"
                " WEB_URL, the address in people's browsers, such as https://video.example: a proxy"
                " with a certificate serves it there. On this machine alone: 127.0.0.1:"
                f"{port}"
            )
        if web_url is not None:
            parts = urlsplit(web_url)
            usual = _USUAL_PORT[parts.scheme]
            origins |= _asked(parts.scheme, _named(parts.hostname or ""), parts.port or usual)
        return cls(host, int(port), web_url, origins)

    @property
    def home(self) -> str:
        """Where the operator opens it."""
        if self.web_url is not None:
            return self.web_url
        host = self.host if ":" not in self.host else f"[{self.host}]"
        return f"http://{host}:{self.port}"

    @property
    def public(self) -> bool:
        """It is found under https, so that Telegram can show it."""
        return (self.web_url or "").startswith("https://")

    def secure(self, host: str) -> bool:
        """Whether who asks by this name does so under https."""
        return self.origins.get(host, "").startswith("https://")

    def cookie(self, host: str, name: str) -> str:
        """A cookie's name. Under https a browser keeps it for this very host; on this machine
        cookies know no ports, so the name does."""
        return f"__Host-{name}" if self.secure(host) else f"{name}_{self.port}"


def _asked(scheme: str, name: str, port: int) -> dict[str, str]:
    """Our origin by each Host that means it. A browser leaves out the port that its scheme has
    anyway, of both; what stands between may put it into the Host again."""
    if port == _USUAL_PORT[scheme]:
        return dict.fromkeys((name, f"{name}:{port}"), f"{scheme}://{name}")
    return {f"{name}:{port}": f"{scheme}://{name}:{port}"}


def _named(host: str) -> str:
    """As a browser writes it."""
    try:
        address = ip_address(host)
    except ValueError:
        return host.lower()
    return f"[{address.compressed}]" if address.version == _WITH_COLONS else str(address)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches it."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
