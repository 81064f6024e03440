"""What the server refuses, in the words Telegram itself uses."""

from typing import Any


class ApiError(Exception):
    """An answer with `ok: false`.

    `status` is both the HTTP status and `error_code`; `parameters` becomes the
    ResponseParameters object of the answer (`retry_after` in seconds).
    """

    def __init__(
        self, status: int, description: str, parameters: dict[str, Any] | None = None
    ) -> None:
        super().__init__(f"{status} {description}")
        self.status = status
        self.description = description
        self.parameters = parameters


def bad_request(sentence: str) -> ApiError:
    """A 400: `Bad Request: <sentence>`."""
    return ApiError(400, f"Bad Request: {sentence}")


def forbidden(sentence: str) -> ApiError:
    """A 403: `Forbidden: <sentence>`."""
    return ApiError(403, f"Forbidden: {sentence}")


def too_many_requests(retry_after: int) -> ApiError:
    """A 429; the client must wait `retry_after` seconds."""
    return ApiError(
        429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after}
    )


class ConnectionDropped(Exception):
    """The connection must be closed without an answer."""
