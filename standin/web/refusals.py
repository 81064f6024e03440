"""What the page is told instead of an answer."""

from aiohttp import web


class Refusal(Exception):
    """A request that isn't served: an HTTP status, and a word that the page has a sentence for."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code

    def response(self) -> web.Response:
        """As JSON."""
        return web.json_response({"error": self.code}, status=self.status)
