"""One file, several results: a long film as round notes of a minute each. Pure."""

from dataclasses import replace
from typing import Final

from bot.dialog.draft import Draft
from bot.dialog.wish import changed
from bot.jobs.model import NewJob
from converter.formats import TARGETS
from converter.request import Request

# As many as the queue takes of one person, as it comes.
MOST: Final = 6
# What is watched one after the other; three seconds of a sticker are no part of a film.
_IN_PARTS: Final = frozenset({"note"})
_SHORTEST: Final = 1.0  # seconds: what is left of less isn't worth a part


def parts(draft: Draft, target: str) -> tuple[Request, ...]:
    """The wishes for a film in as many parts of the target's greatest length as it takes; none
    where one is enough, or where nobody knows its length."""
    length, longest = _length(draft), TARGETS[target].max_seconds
    if length is None or longest is None or target not in _IN_PARTS or draft.several:
        return ()
    request = changed(draft.request, target=target)
    begin, end = request.start or 0.0, min(request.end or length, length)
    step = longest * (request.speed or 1.0)
    starts = [begin + number * step for number in range(MOST)]
    pieces = [(at, min(at + step, end)) for at in starts if end - at >= _SHORTEST]
    if len(pieces) == 1:
        return ()
    return tuple(replace(request, start=at, end=to) for at, to in pieces)


def reach(draft: Draft, wishes: tuple[Request, ...]) -> float | None:
    """The second up to which these parts go, None where that is as far as is wanted."""
    last, wanted = wishes[-1].end, draft.request.end or _length(draft)
    return last if last is not None and wanted is not None and last < wanted - _SHORTEST else None


def jobs(draft: Draft, wishes: tuple[Request, ...]) -> list[NewJob]:
    """A job for each wish about the same file, told of together."""
    alike = replace(draft.job(), batch_id=draft.id, status_message_id=None)
    return [
        replace(alike, request=wish, origin=f"{draft.id}.{number}")
        for number, wish in enumerate(wishes, 1)
    ]


def _length(draft: Draft) -> float | None:
    return draft.planned.info.duration if draft.planned is not None else None
