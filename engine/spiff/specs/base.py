# mypy: allow-subclassing-any
"""What all specs have in common, and the frame of a process: start, end and what joins there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import BpmnStartTask, SimpleBpmnTask
from SpiffWorkflow.specs import WorkflowSpec
from SpiffWorkflow.util.task import TaskState

from engine.spiff.task import FINISHED, Task

if TYPE_CHECKING:
    from engine.spiff.elements import Element


class Lean:
    """Mixed in front of a library spec: children are made when a step completes, never foreseen.

    The library predicts two steps ahead, keeps the guesses in the state and repairs them. Only
    its joins needed the guesses, and those are replaced (see `joins`).
    """

    #: The element on the diagram; None for the frame around it. Set once, when it is prepared.
    element: Element | None = None
    #: Has to be asked again whenever another task of its process has completed: `heir` then
    #: gives the waiting token that may go on.
    reacts = False
    #: Its children are the instances of a repeated activity.
    is_loop = False
    _outputs: list[str]
    outputs: list[Any]

    def spawn(self, my_task: Task) -> None:
        """Make the children of a task that is about to be completed."""
        for spec in self.outputs:
            my_task._add_child(spec, TaskState.FUTURE)

    def child_completed(self, my_task: Task, child: Task) -> None:
        """React to the completion of a child (boundaries and loops do)."""

    def _update(self, my_task: Task) -> None:
        if self._update_hook(my_task):  # type: ignore[attr-defined]
            my_task._ready()

    def _on_ready(self, my_task: Task) -> None:
        self._on_ready_hook(my_task)  # type: ignore[attr-defined]

    def _on_complete(self, my_task: Task) -> None:
        self._on_complete_hook(my_task)  # type: ignore[attr-defined]
        parent = my_task.parent
        if parent is not None:
            parent.task_spec.child_completed(parent, my_task)
        for child in my_task.children:
            if not child._state & FINISHED:
                child.task_spec._update(child)
        my_task.workflow._task_completed_notify(my_task)


class Start(Lean, BpmnStartTask):
    """The root of every run of a process."""


class End(Lean, SimpleBpmnTask):
    """The very end of a process, after all its tokens have arrived."""


class ProcessSpec(BpmnProcessSpec):
    """A process made of our specs."""

    def __init__(self, name: str, description: str | None = None, filename: str | None = None):
        from engine.spiff.specs.joins import EndJoin

        WorkflowSpec.__init__(self, name=name, filename=filename)
        self.start = Start(self, "Start")
        self.end = EndJoin(self, f"{name}.EndJoin")
        self.end.connect(End(self, "End"))
        self.svg = None
        self.description = description
        self.io_specification = None
        self.data_objects: dict[str, Any] = {}
        self.data_stores: dict[str, Any] = {}
        self.correlation_keys: dict[str, list[str]] = {}
        self.bpmn_start_events: list[Any] = []
