"""Who may come in: by what the operator set, what admins said since, and invitations."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import structlog
from sqlalchemy import delete, insert, select, update

from bot.dialog.tables import invites, standing
from bot.jobs.desk import Person
from bot.storage.clock import utc_now
from bot.storage.transactions import Transactions

log = structlog.get_logger(__name__)

INVITE: Final = "inv_"


class Word(StrEnum):
    """What an admin may say of somebody."""

    ALLOWED = "allowed"
    BANNED = "banned"


class Verdict(StrEnum):
    """Whether somebody is served."""

    ADMITTED = "admitted"
    STRANGER = "stranger"
    BANNED = "banned"


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator set: ``public``, ``allowlist`` or ``invite``, and ids of users."""

    access: str = "public"
    admins: frozenset[str] = frozenset()
    allowed: frozenset[str] = frozenset()


class Doorkeeper:
    """Decides at the door. Methods may raise StorageError."""

    def __init__(
        self,
        transactions: Transactions,
        rules: Rules,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._tx = transactions
        self._rules = rules
        self._clock = clock

    @property
    def public(self) -> bool:
        """Everybody is served who wasn't banned."""
        return self._rules.access == "public"

    def is_admin(self, user_id: str) -> bool:
        """Whether somebody may use /admin."""
        return user_id in self._rules.admins

    async def verdict(self, person: Person) -> Verdict:
        """Whether a person is served."""
        if self.is_admin(person.user_id):
            return Verdict.ADMITTED
        return self._judge(person.user_id, await self.said(person.platform, person.user_id))

    def _judge(self, user_id: str, said: Word | None) -> Verdict:
        if self.is_admin(user_id):
            return Verdict.ADMITTED
        if said is Word.BANNED:
            return Verdict.BANNED
        if self.public or said is Word.ALLOWED or user_id in self._rules.allowed:
            return Verdict.ADMITTED
        return Verdict.STRANGER

    async def said(self, platform: str, user_id: str) -> Word | None:
        """What admins last said of somebody."""
        theirs = (standing.c.platform == platform) & (standing.c.user_id == user_id)
        async with self._tx.read() as db:
            word = await db.scalar(select(standing.c.word).where(theirs))
        return None if word is None else Word(word)

    async def admitted(self, platform: str, user_ids: Iterable[str]) -> frozenset[str]:
        """Those of them who are served."""
        there = select(standing.c.user_id, standing.c.word).where(standing.c.platform == platform)
        async with self._tx.read() as db:
            said = {user_id: Word(word) for user_id, word in (await db.execute(there)).all()}
        return frozenset(
            one for one in user_ids if self._judge(one, said.get(one)) is Verdict.ADMITTED
        )

    async def say(self, platform: str, user_id: str, word: Word | None, admin: str) -> None:
        """An admin says something of somebody, None to take it back."""
        theirs = (standing.c.platform == platform) & (standing.c.user_id == user_id)
        async with self._tx.write() as change:
            change.made = False
            await change.db.execute(delete(standing).where(theirs))
            if word is not None:
                row = {"platform": platform, "user_id": user_id, "word": word.value}
                row |= {"by_user": admin}
                await change.db.execute(insert(standing).values(**row, at=self._clock()))
        log.warning("admin", did=word.value if word else "taken back", user=user_id, admin=admin)

    async def invite(self, admin: str) -> str | None:
        """A code for one person, None where nobody is invited."""
        if self._rules.access != "invite":
            return None
        code = secrets.token_urlsafe(12)
        async with self._tx.write() as change:
            change.made = False
            row = {"code": code, "by_user": admin, "at": self._clock()}
            await change.db.execute(insert(invites).values(**row))
        log.warning("admin", did="invited somebody", admin=admin)
        return INVITE + code

    async def enter(self, person: Person, payload: str) -> bool:
        """Whether an invitation lets a stranger in; it does so once."""
        code = payload.removeprefix(INVITE)
        if self._rules.access != "invite" or code == payload:
            return False
        unused = (invites.c.code == code) & invites.c.used_by.is_(None)
        async with self._tx.write() as change:
            change.made = False
            taken = update(invites).where(unused).values(used_by=person.user_id)
            found = (await change.db.execute(taken.returning(invites.c.by_user))).first()
            if found is None:
                return False
            row = {"platform": person.platform, "user_id": person.user_id}
            row |= {"word": Word.ALLOWED.value, "by_user": found.by_user}
            await change.db.execute(insert(standing).values(**row, at=self._clock()))
        log.info("came in by invitation", user=person.user_id, admin=found.by_user)
        return True
