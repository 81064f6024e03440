"""Files beside the one to convert: as rows have them, and on their way to a conversion."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import structlog

from bot.jobs.errors import PassingTransferError, TransferError
from bot.jobs.messenger import Downloader, OnBytes
from bot.jobs.model import Extra, Extras, Job, NewJob, Role, Source
from bot.storage.columns import storable
from converter import languages, poster
from converter.beside import Beside
from converter.errors import Code, Refused
from converter.input import own_words

log = structlog.get_logger(__name__)

# The one before is the video that all others are beside.
FIRST_PART: Final = 2
# Bytes.
MOST: Final[Mapping[Role, int]] = {
    Role.SUBTITLE: own_words.MOST_BYTES,
    Role.THUMBNAIL: poster.MOST_BYTES,
}


def of_role(extras: Iterable[Extra], role: Role) -> Extra | None:
    """The one of that role."""
    return next((extra for extra in extras if extra.role is role), None)


def parts_of(extras: Iterable[Extra]) -> Extras:
    """The videos that follow the first, in their order."""
    return tuple(extra for extra in extras if extra.role is Role.PART)


def of_others(extras: Iterable[Extra]) -> Extras:
    """All but these."""
    return tuple(extra for extra in extras if extra.role is not Role.PART)


def usable(extras: Iterable[Extra]) -> Extras:
    """Those that nothing speaks against."""
    return tuple(extra for extra in extras if not extra.trouble)


def bytes_of(job: NewJob | Job) -> int:
    """Of its file, and of the videos that are to follow it."""
    return job.source.size + sum(part.source.size for part in parts_of(job.extras))


def dump(extras: Iterable[Extra]) -> list[dict[str, Any]]:
    """As JSON takes it."""
    return [_storable(asdict(extra)) for extra in extras]


def load(rows: Sequence[Mapping[str, Any]] | None) -> Extras:
    """What `dump` made; without roles that this version doesn't know."""
    return tuple(
        Extra(
            Role(row["role"]),
            Source(**row["source"]),
            row["trouble"],
            row.get("seconds", 0.0),
            row.get("message_id", ""),
        )
        for row in rows or ()
        if row["role"] in set(Role)
    )


def alike(extras: Iterable[Extra]) -> list[list[str]]:
    """What makes two sets of them the same."""
    others, parts = of_others(extras), parts_of(extras)
    named = [[e.role.value, e.source.unique_id or e.source.file_id] for e in (*others, *parts)]
    return sorted(named[: len(others)]) + named[len(others) :]


async def fetch(
    extras: Extras, downloader: Downloader, folder: Path, on_bytes: OnBytes = lambda *_: None
) -> Beside:
    """Bring them into a folder. One that is gone, or too large, is named and isn't there: a video
    is still converted without. A lost part is no such thing. `on_bytes` hears of parts. Raises
    TransferError, with the number of the ``part`` that it is about."""
    for extra in of_others(extras):
        await _fetched(extra, downloader, folder / extra.role.value)
    for number, extra in enumerate(parts_of(extras), FIRST_PART):
        try:
            to = folder / part_name(number)
            await downloader.download(extra.source, to, on_bytes=on_bytes)
        except TransferError as error:
            error.facts["part"] = str(number)
            raise
    return beside(extras, folder)


def beside(extras: Sequence[Extra], folder: Path) -> Beside:
    """Them as a conversion finds them in that folder."""
    subtitle, picture = (of_role(extras, role) for role in (Role.SUBTITLE, Role.THUMBNAIL))
    name = "" if subtitle is None else subtitle.source.name
    return Beside(
        words=None if subtitle is None else folder / Role.SUBTITLE.value,
        language=languages.of_name(name),
        title=name,
        picture=None if picture is None else folder / Role.THUMBNAIL.value,
        parts=tuple(folder / part_name(n) for n, _ in enumerate(parts_of(extras), FIRST_PART)),
    )


def name_part(facts: dict[str, float | str], source: Source, extras: Extras) -> None:
    """Add the name of the part that an error is about to its facts."""
    number = str(facts.get("part", ""))
    names = [source.name, *(part.source.name for part in parts_of(extras))]
    if number.isdecimal() and 0 < int(number) <= len(names):
        facts["name"] = names[int(number) - 1]


def part_name(number: int) -> str:
    """What a part's file is called, in its folder; the first lies elsewhere."""
    return f"{Role.PART.value}-{number}"


async def bring(extra: Extra, downloader: Downloader, to: Path) -> None:
    """Download one. Raises TransferError, or Refused (TOO_LARGE)."""
    await downloader.download(extra.source, to, on_bytes=_at_most(MOST[extra.role]))


async def _fetched(extra: Extra, downloader: Downloader, to: Path) -> None:
    try:
        await bring(extra, downloader, to)
    except PassingTransferError:
        raise
    except (TransferError, Refused) as error:
        log.warning("extra file left out", role=extra.role, code=error.code, detail=error.detail)


def _at_most(limit: int) -> OnBytes:
    """Ends a download, whatever the file claims to be."""

    def hear(done: int, _total: int) -> None:
        if done > limit:
            raise Refused(Code.TOO_LARGE, limit=limit, actual=done)

    return hear


def _storable(row: dict[str, Any]) -> dict[str, Any]:
    source = {k: storable(v) if isinstance(v, str) else v for k, v in row["source"].items()}
    row = {name: value for name, value in row.items() if value or name == "trouble"}
    return {**row, "role": row["role"].value, "source": source}
