"""Rules about what the engine does not run, or would not run as drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.spiff.diagram import ACTIVITIES, FLOW_NODES, Diagram, Scope
from engine.spiff.lint.rules import Finding, rule, title
from engine.spiff.xml import Node, children, kind

_INSTEAD: Final = {
    "complexGateway": (
        "复杂网关",
        "互斥、并行或包容网关",
        "a complex gateway",
        "an exclusive, parallel or inclusive gateway",
    ),
    "adHocSubProcess": (
        "即席子流程",
        "普通子流程",
        "an ad-hoc sub-process",
        "an ordinary sub-process",
    ),
    "choreographyTask": ("编排任务", "普通任务", "a choreography task", "an ordinary task"),
    "callChoreography": ("编排调用", "调用活动", "a call choreography", "a call activity"),
    "subChoreography": ("子编排", "子流程", "a sub-choreography", "a sub-process"),
}


@rule("element-unsupported")
def supported(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Some kinds of element cannot be run."""
    for node in scope.node:
        if kind(node) in _INSTEAD:
            zh, instead, en, use = _INSTEAD[kind(node)]
            yield Finding(
                node,
                f"“{title(node)}”是{zh}，不能执行，请改用{instead}。",
                f"'{title(node)}' is {en}, which cannot be run; use {use}.",
            )


@rule("event-subprocess")
def no_event_subprocess(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Event sub-processes do not interrupt as drawn, and one with a timer never ends."""
    for node in scope.of_kind("subProcess"):
        if node.get("triggeredByEvent") == "true":
            yield Finding(
                node,
                f"“{title(node)}”是事件子流程，不能执行，请改用边界事件。",
                f"'{title(node)}' is an event sub-process, which cannot be run; use a boundary "
                "event.",
            )


@rule("compensation")
def no_compensation(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Nothing is compensated."""
    for node in scope.of_kind(*ACTIVITIES):
        if node.get("isForCompensation") == "true":
            yield Finding(
                node,
                f"“{title(node)}”是补偿活动，不会执行，请画成普通步骤。",
                f"'{title(node)}' is for compensation, which is not done; draw an ordinary step.",
            )


@rule("data-association")
def data_objects_exist(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Data comes from and goes to data objects of the diagram; data stores are not kept."""
    objects = _data_objects(scope)
    for node in scope.of_kind(*FLOW_NODES):
        for reference in _references(node):
            if (reference.text or "").strip() not in objects:
                yield Finding(
                    node,
                    f"“{title(node)}”用到的数据“{reference.text}”不是这里的数据对象，请改用表单字段。",
                    f"'{title(node)}' uses '{reference.text}', which is no data object here; use "
                    "a form field.",
                )


def _references(node: Node) -> Iterator[Node]:
    for association in children(node, "dataInputAssociation"):
        yield from children(association, "sourceRef")
    for association in children(node, "dataOutputAssociation"):
        yield from children(association, "targetRef")


def _data_objects(scope: Scope) -> set[str]:
    """Give the ids of the references to data objects that can be seen in a scope."""
    references, objects = set(), set()
    around: Scope | None = scope
    while around is not None:
        objects |= {node.get("id") for node in children(around.node, "dataObject")}
        around = around.parent
    for node in children(scope.node, "dataObjectReference"):
        if node.get("dataObjectRef") in objects:
            references.add(node.get("id", ""))
    return references
