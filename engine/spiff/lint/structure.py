"""Rules about processes as a whole: ids, start, end, and what leads where."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from engine.spiff.diagram import FLOW_NODES, Diagram, Scope
from engine.spiff.lint.rules import Finding, rule, title
from engine.spiff.xml import children, kind

_ID: Final = re.compile(r"[^\W\d][\w.-]*")
#: Names the engine needs for itself.
_RESERVED: Final = re.compile(
    r"Start|End|Root|StartEventSplit|StartEventJoin|.*\.(EndJoin|BoundaryEventSplit)"
)


@rule("id-missing")
def missing_ids(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Every element needs an id; history and tasks refer to it."""
    for node in scope.node:
        if kind(node) in FLOW_NODES | {"sequenceFlow"} and not node.get("id"):
            yield Finding(
                node,
                f"第 {node.sourceline} 行的元素没有 id，请补上。",
                f"The element on line {node.sourceline} has no id; give it one.",
            )


@rule("id-unusable")
def unusable_ids(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """An id is letters, digits, dots, hyphens; a few names are the engine's own."""
    for name, node in scope.nodes.items():
        if name and (not _ID.fullmatch(name) or _RESERVED.fullmatch(name) or len(name) > 200):
            yield Finding(
                node,
                f"“{name[:80]}”不能用作 id，请改成别的名字（字母、数字、“_”“.”“-”）。",
                f"'{name[:80]}' cannot be used as an id; choose another one of letters, digits, "
                "'_', '.' and '-'.",
            )


@rule("id-twice")
def ids_once(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """An id stands for one element in the whole file."""
    for node in [scope.node, *scope.node] if scope.parent is None else scope.node:
        name = node.get("id")
        named = node is scope.node or kind(node) in FLOW_NODES | {"sequenceFlow"}
        if name and named and diagram.times(name) > 1:
            yield Finding(
                node,
                f"id“{name}”用了不止一次，请给每个元素不同的 id。",
                f"The id '{name}' is used more than once; give each element its own.",
            )


@rule("process-not-executable")
def executable(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A process that says it is not to be run is not run."""
    if scope.parent is None and scope.node.get("isExecutable") == "false":
        yield Finding(
            scope.node,
            f"流程“{title(scope.node)}”标为不可执行，请在绘图工具里勾选“可执行”。",
            f"Process '{title(scope.node)}' is marked as not executable; tick 'executable'.",
        )


@rule("start-missing")
def has_start(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A process starts somewhere."""
    if not list(scope.of_kind("startEvent")):
        yield Finding(
            scope.node,
            f"“{title(scope.node)}”没有开始事件，请画一个。",
            f"'{title(scope.node)}' has no start event; draw one.",
        )


@rule("start-several")
def one_start(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A process starts in one place only."""
    for node in list(scope.of_kind("startEvent"))[1:]:
        yield Finding(
            node,
            f"“{title(scope.node)}”有不止一个开始事件，请只留一个。",
            f"'{title(scope.node)}' has more than one start event; keep one.",
        )


@rule("end-missing")
def has_end(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A process ends somewhere."""
    if not list(scope.of_kind("endEvent")):
        yield Finding(
            scope.node,
            f"“{title(scope.node)}”没有结束事件，请画一个。",
            f"'{title(scope.node)}' has no end event; draw one.",
        )


@rule("unreachable", severity="warning")
def reachable(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """What no flow leads to is never done."""
    reached = _reached(scope)
    for name, node in scope.nodes.items():
        if name not in reached:
            yield Finding(
                node,
                f"没有路径通到“{title(node)}”，它永远不会执行。请连上它或删去它。",
                f"Nothing leads to '{title(node)}', so it is never done; connect or remove it.",
            )


def _reached(scope: Scope) -> set[str]:
    found: set[str] = set()
    stack = [node.get("id", "") for node in scope.of_kind("startEvent")]
    while stack:
        name = stack.pop()
        if name in found:
            continue
        found.add(name)
        stack += [flow.get("targetRef", "") for flow in scope.outgoing.get(name, ())]
        stack += [event.get("id", "") for event in scope.boundaries.get(name, ())]
    return found


@rule("lane-dangling", severity="warning")
def lanes_hold_something(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A lane lists elements of its process only."""
    names = Counter(name for other in diagram.scopes for name in other.nodes)
    for lane_set in children(scope.node, "laneSet"):
        for lane in children(lane_set, "lane"):
            for reference in children(lane, "flowNodeRef"):
                if (reference.text or "").strip() not in names:
                    yield Finding(
                        lane,
                        f"泳道“{title(lane)}”里的“{reference.text}”不存在，请重新画泳道。",
                        f"Lane '{title(lane)}' lists '{reference.text}', which does not exist.",
                    )
