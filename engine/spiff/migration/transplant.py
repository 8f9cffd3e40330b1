"""Carrying the state of an instance over: its tokens, data, items, moments and numbers stay.

Only live tokens and the places where their branches part are in a state, so nothing has to be run
again: every task gets the spec that goes on for it, what guards an open activity is made to fit,
and timers that are new begin to run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from engine.errors import EngineError, Message
from engine.spiff import codec, ids, refusals
from engine.spiff.compaction import compact
from engine.spiff.migration import words
from engine.spiff.migration.judge import Verdict, judge
from engine.spiff.migration.pairs import Mapping_, Pairs, kept_events, new_events, split_of
from engine.spiff.model import Model
from engine.spiff.runs import Run
from engine.spiff.specs.events import BoundaryEvent, BoundarySplit, EventGateway
from engine.spiff.task import COMPLETED, FINISHED, WAITING, Task
from engine.spiff.views import Environment
from engine.spiff.workflow import Workflow


@dataclass(frozen=True)
class Moved:
    """An instance in its new version, or why it cannot go there.

    workflow: None when there are reasons.
    """

    workflow: Workflow | None
    reasons: list[Message]


def move(blob: bytes, old: Model, new: Model, mapping: Mapping_, env: Environment) -> Moved:
    """Carry a saved instance of `old` over to `new`. Nothing is run, and `blob` is not changed.

    Args:
        mapping: old element → new element, for open tasks that go on under another id.
        env: what new timers may ask for their moments.

    Raises:
        IntegrityError: the bytes are damaged or of another definition.
        ModelError: the library stumbles over what it finds.
    """
    with refusals.in_words():
        return _move(codec.unpack(blob), Pairs(old, new, mapping), env)


def _move(document: dict[str, Any], pairs: Pairs, env: Environment) -> Moved:
    old, new = pairs.old, pairs.new
    run = Run(old.spec, old.subprocess_specs, env)
    codec.restore(run, document)
    compact(run)
    verdict = judge(pairs, run)
    if verdict.reasons:
        return Moved(None, verdict.reasons)
    activities = _activities(run, verdict)
    for each in run.runs():
        _rehouse(pairs, each, verdict)
    moved = Run(new.spec, new.subprocess_specs, env)
    codec.restore(moved, codec.document_of(run))
    reasons = _begin(pairs, moved, activities)
    if reasons:
        return Moved(None, reasons)
    return Moved(Workflow(new, moved, ids.origin_of(document)), [])


def _activities(run: Run, verdict: Verdict) -> dict[int, tuple[Any, Any]]:
    """Give task id → (old spec, new spec) of everything in progress that events may guard."""
    return {
        task.id: (task.task_spec, verdict.specs[task.id])
        for each in run.runs()
        for task in each.live.values()
        if task.id in verdict.specs and not task.triggered and task.task_spec.element is not None
    }


def _rehouse(pairs: Pairs, run: Any, verdict: Verdict) -> None:
    """Give every task of a run its new spec; drop events that the new version does not wait for."""
    process = verdict.processes[None if run.host is None else run.host.id]
    for task in list(run.tasks.values()):
        if isinstance(task.task_spec, BoundaryEvent) and not task._state & FINISHED:
            _rehouse_event(pairs, task, verdict)
    specs = {
        task.id: _new_spec(pairs, task, process, verdict)
        for task in run.tasks.values()
        if task.id not in verdict.specs
    }
    for task in run.tasks.values():
        task.task_spec = verdict.specs.get(task.id) or specs[task.id]
        if task.id in verdict.flows:
            task.internal_data = {**task.internal_data, "flow": verdict.flows[task.id]}


def _rehouse_event(pairs: Pairs, event: Task, verdict: Verdict) -> None:
    activity = _guarded(event.parent)
    kept = (
        {}
        if activity is None
        else kept_events(pairs, activity.task_spec, verdict.specs[activity.id])
    )
    partner = kept.get(event.task_spec.name)
    if partner is None:
        _drop(event)
    else:
        verdict.specs[event.id] = partner


def _new_spec(pairs: Pairs, task: Task, process: Any, verdict: Verdict) -> Any:
    """Give the spec of what is done already: it only holds what branches compare with."""
    if isinstance(task.task_spec, BoundarySplit):
        activity = _guarded(task)
        split = None if activity is None else split_of(verdict.specs[activity.id])
        if split is not None:
            return split
    return process.start


def _guarded(split: Task) -> Task | None:
    """Give the activity in progress that a split guards."""
    name = split.task_spec._outputs[0]
    live = (t for t in split.children if t.task_spec.name == name and not t._state & FINISHED)
    return next(live, None)


def _drop(task: Task) -> None:
    """Take a task out of its tree; what came of it hangs where it hung."""
    parent = task.parent
    place = parent._children.index(task.id)
    parent._children[place : place + 1] = task._children
    for child in task.children:
        child._parent = parent.id
    del task.workflow.tasks[task.id]
    task.workflow.live.pop(task.id, None)


def _begin(pairs: Pairs, run: Run, activities: dict[int, tuple[Any, Any]]) -> list[Message]:
    """Let begin what the new version waits for beside what is in progress."""
    reasons = []
    for task_id, (old, new) in sorted(activities.items()):
        task: Any = run.get_task_from_id(task_id)
        try:
            with refusals.in_words():
                _begin_at(pairs, task, old, new)
        except EngineError as error:
            reasons.append(words.not_begun(new.element, error.message))
    return reasons


def _begin_at(pairs: Pairs, task: Task, old: Any, new: Any) -> None:
    if isinstance(new, EventGateway):
        _set_gateway(task)
    events = new_events(pairs, old, new)
    split = _split_above(task) if events else None
    for event in events:
        _wait(Task(task.workflow, event, split, WAITING))


def _set_gateway(task: Task) -> None:
    """Fit the one moment of an event gateway to the timers it has now."""
    timers = list(_timers(task.task_spec.event_definition.event_definitions))
    if not timers:
        task.internal_data.pop("event_value", None)
    for timer in timers:
        timer._value(task)


def _timers(definitions: Any) -> Iterator[Any]:
    return (one for one in definitions if isinstance(one, TimerEventDefinition))


def _split_above(task: Task) -> Task:
    """Give what holds a task and its boundary events together; put it there if it is missing."""
    above: Task = task.parent
    spec = split_of(task.task_spec)
    if above.task_spec is spec:
        return above
    split = Task(task.workflow, spec, above, COMPLETED)
    split._inherit_data()
    split.workflow.live.pop(split.id)
    above._children.remove(task.id)
    task._parent = split.id
    split._children.append(task.id)
    return split


def _wait(event: Task) -> None:
    """Let an event wait from now on; a moment that has come already fires by its job."""
    event._inherit_data()
    definition = event.task_spec.event_definition
    if isinstance(definition, TimerEventDefinition):
        definition._value(event)
    event.workflow.top_workflow.event_manager.add_task(event)
