"""What a bot says of its webhook, checked as the real server does, and what it is told of it."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

from standin.errors import bad_request

_PORTS = (443, 80, 88, 8443)
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_CONNECTIONS = 40
_MOST_CONNECTIONS = 100


@dataclass
class Hook:
    """Where updates are brought; `certificate` is the one that was uploaded."""

    url: str
    secret: str | None = None
    max_connections: int = _CONNECTIONS
    certificate: bytes | None = None
    allowed: list[str] | None = None
    last_error: tuple[int, str] | None = field(default=None, compare=False)

    def as_json(self) -> dict[str, Any]:
        """A WebhookInfo object, but for what waits."""
        whole: dict[str, Any] = {
            "url": self.url,
            "has_custom_certificate": self.certificate is not None,
            "max_connections": self.max_connections,
        }
        if self.allowed:
            whole["allowed_updates"] = self.allowed
        if self.last_error is not None:
            whole["last_error_date"], whole["last_error_message"] = self.last_error
        return whole


def hook_of(params: dict[str, Any], certificate: bytes | None, *, anywhere: bool) -> Hook:
    """The hook that setWebhook asks for; ApiError 400 for one that the server won't call. A server
    that calls `anywhere` was started with --local."""
    url = str(params["url"])
    parts = urlsplit(url)
    if not parts.hostname or parts.scheme not in {"http", "https"}:
        raise bad_request("bad webhook: invalid webhook URL specified")
    if not anywhere:
        _check_public(parts)
    secret = params.get("secret_token") or None
    if secret is not None and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    wanted = params.get("max_connections", _CONNECTIONS)
    most = min(max(wanted, 1), _MOST_CONNECTIONS)
    return Hook(url, secret, most, certificate, params.get("allowed_updates"))


def _check_public(parts: SplitResult) -> None:
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if (parts.port or 443) not in _PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
