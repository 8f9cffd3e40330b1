"""Rules about events: what they are about, and where they may stand (BPMN 2.0, 10.5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from engine.spiff import xml
from engine.spiff.diagram import EVENTS, Diagram, Scope, definitions_of
from engine.spiff.lint.rules import Finding, file_rule, rule, title
from engine.spiff.lint.structure import is_triggered
from engine.spiff.xml import Node, child, kind

#: Event → definitions (without "EventDefinition") that run as drawn; "" is a plain event.
RUNNING: Final = {
    "startEvent": {""},
    "endEvent": {"", "message", "error", "escalation", "terminate", "cancel"},
    "intermediateThrowEvent": {"", "message", "signal", "escalation"},
    "intermediateCatchEvent": {"message", "signal", "timer"},
    "boundaryEvent": {"message", "signal", "timer", "error", "escalation", "cancel"},
}
_OUTSIDE: Final = {"message", "timer", "conditional", "signal"}
#: Event → what BPMN lets it be about (tables 10.82 to 10.93).
ALLOWED: Final = {
    "startEvent": {"", *_OUTSIDE},
    "endEvent": {
        "", "message", "error", "escalation", "cancel", "compensate", "signal", "terminate",
    },
    "intermediateThrowEvent": {"", "message", "escalation", "link", "compensate", "signal"},
    "intermediateCatchEvent": {*_OUTSIDE, "link"},
    "boundaryEvent": {*_OUTSIDE, "error", "escalation", "cancel", "compensate"},
}  # fmt: skip
_IN_TRIGGERED: Final = {*_OUTSIDE, "error", "escalation", "compensate"}
_CATCHING: Final = ("startEvent", "boundaryEvent", "intermediateCatchEvent")
_TIMES: Final = ("timeDate", "timeDuration", "timeCycle")
_DECLARED: Final = {
    "message": ("messageRef", "消息", "message"),
    "signal": ("signalRef", "信号", "signal"),
    "error": ("errorRef", "错误", "error"),
    "escalation": ("escalationRef", "升级", "escalation"),
}


def names_of(node: Node) -> list[str]:
    """Give what an event is about: "message", "timer", …"""
    return [what(each) for each in definitions_of(node)]


def what(definition: Node) -> str:
    """Give the kind of an event definition."""
    return kind(definition).removesuffix("EventDefinition")


def _allowed(scope: Scope, node: Node) -> set[str]:
    if kind(node) != "startEvent" or scope.parent is None:
        return ALLOWED[kind(node)]
    return _IN_TRIGGERED if is_triggered(scope) else {""}


@rule("event-misplaced", "每种事件只出现在规范允许的位置。")
def events_stand_right(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """An event is only about what BPMN allows in its place."""
    for node in scope.of_kind(*EVENTS):
        if xml.children(node, "eventDefinitionRef"):
            continue
        for name in names_of(node) or [""]:
            if name not in _allowed(scope, node):
                where = "" if scope.parent is None else f" in {kind(scope.node)}"
                yield Finding(
                    node,
                    f"“{title(node)}”是 {kind(node)}{where}，不能是 {name or '无定义的'} 事件，"
                    "请改成规范允许的种类。",
                    f"'{title(node)}', a {kind(node)}{where}, may not be "
                    f"{'a plain event' if not name else f'a {name} event'}; choose a kind that "
                    "BPMN allows there.",
                )


@rule("event-unsupported", "事件是引擎能按图执行的种类。", family="engine", fix=True)
def events_run(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """An event is of a kind that would not pass silently or wait for ever."""
    for node in scope.of_kind(*EVENTS):
        referred = ["eventDefinitionRef"] if xml.children(node, "eventDefinitionRef") else []
        for name in names_of(node) + referred or [""]:
            if name not in RUNNING[kind(node)] and not is_triggered(scope):
                yield Finding(
                    node,
                    f"事件“{title(node)}”（{kind(node)} {name}）不能按图执行，请改用别的事件。",
                    f"Event '{title(node)}' ({kind(node)} {name}) would not run as drawn; use "
                    "another kind of event.",
                )


@rule("event-several", "一个事件只有一种定义。", family="engine", fix=True)
def one_definition(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """An event is of one kind."""
    for node in scope.of_kind(*EVENTS):
        if len(names_of(node)) > 1:
            yield Finding(
                node,
                f"事件“{title(node)}”有不止一种定义，请拆成几个事件。",
                f"Event '{title(node)}' has more than one definition; split it.",
            )


@rule("event-nameless", "事件说明是哪个消息、信号、错误或升级。", family="engine", fix=True)
def events_say_what(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A message or signal event, a throw of any kind, and a sending or receiving task say which."""
    for node, holder, name in _referring(scope):
        attribute, zh, en = _DECLARED[name]
        may_be_any = name in ("error", "escalation") and kind(node) in _CATCHING
        if not may_be_any and not holder.get(attribute):
            yield Finding(
                node,
                f"“{title(node)}”没有说明是哪个{zh}，请选择一个{zh}。",
                f"'{title(node)}' does not say which {en}; choose one.",
            )


def _referring(scope: Scope) -> Iterator[tuple[Node, Node, str]]:
    for node in scope.of_kind(*EVENTS, "sendTask", "receiveTask"):
        definitions = [d for d in definitions_of(node) if what(d) in _DECLARED]
        for definition in definitions:
            yield node, definition, what(definition)
        if kind(node) in ("sendTask", "receiveTask") and not definitions:
            yield node, node, "message"


@rule("declared-nameless", "消息和信号有名字，错误和升级有代码。", family="engine", fix=True)
def declarations_have_names(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Messages and signals have a name, errors and escalations a code: by those they meet."""
    for node, holder, name in _referring(scope):
        attribute, zh, en = _DECLARED[name]
        declared = diagram.declared.get(holder.get(attribute) or "")
        wanted = "name" if name in ("message", "signal") else f"{name}Code"
        if declared is not None and kind(declared) == name and not declared.get(wanted):
            yield Finding(
                node,
                f"“{title(node)}”用的{zh}“{title(declared)}”没有 {wanted}，请补上。",
                f"The {en} '{title(declared)}' used by '{title(node)}' has no {wanted}; give it "
                "one.",
            )


@file_rule("declared-twice", "两个消息、信号、错误或升级不同名。", family="engine", fix=True)
def declarations_differ(diagram: Diagram) -> Iterator[Finding]:
    """No two messages, signals, errors or escalations have the same name or code."""
    seen: dict[tuple[str, str], Node] = {}
    for node in diagram.declared.values():
        said = node.get("errorCode") or node.get("escalationCode") or node.get("name")
        if said and seen.setdefault((kind(node), said), node) is not node:
            _attribute, zh, en = _DECLARED[kind(node)]
            yield Finding(
                node,
                f"有两个{zh}都叫“{said[:80]}”，分不清是哪一个，请合并或改名。",
                f"Two {en} declarations are called '{said[:80]}' and cannot be told apart; merge "
                "or rename them.",
            )


@rule("code-missing", "可执行流程抛出的错误和升级有代码。")
def thrown_codes(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """In a process marked as executable, an error or escalation that is thrown has a code."""
    process = diagram.by_id.get(scope.process)
    if process is None or process.get("isExecutable") not in ("true", "1"):
        return
    for node in scope.of_kind("endEvent", "intermediateThrowEvent"):
        for definition in definitions_of(node):
            name = what(definition)
            declared = diagram.declared.get(definition.get(f"{name}Ref") or "")
            lacking = declared is not None and not declared.get(f"{name}Code")
            if name in ("error", "escalation") and lacking:
                yield Finding(
                    node,
                    f"“{title(node)}”抛出的{_DECLARED[name][1]}没有代码（{name}Code），请补上。",
                    f"The {name} thrown by '{title(node)}' has no {name}Code; give it one.",
                )


@rule("timer-unclear", "定时器有一个时间。", family="engine", fix=True)
def timers_have_one_time(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A timer has one date, duration or cycle."""
    for node, definition in _timers(scope):
        if sum(child(definition, time) is not None for time in _TIMES) != 1:
            yield Finding(
                node,
                f"定时器“{title(node)}”要写一个时间：时刻、时长或周期。",
                f"Timer '{title(node)}' must have one time: a date, a duration or a cycle.",
            )


@rule("timer-cycle", "周期只用于不中断的边界事件。", family="engine", fix=True)
def cycles_go_beside(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A cycle ticks beside an activity; elsewhere it would not stop or not interrupt."""
    for node, definition in _timers(scope):
        beside = kind(node) == "boundaryEvent" and node.get("cancelActivity") in ("false", "0")
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


@rule("condition-empty", "条件事件写明条件。", family="engine", fix=True)
def conditional_events_have_one(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A conditional event of a process marked as executable has a condition."""
    process = diagram.by_id.get(scope.process)
    if process is None or process.get("isExecutable") not in ("true", "1"):
        return
    for node in scope.of_kind(*EVENTS):
        for definition in definitions_of(node):
            empty = xml.text(child(definition, "condition")) is None
            if kind(definition) == "conditionalEventDefinition" and empty:
                yield Finding(
                    node,
                    f"条件事件“{title(node)}”没有写条件，请写上。",
                    f"Conditional event '{title(node)}' has no condition; write one.",
                )


@rule("link-pair", "每个链接都有唯一的去处和来处。")
def links_meet(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A link that is thrown is caught once in the same process, and the other way round."""
    ends: dict[str, dict[str, list[Node]]] = {
        "intermediateThrowEvent": {},
        "intermediateCatchEvent": {},
    }
    for node in scope.of_kind(*ends):
        for definition in definitions_of(node):
            if kind(definition) == "linkEventDefinition":
                ends[kind(node)].setdefault(definition.get("name") or "", []).append(node)
    thrown, caught = ends["intermediateThrowEvent"], ends["intermediateCatchEvent"]
    for name, nodes in thrown.items():
        for node in () if name and name in caught else nodes:
            yield _unpaired(node, name)
    for name, nodes in caught.items():
        for node in nodes[1:] if name and name in thrown else nodes:
            yield _unpaired(node, name)


def _unpaired(node: Node, name: str) -> Finding:
    return Finding(
        node,
        f"链接“{name or title(node)}”（“{title(node)}”）在本流程里没有唯一对应的另一端，"
        "请让两端同名，且只有一个接收端。",
        f"Link '{name or title(node)}' ('{title(node)}') has no single other end in this process; "
        "give both ends one name, and have one end that catches.",
    )


@rule("link-flow", "链接的抛出端后面、接收端前面没有连线。")
def links_replace_flows(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """No flow leaves a link that is thrown or leads into one that is caught."""
    sides = {"intermediateThrowEvent": scope.outgoing, "intermediateCatchEvent": scope.incoming}
    for node in scope.of_kind(*sides):
        if "link" in names_of(node):
            for flow in sides[kind(node)].get(node.get("id", ""), ()):
                yield Finding(
                    flow,
                    f"连线“{title(flow)}”不能连在链接事件“{title(node)}”的这一边，请删去。",
                    f"Flow '{title(flow)}' may not be on this side of link event '{title(node)}'; "
                    "remove it.",
                )


def grouped(nodes: list[Node]) -> dict[tuple[str, str], list[Node]]:
    """Group events by what exactly they are about."""
    found: dict[tuple[str, str], list[Node]] = defaultdict(list)
    for node in nodes:
        for definition in definitions_of(node):
            name = what(definition)
            found[name, definition.get(f"{name}Ref") or ""].append(node)
    return found
