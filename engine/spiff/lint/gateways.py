"""Rules about gateways."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from engine.spiff.diagram import GATEWAYS, Diagram, Scope, definitions_of
from engine.spiff.lint.flows import condition
from engine.spiff.lint.rules import Finding, rule, title
from engine.spiff.xml import Node

CHOOSING: Final = ("exclusiveGateway", "inclusiveGateway")
#: Direction → whether it merges, and whether it splits (BPMN 2.0, table 8.46).
_DIRECTIONS: Final = {
    "Converging": (True, False),
    "Diverging": (False, True),
    "Mixed": (True, True),
}
_WITH_DEFAULT: Final = (*CHOOSING, "complexGateway")


@rule("condition-missing", "选择的网关后面，除默认路径外都有条件。", family="engine", fix=True)
def every_way_has_a_condition(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Where a gateway chooses, every flow but the default has a condition."""
    for node in scope.of_kind(*CHOOSING):
        flows = scope.outgoing.get(node.get("id", ""), [])
        for flow in flows if len(flows) > 1 else ():
            if not condition(flow) and (not node.get("default") or not _is_default(node, flow)):
                yield Finding(
                    flow,
                    f"网关“{title(node)}”后面的连线“{title(flow)}”没有条件，也不是默认路径。",
                    f"Flow '{title(flow)}' behind gateway '{title(node)}' has no condition and "
                    "is not its default; give it one or make it the default.",
                )


def _is_default(node: Node, flow: Node) -> bool:
    return node.get("default") is not None and flow.get("id") == node.get("default")


@rule("condition-lonely", "网关后面只有一条连线时不写条件。", family="engine", fix=True)
def the_only_way_is_free(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """The only flow behind a gateway has no condition; if it failed nothing could go on."""
    for node in scope.of_kind(*CHOOSING):
        flows = scope.outgoing.get(node.get("id", ""), [])
        if len(flows) == 1 and condition(flows[0]) and not _is_default(node, flows[0]):
            yield Finding(
                flows[0],
                f"网关“{title(node)}”后面只有一条连线“{title(flows[0])}”，条件不成立时流程会出错。"
                "请删去条件，或补一条默认路径。",
                f"Flow '{title(flows[0])}' is the only one behind gateway '{title(node)}'; the "
                "process fails when its condition does not hold. Remove the condition or add a "
                "default flow.",
            )


@rule("default-unknown", "默认路径是元素自己的连线。", fix=True)
def default_is_a_way_out(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """The default flow is one of the element's own."""
    for name, node in scope.nodes.items():
        default = node.get("default")
        flows = scope.outgoing.get(name, [])
        if default and default not in [flow.get("id") for flow in flows]:
            yield Finding(
                node,
                f"“{title(node)}”的默认路径“{default[:80]}”不是它后面的连线，请重新设置。",
                f"The default '{default[:80]}' of '{title(node)}' is not one of its flows; "
                "choose one of them.",
            )


@rule("default-conditional", "默认路径没有条件。", fix=True)
def default_has_no_condition(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """The default flow has no condition: it is taken when nothing else is."""
    for name, node in scope.nodes.items():
        for flow in scope.outgoing.get(name, []):
            if _is_default(node, flow) and condition(flow) is not None:
                yield Finding(
                    flow,
                    f"默认路径“{title(flow)}”不能有条件，请删去条件。",
                    f"The default flow '{title(flow)}' may not have a condition; remove it.",
                )


@rule("default-missing", "选择的网关有默认路径。", family="practice", severity="warning", fix=True)
def has_a_default(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A gateway that chooses has a default flow; without one the process may fail."""
    for node in scope.of_kind(*CHOOSING):
        flows = scope.outgoing.get(node.get("id", ""), [])
        if len(flows) > 1 and not node.get("default") and all(map(condition, flows)):
            yield Finding(
                node,
                f"网关“{title(node)}”没有默认路径；条件都不成立时流程会出错。请设一条。",
                f"Gateway '{title(node)}' has no default flow; when no condition holds the "
                "process fails. Choose one.",
            )


@rule("gateway-direction", "网关标明的方向与连线一致。", fix=True)
def directions_are_true(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A gateway does what its direction says: it merges, splits, or both."""
    for node in scope.of_kind(*GATEWAYS):
        name, direction = node.get("id", ""), node.get("gatewayDirection")
        merges_splits = _DIRECTIONS.get(direction or "")
        into, out = len(scope.incoming.get(name, ())), len(scope.outgoing.get(name, ()))
        if merges_splits is not None and merges_splits != (into > 1, out > 1):
            yield Finding(
                node,
                f"网关“{title(node)}”标为 {direction}，却有 {into} 条进入、{out} 条离开的连线，"
                "请改正。",
                f"Gateway '{title(node)}' is marked as {direction} but has {into} flow(s) in and "
                f"{out} out; correct it.",
            )


@rule("gateway-idle", "网关要么分路，要么汇合。", family="practice", severity="warning")
def gateways_do_something(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A gateway splits or merges flows."""
    for node in scope.of_kind(*GATEWAYS):
        name = node.get("id", "")
        if len(scope.outgoing.get(name, ())) == len(scope.incoming.get(name, ())) == 1:
            yield Finding(
                node,
                f"网关“{title(node)}”只有一进一出，不起作用，可以删去。",
                f"Gateway '{title(node)}' has one flow in and one out and does nothing; it can "
                "be removed.",
            )


@rule("join-waits-for-itself", "并行网关不等自己的循环。", family="practice", severity="warning")
def no_loop_into_join(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A parallel gateway waits for all its flows; one from its own loop is left out."""
    for node in scope.of_kind("parallelGateway"):
        name = node.get("id", "")
        flows = scope.incoming.get(name, [])
        before = _reached_without(scope, name)
        for flow in flows if len(flows) > 1 else ():
            if flow.get("sourceRef") not in before:
                yield Finding(
                    flow,
                    f"并行网关“{title(node)}”有一条连线来自它自己的循环，请先用互斥网关汇合。",
                    f"A flow into parallel gateway '{title(node)}' comes from its own loop; let "
                    "the loop end at an exclusive gateway before it.",
                )


def _reached_without(scope: Scope, without: str) -> set[str]:
    found: set[str] = set()
    stack = [node.get("id", "") for node in scope.of_kind("startEvent")]
    while stack:
        name = stack.pop()
        if name in found or name == without:
            continue
        found.add(name)
        stack += [flow.get("targetRef", "") for flow in scope.outgoing.get(name, ())]
        stack += [event.get("id", "") for event in scope.boundaries.get(name, ())]
    return found


@rule("complex-gateway", "不用复杂网关。", family="engine", fix=True)
def no_complex_gateway(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """There are no complex gateways."""
    for node in scope.of_kind("complexGateway"):
        yield Finding(
            node,
            f"“{title(node)}”是复杂网关，请改用互斥、并行或包容网关。",
            f"'{title(node)}' is a complex gateway; use an exclusive, parallel or inclusive "
            "gateway.",
        )


def counted(nodes: list[Node]) -> Counter[str]:
    """Count what events wait for: by message or signal."""
    return Counter(name for name in map(waits_for, nodes) if name)


def waits_for(node: Node) -> str | None:
    """Give the message or signal that an event or a receive task waits for."""
    holders = [node, *definitions_of(node)]
    references = (each.get("messageRef") or each.get("signalRef") for each in holders)
    return next((reference for reference in references if reference), None)
