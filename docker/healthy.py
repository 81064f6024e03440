"""Whether the bot in this container is alive, for Docker's HEALTHCHECK: its own /health says so.

Exit status 0 or 1. With METRICS_LISTEN empty or off there is nobody to ask: then that it runs has
to do, and Docker sees that by itself.
"""

import http.client
import os
import sys
import urllib.error
import urllib.request
from typing import Final

_SECONDS: Final = 4.0
_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]", "": "127.0.0.1"}  # noqa: S104 - read, not listened on


def main() -> int:
    """Ask, and say why not on standard error."""
    host, _, port = os.environ.get("METRICS_LISTEN", "").strip().rpartition(":")
    if port.casefold() in {"", "off"}:
        return 0
    url = f"http://{_EVERYWHERE.get(host, host)}:{port}/health"
    # Our own loopback is behind nobody's proxy.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        direct.open(url, timeout=_SECONDS).close()
    except (OSError, ValueError, http.client.HTTPException) as error:
        sys.stderr.write(f"{url}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
