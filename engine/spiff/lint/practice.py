"""Rules about what is right and runs, but will annoy people or surprise them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.actors import ROLES
from engine.spiff.diagram import ACTIVITIES, Diagram, Scope, definitions_of
from engine.spiff.elements import properties
from engine.spiff.foreign import settings_of
from engine.spiff.foreign_faults import faults_of
from engine.spiff.lint.lanes import lanes_of
from engine.spiff.lint.rules import Finding, rule, title
from engine.spiff.xml import Node, child, children, kind

_BY_PEOPLE: Final = ("userTask", "manualTask", "task")
_DEADLINES: Final = ("dueIn", "dueOn", "due")


@rule("deadline-missing", "人办的任务有期限。", family="practice", severity="warning")
def tasks_have_deadlines(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """What people do has a deadline, as a setting or as a timer at its border."""
    for node in scope.of_kind(*_BY_PEOPLE):
        said = properties(node)
        if not any(said.get(name) for name in _DEADLINES) and not _has_timer(scope, node):
            yield Finding(
                node,
                f"任务“{title(node)}”没有期限，逾期无人知道。请设 dueIn，例如 3wd。",
                f"Task '{title(node)}' has no deadline, so nobody learns that it is late; set "
                "dueIn, for instance to 3wd.",
            )


def _has_timer(scope: Scope, node: Node) -> bool:
    return any(
        kind(part) == "timerEventDefinition"
        for event in scope.boundaries.get(node.get("id", ""), ())
        for part in definitions_of(event)
    )


@rule("lane-nobody", "有人办任务的泳道对应一个岗位。", family="practice", severity="warning")
def lanes_are_roles(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A lane with tasks for people is one of the roles that people hold."""
    for _set, lane in lanes_of(scope):
        if lane.get("id") in ROLES:
            continue
        listed = {(e.text or "").strip() for e in children(lane, "flowNodeRef")}
        tasks = [n for n in scope.of_kind(*_BY_PEOPLE) if n.get("id") in listed]
        if any(not properties(task).get("candidateGroups") for task in tasks):
            yield Finding(
                lane,
                f"泳道“{title(lane)}”（{lane.get('id') or ''}）不是岗位，没有人能办里面的任务。"
                f"请把泳道的 id 改成岗位：{'、'.join(ROLES)}。",
                f"Lane '{title(lane)}' ({lane.get('id') or ''}) is no role, so nobody can do the "
                f"tasks in it; make its id one of {', '.join(ROLES)}.",
            )


@rule("task-nameless", "人办的任务有名字。", family="practice", severity="warning")
def tasks_have_names(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """What people do has a name, by which it stands in their inbox."""
    for node in scope.of_kind(*_BY_PEOPLE):
        if not (node.get("name") or "").strip():
            yield Finding(
                node,
                f"任务“{node.get('id') or ''}”没有名字，待办里只会显示编号。请取个名字。",
                f"Task '{node.get('id') or ''}' has no name; the inbox would show its id. Name it.",
            )


@rule("data-drawn-only", "数据存储和输入输出只是图示。", family="practice", severity="warning")
def data_is_only_drawn(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Data stores, inputs and outputs are only drawn: all steps of a case share its fields."""
    for node in scope.of_kind(*ACTIVITIES):
        ends = [
            diagram.by_id.get((end.text or "").strip())
            for found in children(node, "dataInputAssociation", "dataOutputAssociation")
            for end in children(found, "sourceRef", "targetRef")
        ]
        store = any(end is not None and kind(end) == "dataStoreReference" for end in ends)
        if store or child(node, "ioSpecification") is not None:
            yield Finding(
                node,
                f"“{title(node)}”的数据存储或输入输出只是图示，不会执行；字段在整个流程里共用。",
                f"The data store or the inputs and outputs of '{title(node)}' are only drawn; all "
                "steps share the fields of the case.",
            )


@rule(
    "foreign-setting",
    "别的引擎的设置已换成自己的。",
    family="practice",
    severity="warning",
    fix=True,
)
def settings_are_ours(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Settings made for another engine are translated."""
    for node, names in _settings(scope, translated=True):
        yield Finding(
            node,
            f"“{title(node)}”有别的引擎的设置（{'、'.join(names)}），不起作用，请换成自己的设置。",
            f"'{title(node)}' has settings of another engine ({', '.join(names)}), which have no "
            "effect; translate them.",
        )


@rule("foreign-lost", "别的引擎的设置都有对应。", family="practice", severity="warning")
def settings_can_be_ours(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """No setting made for another engine is without a counterpart."""
    for node, names in _settings(scope, translated=False):
        yield Finding(
            node,
            f"“{title(node)}”有别的引擎的设置（{'、'.join(names)}），这里没有对应，请重新设置。",
            f"'{title(node)}' has settings of another engine ({', '.join(names)}) that have no "
            "counterpart here; set it anew.",
        )


@rule("foreign-broken", "别的引擎的设置本身完整。", family="engine", fix=True)
def settings_are_whole(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """No setting made for another engine is one that even that engine would refuse."""
    for node in [scope.node, *scope.nodes.values(), *scope.flows]:
        for name in dict.fromkeys(fault.name for fault in faults_of(node)):
            yield Finding(
                node,
                f"“{title(node)}”的设置 {name} 不完整或写错了，这里也不用它，请删去。",
                f"The setting {name} of '{title(node)}' is incomplete or wrong, and not used here; "
                "remove it.",
            )


def _settings(scope: Scope, *, translated: bool) -> Iterator[tuple[Node, list[str]]]:
    for node in [scope.node, *scope.nodes.values()]:
        found = [s.name for s in settings_of(node) if (s.ours is not None) == translated]
        if found:
            yield node, list(dict.fromkeys(found))
