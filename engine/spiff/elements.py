"""What the rest of the engine may know about an element of a diagram."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from engine.hazards.votes import Ballot
from engine.spiff import xml
from engine.spiff.diagram import Diagram, Scope
from engine.spiff.xml import Node, kind


@dataclass(frozen=True, kw_only=True, eq=False)
class Element:
    """A flow node: an activity, event or gateway.

    key: its id in the main process, "called:id" in a called process; unique in a model.
    id, name, kind, documentation: as drawn; kind is BPMN's, such as "userTask".
    process: the id of the process it belongs to.
    lane_id, lane_name: the innermost lane it lies in, or the one around its sub-process.
    properties: its spiffworkflow:properties.
    decision, operator, called: what a rule task, a service task or a call activity names.
    parameters: of a service task: name → expression.
    ballot: of a user task on which several decide: how.
    """

    key: str
    id: str
    process: str
    kind: str
    name: str = ""
    lane_id: str | None = None
    lane_name: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    documentation: str = ""
    decision: str | None = None
    operator: str | None = None
    called: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    ballot: Ballot | None = None


def elements_of(diagram: Diagram, process: str, *, main: bool) -> Iterator[Element]:
    """Give the elements of one process of a file, sub-processes included."""
    for scope in diagram.scopes:
        if scope.process == process:
            for node in scope.nodes.values():
                yield _element(diagram, scope, node, main)


def _element(diagram: Diagram, scope: Scope, node: Node, main: bool) -> Element:
    name = node.get("id", "")
    lane = _lane(diagram, scope, name)
    return Element(
        key=name if main else f"{scope.process}:{name}",
        id=name,
        process=scope.process,
        kind=kind(node),
        name=(node.get("name") or "").strip(),
        lane_id=None if lane is None else lane.get("id"),
        lane_name=None if lane is None else lane.get("name"),
        properties=properties(node),
        documentation=(xml.text(xml.child(node, "documentation")) or "").strip(),
        decision=decision_of(node),
        operator=operator_of(node),
        called=node.get("calledElement"),
        parameters=MappingProxyType(parameters_of(node)),
        ballot=ballot_of(node),
    )


def _lane(diagram: Diagram, scope: Scope, name: str) -> Node | None:
    around: Scope | None = scope
    while around is not None:
        lane = diagram.lanes.get(name)
        if lane is not None:
            return lane
        name, around = around.id, around.parent
    return None


def properties(node: Node) -> Mapping[str, str]:
    """Give the spiffworkflow:properties of an element."""
    found = {
        prop.get("name", ""): prop.get("value", "")
        for block in xml.extensions(node, "properties")
        for prop in block
        if prop.tag == f"{{{xml.SPIFF}}}property"
    }
    return MappingProxyType(found)


def ballot_of(node: Node) -> Ballot | None:
    """Give how several decide on a user task; None where one does, and for anything else."""
    return Ballot.of(properties(node)) if kind(node) == "userTask" else None


def decision_of(node: Node) -> str | None:
    """Give the id of the decision a business rule task asks for."""
    return (xml.extension_text(node, "calledDecisionId") or "").strip() or None


def operator_of(node: Node) -> str | None:
    """Give the name of the delegate a service task calls."""
    found = xml.extensions(node, "serviceTaskOperator")
    return found[0].get("id") if found else None


def parameters_of(node: Node) -> dict[str, str]:
    """Give a service task's parameters: name → expression."""
    return {
        parameter.get("id", ""): parameter.get("value", "")
        for operator in xml.extensions(node, "serviceTaskOperator")
        for parameter in operator.iter(f"{{{xml.SPIFF}}}parameter")
    }
