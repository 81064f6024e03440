"""What is said of a file that came in, where its own message won't say it."""

from collections.abc import Sequence
from typing import Final

from aiogram import Bot

from bot.dialog.counter.intake import Taken, TooLarge, TooManyOpen
from bot.jobs.answers import (
    Accepted,
    AcceptedAll,
    Closed,
    Crowded,
    Duplicate,
    NoSpace,
    OverQuota,
    QueueFull,
)
from bot.jobs.model import NewJob
from bot.telegram.sending.reactions import Mark, react
from bot.telegram.wire.address import address, reply_to
from bot.texts import Texts
from bot.texts.house import crowded
from bot.texts.sentences import size


async def tell(bot: Bot, news: Sequence[NewJob], texts: Texts, taken: Taken) -> None:
    """Answer the first of these messages, or mark all as taken."""
    new = news[0]
    words = _words(texts, taken)
    match taken:
        case Accepted(job=job):
            await react(bot, job.chat_id, job.message_id, Mark.TAKEN)
        case AcceptedAll(jobs=jobs):
            for one in jobs:
                await react(bot, one.chat_id, one.message_id, Mark.TAKEN)
        case Duplicate(job=job) if job.status_message_id is not None:
            there = reply_to(new).model_copy(update={"message_id": int(job.status_message_id)})
            await bot.send_message(**address(new), text=words, reply_parameters=there)
        case _ if words:
            await bot.send_message(**address(new), text=words, reply_parameters=reply_to(new))


def over_quota(texts: Texts, answer: OverQuota) -> str:
    """That somebody asked for as much as one may."""
    if answer.which == "bytes":
        return texts("over-quota-bytes", limit=size(texts, answer.limit))
    return texts(f"over-quota-{answer.which}", limit=answer.limit)


def _words(texts: Texts, taken: Taken) -> str:
    match taken:
        case TooLarge():
            return taken.words
        case OverQuota():
            return over_quota(texts, taken)
        case TooManyOpen(limit=limit) | QueueFull(limit=limit):
            return texts(_SAID[type(taken)], limit=limit)
        case Crowded(seconds=seconds):
            return crowded(texts, seconds)
        case Closed() | Duplicate() | NoSpace():
            return texts(_SAID[type(taken)])
    return ""


_SAID: Final = {
    TooManyOpen: "too-many-open",
    QueueFull: "queue-full",
    Closed: "closed-for-now",
    NoSpace: "no-space",
    Duplicate: "already-here",
}
