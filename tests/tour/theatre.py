"""Where a conversation of the tour takes place: a Telegram and a bot of its own."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from bot.jobs.model import Phase
from standin import StandIn
from standin.writers import Writer
from tests.support.footage import Footage
from tests.support.running import jobs, until
from tests.support.stage import Stage
from tests.tour.scribe import Scribe, Transcript, settled


@dataclass(frozen=True, slots=True)
class Theatre:
    """Nothing of a conversation before is left in it."""

    standin: StandIn
    stage: Stage
    footage: Footage
    transcript: Transcript = field(default_factory=Transcript)

    def person(self, name: str = "Ann", lang: str = "en") -> Scribe:
        """Somebody in their private chat with the bot."""
        return Scribe(self.standin.user(lang=lang, name=name), name, self.transcript)

    def scribe(self, writer: Writer, name: str) -> Scribe:
        """Somebody in another chat, or a channel."""
        return Scribe(writer, name, self.transcript)

    @contextlib.asynccontextmanager
    async def alone(self, name: str = "Ann", lang: str = "en") -> AsyncIterator[Scribe]:
        """One person and a bot as it is by itself."""
        async with self.stage.bot():
            yield self.person(name, lang)

    def tells(self, what: str) -> None:
        """What nobody in the chat says."""
        self.transcript.tells(what)

    async def rests(self) -> None:
        """Until every job has ended, so that the next file waits for nothing."""
        await until(self._idle, "the end of every job", seconds=180.0)

    def text(self, title: str) -> str:
        """The conversation as Markdown."""
        return settled(f"## {title}\n\n" + "\n".join(self.transcript.lines))

    def _idle(self) -> bool:
        return all(Phase(row.phase).final for row in jobs(self.stage))
