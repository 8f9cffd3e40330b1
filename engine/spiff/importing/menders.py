"""How a mender is written: a function that changes one element so that a rule has nothing to say.

    @mends("default-unknown", "去掉“{name}”的默认路径。", "Take the default flow from '{name}'.")
    def drop_default(drawing: Drawing, node: Node) -> None:
        node.attrib.pop("default", None)

The words say what will be done, before it is done. Accepting one proposal must not need another:
what a mender has made or changed keeps all rules.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from engine.spiff.diagram import FLOW_NODES, definitions_of
from engine.spiff.importing.drawing import Drawing
from engine.spiff.xml import Node, kind

Mend = Callable[[Drawing, Node], None]


class Mender(NamedTuple):
    """A mender with its words; `{name}` stands for the element."""

    zh: str
    en: str
    mend: Mend


#: Rule → mender, in the order in which they are applied.
MENDERS: Final[dict[str, Mender]] = {}


def mends(rule: str, zh: str, en: str) -> Callable[[Mend], Mend]:
    """Register a mender of a rule."""

    def register(mend: Mend) -> Mend:
        MENDERS[rule] = Mender(zh, en, mend)
        return mend

    return register


def nodes_in(scope: Node) -> list[Node]:
    """Give the flow nodes drawn directly in a process or sub-process."""
    return [node for node in scope if kind(node) in FLOW_NODES]


def stands_alone(node: Node) -> bool:
    """Say whether no flow has to lead to or from it: started by an event, or for compensation."""
    return any(
        node.get(name) in ("true", "1") for name in ("triggeredByEvent", "isForCompensation")
    )


def is_about(node: Node, what: str) -> bool:
    """Say whether an event is of a kind ("link", "signal", …)."""
    return any(kind(part) == f"{what}EventDefinition" for part in definitions_of(node))


def leave_out(drawing: Drawing, node: Node) -> None:
    """Take an element out, and what only it led to."""
    scope = node.getparent()
    if scope is None:
        return
    before = _reached(drawing, scope)
    drawing.remove(node)
    for name in before - _reached(drawing, scope):
        lost = drawing.find(name)
        if lost is not None:
            drawing.remove(lost)


def _reached(drawing: Drawing, scope: Node) -> set[str]:
    nodes = {node.get("id", ""): node for node in nodes_in(scope)}
    found: set[str] = set()
    stack = [name for name, node in nodes.items() if kind(node) == "startEvent"]
    while stack:
        name = stack.pop()
        if name in found or name not in nodes:
            continue
        found.add(name)
        stack += [flow.get("targetRef", "") for flow in drawing.outgoing(nodes[name])]
        stack += [event.get("id", "") for event in drawing.boundaries(nodes[name])]
        stack += [other.get("id", "") for other in _linked(scope, nodes[name])]
    return found


def _linked(scope: Node, node: Node) -> list[Node]:
    """Give the link events that a thrown link leads to."""
    names = _links(node) if kind(node) == "intermediateThrowEvent" else set()
    caught = [other for other in scope if kind(other) == "intermediateCatchEvent"]
    return [other for other in caught if names & _links(other)]


def _links(node: Node) -> set[str]:
    found = [part for part in definitions_of(node) if kind(part) == "linkEventDefinition"]
    return {part.get("name") or "" for part in found}
