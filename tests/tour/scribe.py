"""Writes a conversation down: what a person does, and what they see then."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from standin import InlineAnswer, Person, SeenMessage
from standin.state import Topic
from standin.writers import Writer

Look = Callable[[SeenMessage], bool]

# What differs from machine to machine and from run to run.
_VARIES: Final = (
    (re.compile(r"(№|/error) [0-9a-f]{8}\b"), r"\1 3fccbd80"),
    (re.compile(r" · (?:about|около) (?:\d+ (?:min|мин) )?\d+ (?:s|с)(?= *$)", re.MULTILINE), ""),
    (re.compile(r"(Converting|Конвертирую)…[^\n]*?(  )?$", re.MULTILINE), r"\1…\2"),
    (re.compile(r"\b(in|за) (?:\d+ (?:min|мин) )?\d+ (s|с)\b"), r"\1 2 \2"),
    (re.compile(r"\d+(?:[.,]\d+)? (MB|МБ)\b"), r"0.1 \1"),
    (re.compile(r"\d+(?:[.,]\d+)? (GB|ГБ)\b"), r"100 \1"),
    (re.compile(r"\([0-9a-f]{16,32}\)"), "(3fccbd80…)"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?= UTC)"), "12:00"),
    (re.compile(r"(№ 3fccbd80 · \d+ · \w+ · 0[.,]1 \w+ ·) .*?(  )?$", re.MULTILINE), r"\1 2 s\2"),
    (re.compile(r"\binv_[\w-]+"), "inv_…"),
)
_PATIENCE: Final = 180.0  # seconds; on any machine it comes long before


@dataclass(slots=True)
class Transcript:
    """What all people of a conversation did and saw. `reader` is who does and sees it now."""

    lines: list[str] = field(default_factory=list)
    reader: str = ""

    def did(self, name: str, what: str) -> None:
        """A person did something; what follows is in their chat."""
        self.reader = name
        self.lines.append(f"**{name}:** {what}\n")

    def saw(self, name: str, what: str) -> None:
        """Something stands in a person's chat."""
        if name != self.reader:
            self.tells(f"{name} sees:")
        self.reader = name
        self.lines.append(what)

    def tells(self, what: str) -> None:
        """What nobody in a chat says."""
        self.lines.append(f"*{what}*\n")


@dataclass(frozen=True, slots=True)
class Scribe:
    """One person in one chat. Every method does something as them, and notes it and its outcome."""

    user: Writer
    name: str
    transcript: Transcript

    async def sends(
        self,
        path: Path,
        name: str,
        *,
        caption: str = "",
        kind: str = "document",
        reply_to: SeenMessage | None = None,
        thread: Topic | None = None,
    ) -> SeenMessage:
        """A file."""
        below = f" *{caption}*" if caption else ""
        self._did(f"📎 `{name}`{below}{_answering(reply_to)}")
        return await self.user.send_file(
            kind, path, file_name=name, caption=caption, reply_to=reply_to, thread=thread
        )

    async def sends_together(self, *paths: Path) -> list[SeenMessage]:
        """Videos as one album."""
        self._did("📎 " + " ".join(f"`{path.name}`" for path in paths))
        return await self.user.send_album(paths)

    async def writes(self, words: str, *, reply_to: SeenMessage | None = None) -> SeenMessage:
        """A text, perhaps in answer to a message."""
        self._did(f"*{words}*{_answering(reply_to)}")
        return await self.user.send_text(words, reply_to=reply_to)

    async def taps(self, message: SeenMessage, words: str) -> None:
        """A button with these words on it."""
        label = await self._button(message, words)
        answer = await self._person.tap(message, label, timeout=_PATIENCE)
        self._did(f"👆 **[{label}]**")
        if answer.text:
            self.transcript.saw(self.name, f"> _{answer.text}_\n")

    async def shares(self, message: SeenMessage, words: str) -> None:
        """A result by its button, with what is offered then."""
        label = await self._button(message, words)
        self._did(f"👆 **[{label}]**, and chooses a chat")
        self._offered(await self._person.share(message, label, timeout=_PATIENCE))

    async def asks_inline(self, words: str) -> None:
        """The bot's name and these words, in any chat."""
        self._did(f"*@the_bot {words}* in another chat")
        self._offered(await self._person.inline(words, timeout=_PATIENCE))

    async def sees(self, look: Look, *, rows: int | None = None) -> SeenMessage:
        """Wait for a message of the bot that satisfies `look`, and note it, or its first rows."""
        message = await self.user.wait_for_message(look, timeout=_PATIENCE)
        self.shows(message, rows)
        return message

    async def sees_it(self, message: SeenMessage, *words: str) -> None:
        """Wait until a message and its buttons say all of these words, and note it."""
        await self.user.wait_until(
            lambda: all(each in said(message) for each in words),
            timeout=_PATIENCE,
            what=" and ".join(words),
        )
        self.shows(message)

    async def gets(self, kind: str, *, besides: Sequence[SeenMessage] = ()) -> SeenMessage:
        """Wait for a file of this kind, and note it."""
        return await self.sees(lambda m: m.from_bot and m.kind == kind and m not in besides)

    async def gets_album(self, count: int, kind: str) -> None:
        """Wait until so many results of this kind are one album, and note them."""

        def found() -> list[SeenMessage]:
            return [m for m in self.user.bot_messages if m.album is not None and m.kind == kind]

        await self.user.wait_until(
            lambda: len(found()) == count, timeout=_PATIENCE, what=f"an album of {count}"
        )
        self.transcript.tells("As one album:")
        for message in found():
            self.shows(message)

    def shows(self, message: SeenMessage, rows: int | None = None) -> None:
        """Note a message as it is now, or its first rows."""
        self.transcript.saw(self.name, _shown(message, rows))

    @property
    def _person(self) -> Person:
        if not isinstance(self.user, Person):
            raise TypeError(f"{self.name} is a channel, which taps nothing")
        return self.user

    async def _button(self, message: SeenMessage, words: str) -> str:
        """The label of the button with these words, once it is there."""
        await self.user.wait_until(
            lambda: any(words in button.text for button in message.buttons),
            timeout=_PATIENCE,
            what=f"a button {words}",
        )
        return next(button.text for button in message.buttons if words in button.text)

    def _offered(self, answer: InlineAnswer) -> None:
        titles = [f"`{result.title}`" for result in answer.results] or ["nothing"]
        self.transcript.saw(self.name, f"> *offered:* {' '.join(titles)}\n")

    def _did(self, what: str) -> None:
        self.transcript.did(self.name, what)


def said(message: SeenMessage) -> str:
    """All words of a message and of its buttons."""
    return "\n".join([message.text, *(button.text for button in message.buttons)])


def _answering(message: SeenMessage | None) -> str:
    if message is None:
        return ""
    return " (in answer to the menu)" if message.from_bot else " (in answer to the file)"


def _shown(message: SeenMessage, rows: int | None) -> str:
    text = message.text.split("\n")
    if message.kind != "text":
        text[0] = f"[{message.kind}] {text[0]}".rstrip()
    if rows is not None and len(text) > rows:
        text = [*text[:rows], "…"]
    lines = ["  \n> ".join([f"> {text[0]}", *text[1:]])]
    if message.keyboard:
        lines.append(">")
    lines += [
        "> " + " ".join(f"`{button.text}`" for button in row) + "  " for row in message.keyboard
    ]
    return "\n".join(lines) + "\n"


def settled(text: str) -> str:
    """The text without what differs from run to run."""
    for pattern, same in _VARIES:
        text = pattern.sub(same, text)
    return text
