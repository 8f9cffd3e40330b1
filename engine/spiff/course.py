"""The course of a process as people tell it: its steps one after the other, and what lateness does.

For rules and handbooks on paper. The order is the order of the flows: what always comes first is
told first, branches one after the other, called processes where they are called.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from engine.spiff import xml
from engine.spiff.diagram import Scope
from engine.spiff.elements import Element
from engine.spiff.model import Model
from engine.spiff.xml import Node, kind

_PEOPLE: Final = frozenset({"userTask", "manualTask"})
_TELLING: Final = frozenset({"notify", "escalate"})


@dataclass(frozen=True, slots=True)
class Late:
    """What happens when a step is not done in time.

    name: of the timer, as drawn. is_interrupting: the step ends by it.
    then: who is told and what is done, each by its name as drawn.
    """

    name: str
    is_interrupting: bool
    then: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step that a person does."""

    element: Element
    late: tuple[Late, ...]


def course(model: Model) -> list[Step]:
    """Give the steps that people do, each once, in the order in which they come."""
    found = {step.element.key: step for step in reversed(list(_all(model)))}
    return list(found.values())[::-1]


def _all(model: Model) -> Iterator[Step]:
    return _steps(model, model.process_key, frozenset())


def _steps(model: Model, process: str, above: frozenset[str]) -> Iterator[Step]:
    """Tell one process, with those it calls in their places; a process that calls itself, once."""
    diagram = model.diagrams.get(process)
    if diagram is None or process in above:
        return
    main = process == model.process_key
    for scope, name in _in_order(diagram.process(process), diagram.scopes):
        element = model.elements.get(name if main else f"{process}:{name}")
        if element is None:
            continue
        if element.kind in _PEOPLE:
            yield Step(element, tuple(_late(scope, name)))
        elif element.called:
            yield from _steps(model, element.called, above | {process})


def _in_order(scope: Scope, scopes: list[Scope]) -> Iterator[tuple[Scope, str]]:
    """Give the nodes of a scope so that each stands before what follows it, inner scopes inside."""
    inner = {one.id: one for one in scopes if one.parent is scope}
    for name in _sorted(scope):
        yield scope, name
        if name in inner:
            yield from _in_order(inner[name], scopes)


def _sorted(scope: Scope) -> list[str]:
    """Sort nodes along the flows; a flow that leads back does not count."""
    starts = [name for name, node in scope.nodes.items() if kind(node) == "startEvent"]
    seen: set[str] = set()
    done: list[str] = []
    for start in [*reversed(list(scope.nodes)), *starts]:
        if start not in starts and not _is_loose(scope, start):
            continue
        waiting = [(start, iter(_after(scope, start)))]
        if start in seen:
            continue
        seen.add(start)
        while waiting:
            name, rest = waiting[-1]
            following = next((one for one in rest if one not in seen), None)
            if following is None:
                done.append(name)
                waiting.pop()
            else:
                seen.add(following)
                waiting.append((following, iter(_after(scope, following))))
    return done[::-1]


def _is_loose(scope: Scope, name: str) -> bool:
    """Say whether nothing leads to a node: it is a second beginning."""
    return not scope.incoming.get(name) and kind(scope.nodes[name]) != "boundaryEvent"


def _after(scope: Scope, name: str) -> list[str]:
    """Give what follows a node, what is told last first: timers, then the default, then choices."""
    node = scope.nodes[name]
    default = node.get("default")
    flows = sorted(scope.outgoing.get(name, ()), key=lambda flow: flow.get("id") == default)
    targets = [flow.get("targetRef", "") for flow in flows]
    targets += [event.get("id", "") for event in scope.boundaries.get(name, ())]
    return [target for target in reversed(targets) if target in scope.nodes]


def _late(scope: Scope, name: str) -> Iterator[Late]:
    for event in scope.boundaries.get(name, ()):
        if xml.child(event, "timerEventDefinition") is not None:
            yield Late(
                name=(event.get("name") or "").strip(),
                is_interrupting=event.get("cancelActivity", "true") not in ("false", "0"),
                then=tuple(dict.fromkeys(_told(scope, event))),
            )


def _told(scope: Scope, event: Node) -> Iterator[str]:
    """Give the names of the services that tell somebody, until a person's step comes."""
    waiting, seen = [event.get("id", "")], set()
    while waiting:
        name = waiting.pop(0)
        for flow in scope.outgoing.get(name, ()):
            node = scope.nodes.get(flow.get("targetRef", ""))
            if node is None or flow.get("targetRef") in seen or kind(node) in _PEOPLE:
                continue
            seen.add(flow.get("targetRef"))
            if kind(node) == "callActivity":
                continue
            if _operator(node) in _TELLING:
                yield (node.get("name") or "").strip()
            elif kind(node) == "serviceTask":
                continue
            waiting.append(flow.get("targetRef", ""))


def _operator(node: Node) -> str:
    found = xml.extensions(node, "serviceTaskOperator")
    return found[0].get("id", "") if found else ""
