"""Rules about tasks, sub-processes and calls."""

from __future__ import annotations

from collections.abc import Iterator

from engine.spiff.diagram import ACTIVITIES, Diagram, Scope
from engine.spiff.elements import decision_of, operator_of, parameters_of
from engine.spiff.lint.rules import Finding, rule, title
from engine.spiff.xml import Node, child, children, text


@rule("service-operator")
def service_has_operator(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A service task says which service it calls."""
    for node in scope.of_kind("serviceTask"):
        if not operator_of(node):
            yield Finding(
                node,
                f"服务任务“{title(node)}”没有选择服务，请选择一个。",
                f"Service task '{title(node)}' calls no service; choose one.",
            )


@rule("service-parameter")
def parameters_have_names(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Every parameter of a service has a name."""
    for node in scope.of_kind("serviceTask"):
        if "" in parameters_of(node):
            yield Finding(
                node,
                f"服务任务“{title(node)}”有一个参数没有名字，请补上。",
                f"A parameter of service task '{title(node)}' has no name; give it one.",
            )


@rule("decision-missing")
def rule_has_decision(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A business rule task says which decision it asks for."""
    for node in scope.of_kind("businessRuleTask"):
        if decision_of(node) is None:
            yield Finding(
                node,
                f"决策任务“{title(node)}”没有选择决策表，请选择一个。",
                f"Business rule task '{title(node)}' asks for no decision; choose one.",
            )


@rule("script-missing")
def script_has_text(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A script task has a script."""
    for node in scope.of_kind("scriptTask"):
        if child(node, "script") is None:
            yield Finding(
                node,
                f"脚本任务“{title(node)}”没有脚本，请写上。",
                f"Script task '{title(node)}' has no script; write one.",
            )


@rule("call-nothing")
def call_has_target(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A call activity says which process it calls."""
    for node in scope.of_kind("callActivity"):
        if not node.get("calledElement"):
            yield Finding(
                node,
                f"调用活动“{title(node)}”没有选择流程，请选择一个。",
                f"Call activity '{title(node)}' calls no process; choose one.",
            )


@rule("repeat-unclear")
def repeats_are_clear(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """An activity for several items says how often: by a number or by a collection."""
    for node in scope.of_kind(*ACTIVITIES):
        for loop in children(node, "multiInstanceLoopCharacteristics"):
            number = text(child(loop, "loopCardinality"))
            items = text(child(loop, "loopDataInputRef"))
            if (number is None) == (items is None):
                yield Finding(
                    node,
                    f"多实例“{title(node)}”应写明次数或集合，二者选一。",
                    f"'{title(node)}' must name either a number of instances or a collection.",
                )


@rule("repeat-output")
def outputs_are_complete(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Results are collected when both the list and the field of each instance are named."""
    for node in scope.of_kind(*ACTIVITIES):
        for loop in children(node, "multiInstanceLoopCharacteristics"):
            into = text(child(loop, "loopDataOutputRef"))
            each = child(loop, "outputDataItem")
            if (into is None) != (each is None) or (each is not None and not each.get("id")):
                yield Finding(
                    node,
                    f"多实例“{title(node)}”收集结果时，要同时写明列表和每次的字段。",
                    f"To collect results, '{title(node)}' must name both the list and the field "
                    "of each instance.",
                )


@rule("loop-unclear")
def loops_end(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A loop has a condition or a number of rounds."""
    for node in scope.of_kind(*ACTIVITIES):
        for loop in children(node, "standardLoopCharacteristics"):
            maximum = loop.get("loopMaximum")
            if _is_bad_number(maximum) or (maximum is None and not _has_condition(loop)):
                yield Finding(
                    node,
                    f"循环“{title(node)}”应写明循环条件或最多次数（整数）。",
                    f"Loop '{title(node)}' must name its condition or a whole number of rounds.",
                )


def _has_condition(loop: Node) -> bool:
    return text(child(loop, "loopCondition")) is not None


def _is_bad_number(number: str | None) -> bool:
    return number is not None and not (number.isascii() and number.isdigit() and len(number) < 7)


@rule("repeat-twice")
def repeats_once(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """An activity repeats in one way only."""
    for node in scope.of_kind(*ACTIVITIES):
        loops = children(node, "multiInstanceLoopCharacteristics", "standardLoopCharacteristics")
        if len(loops) > 1:
            yield Finding(
                node,
                f"“{title(node)}”不能同时是循环和多实例，请只留一种。",
                f"'{title(node)}' cannot be a loop and a multi-instance; keep one.",
            )


@rule("plain-task", severity="warning")
def tasks_have_a_kind(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A task of no kind waits for a person, which its drawing does not say."""
    for node in scope.of_kind("task"):
        yield Finding(
            node,
            f"“{title(node)}”没有类型，会等人来办；请改成用户任务。",
            f"'{title(node)}' has no kind and waits for a person; make it a user task.",
        )
