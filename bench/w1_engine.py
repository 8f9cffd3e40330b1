"""W1 in process: the engine's own operations, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bench import w1_process
from bench.measure import Step, Timer, watched
from bench.w1_world import opened
from engine import reporters, starting, tasks
from engine.actors import Actor
from engine.commands import execute
from engine.store import Task


class InProcess:
    """The engine on one database."""

    def __init__(self, engine: Engine, session: Session, actor: Actor) -> None:
        self._engine = engine
        self._session = session
        self._actor = actor
        self._started: list[tuple[int, UUID]] = []
        self.traffic = (0.0, 0.0)

    @classmethod
    @contextmanager
    def opened(cls, engine: Engine, folder: Path, actor: Actor) -> Iterator[InProcess]:
        """Give the engine with a session of its own; one instance of it is counted."""
        with opened(engine, folder) as session:
            way = cls(engine, session, actor)
            way.start([0])
            with watched(engine) as traffic:
                way.finish(Timer())
            count = len(w1_process.TASKS)
            way.traffic = (traffic.statements / count, traffic.commits / count)
            yield way

    def start(self, numbers: Sequence[int]) -> None:
        """Start an instance for each number."""
        self._started = [(number, self._start(number)) for number in numbers]

    def finish(self, timer: Timer) -> None:
        """Complete the five tasks of each instance just started."""
        for number, instance_id in self._started:
            self._finish(number, instance_id, timer)

    def record(self, rounds: Sequence[Sequence[int]]) -> list[Step]:
        """Take the rounds; give the writes of every transaction in order."""
        with watched(self._engine, keep=True) as traffic:
            for numbers in rounds:
                self.start(numbers)
                self.finish(Timer())
        return [step for step in traffic.transactions if step]

    def _start(self, number: int) -> UUID:
        return execute(
            self._session,
            starting.start,
            definition_key="w1",
            answers=w1_process.answers("begin", number),
            actor=self._actor,
            identity=reporters.identity_of(self._actor, mode="named"),
        ).instance_id

    def _finish(self, number: int, instance_id: UUID, timer: Timer) -> None:
        open_task = select(Task.id).where(Task.instance_id == instance_id, Task.state == "open")
        task_id = self._session.scalars(open_task).one()
        for key in w1_process.TASKS:
            said = w1_process.answers(key, number)
            with timer.lap():
                outcome = execute(self._session, tasks.complete, task_id, said, actor=self._actor)
            task_id = outcome.open_tasks[0][0] if outcome.open_tasks else task_id
        assert outcome.state == "completed"
