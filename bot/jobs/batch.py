"""A batch: jobs of files that were sent together, told of in one message."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Batch:
    """The jobs with this `batch_id`. `message_id` is the first of the person's messages,
    `status_message_id` the one that tells of all, None until it was sent."""

    id: str
    platform: str
    user_id: str
    chat_id: str
    message_id: str
    locale: str
    created_at: datetime
    group: bool = False
    thread_id: str | None = None
    status_message_id: str | None = None

    @property
    def owner(self) -> tuple[str, str]:
        """Whose it is: platform and user."""
        return self.platform, self.user_id
