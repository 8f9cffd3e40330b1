"""A running instance of a process, as the rest of the engine sees it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.util import BpmnEvent

from engine import clock
from engine.expressions import check_data
from engine.spiff import codec, ids, news, refusals, timers
from engine.spiff.compaction import compact
from engine.spiff.data import Data, copied
from engine.spiff.model import Model
from engine.spiff.runs import STEP_BUDGET, Run
from engine.spiff.specs.activities import ServiceTask
from engine.spiff.specs.definitions import Message
from engine.spiff.specs.voting import count_out
from engine.spiff.task import READY, STARTED, Task
from engine.spiff.views import (
    Deferred,
    Environment,
    Failure,
    Nothing,
    OpenTask,
    Polled,
    Thrown,
    item_of,
)


class Workflow:
    """One instance. Made by `start` or `load`, saved by `dump`; one thread and one writer.

    path: keys of the elements passed since start or load, in order.
    failures: service calls that raised since start or load; their tasks are `deferred`.
    thrown: events that nobody in the instance caught, since start or load.
    polled: what happened to votes since start or load.
    """

    def __init__(self, model: Model, run: Run, origin: int, ended: Data | None = None) -> None:
        self.model = model
        self.failures: list[Failure] = []
        self.thrown: list[Thrown] = []
        self.polled: list[Polled] = []
        self._run = run
        self._origin = origin
        self._ended = ended
        self._broken = False

    @classmethod
    def start(
        cls, model: Model, data: Mapping[str, Any], env: Environment, *, run: bool = True
    ) -> Workflow:
        """Begin an instance and run it to its first wait states.

        Args:
            data: plain data, copied.
            run: False only prepares it, so that `env` can be told of it before `run()`.

        Raises:
            ExpressionError: the data is not plain, or an expression of the diagram fails.
            StepBudgetExceeded: the diagram never waits.
        """
        check_data(dict(data))
        inner = Run(model.spec, model.subprocess_specs, env)
        workflow = cls(model, inner, ids.new_origin())
        inner._begin()
        inner.task_tree.data = copied(dict(data))
        if run:
            workflow.run()
        return workflow

    @classmethod
    def load(cls, model: Model, blob: bytes, env: Environment) -> Workflow:
        """Give the instance that `dump` saved.

        Raises:
            IntegrityError: the bytes are of another format, damaged, or of another definition.
        """
        document = codec.unpack(blob)
        run = Run(model.spec, model.subprocess_specs, env)
        workflow = cls(model, run, ids.origin_of(document), document.get("e"))
        if workflow._ended is None:
            codec.restore(run, document)
        return workflow

    def dump(self, *, compacted: bool = True) -> bytes:
        """Give the instance as bytes; of an ended one only the data.

        Args:
            compacted: forget finished steps first (always right; tests compare with False).

        Raises:
            IntegrityError: a step failed half-way; load the instance again.
            ExpressionError: the data is not plain or too large.
        """
        if self._broken:
            raise refusals.broken()
        if self.completed:
            return codec.pack({"o": ids.text_of(self._origin), "e": self.data})
        if compacted:
            compact(self._run)
        return codec.pack({"o": ids.text_of(self._origin), **codec.document_of(self._run)})

    @property
    def completed(self) -> bool:
        """Whether it has come to its end or was cancelled."""
        return self._ended is not None or self._run.completed

    @property
    def data(self) -> Data:
        """A copy of the data a reader would see now: what all branches have said so far."""
        if self._ended is not None:
            seen = self._ended
        else:
            seen = self._run.result if self._run.completed else self._run.view()
        data: Data = copied(seen)
        return data

    @property
    def path(self) -> list[str]:
        """Keys of the elements passed since start or load, in order."""
        return self._run.path

    def run(self) -> None:
        """Run automatic steps until people, timers, messages or failed services are waited for."""
        with self._step():
            self._run.advance()

    def open_tasks(self) -> list[OpenTask]:
        """Give the tasks that wait for people, oldest first."""
        live = self._live()
        found = [task for task in live if task._state == READY and task.task_spec.manual]
        return [self._open_task(task) for task in found]

    def task_data(self, task_id: UUID) -> Data:
        """Give a copy of the data an open task sees.

        Raises:
            Conflict: it is not open.
        """
        data: Data = copied(self._ready(task_id).data)
        return data

    def complete(self, task_id: UUID, answers: Mapping[str, Any]) -> None:
        """Complete an open task with what a person answered, and run on.

        Raises:
            Conflict: it is not open.
            ExpressionError: the answers are not plain data, or an expression behind it fails.
        """
        task = self._ready(task_id)
        check_data(dict(answers))
        with self._step():
            task.data = {**task.data, **copied(dict(answers))}
            task.run()
            self._run.advance()

    def deferred(self) -> list[Deferred]:
        """Give the service tasks that wait to be run again, oldest first."""
        found = [
            task
            for task in self._live()
            if task._state == STARTED and isinstance(task.task_spec, ServiceTask)
        ]
        return [Deferred(self._id(task), task.task_spec.element) for task in found]

    def retry(self, task_id: UUID) -> None:
        """Run a deferred service task again, and run on if it succeeds.

        Raises:
            Conflict: it does not wait to be run again.
        """
        task = self._find(task_id)
        if task is None or task._state != STARTED or not isinstance(task.task_spec, ServiceTask):
            raise refusals.not_open(task_id)
        with self._step():
            task.run()
            self._run.advance()

    def next_due(self) -> datetime | None:
        """Give the moment at which the next timer fires, in UTC; None when none runs."""
        return None if self.completed else timers.next_due(self._run.event_manager.tasks.values())

    def fire_timers(self) -> bool:
        """Fire every timer that is due by now, one after the other; say whether any did.

        Raises:
            StepBudgetExceeded: what a timer starts never waits.
        """
        now, fired = clock.now(), False
        for _ in range(STEP_BUDGET):
            task = None if self.completed else self._due_timer(now)
            if task is None:
                return fired
            fired = True
            with self._step():
                task.task_spec._update(task)
                self._run.advance()
        return fired

    def send_message(self, name: str, payload: Mapping[str, Any] | None = None) -> None:
        """Hand a message to whatever waits for it, and run on.

        Raises:
            Conflict: nothing waits for it.
            ExpressionError: the payload is not plain data.
        """
        check_data(dict(payload or {}))
        event = BpmnEvent(Message(name), payload=copied(dict(payload or {})))
        waiting = () if self.completed else self._run.event_manager.tasks.values()
        if not any(task.task_spec.catches(task, event) for task in waiting):
            raise refusals.not_awaited(name)
        with self._step():
            self._run.event_manager.catch(event)
            self._run.advance()

    def take_polled(self) -> list[Polled]:
        """Give what happened to votes since it was asked last, also in the middle of a step."""
        found, self.polled = self.polled + news.polled(self._run, self._id), []
        return found

    def count_out(self, voter: str) -> bool:
        """Let votes that somebody has not cast go on without them; say whether there were any."""
        with self._step():
            counted = count_out(self._live(), voter)
            self._run.advance()
        return counted

    def cancel(self) -> None:
        """End the instance where it is; its data stays. Ending it twice changes nothing."""
        if not self.completed:
            with self._step():
                self._run.cancel()

    @contextmanager
    def _step(self) -> Iterator[None]:
        """Guard a change: what fails half-way is never saved, and only EngineErrors get out."""
        if self._broken:
            raise refusals.broken()
        try:
            with refusals.in_words():
                yield
        except BaseException:
            self._broken = True
            raise
        finally:
            self._collect()

    def _collect(self) -> None:
        self.failures += news.failures(self._run, self._id)
        self.thrown += news.thrown(self._run)
        self.polled += news.polled(self._run, self._id)

    def _runs(self) -> list[Any]:
        return [] if self.completed else list(self._run.runs())

    def _live(self) -> list[Task]:
        """Give every unfinished task, oldest first."""
        found = [task for run in self._runs() for task in run.live.values()]
        return sorted(found, key=lambda task: task.id)

    def _due_timer(self, now: datetime) -> Task | None:
        tasks = self._run.event_manager.tasks.values()
        found = [(due, t.id, t) for t in tasks if (due := timers.due(t)) and due <= now]
        return min(found)[2] if found else None

    def _open_task(self, task: Task) -> OpenTask:
        seat = news.seat_of(task, self._id)
        return OpenTask(self._id(task), task.task_spec.element, item_of(task), task, seat)

    def _id(self, task: Task) -> UUID:
        return ids.task_id(self._origin, task.id)

    def _find(self, task_id: UUID) -> Task | None:
        number = ids.number_of(self._origin, task_id)
        if number is None or self.completed:
            return None
        return self._run.get_task_from_id(number)

    def _ready(self, task_id: UUID) -> Task:
        task = self._find(task_id)
        if task is None or task._state != READY or not task.task_spec.manual:
            raise refusals.not_open(task_id)
        return task


def look(model: Model, blob: bytes) -> Workflow:
    """Give a saved instance to look at, not to run; errors as `Workflow.load`."""
    return Workflow.load(model, blob, Nothing())


def read_data(model: Model, blob: bytes) -> Data:
    """Give the data in a saved instance without running anything; errors as `Workflow.load`."""
    return look(model, blob).data
