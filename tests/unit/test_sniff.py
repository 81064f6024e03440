"""What a file is by its first bytes."""

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.errors import Code, Refused
from converter.input.sniff import HEAD_BYTES, recognise, sniff

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (b"", Code.EMPTY),
        (b"%PDF-1.4\n", Code.PDF),
        (b"PK\x03\x04\x14\0", Code.ARCHIVE),
        (b"PK\x05\x06" + bytes(18), Code.ARCHIVE),
        (b"Rar!\x1a\x07\x01\0", Code.ARCHIVE),
        (b"7z\xbc\xaf\x27\x1c\0\x04", Code.ARCHIVE),
        (b"\x1f\x8b\x08\0", Code.ARCHIVE),
        (b"BZh91AY&SY", Code.ARCHIVE),
        (b"\xfd7zXZ\x00\0", Code.ARCHIVE),
        (b"\x28\xb5\x2f\xfd\0", Code.ARCHIVE),
        (b"MZ\x90\0\x03", Code.PROGRAM),
        (b"\x7fELF\x02\x01", Code.PROGRAM),
        (b"\xcf\xfa\xed\xfe\x07", Code.PROGRAM),
        (b"\xca\xfe\xba\xbe\0\0", Code.PROGRAM),
        (b"#!/bin/sh\nrm", Code.PROGRAM),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", Code.PICTURE),
        (b"\xff\xd8\xff\xe0 and then ftypisom", Code.PICTURE),
        (b"II*\0\x08\0\0\0", Code.PICTURE),
        (b"MM\0*\0\0\0\x08", Code.PICTURE),
        (b"BM\x36\x10\0\0\0\0\0\0\x36\0\0\0", Code.PICTURE),
        (b"8BPS\0\x01", Code.PICTURE),
        (b"\0\0\x01\0\x01\0\x10\x10", Code.PICTURE),
        (PNG + bytes(40), Code.PICTURE),
        (b"RIFF\x10\0\0\0WEBPVP8 ", Code.PICTURE),
        (b"RIFF\x10\0\0\0WEBPVP8L\x0a\0\0\0\x02", Code.PICTURE),
        (b"RIFF\x10\0\0\0WEBPVP8X\x0a\0\0\0\x3c", Code.PICTURE),
        (b"RIFF\x10\0\0\0WEBPVP8X\x0a\0\0\0", Code.PICTURE),
        (b"#EXTM3U\n#EXTINF:1,\n", Code.PLAYLIST),
        (b"\xef\xbb\xbf#EXTM3U\n", Code.PLAYLIST),
        (b" \r\n\t#extm3u", Code.PLAYLIST),
        (b"ffconcat version 1.0\n", Code.PLAYLIST),
        (b"<?xml version='1.0'?><MPD>", Code.PLAYLIST),
        (b"<MPD xmlns=", Code.PLAYLIST),
        (b"<svg xmlns=", Code.PLAYLIST),
        (b"<smil>", Code.PLAYLIST),
        (b"<ASX version", Code.PLAYLIST),
        (b"[playlist]\nFile1=", Code.PLAYLIST),
        (b"v=0\r\no=- 0 0 IN IP4", Code.PLAYLIST),
        (b"just words", Code.TEXT),
        ("просто слова".encode(), Code.TEXT),
        ("просто слова и ещё слова".encode("cp1251"), Code.TEXT),
        ("слова".encode("utf-16"), Code.TEXT),
        ("words".encode("utf-16-be"), None),
        (("ы" * HEAD_BYTES).encode()[:HEAD_BYTES], Code.TEXT),
        (("x" + "ы" * HEAD_BYTES).encode()[:HEAD_BYTES], Code.TEXT),
        # Left to the probe.
        (PNG + bytes(13) + b"\0\0\0\x08acTL", None),
        (b"#!AMR\n\x3c\x91\x17", None),
        (b"\0\0\0\x01\x67\x64\0\x1f", None),
        (b"\0\0\x01\xba\x44\0\x04", None),
        (b"\0\0\x01\xb3\x14\0", None),
        (b"YUV4MPEG2 W320 H240 F25:1 Ip A1:1 C420\nFRAME\n", None),
        (b"\0\0\0\x20ftypisom", None),
        (b"\x1aE\xdf\xa3\x01", None),
        (b"RIFF\x10\0\0\0AVI LIST", None),
        (b"RIFF\x10\0\0\0WEBPVP8X\x0a\0\0\0\x02", None),
        (b"RIFF\x10\0\0\0WEBPVP8X\x0a\0\0\0\x1e", None),
        (b"\x47\x40\x11\x10\0", None),
        (b"FLV\x01\x05\0", None),
        (b"GIF89a\x40\x01\xf0\0\xf7\0\0", None),
        (b"OggS\0\x02", None),
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", None),
        (b"\0" * 100, None),
        (b"\0", None),
    ],
)
def test_heads(head: bytes, code: Code | None) -> None:
    assert recognise(head) is code


def test_only_the_head_is_read(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"a" * HEAD_BYTES + bytes(HEAD_BYTES))
    with pytest.raises(Refused) as told:
        sniff(file)
    assert told.value.code is Code.TEXT
    file.write_bytes(bytes(10))
    sniff(file)


@given(st.binary(max_size=HEAD_BYTES))
def test_any_bytes(head: bytes) -> None:
    assert recognise(head) in {None, *Code}


@given(st.text(string.printable[:-2], min_size=1, max_size=200))
def test_letters_alone_are_never_a_video(text: str) -> None:
    assert (recognise(text.encode()) is None) is text.startswith("YUV4MPEG2")
