# mypy: allow-subclassing-any
"""What events wait for and what they throw."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions import (
    CancelEventDefinition,
    CycleTimerEventDefinition,
    DurationTimerEventDefinition,
    TimeDateEventDefinition,
)
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.spiff.specs.event_definitions import (
    ErrorEventDefinition,
    EscalationEventDefinition,
    MessageEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.util.task import TaskState

from engine import clock
from engine.errors import ExpressionError
from engine.spiff import timers
from engine.spiff.refusals import at_element
from engine.spiff.task import WAITING, Task


class _Timer:
    """Reads its expression once, when a token arrives; keeps the due moment in UTC."""

    expression: str

    def read(self, text: str) -> Any:
        """Read what the expression gave, as it is kept in the state."""
        raise NotImplementedError

    def has_fired(self, my_task: Task) -> bool:
        """Say whether the moment has come."""
        return datetime.fromisoformat(self._value(my_task)) <= clock.now()

    def _value(self, my_task: Task) -> Any:
        info = my_task.internal_data
        if "event_value" not in info:
            found = my_task.workflow.script_engine.evaluate(my_task, self.expression)
            try:
                info["event_value"] = self.read(timers.text_of(found, self.expression))
            except ExpressionError as error:
                raise at_element(error, my_task.task_spec.element) from error
        return info["event_value"]


class MomentTimer(_Timer, TimeDateEventDefinition):
    """Due at a moment (BPMN timeDate); a moment without an offset is refused."""

    def read(self, text: str) -> str:
        """Read a moment."""
        return timers.moment(text).isoformat()


class DurationTimer(_Timer, DurationTimerEventDefinition):
    """Due some time after a token arrives (BPMN timeDuration)."""

    def read(self, text: str) -> str:
        """Read a duration, counted from now."""
        return timers.later(clock.now(), text).isoformat()


class CycleTimer(_Timer, CycleTimerEventDefinition):
    """Ticks again and again beside an activity (BPMN timeCycle), each tick with its own token."""

    def has_fired(self, my_task: Task) -> bool:
        """Say whether all ticks are over."""
        return bool(self._value(my_task)["cycles"] == 0)

    def read(self, text: str) -> dict[str, Any]:
        """Read a cycle, counted from now."""
        return timers.cycle(text, clock.now())

    def update_task(self, my_task: Task) -> None:
        """Make a token for the next tick if it is due; the caller asks again for the one after."""
        value = my_task.internal_data["event_value"]
        if datetime.fromisoformat(value["next"]) > clock.now():
            return
        my_task.internal_data["event_value"] = timers.after_tick(value, clock.now())
        for spec in my_task.task_spec.outputs:
            child = my_task._add_child(spec, TaskState.FUTURE)
            spec._update(child)


class Message(MessageEventDefinition):
    """A message by name; its payload goes into the named variable, or field by field."""

    def update_task_data(self, my_task: Task) -> None:
        """Put the payload that was caught into the data."""
        payload = my_task.internal_data.get(self.name)
        if self.message_var is not None:
            my_task.data[self.message_var] = payload
        elif isinstance(payload, dict):
            my_task.data.update(payload)


class Signal(SignalEventDefinition):
    """A signal by name, heard by everything that waits for it in the instance."""


class _ToHost:
    """Thrown to the boundary of the sub-process it happens in, else of the one around that."""

    expression: str | None

    def throw(self, my_task: Task) -> None:
        """Let the nearest boundary event that matches catch it, or report it as not caught."""
        payload = None
        if getattr(self, "expression", None) is not None:
            payload = my_task.workflow.script_engine.evaluate(my_task, self.expression)
        event = BpmnEvent(self, payload=payload)
        host = my_task.workflow.host
        while host is not None:
            catchers = _catchers(host, event)
            if catchers:
                catchers[0].task_spec.catch(catchers[0], event)
                catchers[0].task_spec._update(catchers[0])
                return
            host = host.workflow.host
        my_task.workflow.top_workflow.bpmn_events.append(event)


class Error(_ToHost, ErrorEventDefinition):
    """An error by code."""


class Escalation(_ToHost, EscalationEventDefinition):
    """An escalation by code."""


class Cancel(_ToHost, CancelEventDefinition):
    """The cancellation of a transaction."""


def _catchers(host: Task, event: Any) -> list[Task]:
    """Give the events at the boundary of `host` that catch `event`, those with a code first."""
    siblings = host.parent.children
    if host.triggered:
        siblings = host.parent.parent.children
    found = [
        t
        for t in siblings
        if t._state == WAITING
        and hasattr(t.task_spec, "cancel_activity")
        and t.task_spec.catches(t, event)
    ]
    found.sort(key=lambda t: getattr(t.task_spec.event_definition, "code", None) is None)
    return found
