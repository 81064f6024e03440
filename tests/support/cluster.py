"""Several real processes of the bot on one PostgreSQL database, before one stand-in."""

import asyncio
import contextlib
import json
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from standin import StandIn
from tests.support.postgres import Server
from tests.support.running import until
from tests.support.stage import Program, Stage


@dataclass(frozen=True, slots=True)
class Row:
    """A job as the database has it."""

    id: str
    user_id: str
    phase: str
    attempt: int
    deaths: int
    holder: str | None


@dataclass(slots=True)
class Cluster:
    """The house: its parts come and go. `stage` has their folders and settings."""

    standin: StandIn
    stage: Stage
    server: Server
    url: str
    programs: list[Program] = field(default_factory=list)

    async def start(self, *args: str, **more: object) -> Program:
        """A part of the bot, by its command line; returns once the database knows it."""
        settings = self.stage.settings(database_url=self.url, **more)
        program = await Program.spawn(self.stage, settings, *args)
        self.programs.append(program)
        await until(lambda: self._is_there(program), "a part", seconds=90.0)
        return program

    async def frontend(self, **more: object) -> Program:
        """A front end, with settings of its own."""
        return await self.start("run", "--role", "frontend", **more)

    async def worker(self, slots: int = 2) -> Program:
        """A worker."""
        return await self.start("run", "--role", "worker", "--slots", str(slots))

    def jobs(self) -> list[Row]:
        """Every job, oldest first; none while the database is away."""
        columns = "id, user_id, phase, attempt, deaths, holder"
        asked = f"SELECT coalesce(json_agg(j), '[]') FROM (SELECT {columns} FROM jobs ORDER BY created_at) j"  # noqa: E501, S608
        try:
            return [Row(**row) for row in json.loads(self.server.query(self.url, asked))]
        except RuntimeError:
            return []

    def phases(self) -> list[str]:
        """The phase of each, oldest first."""
        return [job.phase for job in self.jobs()]

    def leftovers(self) -> list[str]:
        """What lies in the work folders of all parts."""
        folders = sorted(self.stage.data.glob("*-*/work"))
        return [str(path) for folder in folders for path in folder.rglob("*")]

    def holder_of(self, job_id: str) -> Program:
        """The process that runs a job. Raises StopIteration where none does."""
        asked = (
            f"SELECT r.pid FROM jobs j JOIN runs r ON r.holder = j.holder WHERE j.id = '{job_id}'"  # noqa: S608
        )
        pid = int(self.server.query(self.url, asked) or "0")
        return next(program for program in self.programs if program.process.pid == pid)

    def _is_there(self, program: Program) -> bool:
        if program.process.returncode is not None:
            raise AssertionError(f"a part ended: {program.stderr}")
        asked = f"SELECT count(*) FROM runs WHERE pid = {program.process.pid}"  # noqa: S608
        try:
            return self.server.query(self.url, asked).strip() == "1"
        except RuntimeError:
            return False


@contextlib.asynccontextmanager
async def cluster(
    standin: StandIn, stage: Stage, server: Server, url: str
) -> AsyncIterator[Cluster]:
    """A house without any part yet; all of them are killed on leaving."""
    house = Cluster(standin, stage, server, url)
    standin.interrupt_poll()  # one that a dead bot left behind
    try:
        yield house
    finally:
        for program in house.programs:
            with contextlib.suppress(ProcessLookupError):
                program.process.send_signal(signal.SIGCONT)
        await asyncio.gather(*(program.end() for program in house.programs))
