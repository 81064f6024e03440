"""Files of the stand-in: what users sent, what the bot uploaded, and the links to them."""

import base64
import hashlib
import mimetypes
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from standin.errors import ApiError, bad_request
from standin.images import jpeg_size

MIB = 1024 * 1024
_FOLDERS = {
    "animation": ("animations", "CgAC"),
    "audio": ("music", "CQAC"),
    "document": ("documents", "BQAC"),
    "live_photo": ("live_photos", "BgAC"),
    "photo": ("photos", "AgAC"),
    "sticker": ("stickers", "CAAC"),
    "thumbnail": ("thumbnails", "AAMC"),
    "video": ("videos", "BAAC"),
    "video_note": ("video_notes", "DQAC"),
    "voice": ("voice", "AwAC"),
}


@dataclass(frozen=True)
class FileLimits:
    """Bytes, pixels and seconds; the defaults are those of Telegram's cloud server."""

    download: int = 20 * MIB
    upload: int = 50_000_000
    thumbnail_bytes: int = 200_000
    thumbnail_side: int = 320
    link_seconds: float = 3600.0
    text: int = 4096
    caption: int = 1024
    callback_seconds: float = 60.0

    @classmethod
    def self_hosted(cls) -> "FileLimits":
        """Those of a server of one's own, started with --local."""
        return cls(download=1 << 62, upload=2_000_000_000)


@dataclass(frozen=True)
class StoredFile:
    """A file that Telegram holds. `size` is what Telegram says, which a test may make a lie."""

    file_id: str
    unique_id: str
    kind: str
    path: Path
    name: str
    mime_type: str
    size: int | None

    @property
    def real_size(self) -> int:
        """Bytes on the disk; 0 of one that is there no more."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0


class FileStore:
    """Every file by `file_id`, and the links that getFile gave out."""

    def __init__(self, folder: Path, limits: FileLimits) -> None:
        self.folder = folder
        self.limits = limits
        self._files: dict[str, StoredFile] = {}
        self._links: dict[str, tuple[StoredFile, float]] = {}
        self._said: dict[str, dict[str, Any]] = {}
        self._lost: set[str] = set()

    @property
    def count(self) -> int:
        """How many files there are."""
        return len(self._files)

    def add(
        self,
        path: Path,
        kind: str,
        *,
        name: str | None = None,
        mime_type: str | None = None,
        size: int | None = None,
        size_known: bool = True,
    ) -> StoredFile:
        """Keep `path` (in place, not copied) as a file of this kind.

        The same file on disk gets the same `unique_id` again, as a forwarded file does.
        """
        stat = path.stat()
        name = path.name if name is None else name
        print_of_it = f"{path.resolve()}:{stat.st_size}:{stat.st_mtime_ns}".encode()
        unique = base64.urlsafe_b64encode(hashlib.sha256(print_of_it).digest()[:12]).decode()
        number = f"{len(self._files):06d}"
        stored = StoredFile(
            file_id=f"{_FOLDERS[kind][1]}AgIAAxk{unique}{number}",
            unique_id=f"Ag{unique}",
            kind=kind,
            path=path,
            name=name,
            mime_type=mime_type or mimetypes.guess_type(name)[0] or "application/octet-stream",
            size=(stat.st_size if size is None else size) if size_known else None,
        )
        self._files[stored.file_id] = stored
        return stored

    def get(self, file_id: str) -> StoredFile:
        """The file behind an id; ApiError 400 if there is none."""
        stored = self._files.get(file_id)
        if stored is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return stored

    def named(self, file_id: str) -> StoredFile:
        """The file that the bot means by an id; ApiError 400 if there is none any more."""
        if file_id in self._lost:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return self.get(file_id)

    def lose(self, file_id: str) -> None:
        """From now on the bot's id for a file means nothing; messages with it stay."""
        self.get(file_id)
        self._lost.add(file_id)

    def say(self, file_id: str, facts: dict[str, Any]) -> None:
        """Keep what was said of a file when it was uploaded: it is part of it from then on."""
        self._said[file_id] = facts

    def said(self, file_id: str) -> dict[str, Any]:
        """What was said of a file when it was uploaded."""
        return dict(self._said.get(file_id, {}))

    def drop(self, file_ids: Iterable[str]) -> list[str]:
        """Nobody has these files any more: what lies of them in our folder goes, and their ids mean
        nothing. Those that had meant something."""
        gone = [file_id for file_id in file_ids if file_id not in self._lost]
        for file_id in gone:
            stored = self._files[file_id]
            self._lost.add(file_id)
            if stored.path.is_relative_to(self.folder):
                stored.path.unlink(missing_ok=True)
        return gone

    def weight(self, file_ids: Iterable[str] | None = None) -> int:
        """What these files, or all, hold in our folder, in bytes."""
        held = self._files.values() if file_ids is None else map(self.get, file_ids)
        ours = {one.path: one for one in held if one.path.is_relative_to(self.folder)}
        return sum(one.real_size for one in ours.values())

    def link(self, file_id: str) -> tuple[StoredFile, str]:
        """The file and a fresh `file_path`; ApiError 400 above the download limit."""
        stored = self._files.get(file_id)
        if stored is None or file_id in self._lost:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if max(stored.size or 0, stored.real_size) > self.limits.download:
            raise bad_request("file is too big")
        path = self.place(stored)
        self._links[path] = (stored, time.monotonic() + self.limits.link_seconds)
        return stored, path

    def place(self, stored: StoredFile) -> str:
        """What links call it, always the same."""
        suffix = Path(stored.name).suffix
        number = list(self._files).index(stored.file_id)
        return f"{_FOLDERS[stored.kind][0]}/file_{number}{suffix if suffix.isascii() else ''}"

    def follow(self, file_path: str) -> StoredFile:
        """The file that a link leads to; ApiError 404 if unknown or expired."""
        stored, expires = self._links.get(file_path, (None, 0.0))
        if stored is None or time.monotonic() >= expires or not stored.path.is_file():
            raise ApiError(404, "Not Found")
        return stored

    def expire_links(self) -> None:
        """Make every link that was given out so far a dead one."""
        self._links.clear()

    def thumbnail_fault(self, path: Path) -> str | None:
        """Why Telegram would drop this thumbnail, or None if it is fine."""
        size = path.stat().st_size
        if size > self.limits.thumbnail_bytes:
            return f"thumbnail of {size} bytes is over {self.limits.thumbnail_bytes}"
        sides = jpeg_size(path)
        if sides is None:
            return "thumbnail is not a JPEG"
        if max(sides) > self.limits.thumbnail_side:
            return f"thumbnail of {sides[0]}x{sides[1]} is over {self.limits.thumbnail_side} px"
        return None
