"""Where a saved instance is now."""

from __future__ import annotations

from collections.abc import Iterator

from engine.spiff.elements import Element
from engine.spiff.model import Model
from engine.spiff.task import READY, STARTED, Task
from engine.spiff.workflow import Workflow, look


def waits_at(model: Model, blob: bytes) -> set[str]:
    """Give the keys of the elements a saved instance is at; errors as `Workflow.load`.

    Those are tasks of people, services to be run again, events waited for, and every call and
    sub-process that something of it is in.
    """
    return {element.key for element in present(look(model, blob))}


def present(workflow: Workflow) -> Iterator[Element]:
    """Give the elements a running instance is at."""
    for run in workflow._runs():
        for task in run.live.values():
            element: Element | None = getattr(task.task_spec, "element", None)
            if element is not None and _is_here(task, element):
                yield element


def _is_here(task: Task, element: Element) -> bool:
    """A boundary event or a join that waits is not where the case is."""
    return task._state in (READY, STARTED) or element.kind == "intermediateCatchEvent"
