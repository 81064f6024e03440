"""HTML of messages: markup to plain text and MessageEntity objects, as Telegram reads it.

Offsets and lengths count UTF-16 code units. Errors name byte offsets, as the real server does.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from standin.errors import bad_request

Entity = dict[str, Any]

_TAGS = {
    "a": "text_link",
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "u": "underline",
    "ins": "underline",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_CHARACTER = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(lt|gt|amp|quot)(?![A-Za-z]));?")
_START = re.compile(r"<([^\s>]*)")
_END = re.compile(r"</([^\s>]*)\s*")
_ATTRIBUTE = re.compile(
    r"""\s*([^\s=>]+)\s*(=\s*(?:"([^"]*)"|'([^']*)'|([a-zA-Z0-9.\-]+)))?""", re.DOTALL
)
_ORDER = tuple(dict.fromkeys(["blockquote", "expandable_blockquote", "pre", *_TAGS.values()]))
_USER_LINK = re.compile(r"tg://user\?id=(\d+)")


def utf16_length(text: str) -> int:
    """How long Telegram calls this text: UTF-16 code units."""
    return len(text) + sum(1 for c in text if ord(c) > 0xFFFF)  # noqa: PLR2004 - the BMP's end


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Plain text and its entities; ApiError 400 `can't parse entities: …` for bad markup.

    White space around the text is cut off, as Telegram does.
    """
    parser = _Parser(source)
    parser.run()
    return _trimmed("".join(parser.plain), parser.entities)


def plain(source: str, entities: list[Entity] | None = None) -> tuple[str, list[Entity]]:
    """Text without a parse mode and the entities sent along with it, cut the same way."""
    return _trimmed(source, [dict(entity) for entity in entities or []])


@dataclass
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int
    starts_at: int


@dataclass
class _Parser:
    source: str
    position: int = 0
    offset: int = 0
    plain: list[str] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)

    def run(self) -> None:
        while self.position < len(self.source):
            character = self.source[self.position]
            if character == "<":
                self._tag()
            elif character == "&":
                self._character()
            else:
                self._text(self.source[self.position])
                self.position += 1
        if self.stack:
            raise _error(f'Can\'t find end tag corresponding to start tag "{self.stack[-1].tag}"')

    def _text(self, text: str) -> None:
        self.plain.append(text)
        self.offset += utf16_length(text)

    def _character(self) -> None:
        found = _CHARACTER.match(self.source, self.position)
        character = _decoded(found) if found else None
        if found is None or character is None:
            self._text("&")
            self.position += 1
            return
        self._text(character)
        self.position = found.end()

    def _tag(self) -> None:
        if self.source.startswith("</", self.position):
            self._end()
        else:
            self._start()

    def _start(self) -> None:
        begin = self.position
        found = _START.match(self.source, begin)
        if found is None or found.end() >= len(self.source):
            raise _error(f"Unclosed start tag at byte offset {self._byte(begin)}")
        tag = found.group(1).lower()
        if tag not in _TAGS:
            where = self._byte(begin)
            raise _error(f'Unsupported start tag "{tag}" at byte offset {where}')
        self.position = found.end()
        attributes = self._attributes(tag, begin)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            where = self._byte(begin)
            raise _error(f'Tag "span" must have class "tg-spoiler" at byte offset {where}')
        self.stack.append(_Open(tag, attributes, self.offset, len(self.plain)))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while True:
            while self.source[self.position : self.position + 1].isspace():
                self.position += 1
            if self.position >= len(self.source):
                raise _error(f"Unclosed start tag at byte offset {self._byte(begin)}")
            if self.source[self.position] == ">":
                self.position += 1
                return attributes
            found = _ATTRIBUTE.match(self.source, self.position)
            if found is None:
                where = self._byte(begin)
                raise _error(f'Empty attribute name in the tag "{tag}" at byte offset {where}')
            value = found.group(3) or found.group(4) or found.group(5) or ""
            attributes[found.group(1).lower()] = decode(value)
            self.position = found.end()

    def _end(self) -> None:
        begin = self.position
        if not self.stack:
            raise _error(f"Unexpected end tag at byte offset {self._byte(begin)}")
        found = _END.match(self.source, begin)
        if found is None or self.source[found.end() : found.end() + 1] != ">":
            raise _error(f"Unclosed end tag at byte offset {self._byte(begin)}")
        opened = self.stack.pop()
        name = found.group(1).lower()
        if name and name != opened.tag:
            raise _error(
                f"Unmatched end tag at byte offset {self._byte(begin)}, "
                f'expected "</{opened.tag}>", found "</{name}>"'
            )
        self.position = found.end() + 1
        self._close(opened)

    def _close(self, opened: _Open) -> None:
        length = self.offset - opened.offset
        if length == 0:
            return
        inside = "".join(self.plain[opened.starts_at :])
        entity = _entity(opened, inside)
        if entity is None:
            return
        if opened.tag == "pre" and self._take_language(entity, opened.offset, length):
            return
        self.entities.append({**entity, "offset": opened.offset, "length": length})

    def _take_language(self, entity: Entity, offset: int, length: int) -> bool:
        """`<pre><code class="language-x">` is one entity: a `pre` with its language."""
        last = self.entities[-1] if self.entities else {}
        same = (last.get("offset"), last.get("length")) == (offset, length)
        if not same or last.get("type") != "code" or "language" not in last:
            return False
        last["type"] = entity["type"]
        return True

    def _byte(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "surrogatepass"))


def _entity(opened: _Open, inside: str) -> Entity | None:
    kind = _TAGS[opened.tag]
    if opened.tag == "a":
        return _link(opened.attributes.get("href") or inside)
    if opened.tag == "tg-emoji":
        return {"type": kind, "custom_emoji_id": opened.attributes.get("emoji-id", "")}
    if opened.tag == "blockquote" and "expandable" in opened.attributes:
        return {"type": "expandable_blockquote"}
    language = opened.attributes.get("class", "")
    if opened.tag == "code" and language.startswith("language-"):
        return {"type": kind, "language": language.removeprefix("language-")}
    return {"type": kind}


def _link(url: str) -> Entity | None:
    user = _USER_LINK.fullmatch(url)
    if user:
        return {"type": "text_mention", "user": {"id": int(user.group(1))}}
    if not re.match(r"[a-z]+://|[^\s/]+\.[^\s/]+", url):
        return None  # a link to nowhere is plain text
    return {"type": "text_link", "url": url}


def decode(text: str) -> str:
    """Replace the four named and the numeric character references; leave all else."""
    return _CHARACTER.sub(lambda found: _decoded(found) or found.group(), text)


def _decoded(found: re.Match[str]) -> str | None:
    decimal, hexadecimal, name = found.groups()
    if name:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if code == 0 or code >= 0x10FFFF or 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004 - not characters
        return None
    return chr(code)


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    stripped = text.strip()
    start = utf16_length(text[: len(text) - len(text.lstrip())])
    limit = utf16_length(stripped)
    kept: list[Entity] = []
    for entity in entities:
        begin = max(0, entity["offset"] - start)
        end = min(limit, entity["offset"] + entity["length"] - start)
        if begin < end:
            if entity["type"] == "code":
                entity.pop("language", None)
            kept.append({**entity, "offset": begin, "length": end - begin})
    kept.sort(key=lambda e: (e["offset"], -e["length"], _rank(e["type"])))
    return stripped, kept


def _rank(kind: str) -> int:
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)


def _error(sentence: str) -> Exception:
    return bad_request(f"can't parse entities: {sentence}")
