"""Rules about event-based gateways (BPMN 2.0, 10.6.6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.spiff.diagram import Diagram, Scope, definitions_of
from engine.spiff.lint.gateways import counted, waits_for
from engine.spiff.lint.rules import Finding, rule, title
from engine.spiff.xml import Node, kind

_TRIGGERS: Final = frozenset(
    f"{name}EventDefinition" for name in ("message", "signal", "timer", "conditional")
)


def _targets(scope: Scope, gateway: Node) -> list[Node]:
    flows = scope.outgoing.get(gateway.get("id", ""), ())
    found = (scope.nodes.get(flow.get("targetRef", "")) for flow in flows)
    return [node for node in found if node is not None]


@rule("event-gateway-target", "事件网关后面是等待的事件。")
def waits_for_events(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Behind an event gateway stand events that wait, or receive tasks."""
    for gateway in scope.of_kind("eventBasedGateway"):
        for target in _targets(scope, gateway):
            kinds = {kind(each) for each in definitions_of(target)}
            waits = kind(target) == "intermediateCatchEvent" and kinds <= _TRIGGERS
            if not waits and kind(target) != "receiveTask":
                yield Finding(
                    target,
                    f"事件网关“{title(gateway)}”后面的“{title(target)}”应是等待消息、信号、时间"
                    "或条件的中间事件，或接收任务。",
                    f"'{title(target)}' behind event gateway '{title(gateway)}' must be an event "
                    "that waits for a message, a signal, a time or a condition, or a receive "
                    "task.",
                )


@rule("event-gateway-shared", "事件网关后面的事件只由它通到。")
def only_from_there(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Nothing else leads to what stands behind an event gateway, and nothing is attached to it."""
    for gateway in scope.of_kind("eventBasedGateway"):
        for target in _targets(scope, gateway):
            name = target.get("id", "")
            if len(scope.incoming.get(name, ())) > 1 or scope.boundaries.get(name):
                yield Finding(
                    target,
                    f"事件网关“{title(gateway)}”后面的“{title(target)}”不能再有别的连线进入，"
                    "也不能附着边界事件。",
                    f"'{title(target)}' behind event gateway '{title(gateway)}' may have no other "
                    "flow into it and no boundary event on it.",
                )


@rule("event-gateway-mixed", "事件网关后面不混用消息事件和接收任务。")
def one_way_to_receive(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Message events and receive tasks do not stand behind the same event gateway."""
    for gateway in scope.of_kind("eventBasedGateway"):
        targets = _targets(scope, gateway)
        receives = any(kind(target) == "receiveTask" for target in targets)
        for target in targets if receives else ():
            if any(kind(each) == "messageEventDefinition" for each in definitions_of(target)):
                yield Finding(
                    target,
                    f"事件网关“{title(gateway)}”后面不能同时有消息事件“{title(target)}”和接收任务，"
                    "请统一。",
                    f"Message event '{title(target)}' and a receive task stand behind the same "
                    f"event gateway '{title(gateway)}'; use one kind.",
                )


@rule("event-gateway-single", "事件网关后面至少有两条连线。", family="engine")
def there_is_a_choice(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """At least two flows leave an event gateway."""
    for gateway in scope.of_kind("eventBasedGateway"):
        if len(scope.outgoing.get(gateway.get("id", ""), ())) == 1:
            yield Finding(
                gateway,
                f"事件网关“{title(gateway)}”后面只有一条连线，至少要有两条，或删去网关。",
                f"Only one flow leaves event gateway '{title(gateway)}'; it needs two, or remove "
                "the gateway.",
            )


@rule("event-gateway-start", "启动流程的事件网关没有连线进入。")
def nothing_before_instantiation(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """No flow leads into an event gateway that starts the process."""
    for gateway in _instantiating(scope):
        if scope.incoming.get(gateway.get("id", "")):
            yield Finding(
                gateway,
                f"事件网关“{title(gateway)}”用来启动流程，不能有连线进入。",
                f"Event gateway '{title(gateway)}' starts the process; no flow may lead into it.",
            )


@rule("event-gateway-parallel", "只有启动流程的事件网关可以等全部事件。")
def all_events_only_at_the_start(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Only an event gateway that starts the process waits for all of its events."""
    starting = _instantiating(scope)
    for gateway in scope.of_kind("eventBasedGateway"):
        if gateway.get("eventGatewayType") == "Parallel" and gateway not in starting:
            yield Finding(
                gateway,
                f"事件网关“{title(gateway)}”不启动流程，不能标为 Parallel，请改为 Exclusive。",
                f"Event gateway '{title(gateway)}' does not start the process and may not be "
                "Parallel; make it Exclusive.",
            )


@rule("started-by-message", "流程只由开始事件启动。", family="engine")
def only_start_events_start(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Gateways and receive tasks do not start a process."""
    receiving = [n for n in scope.of_kind("receiveTask") if n.get("instantiate") in ("true", "1")]
    for node in [*_instantiating(scope), *receiving]:
        yield Finding(
            node,
            f"“{title(node)}”要由消息启动流程，请改用开始事件。",
            f"'{title(node)}' would start the process by a message; use a start event.",
        )


def _instantiating(scope: Scope) -> list[Node]:
    found = scope.of_kind("eventBasedGateway")
    return [node for node in found if node.get("instantiate") in ("true", "1")]


@rule("event-gateway-timers", "事件网关后面只有一个定时器。", family="engine")
def one_timer(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """One timer stands behind an event gateway; two would share one clock."""
    for gateway in scope.of_kind("eventBasedGateway"):
        timers = [target for target in _targets(scope, gateway) if _is_timer(target)]
        for extra in timers[1:]:
            yield Finding(
                extra,
                f"事件网关“{title(gateway)}”后面只能有一个定时器，请保留最早的一个。",
                f"Only one timer may stand behind event gateway '{title(gateway)}'; keep the "
                "earliest.",
            )


@rule("event-gateway-same", "事件网关后面不重复等同一个消息。", family="engine")
def different_events(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Behind one event gateway no message or signal is waited for twice."""
    for gateway in scope.of_kind("eventBasedGateway"):
        targets = _targets(scope, gateway)
        counts = counted(targets)
        for target in targets:
            if counts[waits_for(target) or ""] > 1:
                yield Finding(
                    target,
                    f"事件网关“{title(gateway)}”后面有两处等待同一个消息，请合并。",
                    f"Two ways behind event gateway '{title(gateway)}' wait for the same message; "
                    "merge them.",
                )


def _is_timer(node: Node) -> bool:
    return any(kind(each) == "timerEventDefinition" for each in definitions_of(node))
