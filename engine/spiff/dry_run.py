"""Playing a process to its end with made-up answers, to see that it can be.

Every field that something in the diagram asks for gets a value from what it is compared with; tasks
are completed, timers fire, messages and signals come. Several rounds with other values are tried,
because one way through a gateway may go round for ever while another leads out.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from SpiffWorkflow.bpmn.util import BpmnEvent

from engine.errors import EngineError
from engine.expressions import compile_expression, compile_script
from engine.spiff.data import Data
from engine.spiff.elements import Element
from engine.spiff.model import Model
from engine.spiff.sites import Site
from engine.spiff.specs.definitions import Message, Signal
from engine.spiff.views import Voters
from engine.spiff.workflow import Workflow

_ROUNDS: Final = 12
_MOST_STEPS: Final = 300
_TEXT: Final = re.compile(r'"([^"\\]*)"|\'([^\'\\]*)\'')
_NUMBER: Final = re.compile(r"(?<![\w.])-?[0-9]+(?:\.[0-9]+)?(?![\w.])")


@dataclass(frozen=True, kw_only=True)
class DryRun:
    """What came of playing a process.

    completed: some round came to the end.
    path: keys of the elements passed in that round, or in the last one.
    waits_at: keys of the elements the last round was still waiting at.
    error: what stopped the last round, if something did.
    """

    completed: bool
    path: list[str]
    waits_at: list[str]
    error: EngineError | None


class _World:
    """Everything around a process that is only tried: nothing happens."""

    def __init__(self) -> None:
        self.functions: Mapping[str, Callable[..., Any]] = {
            "due_in": lambda text: (datetime.now(UTC) + timedelta(days=1)).isoformat()
        }

    def call(self, element: Element, operator: str, params: dict[str, Any], data: Data) -> Data:
        return {}

    def decide(self, element: Element, decision_id: str, data: Data) -> Data:
        return {}

    def voters(self, element: Element, data: Data) -> Voters:
        return Voters([(name, element.lane_id or "") for name in ("one", "two", "three")])

    def may_still_vote(self, element: Element, voter: str) -> bool:
        return True


def dry_run(model: Model, *, seed: int = 0) -> DryRun:
    """Play a process with made-up answers until it ends, in a few rounds if need be."""
    values = _values(model)
    last = DryRun(completed=False, path=[], waits_at=[], error=None)
    for number in range(_ROUNDS):
        last = _round(model, values, random.Random(seed + number))  # noqa: S311  (answers are made up)
        if last.completed:
            break
    return last


def _round(model: Model, values: Mapping[str, list[Any]], chance: random.Random) -> DryRun:
    def answers() -> Data:
        return {name: chance.choice(found) for name, found in values.items()}

    workflow, path = None, []
    try:
        workflow = Workflow.start(model, answers(), _World())
        for _ in range(_MOST_STEPS):
            if workflow.completed or not _step(workflow, answers, chance):
                break
        path = workflow.path
    except EngineError as error:
        return DryRun(completed=False, path=path, waits_at=[], error=error)
    waiting = [task.element.key for task in workflow.open_tasks()]
    return DryRun(completed=workflow.completed, path=path, waits_at=waiting, error=None)


def _step(workflow: Workflow, answers: Callable[[], Data], chance: random.Random) -> bool:
    """Do one thing that the process waits for; say whether there was one."""
    tasks = workflow.open_tasks()
    if tasks:
        workflow.complete(chance.choice(tasks).id, answers())
        return True
    return _wake(workflow, chance)


def _wake(workflow: Workflow, chance: random.Random) -> bool:
    """Let one timer fire, or one message or signal come."""
    waiting = list(workflow._run.event_manager.tasks.values())
    if not waiting:
        return False
    task = chance.choice(sorted(waiting, key=lambda each: each.id))
    definition = task.task_spec.event_definition
    found = getattr(definition, "event_definitions", None) or [definition]
    chosen = chance.choice(found)
    if isinstance(chosen, Message):
        workflow.send_message(chosen.name, {})
    elif isinstance(chosen, Signal):
        with workflow._step():
            workflow._run.event_manager.catch(BpmnEvent(Signal(chosen.name)))
            workflow._run.advance()
    else:
        _make_due(task)
        return workflow.fire_timers()
    return True


def _make_due(task: Any) -> None:
    """Put a waiting timer's moment into the past."""
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    for info in (task.internal_data, *(child.internal_data for child in task.children)):
        value = info.get("event_value")
        if isinstance(value, dict):
            info["event_value"] = {**value, "next": past, "cycles": 1}
        elif value is not None:
            info["event_value"] = past


def _values(model: Model) -> dict[str, list[Any]]:
    """Give field → values it may have: what it is compared with, and the plain ones."""
    found: dict[str, list[Any]] = {}
    for site in model.expressions():
        for name in sorted(_names(site)):
            known = found.setdefault(name, [True, False])
            known += [value for value in _constants(site.source) if value not in known]
            if site.kind == "loopDataInputRef":
                found[name] = [["a", "b"]]
    for element in model.elements.values():
        if element.ballot is not None:
            found[element.ballot.field] = [element.ballot.agrees, "refuse"]
    return found


def _names(site: Site) -> Iterator[str]:
    try:
        if site.is_script:
            yield from compile_script(site.source, {"due_in"}).names
        elif site.source.strip():
            yield from compile_expression(site.source, {"due_in"}).names
    except EngineError:
        return


def _constants(source: str) -> Iterator[Any]:
    for one, other in _TEXT.findall(source):
        yield one or other
    for number in _NUMBER.findall(source):
        value = float(number) if "." in number else int(number)
        yield from (value, value + 1, value - 1)


def compared(model: Model) -> dict[str, list[Any]]:
    """Give field → texts and numbers that the expressions of a process compare it with."""
    found: dict[str, list[Any]] = {}
    for name, values in _values(model).items():
        constants = [one for one in values if not isinstance(one, bool | list)]
        if constants:
            found[name] = constants
    return found
