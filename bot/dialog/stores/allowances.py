"""What admins allow one person, and how they write it: ``jobs_per_day=50 bytes_per_day=2GB``."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import delete, insert, select

from bot.dialog.tables import allowances
from bot.dialog.typed.amounts import read_size
from bot.jobs.store.quota import Quota
from bot.storage.clock import utc_now
from bot.storage.transactions import Transactions

log = structlog.get_logger(__name__)

NAMES: Final = tuple(field.name for field in fields(Quota))
USUAL: Final = "usual"
# The largest whole number that every database keeps.
_MOST: Final = 2**63 - 1
_NUMBER: Final = re.compile(r"[0-9]{1,15}")

Said = Mapping[str, int | None]


class UnclearError(ValueError):
    """A word that says nothing. `why` is "word", "name" or "value", `word` the word and `name` the
    quota that it is about."""

    def __init__(self, why: str, word: str, name: str = "") -> None:
        super().__init__(word)
        self.why, self.word, self.name = why, word, name


def read(words: Sequence[str]) -> dict[str, int | None]:
    """Quotas by name, None for those that are to be as usual; ``usual`` alone means all of them.
    Pure. Raises UnclearError."""
    if [word.casefold() for word in words] == [USUAL]:
        return dict.fromkeys(NAMES)
    return dict(_one(word) for word in words)


def _one(word: str) -> tuple[str, int | None]:
    name, equals, value = word.partition("=")
    name = name.casefold()
    if not equals:
        raise UnclearError("word", word)
    if name not in NAMES:
        raise UnclearError("name", name)
    if value.casefold() == USUAL:
        return name, None
    try:
        amount = read_size(value) if name.startswith("bytes") else _whole(value)
    except (ValueError, OverflowError):
        raise UnclearError("value", value, name) from None
    if amount > _MOST:
        raise UnclearError("value", value, name)
    return name, amount


def _whole(value: str) -> int:
    if not _NUMBER.fullmatch(value):
        raise ValueError(value)
    return int(value)


class Allowances:
    """Everybody's quotas: `usual`, but for those of whom an admin said otherwise. Methods may raise
    StorageError."""

    def __init__(
        self,
        transactions: Transactions,
        usual: Quota,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._tx = transactions
        self._clock = clock
        self.usual = usual

    async def of(self, platform: str, user_id: str) -> Quota:
        """How much somebody may ask for."""
        said = await self.said(platform, user_id)
        return replace(self.usual, **{k: v for k, v in said.items() if v is not None})

    async def said(self, platform: str, user_id: str) -> Said:
        """What admins said of somebody: quotas by name, without those that are as usual."""
        theirs = (allowances.c.platform == platform) & (allowances.c.user_id == user_id)
        async with self._tx.read() as db:
            row = (await db.execute(select(allowances).where(theirs))).mappings().first()
        return {} if row is None else {n: row[n] for n in NAMES if row[n] is not None}

    async def say(self, platform: str, user_id: str, quotas: Said, admin: str) -> Quota:
        """An admin says something of somebody; what isn't named stays. How much they may ask for
        then."""
        theirs = (allowances.c.platform == platform) & (allowances.c.user_id == user_id)
        async with self._tx.write() as change:
            change.made = False
            row = (await change.db.execute(select(allowances).where(theirs))).mappings().first()
            before = {name: row[name] for name in NAMES} if row is not None else {}
            after = before | dict(quotas)
            await change.db.execute(delete(allowances).where(theirs))
            if any(value is not None for value in after.values()):
                whose = {"platform": platform, "user_id": user_id, "by_user": admin}
                await change.db.execute(
                    insert(allowances).values(**whose, at=self._clock(), **after)
                )
        quota = await self.of(platform, user_id)
        log.warning("admin", did="set quotas", user=user_id, admin=admin, **asdict(quota))
        return quota
