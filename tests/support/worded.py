"""Films whose subtitles hold given bytes, and a font of plain blocks."""

import struct
from pathlib import Path

from tests.support.clips import H264, ffmpeg

_HEAD = (
    "[Script Info]\nScriptType: v4.00+\nPlayResX: 320\nPlayResY: 240\n\n[V4+ Styles]\n"
    "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour,"
    " Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline,"
    " Shadow, Alignment, MarginL, MarginR, MarginV, Encoding\n"
    "Style: Default,{font},40,&H00FFFFFF,&H00FFFFFF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,0,"
    "0,2,10,10,20,1\n\n[Events]\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
)


def film(
    folder: Path,
    *lines: bytes,
    codec: str = "srt",
    suffix: str = "mkv",
    font: str = "Arial",
    attached: Path | None = None,
) -> Path:
    """Each line of bytes for a second from the first half second on, over black."""
    standing = [chr(ord("A") + n) * len(line) for n, line in enumerate(lines)]
    if codec == "ass":
        words = folder / "words.ass"
        events = [
            f"Dialogue: 0,0:00:0{n}.50,0:00:0{n + 1}.50,Default,,0,0,0,,{text}"
            for n, text in enumerate(standing)
        ]
        words.write_text(_HEAD.format(font=font) + "\n".join(events) + "\n")
    else:
        words = folder / "words.srt"
        cues = [
            f"{n + 1}\n00:00:0{n},500 --> 00:00:0{n + 1},500\n{text}\n"
            for n, text in enumerate(standing)
        ]
        words.write_text("\n".join(cues))
    target = folder / f"worded.{suffix}"
    picture = f"color=c=black:s=320x240:r=10:d={len(lines) + 1}"
    sound = ("-f", "lavfi", "-i", f"sine=440:r=48000:d={len(lines) + 1}", "-c:a", "aac")
    more: tuple[str, ...] = ()
    if attached is not None:
        more = ("-attach", str(attached), "-metadata:s:t", "mimetype=application/x-truetype-font")
    ffmpeg(
        *("-f", "lavfi", "-i", picture, *sound[:4], "-i", str(words), *H264, *sound[4:]),
        *("-c:s", codec, *more, str(target)),
    )
    data = target.read_bytes()
    for text, line in zip(standing, lines, strict=True):
        assert data.count(text.encode()) == 1
        data = data.replace(text.encode(), line)
    target.write_bytes(data)
    return target


def playlist(clip: Path, other: Path) -> None:
    """Write a playlist that leads to another file in the place of a script's head."""
    data = clip.read_bytes()
    start = data.index(b"[Script Info]")
    end = data.index(b"Effect, Text", start) + len(b"Effect, Text")
    text = f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{other}\n#EXT-X-ENDLIST\n".encode()
    text += b"#" * (end - start - len(text))
    clip.write_bytes(data[:start] + text + data[end:])


def blocks(family: str = "Blocks") -> bytes:
    """A TrueType font in which every letter is a square of its full height."""
    em = 1000
    box = struct.pack(">hhhhh", 1, 0, 0, em, em) + struct.pack(">HH", 3, 0) + b"\1\1\1\1"
    box += struct.pack(">8h", 0, em, 0, -em, 0, 0, em, 0)
    glyphs = struct.pack(">III", 0, len(box), len(box) * 2)
    names = f"{family}Regular{family}{family}".encode("utf-16-be")
    records, at = b"", 0
    for number, text in ((1, family), (2, "Regular"), (4, family), (6, family)):
        records += struct.pack(">6H", 3, 1, 0x409, number, len(text) * 2, at)
        at += len(text) * 2
    # One range of letters, all of them the same glyph by a table of its own.
    letters = range(33, 127)
    ends = struct.pack(">HHHHH", 126, 0xFFFF, 0, 33, 0xFFFF)
    table = ends + struct.pack(">hhHH", 0, 1, 4, 0) + struct.pack(">H", 1) * len(letters)
    cmap = struct.pack(">HHHHI", 0, 1, 3, 1, 12)
    cmap += struct.pack(">7H", 4, 14 + len(table), 0, 4, 4, 1, 0) + table
    os2 = struct.pack(">HhHHH", 4, em, 400, 5, 0) + bytes(22) + bytes(10)
    os2 += struct.pack(">4I4sHHH", 1, 0, 0, 0, b"TEST", 64, 33, 126)
    os2 += struct.pack(">hhhHHIIhhHHH", em, 0, 0, em, 0, 1, 0, em, em, 0, 32, 1)
    tables = {
        b"OS/2": os2,
        b"cmap": cmap,
        b"glyf": box * 2,
        b"head": struct.pack(
            ">IIIIHHqqhhhhHHhhh",
            *(0x10000, 0x10000, 0, 0x5F0F3CF5, 3, em, 0, 0, 0, 0, em, em, 0, 8, 2, 1, 0),
        ),
        b"hhea": struct.pack(
            ">IhhhHhhhhhh4hhH", 0x10000, em, 0, 0, em, 0, 0, em, 1, 0, 0, *[0] * 5, 2
        ),
        b"hmtx": struct.pack(">Hh", em, 0) * 2,
        b"loca": glyphs,
        b"maxp": struct.pack(">IH13H", 0x10000, 2, 4, 1, 0, 0, 1, *[0] * 8),
        b"name": struct.pack(">HHH", 0, 4, 6 + len(records)) + records + names,
        b"post": struct.pack(">IIhhI", 0x30000, 0, 0, 0, 0) + bytes(16),
    }
    head = struct.pack(">IHHHH", 0x10000, len(tables), 128, 3, len(tables) * 16 - 128)
    directory, bodies = b"", b""
    start = len(head) + 16 * len(tables)
    for name, body in sorted(tables.items()):
        directory += struct.pack(">4sIII", name, 0, start + len(bodies), len(body))
        bodies += body + bytes(-len(body) % 4)
    return head + directory + bodies
