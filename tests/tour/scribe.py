"""Writes a conversation down: what a person does, and what they see then."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from standin import SeenMessage, User

# What differs from machine to machine and from run to run.
_VARIES: Final = (
    (re.compile(r" · (?:about|около) (?:\d+ (?:min|мин) )?\d+ (?:s|с)(?= *$)", re.MULTILINE), ""),
    (re.compile(r"(Converting…|Конвертирую…).*?( *)$", re.MULTILINE), r"\1\2"),
    (re.compile(r"\b(in|за) (?:\d+ (?:min|мин) )?\d+ (s|с)\b"), r"\1 2 \2"),
    (re.compile(r"\d+(?:[.,]\d+)? (MB|МБ)\b"), r"0.1 \1"),
)


@dataclass(slots=True)
class Scribe:
    """One conversation. Every method does something as the person, and notes it and its outcome."""

    user: User
    title: str
    lines: list[str] = field(default_factory=list)
    files: int = 0

    async def sends(self, path: Path, name: str, *, caption: str = "") -> SeenMessage:
        """A file, as a document."""
        said = f" *{caption}*" if caption else ""
        self._did(f"📎 `{name}`{said}")
        return await self.user.send_document(path, file_name=name, caption=caption)

    async def writes(self, words: str, *, reply_to: SeenMessage | None = None) -> SeenMessage:
        """A text, perhaps in answer to a message."""
        self._did(f"*{words}*" + (" (in answer to the file)" if reply_to else ""))
        return await self.user.send_text(words, reply_to=reply_to)

    async def taps(self, message: SeenMessage, words: str) -> None:
        """A button with these words on it."""
        await self.user.wait_until(
            lambda: any(words in button.text for button in message.buttons),
            timeout=60,
            what=f"a button {words}",
        )
        [label] = [button.text for button in message.buttons if words in button.text][:1]
        self._did(f"👆 **[{label}]**")
        answer = await self.user.tap(message, label)
        if answer.text:
            self.lines.append(f"> _{answer.text}_\n")

    async def sees(self, look: Callable[[SeenMessage], bool]) -> SeenMessage:
        """Wait for a message of the bot that satisfies `look`, and note it."""
        message = await self.user.wait_for_message(look, timeout=120)
        self.lines.append(_shown(message))
        return message

    async def sees_it(self, message: SeenMessage, words: str) -> None:
        """Wait until a message says these words, and note it."""
        await self.user.wait_until(lambda: words in message.text, timeout=120, what=words)
        self.lines.append(_shown(message))

    async def gets(self, kind: str, *, besides: tuple[SeenMessage, ...] = ()) -> SeenMessage:
        """Wait for a file of this kind, and note it; its job has ended then."""
        message = await self.sees(lambda m: m.kind == kind and m not in besides)
        self.files += 1
        await self.user.wait_until(lambda: self._announced() >= self.files, timeout=60)
        return message

    def text(self) -> str:
        """The conversation as Markdown."""
        return f"## {self.title}\n\n" + "\n".join(self.lines)

    def _announced(self) -> int:
        return sum(m.text.startswith("👆") for m in self.user.bot_messages)

    def _did(self, what: str) -> None:
        self.lines.append(f"**{self.user.account.first_name}:** {what}\n")


def _shown(message: SeenMessage) -> str:
    kind = "" if message.kind == "text" else f"[{message.kind}] "
    lines = [f"> {kind}{message.text}".replace("\n", "  \n> ")]
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
