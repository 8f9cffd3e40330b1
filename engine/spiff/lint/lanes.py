"""Rules about lanes, pools, messages between pools, and what is only drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.spiff import xml
from engine.spiff.diagram import ACTIVITIES, Diagram, Scope, definitions_of
from engine.spiff.lint.rules import Finding, file_rule, rule, title
from engine.spiff.xml import Node, children, kind

_NOT_IN_LANES: Final = frozenset(
    {"sequenceFlow", "messageFlow", "lane", "laneSet", "process", "participant", "message"}
)
_POOLS: Final = frozenset({"participant", "conversation", "subConversation", "callConversation"})


def lanes_of(scope: Scope) -> Iterator[tuple[Node, Node]]:
    """Give every lane of a process with the set it stands in, sets inside lanes too."""
    stack = children(scope.node, "laneSet")
    while stack:
        lane_set = stack.pop()
        for lane in children(lane_set, "lane"):
            yield lane_set, lane
            stack += children(lane, "childLaneSet")


def _listed(lane: Node) -> Iterator[str]:
    for reference in children(lane, "flowNodeRef"):
        yield (reference.text or "").strip()


@rule("lane-dangling", "泳道里列出的元素必须存在。")
def lanes_hold_something(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A lane lists elements that exist."""
    for _set, lane in lanes_of(scope):
        for name in _listed(lane):
            if name not in diagram.by_id:
                yield Finding(
                    lane,
                    f"泳道“{title(lane)}”里列的“{name[:80]}”不存在，请重新画泳道。",
                    f"Lane '{title(lane)}' lists '{name[:80]}', which does not exist; draw the "
                    "lane again.",
                )


@rule("lane-kind", "泳道里只列事件、活动和网关。")
def lanes_hold_flow_nodes(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A lane lists events, activities and gateways; some tools list what else is drawn there."""
    for _set, lane in lanes_of(scope):
        for name in _listed(lane):
            node = diagram.by_id.get(name)
            if node is not None and kind(node) in _NOT_IN_LANES:
                yield Finding(
                    lane,
                    f"泳道“{title(lane)}”里列的“{title(node)}”是 {kind(node)}，"
                    "泳道只列事件、活动和网关，请移出去。",
                    f"Lane '{title(lane)}' lists '{title(node)}', a {kind(node)}; a lane lists "
                    "events, activities and gateways only. Take it out.",
                )


@rule("lane-foreign", "泳道里只列本流程的元素。")
def lanes_hold_their_own(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A lane lists elements of its own process only."""
    for _set, lane in lanes_of(scope):
        for name in _listed(lane):
            node = diagram.by_id.get(name)
            if node is not None and not _is_inside(node, scope.node):
                yield Finding(
                    lane,
                    f"泳道“{title(lane)}”里列的“{title(node)}”属于另一个流程，请移出去。",
                    f"Lane '{title(lane)}' lists '{title(node)}', which belongs to another "
                    "process; take it out.",
                )


def _is_inside(node: Node, around: Node) -> bool:
    return any(parent is around for parent in node.iterancestors())


@rule("lane-twice", "一个元素只在一条泳道里。")
def one_lane_each(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """An element lies in one lane of a set of lanes."""
    seen: dict[tuple[int, str], Node] = {}
    for lane_set, lane in lanes_of(scope):
        for name in dict.fromkeys(_listed(lane)):
            other = seen.setdefault((id(lane_set), name), lane)
            if other is not lane:
                yield Finding(
                    lane,
                    f"“{name[:80]}”同时在泳道“{title(other)}”和“{title(lane)}”里，请只留一处。",
                    f"'{name[:80]}' lies in both lane '{title(other)}' and lane '{title(lane)}'; "
                    "leave it in one.",
                )


@file_rule("message-flow-inside", "消息流连接不同的泳池。")
def messages_between_pools(diagram: Diagram) -> Iterator[Finding]:
    """A message flow leads from one pool to another."""
    for flow, source, target in _message_flows(diagram):
        one, other = _pool(diagram, source), _pool(diagram, target)
        if one is not None and one is other:
            yield Finding(
                flow,
                f"消息流“{title(flow)}”的两端在同一个泳池里，请改用顺序流。",
                f"Both ends of message flow '{title(flow)}' lie in the same pool; use a sequence "
                "flow.",
            )


@file_rule("message-flow-end", "消息流只连接泳池、活动和消息事件。")
def messages_from_and_to(diagram: Diagram) -> Iterator[Finding]:
    """Messages are sent and received by pools, activities and message events."""
    for flow, source, target in _message_flows(diagram):
        for node, may in ((source, _may_send(source)), (target, _may_receive(target))):
            if not may:
                way = ("发出", "send") if node is source else ("收到", "receive")
                yield Finding(
                    flow,
                    f"“{title(node)}”（{kind(node)}）不能{way[0]}消息流“{title(flow)}”，"
                    "请连到活动、泳池或消息事件。",
                    f"'{title(node)}', a {kind(node)}, cannot {way[1]} message flow "
                    f"'{title(flow)}'; connect it to an activity, a pool or a message event.",
                )


def _message_flows(diagram: Diagram) -> Iterator[tuple[Node, Node, Node]]:
    for flow in diagram.root.iter(f"{{{xml.BPMN}}}messageFlow"):
        ends = (
            diagram.by_id.get(xml.referred(flow, flow.get(name)) or "")
            for name in ("sourceRef", "targetRef")
        )
        source, target = ends
        if source is not None and target is not None:
            yield flow, source, target


def _pool(diagram: Diagram, node: Node) -> Node | None:
    """Give the process of a pool or of what lies in it; a pool without one is itself."""
    if kind(node) == "participant":
        name = xml.referred(node, node.get("processRef"))
        return diagram.by_id.get(name or "", node)
    around = (a for a in node.iterancestors() if kind(a) == "process")
    return next(around, None)


def _may_send(node: Node) -> bool:
    return kind(node) in ACTIVITIES | _POOLS or _is_of_messages(
        node, "endEvent", "intermediateThrowEvent"
    )


def _may_receive(node: Node) -> bool:
    return kind(node) in ACTIVITIES | _POOLS or _is_of_messages(
        node, "startEvent", "intermediateCatchEvent", "boundaryEvent"
    )


def _is_of_messages(node: Node, *kinds: str) -> bool:
    """Say whether it is such an event; drawings often leave out what it is about."""
    found = [kind(each) for each in definitions_of(node)]
    return kind(node) in kinds and (not found or "messageEventDefinition" in found)


@rule("choreography-inside", "流程里不能有编排活动。")
def no_choreography(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A process holds no choreography."""
    for node in children(scope.node, "choreographyTask", "callChoreography", "subChoreography"):
        yield Finding(
            node,
            f"“{title(node)}”是编排活动，不能画在流程里，请改用任务。",
            f"'{title(node)}' is a choreography activity, which may not be drawn in a process; use "
            "a task.",
        )


@file_rule(
    "process-none",
    "文件里有一个流程。",
    family="engine",
)
def has_process(diagram: Diagram) -> Iterator[Finding]:
    """There is a process in the file."""
    if not diagram.processes:
        yield Finding(
            diagram.root,
            "文件里没有流程，请画一个流程再保存。",
            "There is no process in the file; draw one.",
        )


@file_rule("multiplicity", "参与者的数量范围要合理。")
def sensible_numbers(diagram: Diagram) -> Iterator[Finding]:
    """How many parties take part is a sensible range."""
    for node in diagram.root.iter(f"{{{xml.BPMN}}}participantMultiplicity"):
        low, high = _number(node.get("minimum"), 0), _number(node.get("maximum"), None)
        parent = node.getparent()
        if low is None or low < 0 or (high is not None and (high < 1 or high < low)):
            holder = node if parent is None else parent
            yield Finding(
                holder,
                f"参与者“{title(holder)}”的数量范围不合理，请改成最少 ≥ 0、最多 ≥ 1。",
                f"The multiplicity of '{title(holder)}' makes no sense; the minimum is at least 0, "
                "the maximum at least 1 and not below the minimum.",
            )


def _number(text: str | None, default: int | None) -> int | None:
    if text is None:
        return default
    return int(text) if text.lstrip("-").isdecimal() and text.isascii() and len(text) < 9 else None
