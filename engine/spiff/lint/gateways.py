"""Rules about gateways."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from engine.spiff.diagram import Diagram, Scope, definitions_of
from engine.spiff.lint.flows import condition
from engine.spiff.lint.rules import Finding, rule, title
from engine.spiff.xml import Node, kind

CHOOSING = ("exclusiveGateway", "inclusiveGateway")


@rule("condition-missing")
def every_way_has_a_condition(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Where a gateway chooses, every flow but the default has a condition."""
    for node in scope.of_kind(*CHOOSING):
        flows = scope.outgoing.get(node.get("id", ""), [])
        for flow in flows if len(flows) > 1 else ():
            if condition(flow) is None and flow.get("id") != node.get("default"):
                yield Finding(
                    flow,
                    f"网关“{title(node)}”后面的连线“{title(flow)}”没有条件，也不是默认路径。",
                    f"Flow '{title(flow)}' behind gateway '{title(node)}' has no condition and "
                    "is not its default; give it one or make it the default.",
                )


@rule("default-unknown")
def default_is_a_way_out(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """The default flow is one of the gateway's own."""
    for node in scope.of_kind(*CHOOSING):
        default = node.get("default")
        flows = scope.outgoing.get(node.get("id", ""), [])
        if default and default not in [flow.get("id") for flow in flows]:
            yield Finding(
                node,
                f"网关“{title(node)}”的默认路径“{default}”不是它后面的连线，请重新设置。",
                f"The default '{default}' of gateway '{title(node)}' is not one of its flows; "
                "choose one of them.",
            )


@rule("default-conditional", severity="warning")
def default_has_no_condition(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """The default flow is taken when nothing else is; a condition on it is not looked at."""
    for node in scope.of_kind(*CHOOSING):
        for flow in scope.outgoing.get(node.get("id", ""), []):
            if flow.get("id") == node.get("default") and condition(flow) is not None:
                yield Finding(
                    flow,
                    f"默认路径“{title(flow)}”上的条件不起作用，请删去条件。",
                    f"The condition on the default flow '{title(flow)}' has no effect; remove it.",
                )


@rule("default-missing", severity="warning")
def has_a_default(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Without a default the process stops with an error when no condition holds."""
    for node in scope.of_kind(*CHOOSING):
        flows = scope.outgoing.get(node.get("id", ""), [])
        if len(flows) > 1 and not node.get("default"):
            yield Finding(
                node,
                f"网关“{title(node)}”没有默认路径；条件都不成立时流程会出错。请设一条。",
                f"Gateway '{title(node)}' has no default flow; when no condition holds the "
                "process fails. Choose one.",
            )


@rule("event-gateway-target")
def waits_for_events(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Behind an event gateway stand events that only it leads to (BPMN 2.0, 10.6.6)."""
    for node, target in _behind_event_gateways(scope):
        single = len(scope.incoming.get(target.get("id", ""), ())) == 1
        guarded = bool(scope.boundaries.get(target.get("id", "")))
        if kind(target) not in ("intermediateCatchEvent", "receiveTask") or not single or guarded:
            yield Finding(
                target,
                f"事件网关“{title(node)}”后面的“{title(target)}”应是等待事件，且只有一条连线进入。",
                f"'{title(target)}' behind event gateway '{title(node)}' must be an event that "
                "waits, with no other flow into it.",
            )


@rule("event-gateway-timers")
def one_timer(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Two timers behind one event gateway would share one clock."""
    for node in scope.of_kind("eventBasedGateway"):
        timers = [t for n, t in _behind_event_gateways(scope) if n is node and _is_timer(t)]
        for extra in timers[1:]:
            yield Finding(
                extra,
                f"事件网关“{title(node)}”后面只能有一个定时器，请保留最早的一个。",
                f"Only one timer may stand behind event gateway '{title(node)}'; keep the "
                "earliest.",
            )


@rule("event-gateway-same")
def different_events(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Behind one event gateway no message or signal is waited for twice."""
    for node in scope.of_kind("eventBasedGateway"):
        targets = [t for n, t in _behind_event_gateways(scope) if n is node]
        counts = Counter(_waits_for(target) for target in targets)
        for target in targets:
            if _waits_for(target) and counts[_waits_for(target)] > 1:
                yield Finding(
                    target,
                    f"事件网关“{title(node)}”后面有两处等待同一个消息，请合并。",
                    f"Two ways behind event gateway '{title(node)}' wait for the same message; "
                    "merge them.",
                )


@rule("join-waits-for-itself", severity="warning")
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


def _behind_event_gateways(scope: Scope) -> Iterator[tuple[Node, Node]]:
    for node in scope.of_kind("eventBasedGateway"):
        for flow in scope.outgoing.get(node.get("id", ""), ()):
            target = scope.nodes.get(flow.get("targetRef", ""))
            if target is not None:
                yield node, target


def _is_timer(node: Node) -> bool:
    return any(kind(each) == "timerEventDefinition" for each in definitions_of(node))


def _waits_for(node: Node) -> str | None:
    holders = [node, *definitions_of(node)]
    references = (each.get("messageRef") or each.get("signalRef") for each in holders)
    return next((reference for reference in references if reference), None)
