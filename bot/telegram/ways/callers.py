"""Who calls us: decided of what a request says of itself, before its body is read."""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

SECRET_HEADER: Final = b"x-telegram-bot-api-secret-token"

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def knows_secret(headers: Iterable[tuple[bytes, bytes]], secret: bytes) -> bool:
    """Whether a request has our secret, once. How long that takes tells nothing of it."""
    said = [value for name, value in headers if name.lower() == SECRET_HEADER]
    return len(said) == 1 and hmac.compare_digest(said[0], secret)


def caller(peer: str, forwarded: Sequence[str], proxies: int) -> Address | None:
    """Whose request it is, None when that can't be known.

    `peer` is the other end of the connection ("" for a socket of this host), `forwarded` the
    X-Forwarded-For headers in their order, `proxies` how many of ours stand in front. Each of them
    adds on the right whom it hears; whatever stands further left anybody may have written.
    """
    heard = [part.strip() for header in forwarded for part in header.split(",")]
    chain = [*heard, peer]
    return _address(chain[-1 - proxies]) if proxies < len(chain) else None


@dataclass(frozen=True, slots=True)
class Doorman:
    """Lets in who knows the secret and comes from one of the networks, if there are any."""

    secret: bytes
    networks: tuple[Network, ...] = ()
    proxies: int = 0

    def refuses(
        self, headers: Sequence[tuple[bytes, bytes]], peer: str, forwarded: Sequence[str]
    ) -> int:
        """The HTTP status to refuse a request with, 0 for one that is let in."""
        if self.networks:
            address = caller(peer, forwarded, self.proxies)
            if address is None or not any(address in network for network in self.networks):
                return 403
        return 0 if knows_secret(headers, self.secret) else 401


def _address(text: str) -> Address | None:
    """``1.2.3.4``, ``::1``, either with a port as proxies write it."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
