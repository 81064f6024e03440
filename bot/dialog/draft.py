"""A draft: a wish about a file that is not a job yet."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Self

from bot.jobs.extras import of_role, usable
from bot.jobs.model import Extra, Extras, Job, NewJob, Role, Source
from converter import languages
from converter.input import own_words
from converter.request import Request
from converter.seen import Seen

LIFETIME: Final = timedelta(hours=24)
# As long as somebody may still look at the menu; the file is kept for as long.
WAITED_FOR: Final = timedelta(minutes=15)
MAIN: Final = "main"
# The page of a draft that became a job: kept for its day, so that nothing makes it twice.
USED: Final = "used"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person may still change.

    `message_id` is the message with the file, `card_id` ours with the menu, None until it was sent.
    `page` is what the menu shows (see `screens`). `seen` is what the file is, None until somebody
    has looked; `trouble` the code of an error where looking failed. `as_file`: the result comes as
    a plain file. `extras` came beside the file, one of each role, usable or not.
    """

    id: str
    user_id: str
    chat_id: str
    message_id: str
    locale: str
    source: Source
    created_at: datetime
    request: Request = field(default_factory=Request)
    as_file: bool = False
    group: bool = False
    platform: str = "telegram"
    page: str = MAIN
    seen: Seen | None = None
    trouble: str = ""
    card_id: str | None = None
    extras: Extras = ()

    @property
    def owner(self) -> tuple[str, str]:
        """Whose it is: platform and user."""
        return self.platform, self.user_id

    @property
    def open(self) -> bool:
        """It can still be changed."""
        return self.page != USED

    @classmethod
    def of(cls, new: NewJob, now: datetime, page: str = MAIN) -> Self:
        """A draft instead of a job that would be made at once."""
        return cls(
            id=_fresh_id(),
            user_id=new.user_id,
            chat_id=new.chat_id,
            message_id=new.message_id,
            locale=new.locale,
            source=new.source,
            created_at=now,
            request=new.request,
            as_file=new.as_file,
            group=new.group,
            platform=new.platform,
            page=page,
            extras=new.extras,
        )

    @classmethod
    def again(cls, job: Job, now: datetime, page: str = MAIN) -> Self:
        """The same file and wish as a job's, to be changed."""
        new = NewJob(
            user_id=job.user_id,
            chat_id=job.chat_id,
            message_id=job.message_id,
            locale=job.locale,
            source=job.source,
            request=job.request,
            group=job.group,
            platform=job.platform,
            as_file=job.as_file,
            extras=job.extras,
        )
        return cls.of(new, now, page)

    def job(self) -> NewJob:
        """The job that it becomes; the card becomes its status message."""
        return NewJob(
            user_id=self.user_id,
            chat_id=self.chat_id,
            message_id=self.message_id,
            locale=self.locale,
            source=self.source,
            request=self.request,
            group=self.group,
            platform=self.platform,
            origin=self.id,
            as_file=self.as_file,
            status_message_id=self.card_id,
            extras=usable(self.extras),
        )

    def came(self, role: Role) -> Extra | None:
        """What came beside it in that role and can be used."""
        return of_role(usable(self.extras), role)

    @property
    def planned(self) -> Seen | None:
        """What the file is together with the subtitles that came beside it: what plans are made
        for. None until somebody has looked."""
        subtitle = self.came(Role.SUBTITLE)
        if self.seen is None or subtitle is None:
            return self.seen
        name = subtitle.source.name
        track = own_words.stream(name.rpartition(".")[2], languages.of_name(name), name)
        info = replace(self.seen.info, subtitles=(*self.seen.info.subtitles, track))
        return replace(self.seen, info=info)

    def beside(self, extra: Extra) -> Self:
        """With another file beside it, in the place of one of that role."""
        others = (one for one in self.extras if one.role is not extra.role)
        return replace(self, extras=(*others, extra))

    def at(self, page: str) -> Self:
        """With another page shown."""
        return replace(self, page=page)


def _fresh_id() -> str:
    return secrets.token_hex(5)
