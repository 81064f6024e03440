"""docker/healthy.py, which Docker asks whether the bot in its container is alive."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.support.stage import ROOT


class _Bot(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/health" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


class _IllBot(_Bot):
    status = 503


@pytest.fixture
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    """Where a bot of that kind answers."""
    server = HTTPServer(("127.0.0.1", 0), request.param)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def _ask(listen: str) -> subprocess.CompletedProcess[str]:
    # A proxy is for the way to Telegram.
    environment = {"METRICS_LISTEN": listen, "http_proxy": "http://127.0.0.1:9"}
    command = [sys.executable, str(ROOT / "docker" / "healthy.py")]
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True)


@pytest.mark.parametrize("port", [_Bot], indirect=True)
@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", ""])  # noqa: S104 - it asks
def test_a_bot_that_answers_is_alive(port: int, host: str) -> None:
    assert _ask(f"{host}:{port}").returncode == 0


@pytest.mark.parametrize("port", [_IllBot], indirect=True)
def test_one_that_says_no_is_not(port: int) -> None:
    done = _ask(f"127.0.0.1:{port}")
    assert done.returncode == 1
    assert "503" in done.stderr


@pytest.mark.parametrize("listen", ["127.0.0.1:9", "nonsense:port"])
def test_one_that_answers_nothing_is_not(listen: str) -> None:
    done = _ask(listen)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("listen", ["", "off"])
def test_one_that_listens_nowhere_is_not_asked(listen: str) -> None:
    assert _ask(listen).returncode == 0
