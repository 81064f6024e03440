"""What makes an album: how many files, and of which kinds."""

from collections.abc import Iterable

from standin.state import State

FEWEST = 2
MOST = 10
KINDS = frozenset({"audio", "document", "live_photo", "photo", "video"})
# These keep to themselves; the others mix.
UNIFORM = frozenset({"audio", "document"})


def new_id(state: State) -> str:
    """A `media_group_id` that no other album has."""
    return str(10**16 + state.number())


def unmixable(kinds: Iterable[str]) -> str | None:
    """The kind that can't be in one album with the others; None if all is well."""
    found = list(kinds)
    strange = (kind for kind in found if kind in UNIFORM)
    return next(strange, None) if len(set(found)) > 1 else None


def check_people(kinds: Iterable[str]) -> None:
    """ValueError for an album that no client lets a person send."""
    found = list(kinds)
    wrong = next((kind for kind in found if kind not in KINDS), None) or unmixable(found)
    if wrong is not None:
        raise ValueError(f"no client puts a {wrong} into such an album: {found}")
