"""Rules about processes as a whole: ids, start and end, and what leads where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from engine.spiff import xml
from engine.spiff.diagram import FLOW_NODES, Diagram, Scope
from engine.spiff.lint.rules import Finding, file_rule, rule, title
from engine.spiff.xml import Node, kind

_NCNAME: Final = re.compile(r"[^\W\d][\w.\-\u00b7\u0300-\u036f]*")
#: What fits where steps and versions are kept.
_LONGEST_ID: Final = 64
_LONGEST_NAME: Final = 100
_LONGEST_PROCESS_NAME: Final = 200
#: Names the engine needs for itself.
_RESERVED: Final = re.compile(
    r"Start|End|Root|StartEventSplit|StartEventJoin|.*\.(EndJoin|BoundaryEventSplit)"
)
#: Elements whose id is the name of a variable in SpiffWorkflow's dialect, not an identity.
_VARIABLES: Final = frozenset({"inputDataItem", "outputDataItem", "dataInput", "dataOutput"})


def is_triggered(scope: Scope) -> bool:
    """Say whether a scope is an event sub-process."""
    return scope.node.get("triggeredByEvent") in ("true", "1")


@rule("id-missing", "流程里的每个元素要有 id。", family="engine", fix=True)
def missing_ids(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Every element of a process has an id; history and tasks refer to it."""
    outermost = [scope.node] if scope.parent is None else []
    for node in [*outermost, *scope.node]:
        if kind(node) in FLOW_NODES | {"sequenceFlow", "process"} and not node.get("id"):
            yield Finding(
                node,
                f"第 {node.sourceline} 行的元素没有 id，请补上。",
                f"The element on line {node.sourceline} has no id; give it one.",
            )


@file_rule("id-missing-declared", "消息、信号、错误和升级要有 id。", family="engine", fix=True)
def missing_declared_ids(diagram: Diagram) -> Iterator[Finding]:
    """A message, signal, error or escalation has an id; events refer to it."""
    for node in xml.children(diagram.root, "message", "signal", "error", "escalation"):
        if not node.get("id"):
            yield Finding(
                node,
                f"第 {node.sourceline} 行的 {kind(node)} 没有 id，没有事件能用它，请补上。",
                f"The {kind(node)} on line {node.sourceline} has no id, so no event can use it; "
                "give it one.",
            )


@file_rule("id-illegal", "id 以字母或下划线开头，只含字母、数字、“_”“.”“-”。")
def legal_ids(diagram: Diagram) -> Iterator[Finding]:
    """An id starts with a letter or underscore and holds letters, digits, '_', '.' and '-' only."""
    for node in diagram.root.iter(f"{{{xml.BPMN}}}*"):
        name = node.get("id")
        if name is not None and not _NCNAME.fullmatch(name.strip()):
            yield Finding(
                node,
                f"“{name[:80]}”不能用作 id：id 以字母或下划线开头，只含字母、数字、“_”“.”“-”，"
                "请改名。",
                f"'{name[:80]}' cannot be an id: an id starts with a letter or underscore and "
                "holds letters, digits, '_', '.' and '-' only. Rename it.",
            )


@rule("id-reserved", "id 不占用引擎自己的名字，也不太长。", family="engine")
def usable_ids(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """An id is not one of the engine's own names, and not too long."""
    outermost = {scope.id: scope.node} if scope.parent is None else {}
    for name, node in {**outermost, **scope.nodes}.items():
        if _RESERVED.fullmatch(name) or len(name) > _LONGEST_ID:
            yield Finding(
                node,
                f"“{name[:80]}”是引擎自用的名字，或多于 {_LONGEST_ID} 个字符，请改成别的 id。",
                f"'{name[:80]}' is one of the engine's own names, or has more than "
                f"{_LONGEST_ID} characters; choose another id.",
            )


@rule("name-too-long", "名称不太长。", family="engine", fix=True)
def usable_names(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A name is short enough to stand in an inbox, or a list of flows."""
    for node in [*([scope.node] if scope.parent is None else []), *scope.nodes.values()]:
        most = _LONGEST_PROCESS_NAME if kind(node) == "process" else _LONGEST_NAME
        if len(node.get("name", "")) > most:
            yield Finding(
                node,
                f"“{title(node)}…”的名称多于 {most} 个字符，请缩短，细节写在说明里。",
                f"The name '{title(node)}...' has more than {most} characters; shorten it and "
                "keep the details in the documentation.",
            )


@file_rule("id-twice", "一个 id 只用于一个元素。")
def ids_once(diagram: Diagram) -> Iterator[Finding]:
    """An id stands for one element in the whole file."""
    seen: dict[str, Node] = {}
    for node in diagram.root.iter(f"{{{xml.BPMN}}}*", f"{{{xml.DI}}}*"):
        name = node.get("id")
        if not name or kind(node) in _VARIABLES:
            continue
        if name in seen:
            yield Finding(
                node,
                f"id“{name[:80]}”用了不止一次（第 {seen[name].sourceline} 行已有），"
                "请给每个元素不同的 id。",
                f"The id '{name[:80]}' is used more than once (first on line "
                f"{seen[name].sourceline}); give each element its own.",
            )
        seen.setdefault(name, node)


@rule(
    "process-not-executable",
    "要执行的流程标为可执行。",
    family="engine",
    fix=True,
)
def executable(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A process that is to run is not marked as one that is only drawn."""
    if scope.parent is None and scope.node.get("isExecutable") in ("false", "0"):
        yield Finding(
            scope.node,
            f"流程“{title(scope.node)}”标为不可执行，请在绘图工具里勾选“可执行”。",
            f"Process '{title(scope.node)}' is marked as not executable; tick 'executable'.",
        )


@rule("start-missing", "流程从一个开始事件开始。", family="engine", fix=True)
def has_start(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A process or sub-process begins with a start event."""
    ad_hoc = kind(scope.node) == "adHocSubProcess"
    if not ad_hoc and not is_triggered(scope) and not list(scope.of_kind("startEvent")):
        yield Finding(
            scope.node,
            f"“{title(scope.node)}”没有开始事件，请画一个。",
            f"'{title(scope.node)}' has no start event; draw one.",
        )


@rule("start-several", "只有一个开始事件。", family="engine", fix=True)
def one_start(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A process or sub-process begins in one place only."""
    starts = list(scope.of_kind("startEvent"))
    for node in () if is_triggered(scope) else starts[1:]:
        yield Finding(
            node,
            f"“{title(scope.node)}”有不止一个开始事件，请只留一个。",
            f"'{title(scope.node)}' has more than one start event; keep one.",
        )


@rule("end-missing", "流程到一个结束事件结束。", family="engine", fix=True)
def has_end(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A process or sub-process comes to an end event."""
    ad_hoc = kind(scope.node) == "adHocSubProcess"
    if not ad_hoc and not is_triggered(scope) and not list(scope.of_kind("endEvent")):
        yield Finding(
            scope.node,
            f"“{title(scope.node)}”没有结束事件，请画一个。",
            f"'{title(scope.node)}' has no end event; draw one.",
        )


@rule("unreachable", "每个元素都有路径通到。", family="engine", fix=True)
def reachable(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """The start event leads to everything; what no flow leads to is never done."""
    if is_triggered(scope) or kind(scope.node) == "adHocSubProcess":
        return
    reached = _reached(scope)
    for name, node in scope.nodes.items():
        if name not in reached and not _starts_otherwise(scope, node):
            yield Finding(
                node,
                f"没有路径通到“{title(node)}”，它永远不会执行。请连上它或删去它。",
                f"Nothing leads to '{title(node)}', so it is never done; connect or remove it.",
            )


def _starts_otherwise(scope: Scope, node: Node) -> bool:
    """Without a start event that is what is missing; some things are told by rules of their own."""
    return (
        not list(scope.of_kind("startEvent"))
        or node.get("triggeredByEvent") in ("true", "1")
        or node.get("isForCompensation") in ("true", "1")
    )


def _reached(scope: Scope) -> set[str]:
    found: set[str] = set()
    stack = [node.get("id", "") for node in scope.of_kind("startEvent")]
    stack += link_targets(scope)
    while stack:
        name = stack.pop()
        if name in found:
            continue
        found.add(name)
        stack += [flow.get("targetRef", "") for flow in scope.outgoing.get(name, ())]
        stack += [event.get("id", "") for event in scope.boundaries.get(name, ())]
    return found


def link_targets(scope: Scope) -> list[str]:
    """Give the ids of the link events that a link leads to."""
    return [
        node.get("id", "")
        for node in scope.of_kind("intermediateCatchEvent")
        if any(kind(part) == "linkEventDefinition" for part in node)
    ]
