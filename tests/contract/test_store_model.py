"""Any sequence of calls: the store answers as a few lines of plain Python do."""

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.jobs.answers import Accepted, Answer, Duplicate, QueueFull, Repeated
from bot.jobs.errors import LeaseLostError
from bot.jobs.model import ALLOWED, Job, NewJob, Phase, Source
from bot.jobs.store.admission import Terms
from bot.jobs.store.store import JobStore
from tests.support.clock import Clock

T = TypeVar("T")


USERS = st.integers(1, 3)
FILES = st.sampled_from(["", "a", "b", "c", "d"])
MESSAGES = st.integers(1, 12)
LIMITS = st.integers(0, 4)


@dataclass
class Row:
    job: Job
    turn: int = 0
    line: int | None = None
    suspect: bool = False
    died_in: Phase | None = None
    all_deaths: int = 0


@dataclass
class Model:
    """The store as one list, written for reading. No clock: nothing here is delayed."""

    rows: list[Row] = field(default_factory=list)

    def row(self, job_id: str) -> Row:
        return next(row for row in self.rows if row.job.id == job_id)

    def alive(self, user: str) -> list[Row]:
        return [row for row in self.rows if row.job.user_id == user and not row.job.phase.final]

    def queued(self) -> list[Row]:
        return [row for row in self.rows if row.job.phase == Phase.QUEUED]

    def ready(self) -> list[Row]:
        ready = [row for row in self.queued() if row.line is not None]
        return sorted(ready, key=lambda row: (row.job.deaths, row.line))

    def waiting(self) -> list[Row]:
        """The line, then everybody's next, then the one after."""
        behind = []
        for user in {row.job.user_id for row in self.rows}:
            mine = [r for r in self.queued() if r.line is None and r.job.user_id == user]
            behind += list(enumerate(sorted(mine, key=lambda row: row.turn)))
        behind.sort(key=lambda entry: (entry[0], entry[1].turn))
        return [*self.ready(), *(row for _, row in behind)]

    def running(self) -> list[Row]:
        return [row for row in self.rows if row.job.phase.running]

    def next_up(self) -> Row | None:
        running, ready = self.running(), self.ready()
        if not ready or any(row.suspect for row in running):
            return None
        return None if ready[0].suspect and running else ready[0]

    def next_turn(self) -> int:
        return max((n or 0 for r in self.rows for n in (r.turn, r.line)), default=0) + 1

    def promote(self, user: str) -> None:
        mine = self.alive(user)
        if mine and all(row.line is None for row in mine):
            first = min(mine, key=lambda row: (row.job.deaths, row.turn))
            first.line = self.next_turn()

    def refusal(self, new: NewJob, max_waiting: int) -> Answer | None:
        for row in self.rows:
            if (row.job.chat_id, row.job.message_id) == (new.chat_id, new.message_id):
                return Repeated(row.job)
        if (alike := self.alike(new)) is not None:
            return Duplicate(alike.job)
        return QueueFull(max_waiting) if len(self.alive(new.user_id)) > max_waiting else None

    def alike(self, wanted: NewJob | Job) -> Row | None:
        """The same work, alive, in the same chat."""
        for row in self.alive(wanted.user_id):
            same_file = row.job.source.unique_id == wanted.source.unique_id != ""
            if same_file and row.job.chat_id == wanted.chat_id:
                return row
        return None

    def join(self, row: Row) -> int:
        """Give the row its place behind its user's others; the position told to the person."""
        row.line, row.suspect, row.all_deaths = None, False, 0
        row.turn = self.next_turn()
        if row not in self.rows:
            self.rows.append(row)
        self.promote(row.job.user_id)
        place = self.waiting().index(row) + 1
        mine_runs = any(r.job.phase.running for r in self.alive(row.job.user_id))
        return 0 if place == 1 and not mine_runs else place

    def end(self, row: Row, job: Job) -> None:
        row.job, row.line, row.suspect = job, None, False
        self.promote(job.user_id)

    def crash(self) -> list[Job]:
        """What was in work goes back under suspicion; what died alone is charged."""
        victims = sorted(self.running(), key=lambda row: row.turn)
        alone = len(victims) == 1
        if len(victims) <= 1:
            for row in self.queued():
                row.job = replace(row.job, deaths=0)
        for row in victims:
            self._back(row, alone=alone)
        return [row.job for row in victims]

    def _back(self, row: Row, *, alone: bool) -> None:
        job = row.job
        if alone:
            again = job.phase == row.died_in
            row.died_in, row.line = job.phase, None
            row.all_deaths += 1
            job = replace(job, deaths=job.deaths + 1 if again else 1)
        if job.deaths >= 3 or row.all_deaths >= 12:
            self.end(row, replace(job, phase=Phase.FAILED, error_code="crashed"))
            return
        row.job, row.suspect = replace(job, phase=Phase.QUEUED), True
        self.promote(job.user_id)


class StoreMachine(RuleBasedStateMachine):
    database: Callable[[], Path | str]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.where = type(self).database()
        self.clock = Clock()
        self.model = Model()
        self.stale: list[Job] = []

    def do(self, call: Coroutine[object, object, T]) -> T:
        return self.runner.run(call)

    @initialize()
    def start(self) -> None:
        self.store = self.do(JobStore.open(self.where, clock=self.clock))
        self.do(self.store.beat())

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.do(self.store.close())
        self.runner.close()

    @rule(user=USERS, group=st.booleans(), message=MESSAGES, file=FILES, limit=LIMITS)
    def add(self, user: int, group: bool, message: int, file: str, limit: int) -> None:
        chat = "-1" if group else str(user)
        new = NewJob(str(user), chat, str(message), "en", Source("id", file, "x.mp4", 0))
        answer = self.do(self.store.add(new, Terms(limit)))
        refusal = self.model.refusal(new, limit)
        if refusal is not None:
            assert answer == refusal
            return
        assert isinstance(answer, Accepted)
        assert (answer.job.phase, answer.job.attempt) == (Phase.QUEUED, 0)
        assert answer.position == self.model.join(Row(answer.job))

    @rule()
    def take(self) -> None:
        job = self.do(self.store.take())
        row = self.model.next_up()
        if row is None:
            assert job is None
            return
        row.job = replace(row.job, phase=Phase.DOWNLOADING, attempt=row.job.attempt + 1)
        assert job == row.job

    @precondition(lambda self: self.model.running())
    @rule(data=st.data(), phase=st.sampled_from(list(Phase)), failed=st.booleans())
    def move(self, data: st.DataObject, phase: Phase, failed: bool) -> None:
        row = data.draw(st.sampled_from(self.model.running()))
        self.stale.append(row.job)
        if phase not in ALLOWED[row.job.phase]:
            return
        if phase == Phase.QUEUED:
            failures = row.job.failures + failed
            row.job = replace(row.job, phase=phase, failures=failures, deaths=0)
            row.suspect = False
            assert self.do(self.store.put_back(self.stale[-1], failed=failed)) == row.job
        elif phase.final:
            self.model.end(row, replace(row.job, phase=phase, error_code="why"))
            finish = self.store.finish(self.stale[-1], phase, error_code="why")
            assert self.do(finish) == row.job
        else:
            row.job = replace(row.job, phase=phase)
            assert self.do(self.store.advance(self.stale[-1], phase)) == row.job

    @precondition(lambda self: self.stale)
    @rule(data=st.data())
    def move_without_holding(self, data: st.DataObject) -> None:
        old = data.draw(st.sampled_from(self.stale))
        now = self.model.row(old.id).job
        if now.attempt == old.attempt and now.phase.running:
            return
        with pytest.raises(LeaseLostError):
            self.do(self.store.finish(old, Phase.FAILED))
        with pytest.raises(LeaseLostError):
            self.do(self.store.put_back(old, failed=True))

    @precondition(lambda self: self.model.rows)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        row = data.draw(st.sampled_from(self.model.rows))
        before = self.do(self.store.cancel(row.job.id))
        if row.job.phase.final:
            assert before is None
            return
        assert before == row.job
        self.model.end(row, replace(row.job, phase=Phase.CANCELLED))

    @precondition(lambda self: self.model.rows)
    @rule(data=st.data(), limit=LIMITS)
    def retry(self, data: st.DataObject, limit: int) -> None:
        row = data.draw(st.sampled_from(self.model.rows))
        answer = self.do(self.store.retry(row.job.id, Terms(limit)))
        if row.job.phase not in {Phase.FAILED, Phase.CANCELLED}:
            assert answer is None
        elif (alike := self.model.alike(row.job)) is not None:
            assert answer == Duplicate(alike.job)
        elif len(self.model.alive(row.job.user_id)) > limit:
            assert answer == QueueFull(limit)
        else:
            row.job = replace(row.job, phase=Phase.QUEUED, failures=0, deaths=0, error_code=None)
            assert answer == Accepted(row.job, self.model.join(row))

    @rule()
    def crash_and_recover(self) -> None:
        """An end without a word, long enough ago to be missed."""
        self.do(self.die())
        self.start()
        assert self.do(self.store.recover()) == self.model.crash()

    async def die(self) -> None:
        async with self.store.transactions.last():
            self.clock.move(seconds=11)

    @invariant()
    def the_same_jobs_in_the_same_order(self) -> None:
        if not hasattr(self, "store"):
            return
        live = self.do(self.store.live())
        running = {row.job.id: row.job for row in self.model.running()}
        assert {job.id: job for job in live[: len(running)]} == running
        waiting = [row.job for row in self.model.waiting()]
        assert live[len(running) :] == waiting
        for place, job in enumerate(waiting, start=1):
            assert self.do(self.store.position(job.id)) == place
        owners = [job.user_id for job in running.values()]
        assert len(owners) == len(set(owners))


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_any_sequence_of_calls(
    kind: str, tmp_path: Path, postgres_database: Callable[[], str]
) -> None:
    numbers = itertools.count()

    class Machine(StoreMachine):
        @staticmethod
        def database() -> Path | str:
            return postgres_database() if kind == "postgres" else tmp_path / f"{next(numbers)}.db"

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=20,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
