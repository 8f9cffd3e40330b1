# mypy: allow-subclassing-any
"""Events: at the start and end, between steps, and at the boundary of an activity."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.event_definitions import (
    CycleTimerEventDefinition,
    TerminateEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.spiff.specs import defaults as spiff_defaults
from SpiffWorkflow.util.task import TaskState

from engine.spiff.specs.base import Lean
from engine.spiff.task import FINISHED, WAITING, Task


class Catching(Lean):
    """An event that waits. Messages and timers wake it; nothing else has to ask it again."""

    event_definition: Any

    def spawn(self, my_task: Task) -> None:
        """Make the children, unless a cycle made them at every tick."""
        if not isinstance(self.event_definition, CycleTimerEventDefinition):
            super().spawn(my_task)

    def _run_hook(self, my_task: Task) -> bool:
        self.event_definition.update_task_data(my_task)
        my_task.internal_data = {}
        return True

    def _on_cancel(self, my_task: Task) -> None:
        my_task.workflow.top_workflow.event_manager.remove_task(my_task)


class StartEvent(Catching, defaults.StartEvent):
    """Where a process starts."""


class IntermediateCatchEvent(Catching, defaults.IntermediateCatchEvent):
    """Waits for a message, a signal or a moment."""


class ReceiveTask(Catching, spiff_defaults.ReceiveTask):
    """Waits for a message."""

    def execute_script(self, my_task: Task, script: str) -> None:
        """Run the pre-script on entering only, not again when the message arrives."""
        if my_task._state != WAITING or script is not self.prescript:
            super().execute_script(my_task, script)


class EventGateway(Catching, defaults.EventBasedGateway):
    """Waits for the first of several events and goes on behind that one."""

    def spawn(self, my_task: Task) -> None:
        """Do nothing: running it has already made the one child."""

    def _run_hook(self, my_task: Task) -> bool:
        event = my_task.internal_data["seen_events"][0]
        definitions = self.event_definition.event_definitions
        index = definitions.index(event.event_definition)
        if event.payload is not None:
            definitions[index].catch(my_task, event)
        definitions[index].update_task_data(my_task)
        my_task.internal_data = {}
        my_task._add_child(self.outputs[index])
        return True


class BoundaryEvent(Catching, defaults.BoundaryEvent):
    """Waits beside an activity; an interrupting one ends it."""


class BoundarySplit(Lean, BoundaryEventSplit):
    """Holds an activity and its boundary events together; whoever ends it ends the others.

    Replaces the library's split and join: the join left a task for every boundary event, and let
    two interrupting events win at once.
    """

    def spawn(self, my_task: Task) -> None:
        """Start the activity and let its boundary events wait."""
        for spec in self.outputs:
            boundary = isinstance(spec, BoundaryEvent)
            my_task._add_child(spec, WAITING if boundary else TaskState.FUTURE)

    def _run_hook(self, my_task: Task) -> bool:
        return True

    def child_completed(self, my_task: Task, child: Task) -> None:
        """End what the completed child ends: the activity, or the events that still wait."""
        if not self._holds(child):
            return
        if _goes_beside(child):
            self._wait_again(my_task, child)
            return
        for other in my_task.children:
            if other is child or other._state & FINISHED or not self._holds(other):
                continue
            if other._state == WAITING or not _goes_beside(other):
                other.cancel()

    def _wait_again(self, my_task: Task, event: Task) -> None:
        """Let a message be heard as often as it comes (BPMN 2.0, 13.5.3); a timer fires once."""
        activity = self._outputs[0]
        goes_on = any(
            t.task_spec.name == activity and not t._state & FINISHED for t in my_task.children
        )
        if goes_on and not isinstance(event.task_spec.event_definition, TimerEventDefinition):
            event.task_spec._update(my_task._add_child(event.task_spec, WAITING))

    def _holds(self, task: Task) -> bool:
        """Say whether it is the activity or a boundary event; a later step may hang here too."""
        return task.task_spec.name in self._outputs


def _goes_beside(task: Task) -> bool:
    """Say whether it is a boundary event that does not interrupt."""
    spec = task.task_spec
    return isinstance(spec, BoundaryEvent) and not spec.cancel_activity


class Throwing(Lean):
    """An event that is thrown as it is passed."""


class IntermediateThrowEvent(Throwing, defaults.IntermediateThrowEvent):
    """Throws a message, a signal or an escalation; a plain one only marks a place."""


class SendTask(Throwing, spiff_defaults.SendTask):
    """Throws a message."""


class EndEvent(Throwing, defaults.EndEvent):
    """Ends a token, throws its event, or ends everything around it."""

    def _run_hook(self, my_task: Task) -> bool:
        if not isinstance(self.event_definition, TerminateEventDefinition):
            return bool(super()._run_hook(my_task))
        return True

    def _on_complete_hook(self, my_task: Task) -> None:
        workflow = my_task.workflow
        if not isinstance(self.event_definition, TerminateEventDefinition):
            super()._on_complete_hook(my_task)
            return
        my_task.data = workflow.view(my_task)
        for task in list(workflow.live.values()):
            task.cancel()
        workflow._mark_complete(my_task)
