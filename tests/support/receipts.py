"""Receipts on disk, as small as they can be, for tests of whoever leaves them."""

import sqlite3
from pathlib import Path

from bot.jobs.model import Job


class Ledger:
    """Every word that was said about a job, in an SQLite file; see
    `bot.telegram.sending.receipts`."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("CREATE TABLE IF NOT EXISTS words (job TEXT, word TEXT, message TEXT)")

    async def intend(self, job: Job) -> bool:
        """See `Receipts.intend`."""
        if self.words(job)[-1:] == ["intended"]:
            return False
        self._write(job, "intended")
        return True

    async def sent(self, job: Job, message_id: str) -> None:
        """See `Receipts.sent`."""
        self._write(job, "sent", message_id)

    async def failed(self, job: Job) -> None:
        """See `Receipts.failed`."""
        self._write(job, "failed")

    def words(self, job: Job) -> list[str]:
        """What was said of it so far."""
        found = self._db.execute("SELECT word FROM words WHERE job = ? ORDER BY rowid", [job.id])
        return [word for (word,) in found]

    def message_of(self, job: Job) -> str | None:
        """The message that it was sent as."""
        query = "SELECT message FROM words WHERE job = ? AND word = 'sent'"
        row = self._db.execute(query, [job.id]).fetchone()
        return None if row is None else str(row[0])

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _write(self, job: Job, word: str, message_id: str | None = None) -> None:
        self._db.execute("INSERT INTO words VALUES (?, ?, ?)", [job.id, word, message_id])
