"""Rules about boundary events, cancellation and compensation."""

from __future__ import annotations

from collections.abc import Iterator

from engine.spiff import xml
from engine.spiff.diagram import ACTIVITIES, CONTAINERS, Diagram, Scope, definitions_of
from engine.spiff.lint.events import grouped, names_of, what
from engine.spiff.lint.rules import Finding, rule, title
from engine.spiff.xml import Node, kind


@rule("boundary-loose", "边界事件附在同一流程的活动上。")
def boundaries_are_attached(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A boundary event sits on an activity of the same process or sub-process."""
    for node in scope.of_kind("boundaryEvent"):
        name = node.get("attachedToRef", "")
        host = scope.nodes.get(name)
        if host is not None and kind(host) in ACTIVITIES and not _is_triggered(host):
            continue
        other = host if host is not None else diagram.by_id.get(name)
        why = (
            ("没有附在任何步骤上", "is not attached to a step")
            if other is None
            else (
                f"附在“{title(other)}”（{kind(other)}）上，那里不能有边界事件",
                f"is attached to '{title(other)}', a {kind(other)} that cannot have one here",
            )
        )
        yield Finding(
            node,
            f"边界事件“{title(node)}”{why[0]}，请把它拖到一个步骤的边上。",
            f"Boundary event '{title(node)}' {why[1]}; drag it onto a step.",
        )


def _is_triggered(host: Node) -> bool:
    return host.get("triggeredByEvent") in ("true", "1")


@rule("boundary-never", "边界事件等的是活动会发出的。", family="engine", fix=True)
def boundaries_can_fire(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Errors and escalations come out of sub-processes and calls here, not out of tasks."""
    for node in scope.of_kind("boundaryEvent"):
        host = scope.nodes.get(node.get("attachedToRef", ""))
        tasks = host is not None and kind(host) not in CONTAINERS | {"callActivity"}
        if host is not None and tasks and set(names_of(node)) & {"error", "escalation"}:
            yield Finding(
                node,
                f"“{title(host)}”不会发出“{title(node)}”要等的事件，请附在子流程上。",
                f"'{title(host)}' never sends what '{title(node)}' waits for; attach it to a "
                "sub-process.",
            )


@rule("boundary-interrupts", "错误、取消和补偿的边界事件总是中断的。", fix=True)
def errors_interrupt(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """An error or a cancellation always ends the activity (BPMN 2.0, 10.5.6)."""
    for node in scope.of_kind("boundaryEvent"):
        names = set(names_of(node)) & {"error", "cancel", "compensate"}
        if names - {"compensate"} and node.get("cancelActivity") in ("false", "0"):
            yield Finding(
                node,
                f"边界事件“{title(node)}”必须是中断的，请改成中断。",
                f"Boundary event '{title(node)}' must interrupt; change it.",
            )


@rule("boundary-twice", "同一活动上不重复等同一个事件。")
def one_catcher(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """One activity does not have two boundary events for the same thing."""
    for events in scope.boundaries.values():
        for (name, reference), nodes in grouped(events).items():
            told = name in ("error", "escalation", "cancel", "compensate") or reference
            for node in nodes[1:] if told else ():
                yield Finding(
                    node,
                    f"“{title(node)}”和“{title(nodes[0])}”附在同一步骤上，等的是同一个 {name}，"
                    "请合并。",
                    f"'{title(node)}' and '{title(nodes[0])}' sit on the same step and wait for "
                    f"the same {name}; merge them.",
                )


@rule("cancel-outside", "取消事件只用于事务。")
def cancels_in_transactions(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Only a transaction is cancelled: the end lies in one, the boundary event sits on one."""
    for node in scope.of_kind("endEvent", "boundaryEvent"):
        if "cancel" not in names_of(node):
            continue
        host = scope.nodes.get(node.get("attachedToRef", ""))
        around = list(node.iterancestors()) if kind(node) == "endEvent" else [host]
        if not any(each is None or kind(each) == "transaction" for each in around):
            yield Finding(
                node,
                f"取消事件“{title(node)}”只能画在事务子流程里，或附在事务上。",
                f"The cancel event '{title(node)}' may only be drawn in a transaction or attached "
                "to one.",
            )


@rule("error-uncaught", "抛出的错误有边界事件接住。", family="practice", severity="warning")
def errors_are_caught(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """An error or escalation that nothing around it catches only ends its own way."""
    for node in scope.of_kind("endEvent", "intermediateThrowEvent"):
        for definition in definitions_of(node):
            if what(definition) in ("error", "escalation") and not _is_caught(scope, definition):
                yield Finding(
                    node,
                    f"没有边界事件接住“{title(node)}”，请在子流程边上加一个。",
                    f"No boundary event catches '{title(node)}'; put one on the sub-process.",
                )


def _is_caught(scope: Scope, definition: Node) -> bool:
    around = scope
    while around.parent is not None:
        for event in around.parent.boundaries.get(around.id, ()):
            if any(kind(each) == kind(definition) for each in definitions_of(event)):
                return True
        around = around.parent
    return False


@rule("compensation", "没有补偿活动。", family="engine", fix=True)
def no_compensation(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Nothing is compensated."""
    for node in scope.of_kind(*ACTIVITIES):
        if node.get("isForCompensation") in ("true", "1"):
            yield Finding(
                node,
                f"“{title(node)}”是补偿活动，不会执行，请画成普通步骤。",
                f"'{title(node)}' is for compensation, which is not done; draw an ordinary step.",
            )


@rule("compensation-flow", "补偿的边界事件和补偿活动没有连线。")
def compensation_has_no_flows(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """No flow leaves a compensation boundary event, or leads to or from what compensates."""
    for flow in scope.flows:
        source = scope.nodes.get(flow.get("sourceRef", ""))
        target = scope.nodes.get(flow.get("targetRef", ""))
        for node in (source, target):
            if node is not None and _compensates(node):
                yield Finding(
                    flow,
                    f"“{title(node)}”用于补偿，不能有连线“{title(flow)}”，请改用关联线。",
                    f"'{title(node)}' is for compensation and may not have flow '{title(flow)}'; "
                    "use an association.",
                )


def _compensates(node: Node) -> bool:
    boundary = kind(node) == "boundaryEvent" and "compensate" in names_of(node)
    return boundary or node.get("isForCompensation") in ("true", "1")


@rule("compensation-handler", "补偿的边界事件连到一个补偿活动。")
def compensation_is_handled(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """An association leads from a compensation boundary event to the activity that compensates."""
    for node in scope.of_kind("boundaryEvent"):
        if "compensate" not in names_of(node):
            continue
        found = [h for h in _associated(diagram, node) if kind(h) in ACTIVITIES]
        if not any(h.get("isForCompensation") in ("true", "1") for h in found):
            yield Finding(
                node,
                f"补偿边界事件“{title(node)}”没有用关联线连到补偿活动，请连上。",
                f"No association leads from compensation boundary event '{title(node)}' to an "
                "activity for compensation; draw one.",
            )


def _associated(diagram: Diagram, node: Node) -> Iterator[Node]:
    """Give what associations connect an element with, whichever end it is."""
    for line in diagram.root.iter(f"{{{xml.BPMN}}}association"):
        ends = [xml.referred(line, line.get(name)) or "" for name in ("sourceRef", "targetRef")]
        if node.get("id") in ends:
            for end in ends:
                other = diagram.by_id.get(end)
                if other is not None and other is not node:
                    yield other
