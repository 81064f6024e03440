"""Any sequence of calls: every queue engine answers as a few lines of plain Python do."""

import asyncio
import tempfile
from collections.abc import Coroutine
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

from bot.jobs.model import ALLOWED, Job, NewJob, Phase, Source
from bot.jobs.queue import (
    Accepted,
    Answer,
    Duplicate,
    LeaseLostError,
    Queue,
    QueueFull,
    Repeated,
)
from bot.jobs.sqlite_queue import SqliteQueue

T = TypeVar("T")


async def open_sqlite(folder: Path) -> Queue:
    return await SqliteQueue.open(folder / "bot.db")


ENGINES = {"sqlite": open_sqlite}

USERS = st.integers(1, 3)
FILES = st.sampled_from(["", "a", "b", "c", "d"])
MESSAGES = st.integers(1, 12)
LIMITS = st.integers(0, 4)


@dataclass
class Row:
    job: Job
    round: int
    turn: int


@dataclass
class Model:
    """The queue as one list, written for reading. No clock: nothing here is delayed."""

    rows: list[Row] = field(default_factory=list)
    turns: int = 0

    def row(self, job_id: str) -> Row:
        return next(row for row in self.rows if row.job.id == job_id)

    def alive(self, user: int) -> list[Row]:
        return [row for row in self.rows if row.job.user_id == user and not row.job.phase.final]

    def waiting(self) -> list[Row]:
        waiting = [row for row in self.rows if row.job.phase == Phase.QUEUED]
        return sorted(waiting, key=lambda row: (row.round, row.turn))

    def running(self) -> list[Row]:
        return [row for row in self.rows if row.job.phase.running]

    def next_up(self) -> Row | None:
        busy = {row.job.user_id for row in self.running()}
        return next((row for row in self.waiting() if row.job.user_id not in busy), None)

    def refusal(self, new: NewJob, max_waiting: int) -> Answer | None:
        for row in self.rows:
            if (row.job.chat_id, row.job.message_id) == (new.chat_id, new.message_id):
                return Repeated(row.job)
        for row in self.alive(new.user_id):
            same_file = row.job.source.unique_id == new.source.unique_id != ""
            if same_file and row.job.chat_id == new.chat_id:
                return Duplicate(row.job)
        return QueueFull(max_waiting) if len(self.alive(new.user_id)) > max_waiting else None

    def join(self, row: Row) -> int:
        """Give the row its place at the end of its round; the position told to the person."""
        others = [other for other in self.alive(row.job.user_id) if other is not row]
        row.round = max([len(others), *(other.round for other in others)])
        self.turns += 1
        row.turn = self.turns
        if row not in self.rows:
            self.rows.append(row)
        return 0 if self.next_up() is row is self.waiting()[0] else self.waiting().index(row) + 1


class QueueMachine(RuleBasedStateMachine):
    engine = ""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.model = Model()
        self.stale: list[Job] = []

    def do(self, call: Coroutine[object, object, T]) -> T:
        return self.runner.run(call)

    @initialize()
    def start(self) -> None:
        self.queue = self.do(ENGINES[self.engine](Path(self.folder.name)))

    def teardown(self) -> None:
        if hasattr(self, "queue"):
            self.do(self.queue.close())
        self.runner.close()
        self.folder.cleanup()

    @rule(user=USERS, group=st.booleans(), message=MESSAGES, file=FILES, limit=LIMITS)
    def add(self, user: int, group: bool, message: int, file: str, limit: int) -> None:
        chat = -1 if group else user
        new = NewJob(user, chat, message, "en", Source("id", file, "x.mp4", 0))
        answer = self.do(self.queue.add(new, max_waiting=limit))
        refusal = self.model.refusal(new, limit)
        if refusal is not None:
            assert answer == refusal
            return
        assert isinstance(answer, Accepted)
        assert (answer.job.phase, answer.job.attempt) == (Phase.QUEUED, 0)
        assert answer.position == self.model.join(Row(answer.job, 0, 0))

    @rule()
    def take(self) -> None:
        job = self.do(self.queue.take())
        row = self.model.next_up()
        if row is None:
            assert job is None
            return
        row.job = replace(row.job, phase=Phase.DOWNLOADING, attempt=row.job.attempt + 1)
        row.round = 0
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
            row.job = replace(row.job, phase=phase, failures=failures)
            assert self.do(self.queue.put_back(self.stale[-1], failed=failed)) == row.job
        elif phase.final:
            row.job = replace(row.job, phase=phase, error_code="why")
            finish = self.queue.finish(self.stale[-1], phase, error_code="why")
            assert self.do(finish) == row.job
        else:
            row.job = replace(row.job, phase=phase)
            assert self.do(self.queue.advance(self.stale[-1], phase)) == row.job

    @precondition(lambda self: self.stale)
    @rule(data=st.data())
    def move_without_holding(self, data: st.DataObject) -> None:
        old = data.draw(st.sampled_from(self.stale))
        now = self.model.row(old.id).job
        if now.attempt == old.attempt and now.phase.running:
            return
        with pytest.raises(LeaseLostError):
            self.do(self.queue.finish(old, Phase.FAILED))
        with pytest.raises(LeaseLostError):
            self.do(self.queue.put_back(old, failed=True))

    @precondition(lambda self: self.model.rows)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        row = data.draw(st.sampled_from(self.model.rows))
        before = self.do(self.queue.cancel(row.job.id))
        if row.job.phase.final:
            assert before is None
            return
        assert before == row.job
        row.job = replace(row.job, phase=Phase.CANCELLED)

    @precondition(lambda self: self.model.rows)
    @rule(data=st.data(), limit=LIMITS)
    def retry(self, data: st.DataObject, limit: int) -> None:
        row = data.draw(st.sampled_from(self.model.rows))
        answer = self.do(self.queue.retry(row.job.id, max_waiting=limit))
        if row.job.phase not in {Phase.FAILED, Phase.CANCELLED}:
            assert answer is None
        elif len(self.model.alive(row.job.user_id)) > limit:
            assert answer == QueueFull(limit)
        else:
            row.job = replace(row.job, phase=Phase.QUEUED, failures=0, error_code=None)
            assert answer == Accepted(row.job, self.model.join(row))

    @rule()
    def crash_and_recover(self) -> None:
        self.do(self.queue.close())
        self.start()
        touched = self.do(self.queue.recover(max_failures=3))
        expected = []
        for row in self.model.running():
            failures = row.job.failures + 1
            row.job = replace(row.job, phase=Phase.QUEUED, failures=failures)
            if failures >= 3:
                row.job = replace(row.job, phase=Phase.FAILED, error_code="crashed")
            expected.append(row.job)
        assert sorted(touched, key=lambda job: job.id) == sorted(expected, key=lambda job: job.id)

    @invariant()
    def the_same_jobs_in_the_same_order(self) -> None:
        if not hasattr(self, "queue"):
            return
        live = self.do(self.queue.live())
        running = {row.job.id: row.job for row in self.model.running()}
        assert {job.id: job for job in live[: len(running)]} == running
        waiting = [row.job for row in self.model.waiting()]
        assert live[len(running) :] == waiting
        for place, job in enumerate(waiting, start=1):
            assert self.do(self.queue.position(job.id)) == place
        owners = [job.user_id for job in running.values()]
        assert len(owners) == len(set(owners))


@pytest.mark.parametrize("engine", ENGINES)
def test_any_sequence_of_calls(engine: str) -> None:
    class Machine(QueueMachine):
        pass

    Machine.engine = engine
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=20,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
