"""A BPMN file as scopes, flow nodes and sequence flows: the ground for lint, model and parser."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from engine.spiff import xml
from engine.spiff.xml import Node, kind

TASKS: Final = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "scriptTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "businessRuleTask",
    }
)
CONTAINERS: Final = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES: Final = TASKS | CONTAINERS | {"callActivity"}
GATEWAYS: Final = frozenset(
    {
        "exclusiveGateway",
        "inclusiveGateway",
        "parallelGateway",
        "eventBasedGateway",
        "complexGateway",
    }
)
EVENTS: Final = frozenset(
    {
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
    }
)
FLOW_NODES: Final = ACTIVITIES | GATEWAYS | EVENTS


@dataclass(eq=False)
class Scope:
    """A process or sub-process with what is drawn directly in it."""

    node: Node
    process: str
    parent: Scope | None = None
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Node] = field(default_factory=list)
    outgoing: dict[str, list[Node]] = field(default_factory=lambda: defaultdict(list))
    incoming: dict[str, list[Node]] = field(default_factory=lambda: defaultdict(list))
    boundaries: dict[str, list[Node]] = field(default_factory=lambda: defaultdict(list))

    @property
    def id(self) -> str:
        """The id of the process or sub-process."""
        return self.node.get("id", "")

    def of_kind(self, *kinds: str) -> Iterator[Node]:
        """Give the flow nodes of those kinds, in the order of the file; once the scope is read."""
        if len(kinds) == 1:
            return iter(self._by_kind.get(kinds[0], ()))
        return (node for name, node in self._with_kind if name in kinds)

    @cached_property
    def _with_kind(self) -> list[tuple[str, Node]]:
        return [(kind(node), node) for node in self.nodes.values()]

    @cached_property
    def _by_kind(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for node in self.nodes.values():
            found.setdefault(kind(node), []).append(node)
        return found


class Diagram:
    """One BPMN file."""

    def __init__(self, root: Node) -> None:
        self.root = root
        _plain_references(root)
        #: Every process and sub-process, outer before inner.
        self.scopes: list[Scope] = []
        for process in xml.children(root, "process"):
            self._add(process, process.get("id", ""), None)

    @classmethod
    def read(cls, content: bytes) -> Diagram:
        """Read a file safely; raises DefinitionRefused as `xml.read`."""
        return cls(xml.read(content))

    @property
    def processes(self) -> list[Scope]:
        """The outermost scopes."""
        return [scope for scope in self.scopes if scope.parent is None]

    @property
    def running(self) -> list[Scope]:
        """The outermost scopes but those of other parties, drawn beside one that runs."""
        said = {scope.id: scope.node.get("isExecutable") for scope in self.processes}
        if "true" not in said.values():
            return self.processes
        return [scope for scope in self.processes if said[scope.id] != "false"]

    def process(self, key: str) -> Scope:
        """Give the process with that id; raises StopIteration when it is not in this file."""
        return next(scope for scope in self.processes if scope.id == key)

    def times(self, name: str) -> int:
        """Say how many BPMN elements have that id."""
        return self._ids[name]

    @cached_property
    def _ids(self) -> Counter[str]:
        return Counter(node.get("id", "") for node in self.root.iter(f"{{{xml.BPMN}}}*"))

    @cached_property
    def by_id(self) -> dict[str, Node]:
        """Every BPMN element with an id; the first one of that id."""
        found: dict[str, Node] = {}
        for node in self.root.iter(f"{{{xml.BPMN}}}*"):
            name = node.get("id")
            if name:
                found.setdefault(name, node)
        return found

    @cached_property
    def scope_of(self) -> dict[str, Scope]:
        """Flow node id → the scope it is drawn in."""
        found: dict[str, Scope] = {}
        for scope in self.scopes:
            for name in scope.nodes:
                found.setdefault(name, scope)
        return found

    @cached_property
    def declared(self) -> dict[str, Node]:
        """Messages, signals, errors and escalations by id."""
        kinds = ("message", "signal", "error", "escalation")
        return {node.get("id", ""): node for node in xml.children(self.root, *kinds)}

    @cached_property
    def kept_objects(self) -> dict[str, str]:
        """References to data objects that some step writes → the object; others are only drawn."""
        drawn = {
            node.get("id", ""): node.get("dataObjectRef", "")
            for node in self.root.iter(f"{{{xml.BPMN}}}dataObjectReference")
        }
        written = {
            drawn.get((xml.text(target) or "").strip(), "")
            for found in self.root.iter(f"{{{xml.BPMN}}}dataOutputAssociation")
            for target in xml.children(found, "targetRef")
        }
        return {name: kept for name, kept in drawn.items() if kept and kept in written}

    @cached_property
    def lanes(self) -> dict[str, Node]:
        """Flow node id → its innermost lane (a later, deeper lane wins)."""
        found = {}
        for lane in self.root.iter(f"{{{xml.BPMN}}}lane"):
            for reference in xml.children(lane, "flowNodeRef"):
                found[(reference.text or "").strip()] = lane
        return found

    def _add(self, node: Node, process: str, parent: Scope | None) -> None:
        scope = Scope(node, process, parent)
        self.scopes.append(scope)
        for child in node:
            name = kind(child)
            if name in FLOW_NODES:
                scope.nodes.setdefault(child.get("id", ""), child)
            elif name == "sequenceFlow":
                scope.flows.append(child)
                scope.outgoing[child.get("sourceRef", "")].append(child)
                scope.incoming[child.get("targetRef", "")].append(child)
            if name == "boundaryEvent":
                scope.boundaries[child.get("attachedToRef", "")].append(child)
            if name in CONTAINERS:
                self._add(child, process, scope)


#: References whose prefix the parser would stumble over.
_PREFIXED: Final = (
    "attachedToRef",
    "calledElement",
    "errorRef",
    "escalationRef",
    "messageRef",
    "signalRef",
)


def _plain_references(root: Node) -> None:
    """Write references without the prefix of the file's own namespace.

    What is called may be in any file that is deployed together with this one.
    """
    for node in root.iter(f"{{{xml.BPMN}}}*"):
        for name in _PREFIXED:
            reference = node.get(name)
            if reference is not None and ":" in reference and "{" not in reference:
                own = xml.referred(node, reference)
                called = reference.rpartition(":")[2] if name == "calledElement" else None
                node.set(name, own or called or reference)


def definitions_of(event: Node) -> list[Node]:
    """Give the event definitions of an event (messageEventDefinition and so on)."""
    return [node for node in event if kind(node).endswith("EventDefinition")]


def loop_of(activity: Node) -> Node | None:
    """Give what makes an activity repeat, or None."""
    found = xml.children(
        activity, "standardLoopCharacteristics", "multiInstanceLoopCharacteristics"
    )
    return found[0] if found else None
