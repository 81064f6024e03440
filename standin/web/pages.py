"""The page's own files, and the words on it, which somebody else has to give."""

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Final

# By language, by name. Braces around a word stand for what the page puts there.
Words = Mapping[str, Mapping[str, str]]

PAGE: Final = "page.html"


@dataclass(frozen=True)
class Static:
    """A file that is the same for everybody."""

    body: bytes
    mime_type: str
    tag: str


def load() -> dict[str, Static]:
    """Every file of the page by its name. There is no way from a name to any other file."""
    folder = resources.files("standin.web") / "static"
    return {item.name: _static(item.name, item.read_bytes()) for item in folder.iterdir()}


def _static(name: str, body: bytes) -> Static:
    mime_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Static(body, mime_type, hashlib.sha256(body).hexdigest()[:16])
