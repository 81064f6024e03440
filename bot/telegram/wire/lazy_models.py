"""Importing aiogram in a fifth of the time.

aiogram describes the Bot API in 600 pydantic models, and its import builds a validator for each of
them; those of its types it builds twice, each with all that it refers to: 5.3 of the 5.8 seconds
that `import aiogram` takes (aiogram 3.31, pydantic 2.13, two cores). A bot uses about thirty.

pydantic builds a validator at a model's first use when its config says `defer_build`. So that is
said while aiogram is being imported, and its own call to rebuild everything is noted instead of
done: what it passes along, the names that annotations may use, goes where pydantic looks for names
at a first use, the model's own module. Nothing is taken from any model; it is only built later.

A subclass of one of aiogram's *types* made elsewhere finds those names only once its base was
built: don't make any. Subclasses of its methods are fine.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from pydantic import BaseModel

_TYPES: Final = "aiogram.types"


@contextmanager
def postponed_validators() -> Iterator[None]:
    """Models whose classes are made in here get their validators when they are first used."""
    rebuild = BaseModel.__dict__["model_rebuild"]
    told: set[str] = set()

    def note(
        cls: type[BaseModel],
        /,
        *,
        _types_namespace: Mapping[str, Any] | None = None,
        **rest: object,
    ) -> bool | None:
        if _types_namespace is None or not cls.__module__.startswith(_TYPES):
            answer: bool | None = rebuild.__func__(cls, _types_namespace=_types_namespace, **rest)
            return answer
        if cls.__module__ not in told:
            told.add(cls.__module__)
            names = vars(sys.modules[cls.__module__])
            for name, value in _types_namespace.items():
                names.setdefault(name, value)
        return None

    config: dict[str, Any] = BaseModel.model_config  # type: ignore[assignment]
    before = dict(config)
    config["defer_build"] = True
    BaseModel.model_rebuild = classmethod(note)  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        BaseModel.model_rebuild = rebuild  # type: ignore[method-assign]
        config.clear()
        config.update(before)


def import_aiogram() -> None:
    """Import aiogram with its validators postponed; nothing when somebody imported it before."""
    if "aiogram" not in sys.modules:
        with postponed_validators():
            import aiogram  # noqa: F401, PLC0415 - the point of it
