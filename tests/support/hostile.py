"""Files that mean harm, or that are no video at all."""

import struct
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from zlib import crc32

from tests.support import clips


def zip_file() -> bytes:
    """An archive."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("video.mp4", b"not really")
    return stream.getvalue()


def png(width: int, height: int) -> bytes:
    """A picture that claims a size and has no pixels to show for it."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", len(header) - 4) + header + struct.pack(">I", crc32(header))
    return b"\x89PNG\r\n\x1a\n" + chunk


def avi(
    width: int,
    height: int,
    packets: list[tuple[bytes, bytes]],
    *,
    codec: bytes = b"MJPG",
    with_text: bool = False,
) -> bytes:
    """An AVI with one picture stream, a text stream where asked for, and these packets."""
    streams = [_stream(b"vids", codec, _bitmap(width, height, codec))]
    streams += [_stream(b"txts", b"\0\0\0\0", b"\0\0\0\0")] if with_text else []
    main = struct.pack(
        "<10I16x", 40_000, 0, 0, 0x10, len(packets), 0, len(streams), 0, width, height
    )
    header = _list(b"hdrl", _chunk(b"avih", main) + b"".join(streams))
    movie = _list(b"movi", b"".join(_chunk(name, data) for name, data in packets))
    body = b"AVI " + header + movie
    return b"RIFF" + struct.pack("<I", len(body)) + body


def gab2(payload: bytes) -> bytes:
    """A packet of an AVI's text stream, in which ffmpeg looks for a whole file of its own."""
    return b"GAB2\0" + struct.pack("<HI", 2, 0) + struct.pack("<HI", 4, len(payload)) + payload


def mov_with_reference(clip: bytes, target: str) -> bytes:
    """An MP4 whose media claim to lie in another file: each ``url `` of a data reference."""
    name = target.encode() + b"\0"
    old = struct.pack(">I4sI", 12, b"url ", 1)
    new = struct.pack(">I4sI", 12 + len(name), b"url ", 0) + name
    return _replace_in_boxes(clip, old, new)


def playlists(file: str, url: str) -> Mapping[str, bytes]:
    """Texts that name other files, by what they are."""
    hls = f"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1.0,\n{file}\n#EXTINF:1.0,\n{url}\n"
    mpd = (
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        'mediaPresentationDuration="PT1S"><Period><AdaptationSet mimeType="video/mp4">'
        f'<Representation id="1" bandwidth="1"><BaseURL>{url}</BaseURL></Representation>'
        "</AdaptationSet></Period></MPD>"
    )
    concat = f"ffconcat version 1.0\nfile '{file.removeprefix('file:')}'\nfile '{url}'\n"
    sdp = "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n"
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}"/></svg>'
    return {
        "hls": hls.encode(),
        "hls_after_a_mark": b"\xef\xbb\xbf" + hls.encode(),
        "hls_after_spaces": b"\r\n  " + hls.encode(),
        "dash": mpd.encode(),
        "concat": concat.encode(),
        "sdp": sdp.encode(),
        "svg": svg.encode(),
        "asx": f'<asx version="3.0"><entry><ref href="{url}"/></entry></asx>'.encode(),
    }


def hidden_playlists(file: str, url: str, picture: bytes) -> Mapping[str, bytes]:
    """The same texts where no look at the first bytes finds them."""
    hls = playlists(file, url)["hls"]
    zeros = b"\0" * 16
    return {
        "hls_in_avi": avi(*(320, 240, [(b"01tx", gab2(hls)), (b"00dc", picture)]), with_text=True),
        "hls_after_zeros": zeros + hls,
        "hls_at_the_end_of_a_head": b"\0" * 4096 + hls,
        "concat_after_zeros": zeros + playlists(file, url)["concat"],
        "hls_in_mp3_tags": b"ID3\x04\0\0\0\0\x0f\x7f" + b"\0" * 2047 + hls,
    }


def encrypted(folder: Path, clip: Path) -> Path:
    """A copy of an MP4 under common encryption."""
    target = folder / "encrypted.mp4"
    clips.ffmpeg(
        *("-i", str(clip), "-c", "copy", *clips.FIRST, "-encryption_scheme", "cenc-aes-ctr"),
        *("-encryption_key", "0123456789abcdef" * 2, "-encryption_kid", "f" * 32, str(target)),
    )
    return target


def with_words(folder: Path, words: str) -> Path:
    """A second of video with a subtitle that says this."""
    source, target = folder / "words.srt", folder / "words.mkv"
    source.write_text(f"1\n00:00:00,000 --> 00:00:01,000\n{words}\n")
    picture = ("-f", "lavfi", "-i", clips.PICTURE)
    clips.ffmpeg(*picture, "-i", str(source), *clips.H264, "-c:s", "srt", str(target))
    return target


def many_streams(folder: Path, clip: Path, count: int) -> Path:
    """A small file of very many tracks."""
    target = folder / "many.mkv"
    clips.ffmpeg(
        "-i", str(clip), *(["-map", "0:v"] * count), "-c", "copy", "-t", "0.1", str(target)
    )
    return target


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def _list(name: bytes, data: bytes) -> bytes:
    return _chunk(b"LIST", name + data)


def _stream(kind: bytes, codec: bytes, form: bytes) -> bytes:
    header = kind + codec + struct.pack("<IHHIIIIIIII8x", 0, 0, 0, 0, 1, 25, 0, 1, 0, 0, 0)
    return _list(b"strl", _chunk(b"strh", header) + _chunk(b"strf", form))


def _bitmap(width: int, height: int, codec: bytes) -> bytes:
    return struct.pack("<IiiHH4sIiiII", 40, width, height, 1, 24, codec, 0, 0, 0, 0, 0)


def _replace_in_boxes(data: bytes, old: bytes, new: bytes) -> bytes:
    """Exchange a leaf box everywhere, growing the boxes around it."""
    result, offset = b"", 0
    while offset + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, offset)
        box = data[offset : offset + length]
        if kind in {b"moov", b"trak", b"mdia", b"minf", b"dinf"}:
            inside = _replace_in_boxes(box[8:], old, new)
            box = struct.pack(">I4s", len(inside) + 8, kind) + inside
        elif kind == b"dref":
            inside = box[8:].replace(old, new)
            box = struct.pack(">I4s", len(inside) + 8, kind) + inside
        result += box
        offset += length
    return result
