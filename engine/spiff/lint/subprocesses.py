"""Rules about sub-processes of special kinds: ad hoc, and started by an event."""

from __future__ import annotations

from collections.abc import Iterator

from engine.spiff.diagram import ACTIVITIES, Diagram, Scope, definitions_of
from engine.spiff.lint.events import grouped
from engine.spiff.lint.rules import Finding, rule, title
from engine.spiff.lint.structure import is_triggered
from engine.spiff.xml import children, kind


@rule("ad-hoc", "不用即席子流程。", family="engine", fix=True)
def no_ad_hoc(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """There are no ad-hoc sub-processes."""
    for node in scope.of_kind("adHocSubProcess"):
        yield Finding(
            node,
            f"“{title(node)}”是即席子流程，请改用普通子流程。",
            f"'{title(node)}' is an ad-hoc sub-process; use an ordinary sub-process.",
        )


@rule("ad-hoc-content", "即席子流程里有活动，没有开始和结束。")
def ad_hoc_holds_activities(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """An ad-hoc sub-process holds activities, but neither start nor end."""
    if kind(scope.node) != "adHocSubProcess":
        return
    for node in scope.of_kind("startEvent", "endEvent"):
        yield Finding(
            node,
            f"即席子流程“{title(scope.node)}”里不能有“{title(node)}”（{kind(node)}），请删去。",
            f"Ad-hoc sub-process '{title(scope.node)}' may not hold '{title(node)}', a "
            f"{kind(node)}; remove it.",
        )
    for node in scope.of_kind("intermediateCatchEvent", "intermediateThrowEvent"):
        if not scope.outgoing.get(node.get("id", "")):
            yield Finding(
                node,
                f"即席子流程“{title(scope.node)}”里的中间事件“{title(node)}”后面要有连线。",
                f"A flow must leave intermediate event '{title(node)}' in ad-hoc sub-process "
                f"'{title(scope.node)}'; connect it.",
            )
    if not list(scope.of_kind(*ACTIVITIES)):
        yield Finding(
            scope.node,
            f"即席子流程“{title(scope.node)}”里没有活动，请至少画一个。",
            f"Ad-hoc sub-process '{title(scope.node)}' holds no activity; draw at least one.",
        )


@rule("event-subprocess", "不用事件子流程。", family="engine", fix=True)
def no_event_subprocess(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """There are no event sub-processes: they do not interrupt here as drawn."""
    for node in scope.of_kind("subProcess"):
        if node.get("triggeredByEvent") in ("true", "1"):
            yield Finding(
                node,
                f"“{title(node)}”是事件子流程，请改用边界事件。",
                f"'{title(node)}' is an event sub-process; use a boundary event.",
            )


@rule("event-subprocess-start", "事件子流程只有一个开始事件。")
def triggered_once(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """An event sub-process has exactly one start event."""
    starts = list(scope.of_kind("startEvent"))
    if is_triggered(scope) and len(starts) != 1 and scope.nodes:
        yield Finding(
            scope.node,
            f"事件子流程“{title(scope.node)}”要有且只有一个开始事件，现在有 {len(starts)} 个。",
            f"Event sub-process '{title(scope.node)}' must have exactly one start event; it has "
            f"{len(starts)}.",
        )


@rule("event-subprocess-twice", "同一处不重复等同一个事件。", family="engine")
def different_triggers(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """No two event sub-processes beside each other are started by the same thing."""
    starts = (
        start
        for node in scope.of_kind("subProcess")
        if node.get("triggeredByEvent") in ("true", "1")
        for start in children(node, "startEvent")
    )
    for (name, reference), nodes in grouped(list(starts)).items():
        for node in nodes[1:] if reference or name in ("error", "escalation", "compensate") else ():
            yield Finding(
                node,
                f"“{title(node)}”和“{title(nodes[0])}”开始的是两个事件子流程，"
                f"等的却是同一个 {name}，请合并。",
                f"'{title(node)}' and '{title(nodes[0])}' start two event sub-processes by the "
                f"same {name}; merge them.",
            )


@rule("event-subprocess-interrupts", "错误和补偿的事件子流程总是中断的。")
def triggers_interrupt(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """An event sub-process started by an error or a compensation interrupts."""
    for node in scope.of_kind("startEvent") if is_triggered(scope) else ():
        kinds = {kind(each) for each in definitions_of(node)}
        must = kinds & {"errorEventDefinition", "compensateEventDefinition"}
        if must and node.get("isInterrupting") in ("false", "0"):
            yield Finding(
                node,
                f"事件子流程“{title(scope.node)}”的开始事件“{title(node)}”必须是中断的。",
                f"Start event '{title(node)}' of event sub-process '{title(scope.node)}' must "
                "interrupt.",
            )


@rule("event-subprocess-flow", "没有连线进出事件子流程。")
def no_flow_to_triggered(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """No flow leads into or out of an event sub-process."""
    for flow in scope.flows:
        for end in (flow.get("sourceRef", ""), flow.get("targetRef", "")):
            node = scope.nodes.get(end)
            if node is not None and node.get("triggeredByEvent") in ("true", "1"):
                yield Finding(
                    flow,
                    f"事件子流程“{title(node)}”不能有连线“{title(flow)}”进出，请删去。",
                    f"Flow '{title(flow)}' may not lead into or out of event sub-process "
                    f"'{title(node)}'; remove it.",
                )
