"""Rules about events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.spiff.diagram import ACTIVITIES, CONTAINERS, EVENTS, Diagram, Scope, definitions_of
from engine.spiff.lint.rules import Finding, rule, title
from engine.spiff.xml import Node, child, kind

#: Event → definitions (without "EventDefinition") that run as drawn; "" is a plain event.
RUNNING: Final = {
    "startEvent": {""},
    "endEvent": {"", "message", "error", "escalation", "terminate", "cancel"},
    "intermediateThrowEvent": {"", "message", "signal", "escalation"},
    "intermediateCatchEvent": {"message", "signal", "timer"},
    "boundaryEvent": {"message", "signal", "timer", "error", "escalation", "cancel"},
}
_TIMES: Final = ("timeDate", "timeDuration", "timeCycle")
_DECLARED: Final = {
    "message": ("messageRef", "消息", "message"),
    "signal": ("signalRef", "信号", "signal"),
    "error": ("errorRef", "错误", "error"),
    "escalation": ("escalationRef", "升级", "escalation"),
}


def _definitions(node: Node) -> list[str]:
    return [kind(each).removesuffix("EventDefinition") for each in definitions_of(node)]


@rule("event-unsupported")
def events_run(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Some events would pass silently or wait for ever."""
    for node in scope.of_kind(*EVENTS):
        for name in _definitions(node) or [""]:
            if name not in RUNNING[kind(node)]:
                yield Finding(
                    node,
                    f"事件“{title(node)}”（{kind(node)} {name}）不能按图执行，请改用别的事件。",
                    f"Event '{title(node)}' ({kind(node)} {name}) would not run as drawn; use "
                    "another kind of event.",
                )


@rule("event-several")
def one_definition(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """An event is of one kind."""
    for node in scope.of_kind(*EVENTS):
        if len(_definitions(node)) > 1:
            yield Finding(
                node,
                f"事件“{title(node)}”有不止一种定义，请拆成几个事件。",
                f"Event '{title(node)}' has more than one definition; split it.",
            )


@rule("event-undeclared")
def events_are_declared(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A message or signal is named; what is named is declared in the file."""
    for node, holder, what in _referring(scope):
        attribute, zh, en = _DECLARED[what]
        reference = holder.get(attribute)
        declared = diagram.declared.get(reference or "")
        needed = what in ("message", "signal")
        if (reference or needed) and (declared is None or kind(declared) != what):
            yield Finding(
                node,
                f"“{title(node)}”的{zh}“{reference or ''}”没有声明，请选择一个{zh}。",
                f"The {en} '{reference or ''}' of '{title(node)}' is not declared; choose one.",
            )


def _referring(scope: Scope) -> Iterator[tuple[Node, Node, str]]:
    for node in scope.of_kind(*EVENTS, "sendTask", "receiveTask"):
        definitions = [d for d in definitions_of(node) if _what(d) in _DECLARED]
        for definition in definitions:
            yield node, definition, _what(definition)
        if kind(node) in ("sendTask", "receiveTask") and not definitions:
            yield node, node, "message"


def _what(definition: Node) -> str:
    return kind(definition).removesuffix("EventDefinition")


@rule("declared-nameless")
def declarations_have_names(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Messages and signals meet by name."""
    for node, holder, what in _referring(scope):
        declared = diagram.declared.get(holder.get(_DECLARED[what][0]) or "")
        if what in ("message", "signal") and declared is not None and not declared.get("name"):
            yield Finding(
                node,
                f"“{title(node)}”用的{_DECLARED[what][1]}没有名字，请给它取名。",
                f"The {what} used by '{title(node)}' has no name; give it one.",
            )


@rule("timer-unclear")
def timers_have_one_time(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A timer has one date, duration or cycle."""
    for node, definition in _timers(scope):
        if sum(child(definition, time) is not None for time in _TIMES) != 1:
            yield Finding(
                node,
                f"定时器“{title(node)}”要写一个时间：时刻、时长或周期。",
                f"Timer '{title(node)}' must have one time: a date, a duration or a cycle.",
            )


@rule("timer-cycle")
def cycles_go_beside(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A cycle ticks beside an activity; elsewhere it would not stop or not interrupt."""
    for node, definition in _timers(scope):
        beside = kind(node) == "boundaryEvent" and node.get("cancelActivity") == "false"
        if child(definition, "timeCycle") is not None and not beside:
            yield Finding(
                node,
                f"“{title(node)}”不能用周期，请改用时长，或改成不中断的边界事件。",
                f"'{title(node)}' cannot have a cycle; use a duration, or a boundary event that "
                "does not interrupt.",
            )


def _timers(scope: Scope) -> Iterator[tuple[Node, Node]]:
    for node in scope.of_kind(*EVENTS):
        for definition in definitions_of(node):
            if kind(definition) == "timerEventDefinition":
                yield node, definition


@rule("boundary-loose")
def boundaries_are_attached(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A boundary event sits on an activity of the same process."""
    for node in scope.of_kind("boundaryEvent"):
        host = scope.nodes.get(node.get("attachedToRef", ""))
        if host is None or kind(host) not in ACTIVITIES:
            yield Finding(
                node,
                f"边界事件“{title(node)}”没有附在任何步骤上，请把它拖到一个步骤的边上。",
                f"Boundary event '{title(node)}' is not attached to a step; drag it onto one.",
            )


@rule("boundary-never")
def boundaries_can_fire(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Errors, escalations and cancellations come out of sub-processes, not out of tasks."""
    for node in scope.of_kind("boundaryEvent"):
        host = scope.nodes.get(node.get("attachedToRef", ""))
        if host is None:
            continue
        names, hosts = set(_definitions(node)), CONTAINERS | {"callActivity"}
        never = names & {"error", "escalation"} and kind(host) not in hosts
        if never or ("cancel" in names and kind(host) != "transaction"):
            yield Finding(
                node,
                f"“{title(host)}”不会发出“{title(node)}”要等的事件，请附在子流程上。",
                f"'{title(host)}' never sends what '{title(node)}' waits for; attach it to a "
                "sub-process.",
            )


@rule("boundary-interrupts")
def errors_interrupt(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """An error or a cancellation always ends the activity (BPMN 2.0, 10.5.6)."""
    for node in scope.of_kind("boundaryEvent"):
        names = set(_definitions(node)) & {"error", "cancel"}
        if names and node.get("cancelActivity") == "false":
            yield Finding(
                node,
                f"边界事件“{title(node)}”必须是中断的，请改成中断。",
                f"Boundary event '{title(node)}' must interrupt; change it.",
            )


@rule("cancel-outside")
def cancels_in_transactions(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Only a transaction is cancelled."""
    for node in scope.of_kind("endEvent"):
        if "cancel" in _definitions(node) and kind(scope.node) != "transaction":
            yield Finding(
                node,
                f"取消结束“{title(node)}”只能画在事务子流程里。",
                f"The cancel end '{title(node)}' may only be drawn in a transaction.",
            )


@rule("error-uncaught", severity="warning")
def errors_are_caught(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """An error or escalation that nothing around it catches only ends its own way."""
    for node in scope.of_kind("endEvent", "intermediateThrowEvent"):
        for definition in definitions_of(node):
            if _what(definition) in ("error", "escalation") and not _is_caught(scope, definition):
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
