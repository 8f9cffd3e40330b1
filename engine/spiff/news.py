"""What happened inside a run, as the rest of the engine is told of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from engine.spiff.specs.voting import PRINCIPAL, Voting
from engine.spiff.task import Task
from engine.spiff.views import Failure, Polled, Seat, Thrown

IdOf = Callable[[Task], UUID]


def failures(run: Any, id_of: IdOf) -> list[Failure]:
    """Take the service calls that raised."""
    found = [Failure(id_of(task), element, error) for task, element, error in run.failures]
    run.failures.clear()
    return found


def thrown(run: Any) -> list[Thrown]:
    """Take the events that nobody caught."""
    found = []
    for event in run.get_events():
        definition = event.event_definition
        kind = type(definition).__name__.lower()
        found.append(Thrown(kind, definition.name or "", event.payload))
    return found


def polled(run: Any, id_of: IdOf) -> list[Polled]:
    """Take what happened to votes."""
    found = [
        Polled(id_of(task), task.task_spec.element, what, facts)
        for task, what, facts in run.ballots
    ]
    run.ballots.clear()
    return found


def seat_of(task: Task, id_of: IdOf) -> Seat | None:
    """Give whose vote a task is; None for a task that is no vote."""
    if not (task.triggered and isinstance(task.parent.task_spec, Voting)):
        return None
    around, index = task.parent, task.internal_data["index"]
    voter, role = around.task_spec.key(around, index), around.task_spec.role(around, index)
    return Seat(id_of(around), None if voter == PRINCIPAL else voter, role)
