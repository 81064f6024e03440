"""What an admin reads of one failure. Pure."""

from collections.abc import Callable
from typing import Final

from bot.dialog.admin.facts import Report
from bot.texts import Texts
from bot.texts.marks import plain

# A shorter name is a word that may stand anywhere.
_A_NAME: Final = 5


def head(texts: Texts, report: Report) -> str:
    """What is known of it without the log."""
    one = report.ended
    if one is None:
        return texts("admin-error-outside", trace=report.trace)
    words = texts(
        "admin-error",
        trace=report.trace,
        job=one.job_id,
        outcome=texts(f"phase-{one.outcome.value}"),
        code=one.code or "—",
        phase=one.phase or "—",
        user=one.user_id,
        at="—" if one.at is None else f"{one.at:%Y-%m-%d %H:%M:%S} UTC",
    )
    return f"{words}\n{one.detail}" if one.detail else words


def body(texts: Texts, report: Report) -> str:
    """The lines of the log that belong to it."""
    return "\n".join(report.lines) or texts("admin-error-no-lines")


def cleaned(text: str, name: str, redact: Callable[[str], str]) -> str:
    """Without secrets, and without what somebody's file is called."""
    text = redact(plain(text))
    return text.replace(name, "…") if len(name) >= _A_NAME else text
