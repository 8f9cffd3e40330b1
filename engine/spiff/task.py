# mypy: allow-subclassing-any
"""One step of a running process: SpiffWorkflow's task without logging, clocks and random ids."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.task import Task as LibraryTask
from SpiffWorkflow.util.task import TaskState

FINISHED = TaskState.FINISHED_MASK
COMPLETED = TaskState.COMPLETED
READY = TaskState.READY
WAITING = TaskState.WAITING
STARTED = TaskState.STARTED
#: A token is really there (not merely foreseen).
PRESENT = READY | WAITING | STARTED


class Task(LibraryTask):
    """A task whose id is a number counted within the instance.

    The run it belongs to keeps `live`, every unfinished task, and `ready`, the queue of automatic
    ones, so nothing ever searches the tree. A later task has a larger id.
    """

    thread_id = 0
    last_state_change = 0.0

    #: It is an instance of a repeated activity; its parent is the container.
    triggered = False

    def __init__(
        self,
        workflow: Any,
        task_spec: Any,
        parent: Task | None = None,
        state: int = TaskState.MAYBE,
        id: int | None = None,
    ) -> None:
        self.id = workflow.top_workflow.next_id() if id is None else id
        self.workflow = workflow
        self.task_spec = task_spec
        self.inherited = False
        self.data: dict[str, Any] = {}
        self.internal_data: dict[str, Any] = {}
        self._children: list[int] = []
        self._state = state
        self._parent = None if parent is None else parent.id
        workflow.tasks[self.id] = self
        workflow.live[self.id] = self
        if parent is not None:
            parent._children.append(self.id)

    def _add_child(self, task_spec: Any, state: int = TaskState.MAYBE) -> Task:
        child = Task(self.workflow, task_spec, self, state=state)
        if state == READY:
            child._ready()
        return child

    def _set_state(self, value: int) -> None:
        self._state = value
        if value & FINISHED:
            self.workflow.live.pop(self.id, None)
        elif value == READY and not self.task_spec.manual:
            self.workflow.top_workflow.ready.append(self)

    def restored(self) -> None:
        """Take the place in the run's books that the loaded state asks for."""
        self._set_state(self._state)

    def _inherit_data(self) -> None:
        """Take the parent's data, once; what was set before (an item of a collection) stays."""
        if not self.inherited:
            self.inherited = True
            self.data = {**self.parent.data, **self.data}

    def complete(self) -> None:
        """Mark the task done, make its children and let them react."""
        self.task_spec.spawn(self)
        self._set_state(COMPLETED)
        self.workflow.top_workflow.passed(self)
        self.task_spec._on_complete(self)

    def cancel(self) -> None:
        """End the task undone. What a loop or a cycle made below it is left to its spec."""
        if not self._state & FINISHED:
            self._set_state(TaskState.CANCELLED)
            self.task_spec._on_cancel(self)
            self.internal_data = {}

    def ancestors(self) -> Iterator[Task]:
        """Give the parent, its parent, and so on up to the root."""
        tasks, parent = self.workflow.tasks, self._parent
        while parent is not None:
            task = tasks[parent]
            yield task
            parent = task._parent

    def __iter__(self) -> Iterator[Task]:
        stack = [self]
        while stack:
            task = stack.pop()
            yield task
            stack.extend(reversed(task.children))

    def collect_log_extras(self, dct: dict[str, Any] | None = None) -> dict[str, Any]:
        """Give nothing: user data does not go into logs."""
        return {}


def common_ancestor(tasks: list[Task]) -> Task:
    """Give the deepest task that lies above all of `tasks` (at least one) or is one of them."""
    first, *others = (_path(task) for task in tasks)
    depth = len(first)
    for path in others:
        shared = 0
        while shared < min(depth, len(path)) and path[shared] is first[shared]:
            shared += 1
        depth = shared
    return first[depth - 1]


def _path(task: Task) -> list[Task]:
    path = [task, *task.ancestors()]
    path.reverse()
    return path
