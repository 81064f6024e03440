"""Several pictures of one film, as a wish. Pure."""

from dataclasses import replace
from typing import Final

from bot.dialog.draft import Draft
from bot.dialog.wish import changed
from converter.planning import moments
from converter.request import Still

# As many as fill three rows of an album.
MOST: Final = 9
# Chats show photos in no more pixels.
_SHOWN_SIDE: Final = 2560


def count(draft: Draft) -> int:
    """How many there will be; 0 where there can't be several."""
    if draft.several:
        return 0
    if draft.seen is None:
        return MOST
    info, request = draft.seen.info, draft.request
    if not info.videos:
        return 0
    found = len(moments.spread(info.duration, MOST, request.start, request.end))
    return found if found >= moments.FEWEST else 0


def wanted(draft: Draft) -> Draft:
    """The draft that becomes a job of pictures. Raises Refused as any wish does."""
    request = changed(draft.request, target="frame", at="")
    whole = draft.as_file or request.still is Still.PNG or request.max_side or request.height
    if not whole:
        request = replace(request, max_side=_SHOWN_SIDE)
    return replace(draft, request=request, shots=MOST)
