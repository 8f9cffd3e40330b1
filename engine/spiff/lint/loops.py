"""Rules about activities that are done several times."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from engine.spiff.diagram import ACTIVITIES, Diagram, Scope
from engine.spiff.elements import ballot_of
from engine.spiff.lint.rules import Finding, rule, title
from engine.spiff.xml import Node, child, children, text

NEGATIVE: Final = re.compile(r"\s*-\s*\d.*", re.DOTALL)


@rule("repeat-unclear", "多实例写明次数或集合。", family="engine", fix=True)
def repeats_are_clear(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """An activity for several items says how often: by a number or by a collection."""
    for node in _repeated(scope):
        for loop in children(node, "multiInstanceLoopCharacteristics"):
            number = text(child(loop, "loopCardinality"))
            items = text(child(loop, "loopDataInputRef"))
            if (number is None) == (items is None) or NEGATIVE.fullmatch(number or ""):
                yield Finding(
                    node,
                    f"多实例“{title(node)}”应写明次数（不小于 0）或集合，二者选一。",
                    f"'{title(node)}' must name either a number of instances, not below 0, or a "
                    "collection.",
                )


@rule("repeat-output", "收集结果时写明列表和字段。", family="engine", fix=True)
def outputs_are_complete(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Results are collected when both the list and the field of each instance are named."""
    for node in _repeated(scope):
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


@rule("repeat-behavior", "多实例不另设事件。", family="engine", fix=True)
def no_behavior_events(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """An activity for several items throws no events of its own at each completion."""
    for node in _repeated(scope):
        for loop in children(node, "multiInstanceLoopCharacteristics"):
            if loop.get("behavior", "All") != "All" or children(loop, "complexBehaviorDefinition"):
                yield Finding(
                    node,
                    f"多实例“{title(node)}”设了每次完成时的事件，不会发出，请去掉。",
                    f"'{title(node)}' is to throw events as its instances complete, which is not "
                    "done; remove that.",
                )


@rule("loop-unclear", "循环写明条件或次数。", family="engine", fix=True)
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


def _repeated(scope: Scope) -> Iterator[Node]:
    """Give the activities that may be repeated by what they say themselves; a vote is not."""
    return (node for node in scope.of_kind(*ACTIVITIES) if ballot_of(node) is None)


def _has_condition(loop: Node) -> bool:
    return text(child(loop, "loopCondition")) is not None


def _is_bad_number(number: str | None) -> bool:
    return number is not None and not (number.isascii() and number.isdigit() and len(number) < 7)


@rule("repeat-twice", "一个活动只用一种重复。")
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
