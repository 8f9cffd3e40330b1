"""From a model to its net: called processes and sub-processes laid out where they are used."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from engine.spiff.diagram import CONTAINERS, Diagram, Scope, definitions_of, loop_of
from engine.spiff.model import Model
from engine.spiff.replaying.net import Flow, Net, Node
from engine.spiff.xml import kind

_PEOPLE: Final = frozenset({"userTask", "manualTask"})
#: A diagram that calls more than this is not laid out further; what lies behind is unknown to it.
_MOST_NODES: Final = 5_000


@lru_cache(maxsize=64)
def net_of(model: Model) -> Net:
    """Lay out a model and all it calls as one net; once for a model, which never changes."""
    builder = _Builder(model)
    diagram = model.diagrams[model.process_key]
    builder.net.begins = builder.lay(diagram.process(model.process_key), (), ())
    builder.finish()
    return builder.net


class _Builder:
    """Lays out one scope after the other."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.net = Net()

    def lay(self, scope: Scope, around: tuple[int, ...], calls: tuple[str, ...]) -> list[int]:
        """Add the nodes and flows of a scope and what is inside; give its plain start events."""
        diagram = self.model.diagrams[scope.process]
        numbers = {name: self._node(scope, name, around) for name in scope.nodes}
        for event_id, number in numbers.items():
            host = numbers.get(scope.nodes[event_id].get("attachedToRef", ""))
            if host is not None:
                self.net.nodes[number].host = host
                self.net.nodes[host].events.append(number)
        for flow in scope.flows:
            source, target = flow.get("sourceRef", ""), flow.get("targetRef", "")
            if source in numbers and target in numbers:
                self._flow(flow.get("id", ""), numbers[source], numbers[target])
        self._join_links([self.net.nodes[number] for number in numbers.values()])
        for name, number in numbers.items():
            self._open(diagram, scope, name, number, calls)
        starts = [number for name, number in numbers.items() if _is_plain_start(scope, name)]
        loose = [n for n in numbers.values() if self._is_loose(n)]
        return starts or loose

    def _open(
        self, diagram: Diagram, scope: Scope, name: str, number: int, calls: tuple[str, ...]
    ) -> None:
        """Lay out what is inside a node, if anything is."""
        node = self.net.nodes[number]
        inner: Scope | None = None
        if node.kind in CONTAINERS:
            inner = next((one for one in diagram.scopes if one.node is scope.nodes[name]), None)
        elif node.kind == "callActivity":
            called = scope.nodes[name].get("calledElement", "")
            found = self.model.diagrams.get(called)
            if found is not None and called not in calls and len(self.net.nodes) < _MOST_NODES:
                inner, calls = found.process(called), (*calls, called)
        if inner is not None:
            node.is_container = True
            node.is_loose = _runs_at_once(scope, name)
            node.starts = self.lay(inner, (*node.around, number), calls)

    def finish(self) -> None:
        """Work out what every node leads to."""
        net = self.net
        net.after = [{net.flows[flow].target for flow in node.out} for node in net.nodes]
        for node in net.nodes:
            net.after[node.number] |= {*node.events, *node.starts}
            if not node.out:
                # An end inside leads to what follows the container.
                outer = (net.nodes[number].out for number in reversed(node.around))
                net.after[node.number] |= {
                    net.flows[f].target for f in next(filter(None, outer), ())
                }

    def _node(self, scope: Scope, name: str, around: tuple[int, ...]) -> int:
        drawn = scope.nodes[name]
        is_main = scope.process == self.model.process_key
        key = name if is_main else f"{scope.process}:{name}"
        parts = definitions_of(drawn)
        number = len(self.net.nodes)
        self.net.nodes.append(
            Node(
                number=number,
                key=key,
                id=name,
                process=scope.process,
                kind=kind(drawn),
                label=key if kind(drawn) in _PEOPLE else "",
                around=around,
                repeats=loop_of(drawn) is not None,
                interrupts=drawn.get("cancelActivity", "true") not in ("false", "0"),
                carries=kind(parts[0]).removesuffix("EventDefinition") if parts else "",
                link=parts[0].get("name", "") if parts else "",
            )
        )
        return number

    def _flow(self, name: str, source: int, target: int) -> None:
        number = len(self.net.flows)
        self.net.flows.append(Flow(name, source, target))
        self.net.nodes[source].out.append(number)
        self.net.nodes[target].into.append(number)

    def _join_links(self, nodes: list[Node]) -> None:
        """Let a thrown link lead to the one that catches it."""
        links = [node for node in nodes if node.carries == "link"]
        caught = {one.link: one for one in links if one.kind == "intermediateCatchEvent"}
        for one in links:
            if one.kind != "intermediateCatchEvent" and one.link in caught:
                self._flow("", one.number, caught[one.link].number)

    def _is_loose(self, number: int) -> bool:
        node = self.net.nodes[number]
        return not node.into and node.kind != "boundaryEvent"


def _runs_at_once(scope: Scope, name: str) -> bool:
    loop = loop_of(scope.nodes[name])
    several = loop is not None and kind(loop) == "multiInstanceLoopCharacteristics"
    return several and loop is not None and loop.get("isSequential") != "true"


def _is_plain_start(scope: Scope, name: str) -> bool:
    """Say whether a case, or the inside of a step, begins at this node."""
    return kind(scope.nodes[name]) == "startEvent"
