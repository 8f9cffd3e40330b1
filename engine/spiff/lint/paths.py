"""A process with all it calls as one graph of steps, and what each step does for the law.

Sub-processes and called processes are unfolded in place. A call to a process that is not at hand
is taken to do what the shipped process of that name does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from engine.spiff.diagram import CONTAINERS, Diagram, Scope, definitions_of
from engine.spiff.elements import operator_of, properties
from engine.spiff.lint.flows import condition
from engine.spiff.xml import Node, kind

#: Delegate → what calling it does.
_OPERATORS: Final = {
    "register_hazard": frozenset({"registered"}),
    "close_hazard": frozenset({"closed", "settled"}),
    "dismiss_report": frozenset({"dismissed", "settled"}),
    "tell_reporter": frozenset({"told"}),
    "propose_reward": frozenset({"proposed"}),
}
#: Task (or form) → what doing it does.
_TASKS: Final = {
    "rectify": frozenset({"rectified"}),
    "accept": frozenset({"accept"}),
    "report_authority": frozenset({"authority"}),
    "report_union": frozenset({"union"}),
    "approve_reward": frozenset({"paying"}),
    "pay_reward": frozenset({"paying"}),
}
#: Process that is called but not at hand → what it does.
_SHIPPED: Final = {
    "rectification": frozenset(
        {"rectified", "accepted", "authority", "union", "closed", "settled", "told"}
    ),
    "reward": frozenset({"proposed"}),
}
_DEEPEST: Final = 8
Deeds = frozenset[str]


class Edge(NamedTuple):
    """A way from one step to the next; `condition` as drawn, `default` of a gateway."""

    target: str
    condition: str | None = None
    default: bool = False


class Step(NamedTuple):
    """One step of the graph: how it is left ("choice", "all", "any"), and what it does."""

    node: Node
    deeds: Deeds
    leaves: str
    joins: bool
    neutral: bool


class Graph:
    """Everything a process may do, from its start."""

    def __init__(self, scope: Scope, scopes: Mapping[str, Scope], inner: Mapping[int, Scope]):
        self.steps: dict[str, Step] = {}
        self.edges: dict[str, list[Edge]] = {}
        #: Steps that start beside a step that goes on: what interrupts nothing.
        self.beside: dict[str, list[str]] = {}
        self._scopes, self._inner = scopes, inner
        self.start = "start"
        self._step(self.start, scope.node, frozenset())
        self._unfold(scope, "", self.start, None, 0)
        self.before: dict[str, list[str]] = {}
        for source, edges in self.edges.items():
            targets = [*(edge.target for edge in edges), *self.beside.get(source, ())]
            for target in dict.fromkeys(targets):
                self.before.setdefault(target, []).append(source)

    def deeds(self) -> set[str]:
        """Give everything it does for the law."""
        return {deed for step in self.steps.values() for deed in step.deeds}

    def doing(self, *deeds: str) -> list[str]:
        """Give the steps that do one of `deeds`."""
        return [name for name, step in self.steps.items() if step.deeds & set(deeds)]

    def _step(
        self, name: str, node: Node, deeds: Deeds, leaves: str = "all", joins: bool = False,
        neutral: bool = False,
    ) -> None:  # fmt: skip
        self.steps[name] = Step(node, deeds, leaves, joins, neutral)
        self.edges.setdefault(name, [])

    def _unfold(self, scope: Scope, prefix: str, entry: str, leave: str | None, depth: int) -> None:
        """Add a scope: `entry` leads to its start events, its end events to `leave`."""
        for name, node in scope.nodes.items():
            self._add(scope, prefix + name, node, depth)
        for name, node in scope.nodes.items():
            key = prefix + name
            out = f"{key}>" if f"{key}>" in self.steps else key
            for flow in scope.outgoing.get(name, ()):
                target = flow.get("targetRef", "")
                if target in scope.nodes:
                    default = flow.get("id") is not None and flow.get("id") == node.get("default")
                    said = condition(flow) or None
                    self.edges[out].append(Edge(prefix + target, said, default))
            if kind(node) == "endEvent" and leave is not None and not self.steps[key].neutral:
                self.edges[key].append(Edge(leave))
            self._add_boundaries(scope, name, prefix, out)
        self.edges[entry] += [Edge(prefix + n.get("id", "")) for n in scope.of_kind("startEvent")]

    def _add(self, scope: Scope, key: str, node: Node, depth: int) -> None:
        name, many = kind(node), len(scope.incoming.get(node.get("id", ""), ())) > 1
        leaves = "choice" if name in ("exclusiveGateway", "eventBasedGateway") else "all"
        leaves = "any" if name in ("inclusiveGateway", "complexGateway") else leaves
        thrown = {kind(each) for each in definitions_of(node)}
        neutral = name == "endEvent" and bool(
            thrown & {"errorEventDefinition", "escalationEventDefinition", "cancelEventDefinition"}
        )
        called = self._called(scope, node) if depth < _DEEPEST else None
        self._step(
            key, node, frozenset() if called else deeds_of(node), leaves,
            name == "parallelGateway" and many, neutral,
        )  # fmt: skip
        if called:
            self._step(f"{key}>", node, frozenset())
            self._unfold(called, f"{key}/", key, f"{key}>", depth + 1)

    def _called(self, scope: Scope, node: Node) -> Scope | None:
        if kind(node) in CONTAINERS:
            return self._inner.get(id(node))
        if kind(node) == "callActivity":
            return self._scopes.get(node.get("calledElement", ""))
        return None

    def _add_boundaries(self, scope: Scope, name: str, prefix: str, out: str) -> None:
        """An event that interrupts is another way on; one that does not starts something beside."""
        key = prefix + name
        events = scope.boundaries.get(name, ())
        stops = [e for e in events if e.get("cancelActivity") not in ("false", "0")]
        for event in events:
            if event not in stops:
                self.beside.setdefault(key, []).append(prefix + event.get("id", ""))
        if not stops:
            return
        if out == key:
            step, edges = self.steps[key], self.edges[key]
            self._step(f"{key}>", step.node, step.deeds)
            self.edges[f"{key}>"], self.edges[key] = edges, [Edge(f"{key}>")]
            self.steps[key] = step._replace(deeds=frozenset())
        self.steps[key] = self.steps[key]._replace(leaves="choice")
        self.edges[key] += [Edge(prefix + event.get("id", "")) for event in stops]


def deeds_of(node: Node) -> Deeds:
    """Give what a step does for the law."""
    if kind(node) == "serviceTask":
        return _OPERATORS.get(operator_of(node) or "", frozenset())
    if kind(node) == "callActivity":
        return _SHIPPED.get(node.get("calledElement", ""), frozenset())
    if kind(node) in ("userTask", "manualTask", "task"):
        for said in (node.get("id", ""), properties(node).get("formKey", "")):
            for name, deeds in _TASKS.items():
                if said == name or said.startswith(f"{name}_"):
                    return deeds
    return frozenset()


def root_scopes(diagrams: Collection[Diagram]) -> list[Scope]:
    """Give every process that no other calls."""
    called = {
        name
        for diagram in diagrams
        for scope in diagram.scopes
        for name in _called(scope)
        if name != scope.process
    }
    return [scope for name, scope in _by_name(diagrams).items() if name not in called]


def reached(root: Scope, diagrams: Collection[Diagram]) -> list[Diagram]:
    """Give the diagrams that a process and all it calls are drawn in, in their order."""
    drawn = {scope.id: diagram for diagram in diagrams for scope in diagram.processes}
    found: set[str] = set()
    waiting = [root.id]
    while waiting:
        name = waiting.pop()
        if name in drawn and name not in found:
            found.add(name)
            inside = (scope for scope in drawn[name].scopes if scope.process == name)
            waiting.extend(called for scope in inside for called in _called(scope))
    used = {id(drawn[name]) for name in found}
    return [diagram for diagram in diagrams if id(diagram) in used]


def unfolded(root: Scope, diagrams: Collection[Diagram]) -> Graph:
    """Give the graph of a process with all it calls unfolded."""
    inner = {id(scope.node): scope for diagram in diagrams for scope in diagram.scopes}
    return Graph(root, _by_name(diagrams), inner)


def _by_name(diagrams: Collection[Diagram]) -> dict[str, Scope]:
    return {scope.id: scope for diagram in diagrams for scope in diagram.processes}


def _called(scope: Scope) -> set[str]:
    return {node.get("calledElement", "") for node in scope.of_kind("callActivity")}
