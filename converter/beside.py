"""Files that a person sends beside the one to convert: subtitles, a picture to stand for it, more
videos to be joined to it."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

from converter.errors import Code, Refused
from converter.input import own_words
from converter.input.own_words import OwnWords
from converter.media import MediaInfo


@dataclass(frozen=True, slots=True)
class Beside:
    """`words` is a subtitle file as it came, in `language` (three letters, "" where nobody knows)
    and called `title`; `picture` a picture as it came; None for none; `parts` are videos that
    follow the first in one, in their order. They lie where no program sees them
    (`Workspace.beside_dir`); one that isn't there was lost on the way."""

    words: Path | None = None
    language: str = ""
    title: str = ""
    picture: Path | None = None
    parts: tuple[Path, ...] = ()


NOTHING = Beside()


async def words(beside: Beside) -> OwnWords | None:
    """What the subtitle file says, None where there is none. Raises Refused (NO_SUBTITLES)."""
    if beside.words is None:
        return None
    data = await asyncio.to_thread(_head, beside.words)
    return await asyncio.to_thread(own_words.read, data, beside.language)


def with_track(info: MediaInfo, beside: Beside, own: OwnWords | None) -> MediaInfo:
    """The file as if the words were a track of its own: a lost one where nobody can read them."""
    if beside.words is None:
        return info
    track = own_words.stream(own.kind if own else "srt", beside.language, beside.title)
    return replace(info, subtitles=(*info.subtitles, replace(track, lost=own is None)))


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(own_words.MOST_BYTES + 1)
    except OSError as error:
        raise Refused(Code.NO_SUBTITLES, f"{error.strerror}") from error
