"""People who send one file each and wait for what becomes of it."""

from dataclasses import dataclass
from pathlib import Path

from standin import SeenMessage, User
from tests.support.stage import Stage, greeted, status_of


@dataclass(frozen=True, slots=True)
class Customer:
    """A person, the file they sent and the status message that answers it."""

    user: User
    sent: SeenMessage
    status: SeenMessage

    @classmethod
    async def sends(cls, stage: Stage, name: str, clip: Path) -> "Customer":
        """A new person sends a file and is answered."""
        user = await greeted(stage.standin, name=name)
        sent = await user.send_document(clip, file_name=f"{name}{clip.suffix}")
        return cls(user, sent, await status_of(user, sent))

    async def is_served_once(self, *, timeout: float = 30.0) -> None:
        """One result, in the status message that was there from the beginning; one "ready"."""
        result = await self.user.wait_for_result(timeout=timeout)
        assert result.id == self.status.id
        assert result.video.supports_streaming
        ready = await self.user.wait_for_message("Ready", timeout=timeout)
        answers = [m for m in self.user.bot_messages if m.reply_to == self.sent.id]
        assert answers == [result, ready], self.user.listing()
