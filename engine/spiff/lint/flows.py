"""Rules about sequence flows."""

from __future__ import annotations

from collections.abc import Iterator

from engine.spiff.diagram import ACTIVITIES, Diagram, Scope
from engine.spiff.lint.rules import Finding, rule, title
from engine.spiff.xml import Node, child, kind, text


@rule("flow-dangling")
def ends_exist(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A flow leads from one element to another of the same process or sub-process."""
    for flow in scope.flows:
        for end in (flow.get("sourceRef"), flow.get("targetRef")):
            if end not in scope.nodes:
                yield Finding(
                    flow,
                    f"连线“{title(flow)}”的一端“{end}”不在这个流程里，请重新连接。",
                    f"Flow '{title(flow)}' has an end '{end}' that is not in this process; "
                    "connect it again.",
                )


@rule("flow-into-start")
def nothing_before_start(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Nothing leads into a start event or a boundary event."""
    for node in scope.of_kind("startEvent", "boundaryEvent"):
        for flow in scope.incoming.get(node.get("id", ""), ()):
            yield Finding(
                flow,
                f"不能有连线进入“{title(node)}”，请连到它后面的步骤。",
                f"No flow may lead into '{title(node)}'; lead it to the step behind.",
            )


@rule("flow-after-end")
def nothing_after_end(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Nothing leads out of an end event."""
    for node in scope.of_kind("endEvent"):
        for flow in scope.outgoing.get(node.get("id", ""), ()):
            yield Finding(
                flow,
                f"结束事件“{title(node)}”后面不能再有连线，请删去。",
                f"No flow may lead out of the end event '{title(node)}'; remove it.",
            )


@rule("dead-end")
def everything_goes_on(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Everything but an end leads on; the engine would wait at a loose end for ever."""
    for name, node in scope.nodes.items():
        if kind(node) != "endEvent" and not scope.outgoing.get(name):
            yield Finding(
                node,
                f"“{title(node)}”后面没有连线，流程会停在这里。请连到下一步或结束事件。",
                f"Nothing follows '{title(node)}' and the process would stop there; lead it on "
                "to the next step or to an end.",
            )


@rule("several-ways-out")
def one_way_out(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Only gateways have several flows out."""
    for name, node in scope.nodes.items():
        flows = scope.outgoing.get(name, ())
        if len(flows) > 1 and not kind(node).endswith("Gateway") and kind(node) != "endEvent":
            yield Finding(
                node,
                f"“{title(node)}”后面有 {len(flows)} 条连线，请在它后面加一个网关来分路。",
                f"'{title(node)}' has {len(flows)} flows out; put a gateway behind it.",
            )


@rule("condition-ignored")
def conditions_count(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A condition stands behind an exclusive or inclusive gateway; elsewhere it has no effect."""
    for flow in scope.flows:
        source = scope.nodes.get(flow.get("sourceRef", ""))
        if source is None or condition(flow) is None:
            continue
        if kind(source) not in ("exclusiveGateway", "inclusiveGateway"):
            yield Finding(
                flow,
                f"“{title(source)}”后面的条件不起作用，请在它后面加一个互斥网关。",
                f"A condition behind '{title(source)}' has no effect; put an exclusive gateway "
                "behind it.",
            )


@rule("default-ignored")
def defaults_count(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A default flow belongs to a gateway that chooses."""
    for node in scope.of_kind(*ACTIVITIES):
        if node.get("default"):
            yield Finding(
                node,
                f"“{title(node)}”不能有默认路径，请在它后面加一个互斥网关。",
                f"'{title(node)}' cannot have a default flow; put an exclusive gateway behind it.",
            )


def condition(flow: Node) -> str | None:
    """Give a flow's condition; None when it has none."""
    found = child(flow, "conditionExpression")
    return None if found is None else text(found) or ""
