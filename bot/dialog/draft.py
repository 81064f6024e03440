"""A draft: a wish about a file that is not a job yet."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Self

from bot.jobs.batch import Batch
from bot.jobs.extras import of_others, of_role, parts_of, usable
from bot.jobs.model import Extra, Extras, Job, NewJob, Role, Source
from converter import languages
from converter.input import own_words
from converter.media import MediaInfo
from converter.request import Request
from converter.seen import Seen

LIFETIME: Final = timedelta(hours=24)
# As long as somebody may still look at the menu; the file is kept for as long.
WAITED_FOR: Final = timedelta(minutes=15)
# Each of a person's may keep a file here.
MOST_OPEN: Final = 30
MAIN: Final = "main"
# The page on which videos are put in order that are to become one, and that of a single one, with
# its number.
JOIN_PAGE: Final = "join"
PART_PAGE: Final = "part-"
# The page of a draft that became a job: kept for its day, so that nothing makes it twice.
USED: Final = "used"


@dataclass(frozen=True, slots=True)
class Sent:
    """A file, and the message that brought it."""

    message_id: str
    source: Source


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person may still change.

    `message_id` is the message with the file, `card_id` ours with the menu, None until it was sent.
    `page` is what the menu shows (see `screens`). `seen` is what the file is, None until somebody
    has looked; `trouble` the code of an error where looking failed. `as_file`: the result comes as
    a plain file. `thread_id` is the topic of the chat, None outside of topics. `files` are all of
    an album's, two or more, the first of them being `source`; empty where there is one file.
    `extras` came beside the file, usable or not. `sheet_id` is the message with pictures beside the
    menu, None where there is none. `shots` are the pictures of a job that is about to be made; no
    draft is saved with any.
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
    thread_id: str | None = None
    files: tuple[Sent, ...] = ()
    extras: Extras = ()
    sheet_id: str | None = None
    shots: int = 0

    @property
    def owner(self) -> tuple[str, str]:
        """Whose it is: platform and user."""
        return self.platform, self.user_id

    @property
    def largest(self) -> int:
        """Bytes of its file, of the largest where there are several; 0 where nobody knows."""
        return max([self.source.size, *(sent.source.size for sent in self.files)])

    @property
    def several(self) -> bool:
        """It has more than one video, in an album or to be joined: what is known of the first says
        nothing of the others."""
        return bool(self.files) or any(extra.role is Role.PART for extra in self.extras)

    @property
    def open(self) -> bool:
        """It can still be changed."""
        return self.page != USED

    @classmethod
    def of(cls, new: NewJob, now: datetime, page: str = MAIN) -> Self:
        """A draft instead of a job that would be made at once."""
        return cls(
            id=fresh_id(),
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
            thread_id=new.thread_id,
            extras=new.extras,
        )

    @classmethod
    def of_album(cls, news: Sequence[NewJob], draft_id: str, now: datetime, page: str) -> Self:
        """One draft for several files; what is wished is the first one's."""
        files = tuple(Sent(new.message_id, new.source) for new in news)
        return replace(cls.of(news[0], now, page), id=draft_id, files=files)

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
            thread_id=job.thread_id,
            extras=job.extras,
        )
        return cls.of(new, now, page)

    def batch(self) -> Batch:
        """The batch that the jobs of an album become; the card becomes its message."""
        return Batch(
            id=self.id,
            platform=self.platform,
            user_id=self.user_id,
            chat_id=self.chat_id,
            message_id=self.message_id,
            locale=self.locale,
            created_at=self.created_at,
            group=self.group,
            thread_id=self.thread_id,
            status_message_id=self.card_id,
        )

    def jobs(self) -> list[NewJob]:
        """The jobs of an album."""
        return [
            replace(
                self.job(),
                message_id=sent.message_id,
                source=sent.source,
                status_message_id=None,
                batch_id=self.id,
            )
            for sent in self.files
        ]

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
            thread_id=self.thread_id,
            extras=usable(self.extras),
            shots=self.shots,
        )

    def wishing(self, request: Request) -> Self:
        """With another wish."""
        return replace(self, request=request)

    def came(self, role: Role) -> Extra | None:
        """What came beside it in that role and can be used."""
        return of_role(usable(self.extras), role)

    @property
    def planned(self) -> Seen | None:
        """What the file is together with the subtitles that came beside it: what plans are made
        for. None until somebody has looked."""
        if self.seen is None:
            return None
        info = self._joined(self.seen.info)
        if (subtitle := self.came(Role.SUBTITLE)) is not None:
            name = subtitle.source.name
            track = own_words.stream(name.rpartition(".")[2], languages.of_name(name), name)
            info = replace(info, subtitles=(*info.subtitles, track))
        return replace(self.seen, info=info)

    def _joined(self, info: MediaInfo) -> MediaInfo:
        """The file with its parts behind it, as far as anybody knows them: one sound, no subtitles
        of its own, of no container yet."""
        parts = parts_of(self.extras)
        if not parts:
            return info
        lengths = [info.duration or 0.0, *(part.seconds for part in parts)]
        length = sum(lengths) if all(lengths) else None
        return replace(
            info,
            container="",
            size=info.size + sum(part.source.size for part in parts),
            duration=length,
            videos=tuple(replace(v, duration=length) for v in info.videos[:1]),
            audios=tuple(replace(a, duration=length) for a in info.audios[:1]),
            subtitles=(),
        )

    def beside(self, extra: Extra) -> Self:
        """With another file beside it, in the place of one of that role."""
        others = [one for one in of_others(self.extras) if one.role is not extra.role]
        return replace(self, extras=(*others, extra, *parts_of(self.extras)))

    def at(self, page: str) -> Self:
        """With another page shown."""
        return replace(self, page=page)


def fresh_id() -> str:
    """For a new draft."""
    return secrets.token_hex(5)
