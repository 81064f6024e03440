"""What is said where everybody's queue is full. Pure."""

from bot.texts.catalogue import Texts
from bot.texts.sentences import roughly

_MINUTE = 60


def crowded(texts: Texts, seconds: float | None, *, briefly: bool = False) -> str:
    """That too many wait, and when to come back: in so many `seconds`, where anybody knows.
    `briefly`: the file is here already, and need not be sent again."""
    key = "crowded-again" if briefly else "crowded"
    if seconds is None:
        return texts(key, when=texts("crowded-later"))
    minutes = max(1, round(seconds / _MINUTE))
    return texts(key, when=texts("crowded-when", time=roughly(texts, minutes * _MINUTE)))
