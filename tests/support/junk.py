"""Files that are no video, or a video that nobody can play: made by name, as small as they come."""

import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

_KEY = "00112233445566778899aabbccddeeff"
_PICTURE = ("-f", "lavfi", "-i", "testsrc2=size=160x120:rate=25:duration=2")
_SOUND = ("-f", "lavfi", "-i", "sine=frequency=440:duration=2")
_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")


def make(name: str, folder: Path, *, lure: str = "http://127.0.0.1:9/") -> Path:
    """The junk of that name. `lure` is an address that some of it asks its reader to open."""
    path = folder / name.replace(" ", "-")
    _MAKERS[name](path, lure)
    return path


def names() -> list[str]:
    """Everything that can be made."""
    return list(_MAKERS)


Maker = Callable[[Path, str], object]


def _bytes(content: bytes) -> Maker:
    return lambda path, _: path.write_bytes(content)


def _text(template: str) -> Maker:
    return lambda path, lure: path.write_text(template.format(lure=lure), encoding="utf-8")


def _zip(path: Path, _: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("video.mp4", b"\0" * 1000)


def _ffmpeg(*arguments: str) -> Maker:
    return lambda path, _: _run([*arguments, str(path)])


def _truncated(path: Path, _: str) -> None:
    """An MP4 whose index, at its end, never came."""
    whole = path.with_suffix(".whole.mp4")
    _run([*_PICTURE, *_H264, str(whole)])
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])


def _run(arguments: list[str]) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *arguments], check=True)


_MAKERS: dict[str, Maker] = {
    "empty": _bytes(b""),
    "text": _text("Dear Ann,\nthe video is in the other mail.\n"),
    "cyrillic text": _bytes("Дорогая Аня, видео в другом письме.\n".encode("cp1251") * 9),
    "zip": _zip,
    "pdf": _bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"),
    "exe": _bytes(b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + b"\0" * 500),
    "elf": _bytes(b"\x7fELF\x02\x01\x01" + b"\0" * 500),
    "script": _text("#!/bin/sh\nrm -rf video\n"),
    "jpeg": _ffmpeg(*_PICTURE, "-frames:v", "1", "-f", "mjpeg"),
    "png": _ffmpeg(*_PICTURE, "-frames:v", "1", "-c:v", "png", "-f", "image2"),
    "noise": _bytes(bytes(range(256)) * 40),
    "audio": _ffmpeg(*_SOUND, "-f", "mp3"),
    "truncated": _truncated,
    "encrypted": _ffmpeg(
        *_PICTURE,
        *_H264,
        *("-encryption_scheme", "cenc-aes-ctr", "-encryption_key", _KEY, "-encryption_kid", _KEY),
        *("-f", "mp4"),
    ),
    "hls": _text("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{lure}a.ts\n#EXT-X-ENDLIST\n"),
    "hls after spaces": _text("\ufeff \r\n#EXTM3U\n#EXTINF:9,\n{lure}a.ts\n#EXT-X-ENDLIST\n"),
    "concat": _text("ffconcat version 1.0\nfile '{lure}a.mp4'\n"),
    "bare concat": _text("file '/etc/passwd'\nfile '{lure}a.mp4'\n"),
    "dash": _text(
        '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static">'
        "<BaseURL>{lure}</BaseURL></MPD>\n"
    ),
    "sdp": _text(
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=a\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 9 RTP/AVP 96\n"
    ),
}
