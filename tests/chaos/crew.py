"""The processes of one bot: started again as soon as they end, whoever ended them."""

import asyncio
import contextlib
import os
import random
import signal
import time
from dataclasses import dataclass, field
from typing import Final

from bot.settings import Settings
from tests.chaos.ledger import Ledger, Page
from tests.chaos.takeovers import Takeovers
from tests.support.stage import Program, Stage

Role = tuple[str, ...]

ALONE: Final[tuple[Role, ...]] = (("run",),)
SEVERAL: Final[tuple[Role, ...]] = (
    ("run", "--role", "worker", "--slots", "2"),
    ("run", "--role", "worker", "--slots", "2"),
    ("run", "--role", "frontend"),
    ("run", "--role", "frontend"),
)


@dataclass(slots=True)
class Crew:
    """`kills` and `own_ends` are how often a process was killed, and how often one ended by
    itself."""

    stage: Stage
    settings: Settings
    roles: tuple[Role, ...]
    ledger: Ledger
    takeovers: Takeovers
    chance: random.Random
    kills: int = 0
    own_ends: int = 0
    _programs: dict[int, tuple[Role, Program]] = field(default_factory=dict)
    _killed: set[int] = field(default_factory=set)
    _at_work: bool = True

    async def work(self) -> None:
        """Keep every part going, until cancelled; then all of them end in good order."""
        parts = [asyncio.create_task(self._keep(role)) for role in self.roles]
        try:
            await asyncio.gather(*parts)
        finally:
            self._at_work = False
            programs = [program for _, program in self._programs.values()]
            for program in programs:
                with contextlib.suppress(ProcessLookupError):
                    program.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(40.0):
                    await asyncio.gather(*(program.process.wait() for program in programs))
            await asyncio.gather(*(program.end() for program in programs))
            await asyncio.gather(*parts, return_exceptions=True)

    async def shoot(self, least: float, most: float) -> None:
        """Kill one of those that have begun to work every `least` to `most` seconds, until
        cancelled. Where one kind has nobody at work it waits for them: a start takes seconds, and
        a machine that does nothing else proves nothing."""
        while True:
            await asyncio.sleep(self.chance.uniform(least, most))
            page = await asyncio.to_thread(self.ledger.page)
            if page is not None and self.complete(page):
                self._kill(self.chance.choice(sorted(self._at_work_on(page))), page)

    def complete(self, page: Page) -> bool:
        """Whether of each kind somebody is at work."""
        return set(self._at_work_on(page).values()) == set(self.roles)

    def _at_work_on(self, page: Page) -> dict[int, Role]:
        return {pid: role for pid, (role, _) in self._programs.items() if pid in page.holders}

    def _kill(self, pid: int, page: Page) -> None:
        self._killed.add(pid)
        self.kills += 1
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        theirs = [job for job in page.jobs if job.running and job.holder == page.holders[pid]]
        self.takeovers.killed(theirs, time.time())

    async def _keep(self, role: Role) -> None:
        while self._at_work:
            self.stage.standin.interrupt_poll()  # one that a dead bot left behind
            program = await Program.spawn(self.stage, self.settings, *role)
            pid = program.process.pid
            self._programs[pid] = role, program
            await program.process.wait()
            del self._programs[pid]
            if pid in self._killed:
                self._killed.discard(pid)
            else:
                self.own_ends += 1
                await asyncio.sleep(1.0)
