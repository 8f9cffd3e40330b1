"""Rules about sequence flows: where they may lead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from engine.spiff.diagram import ACTIVITIES, EVENTS, FLOW_NODES, Diagram, Scope, definitions_of
from engine.spiff.lint.rules import Finding, rule, title
from engine.spiff.xml import Node, child, children, kind, text

_ENDS: Final = (("targetRef", "incoming"), ("sourceRef", "outgoing"))


@rule("flow-dangling", "连线的两端都有元素。")
def ends_exist(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A flow leads from one element of a process to another."""
    for flow in scope.flows:
        for end in (flow.get("sourceRef"), flow.get("targetRef")):
            node = diagram.by_id.get(end or "")
            if node is None:
                yield Finding(
                    flow,
                    f"连线“{title(flow)}”的一端“{end or ''}”不存在，请重新连接。",
                    f"Flow '{title(flow)}' has an end '{end or ''}' that does not exist; connect "
                    "it again.",
                )
            elif kind(node) not in FLOW_NODES and "horeography" not in kind(node):
                yield Finding(
                    flow,
                    f"连线“{title(flow)}”的一端“{title(node)}”是 {kind(node)}，"
                    "顺序流只能连接事件、活动和网关。",
                    f"Flow '{title(flow)}' has an end '{title(node)}', a {kind(node)}; sequence "
                    "flows connect events, activities and gateways only.",
                )


@rule("flow-crosses-border", "连线不跨出泳池或子流程。")
def flows_stay_inside(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A flow does not cross the border of a pool or of a sub-process."""
    for flow in scope.flows:
        for end in (flow.get("sourceRef", ""), flow.get("targetRef", "")):
            home = diagram.scope_of.get(end)
            if home is not None and home is not scope and end not in scope.nodes:
                same = home.process == scope.process
                border = ("子流程", "a sub-process") if same else ("泳池", "a pool")
                yield Finding(
                    flow,
                    f"连线“{title(flow)}”跨出了{border[0]}：“{end}”不在“{title(scope.node)}”里。"
                    "请连到边界上的元素，或改用消息流。",
                    f"Flow '{title(flow)}' crosses the border of {border[1]}: '{end}' is not in "
                    f"'{title(scope.node)}'; connect elements inside, or use a message flow.",
                )


@rule("flow-into-start", "没有连线进入开始事件。")
def nothing_before_start(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Nothing leads into a start event."""
    for flow, node in _leading_to(scope, "startEvent"):
        yield Finding(
            flow,
            f"连线“{title(flow)}”进入了开始事件“{title(node)}”，请连到它后面的步骤。",
            f"Flow '{title(flow)}' leads into the start event '{title(node)}'; lead it to the step "
            "behind.",
        )


@rule("flow-into-boundary", "没有连线进入边界事件。")
def nothing_before_boundary(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Nothing leads into a boundary event."""
    for flow, node in _leading_to(scope, "boundaryEvent"):
        yield Finding(
            flow,
            f"连线“{title(flow)}”进入了边界事件“{title(node)}”，请连到它后面的步骤。",
            f"Flow '{title(flow)}' leads into the boundary event '{title(node)}'; lead it to the "
            "step behind.",
        )


@rule("flow-after-end", "没有连线离开结束事件。")
def nothing_after_end(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Nothing leads out of an end event."""
    for node in scope.of_kind("endEvent"):
        for flow in scope.outgoing.get(node.get("id", ""), ()):
            yield Finding(
                flow,
                f"连线“{title(flow)}”离开了结束事件“{title(node)}”，请删去。",
                f"Flow '{title(flow)}' leads out of the end event '{title(node)}'; remove it.",
            )


def _leading_to(scope: Scope, *kinds: str) -> Iterator[tuple[Node, Node]]:
    for node in scope.of_kind(*kinds):
        for flow in scope.incoming.get(node.get("id", ""), ()):
            yield flow, node


@rule("flow-mismatch", "元素列出的进出连线与连线本身一致。", family="engine", fix=True)
def lists_agree(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """What an element lists as incoming and outgoing are flows that do lead to and from it."""
    flows = {flow.get("id", ""): flow for flow in scope.flows}
    for name, node in scope.nodes.items():
        for part in children(node, "incoming", "outgoing"):
            said = (part.text or "").strip().rpartition(":")[2]
            end = "targetRef" if kind(part) == "incoming" else "sourceRef"
            flow = flows.get(said)
            if flow is None or flow.get(end) != name:
                yield Finding(
                    node,
                    f"“{title(node)}”的 {kind(part)} 列的“{said[:80]}”"
                    + ("不存在。" if flow is None else "并不与它相连。")
                    + "请重新连线。",
                    f"'{title(node)}' lists '{said[:80]}' as {kind(part)}, "
                    + ("which does not exist." if flow is None else "which leads elsewhere.")
                    + " Connect it again.",
                )


@rule("flow-twice", "两个元素之间同一条连线不画两遍。", family="engine", fix=True)
def flows_once(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """The same flow is not drawn twice between two elements."""
    seen: set[tuple[str, str, str]] = set()
    for flow in scope.flows:
        same = (flow.get("sourceRef", ""), flow.get("targetRef", ""), condition(flow) or "")
        if same in seen:
            yield Finding(
                flow,
                f"从“{same[0]}”到“{same[1]}”画了两条一样的连线，请删去一条。",
                f"Two equal flows lead from '{same[0]}' to '{same[1]}'; remove one.",
            )
        seen.add(same)


@rule("dead-end", "每条路都走到结束事件。", family="engine", fix=True)
def everything_goes_on(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Everything but an end leads on; the engine would wait at a loose end for ever."""
    if kind(scope.node) == "adHocSubProcess":
        return
    for name, node in scope.nodes.items():
        if not scope.outgoing.get(name) and not _may_end(node):
            yield Finding(
                node,
                f"“{title(node)}”后面没有连线，流程会停在这里。请连到下一步或结束事件。",
                f"Nothing follows '{title(node)}' and the process would stop there; lead it on "
                "to the next step or to an end.",
            )


def _may_end(node: Node) -> bool:
    names = {kind(each) for each in definitions_of(node)}
    return (
        kind(node) == "endEvent"
        or node.get("triggeredByEvent") in ("true", "1")
        or node.get("isForCompensation") in ("true", "1")
        or (kind(node) == "intermediateThrowEvent" and "linkEventDefinition" in names)
        or (kind(node) == "boundaryEvent" and "compensateEventDefinition" in names)
    )


@rule("several-ways-out", "只有网关后面有几条连线。", family="engine", fix=True)
def one_way_out(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Only gateways have several flows out; an implicit split is not drawn."""
    for name, node in scope.nodes.items():
        flows = scope.outgoing.get(name, ())
        if len(flows) > 1 and not kind(node).endswith("Gateway") and kind(node) != "endEvent":
            yield Finding(
                node,
                f"“{title(node)}”后面有 {len(flows)} 条连线，请在它后面加一个网关来分路。",
                f"'{title(node)}' has {len(flows)} flows out; put a gateway behind it.",
            )


@rule("condition-forbidden", "并行网关和事件网关后面的连线没有条件。", fix=True)
def no_condition_there(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """No condition stands behind a parallel or an event-based gateway."""
    for flow, source in _conditional(scope):
        if kind(source) in ("parallelGateway", "eventBasedGateway"):
            yield Finding(
                flow,
                f"“{title(source)}”（{kind(source)}）后面的连线“{title(flow)}”不能有条件，请删去。",
                f"Flow '{title(flow)}' behind '{title(source)}', a {kind(source)}, may not have a "
                "condition; remove it.",
            )


@rule("condition-ignored", "条件只写在互斥或包容网关后面。", family="engine", fix=True)
def conditions_count(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A condition stands behind an exclusive or inclusive gateway; elsewhere it has no effect."""
    for flow, source in _conditional(scope):
        if kind(source) in ACTIVITIES | EVENTS | {"complexGateway"}:
            yield Finding(
                flow,
                f"“{title(source)}”后面的条件不起作用，请在它后面加一个互斥网关。",
                f"A condition behind '{title(source)}' has no effect; put an exclusive gateway "
                "behind it.",
            )


def _conditional(scope: Scope) -> Iterator[tuple[Node, Node]]:
    for flow in scope.flows:
        source = scope.nodes.get(flow.get("sourceRef", ""))
        if source is not None and condition(flow) is not None:
            yield flow, source


@rule("default-ignored", "默认路径属于网关。", family="engine", fix=True)
def defaults_count(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A default flow belongs to a gateway that chooses."""
    for node in scope.of_kind(*ACTIVITIES):
        if node.get("default"):
            yield Finding(
                node,
                f"“{title(node)}”不能有默认路径，请在它后面加一个互斥网关。",
                f"'{title(node)}' cannot have a default flow; put an exclusive gateway behind it.",
            )


@rule("flow-unlisted", "元素列出全部进出的连线。", severity="warning")
def lists_are_complete(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """An element that lists its flows lists all of them."""
    listed: Counter[tuple[str, str, str]] = Counter()
    for name, node in scope.nodes.items():
        for part in children(node, "incoming", "outgoing"):
            listed[name, kind(part), (part.text or "").strip().rpartition(":")[2]] += 1
    for flow in scope.flows if listed else ():
        for end, way in _ENDS:
            name = flow.get(end, "")
            holder = scope.nodes.get(name)
            if holder is not None and not listed[name, way, flow.get("id", "")]:
                yield Finding(
                    holder,
                    f"“{title(holder)}”没有把连线“{title(flow)}”列为 {way}，"
                    "有的工具会画错；重新导出即可。",
                    f"'{title(holder)}' does not list flow '{title(flow)}' as {way}; some tools "
                    "would draw it wrong. Export it again.",
                )


def condition(flow: Node) -> str | None:
    """Give a flow's condition; None when it has none."""
    found = child(flow, "conditionExpression")
    return None if found is None else text(found) or ""
