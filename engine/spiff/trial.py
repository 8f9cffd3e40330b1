"""Playing a process in memory, with a clock that is told: what would happen, and when.

Nothing is saved and nothing outside hears of it. Time stands still until it is told to travel;
then every timer on the way fires at its own moment, as it would have.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from engine import clock
from engine.errors import Invalid, StepBudgetExceeded
from engine.spiff.data import Data
from engine.spiff.elements import Element
from engine.spiff.model import Model
from engine.spiff.views import Environment, OpenTask
from engine.spiff.whereabouts import present
from engine.spiff.workflow import Workflow

#: Elements that may be passed in one trial, and timers that may fire on one journey.
MOST_PASSED: Final = 3_000
MOST_TIMERS: Final = 200
#: Seconds of the processor that one trial may take: a busy machine makes nothing too long.
LONGEST_SECONDS: Final = 4.0
#: How far from its beginning a trial may travel.
FARTHEST: Final = timedelta(days=3_660)


@dataclass(frozen=True)
class Passed:
    """An element that was passed, and when."""

    element: Element
    at: datetime


class Trial:
    """One process being tried. `at` is what its clock shows."""

    def __init__(
        self,
        model: Model,
        env: Environment,
        at: datetime,
        *,
        on_timer: Callable[[Element | None], None],
        ends_by: float | None = None,
    ) -> None:
        """
        Args:
            at: what the clock shows at first.
            on_timer: is told of each timer that fires, before what it leads to.
            ends_by: when, by the thread's processor time, it has taken too long.
        """
        self.model = model
        self.at = self.began_at = at
        #: What was passed, in order.
        self.passed: list[Passed] = []
        #: When each task that is or was open came up.
        self.opened: dict[UUID, datetime] = {}
        self._env = env
        self._on_timer = on_timer
        self._workflow: Workflow | None = None
        self._ends_by = ends_by or time.thread_time() + LONGEST_SECONDS

    def start(self, data: Mapping[str, Any]) -> None:
        """Begin, and run to the first wait states; errors as `Workflow.start`."""
        with self._moving():
            self._workflow = Workflow.start(self.model, data, self._env, run=False)
            self._workflow.run()

    def complete(self, task: OpenTask, answers: Mapping[str, Any]) -> None:
        """Complete an open task; errors as `Workflow.complete`."""
        with self._moving():
            self.workflow.complete(task.id, answers)

    def fire_next(self) -> None:
        """Travel to the moment of the next timer and let it fire.

        Raises:
            Invalid: no timer is running.
        """
        due = self.next_due()
        if due is None:
            raise Invalid(
                "现在没有在等的定时器，时间到了也不会发生什么。",
                "No timer is running: nothing would happen by itself.",
            )
        self.travel(due)

    def travel(self, to: datetime) -> None:
        """Let time pass until `to`; timers on the way fire each at its moment.

        Raises:
            Invalid: `to` lies in the past, or too far away.
            StepBudgetExceeded: too many timers fire on the way.
        """
        overdue = (due := self.next_due()) is not None and due <= self.at
        if (to < self.at and not overdue) or to > self.began_at + FARTHEST:
            raise Invalid(
                "时间只能往后走，而且从开始算起最多十年。",
                "Time only goes forward, and at most ten years from the beginning.",
            )
        for _ in range(MOST_TIMERS):
            due = self.next_due()
            if due is None or due > to:
                self.at = max(self.at, to)
                return
            self.at = max(self.at, due)
            self._fire()
        raise StepBudgetExceeded(
            f"路上触发了 {MOST_TIMERS} 次定时器还没有走到。请缩短时间，或检查循环定时器。",
            f"{MOST_TIMERS} timers fired and the journey is not over; travel less far, or look at "
            "the repeating timers.",
        )

    @property
    def workflow(self) -> Workflow:
        """The running process.

        Raises:
            Invalid: it has not been started.
        """
        if self._workflow is None:
            raise Invalid("试运行还没有开始。", "The trial has not been started.")
        return self._workflow

    @property
    def completed(self) -> bool:
        """Whether it came to its end."""
        return self._workflow is not None and self._workflow.completed

    @property
    def data(self) -> Data:
        """What is known; empty before the start."""
        return {} if self._workflow is None else self._workflow.data

    def open_tasks(self) -> list[OpenTask]:
        """Give the tasks that wait for people, oldest first."""
        return [] if self._workflow is None else self._workflow.open_tasks()

    def next_due(self) -> datetime | None:
        """Give the moment of the next timer; None when none is running."""
        return None if self._workflow is None else self._workflow.next_due()

    def waits_at(self) -> set[str]:
        """Give the keys of the elements it is at."""
        return set() if self._workflow is None else {e.key for e in present(self._workflow)}

    def check_time(self) -> None:
        """Raise StepBudgetExceeded when the trial has taken too long."""
        if time.thread_time() > self._ends_by:
            raise StepBudgetExceeded(
                "试运行花的时间太长，已停下。请检查循环和很大的表。",
                "The trial takes too long and was stopped; look for loops and very large tables.",
            )

    def _fire(self) -> None:
        """Let the one timer fire that is due first."""
        task = self.workflow._due_timer(self.at)
        if task is None:
            return
        with self._moving(), self.workflow._step():
            self._on_timer(task.task_spec.element)
            task.task_spec._update(task)
            self.workflow._run.advance()

    @contextmanager
    def _moving(self) -> Iterator[None]:
        """Run what moves the process by the trial's clock, and note what it passed."""
        self.check_time()
        with clock.imagined(self.at):
            yield
        for task in self.open_tasks():
            self.opened.setdefault(task.id, self.at)
        path = self.workflow.path[len(self.passed) :]
        self.passed += [Passed(self.model.elements[key], self.at) for key in path]
        if len(self.passed) > MOST_PASSED:
            raise StepBudgetExceeded(
                f"试运行已经过 {MOST_PASSED} 个元素，已停下。流程可能一直在循环，请检查条件。",
                f"The trial passed {MOST_PASSED} elements and was stopped; the process may go "
                "round for ever, so check its conditions.",
            )
