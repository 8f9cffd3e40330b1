"""The shipped diagrams, redrawn a little as an enterprise might."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from engine.spiff.lint import Override, Problem, lint
from tests.processes.player import bundle

B = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
S = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"
Node = etree._Element
Edit = Callable[[Node], None]


def redrawn(key: str, *edits: Edit) -> dict[str, bytes]:
    """Give all shipped diagrams, that one after the edits."""
    root = etree.fromstring(bundle("processes/bpmn")[key])
    for edit in edits:
        edit(root)
    return {**bundle("processes/bpmn"), key: etree.tostring(root)}


def law(files: dict[str, bytes], key: str, *overrides: Override) -> list[Problem]:
    """Give the legal problems of a diagram, seen with the others."""
    others = [content for name, content in files.items() if name != key]
    found = lint(files[key], others=others, overrides=overrides)
    return [problem for problem in found if problem.family == "law"]


def get(root: Node, id: str) -> Node:
    return next(node for node in root.iter() if node.get("id") == id)


def without(id: str) -> Edit:
    """Take a step out; the flow into it leads on to the next one."""

    def edit(root: Node) -> None:
        (onward,) = (f for f in root.iter(f"{B}sequenceFlow") if f.get("sourceRef") == id)
        for flow in root.iter(f"{B}sequenceFlow"):
            if flow.get("targetRef") == id:
                flow.set("targetRef", onward.get("targetRef", ""))
        attached = [e for e in root.iter(f"{B}boundaryEvent") if e.get("attachedToRef") == id]
        after = {e.get("id") for e in attached}
        gone = [f for f in root.iter(f"{B}sequenceFlow") if f.get("sourceRef") in after]
        for node in [get(root, id), onward, *attached, *gone]:
            _remove(node)
        _unlist(root)

    return edit


def leading(flow: str, *, source: str = "", target: str = "") -> Edit:
    """Lead a flow elsewhere."""

    def edit(root: Node) -> None:
        found = get(root, flow)
        found.set("sourceRef", source or found.get("sourceRef", ""))
        found.set("targetRef", target or found.get("targetRef", ""))
        _unlist(root)

    return edit


def on_condition(flow: str, condition: str) -> Edit:
    """Give a flow another condition."""

    def edit(root: Node) -> None:
        found = get(root, flow)
        expression = found.find(f"{B}conditionExpression")
        if expression is None:
            expression = etree.SubElement(found, f"{B}conditionExpression")
        expression.text = condition

    return edit


def saying(id: str, name: str, value: str | None) -> Edit:
    """Set a property of a step, or take it away."""

    def edit(root: Node) -> None:
        for found in get(root, id).iter(f"{S}property"):
            if found.get("name") == name:
                if value is None:
                    _remove(found)
                else:
                    found.set("value", value)

    return edit


def calling(id: str, operator: str) -> Edit:
    """Let a service task call another delegate."""

    def edit(root: Node) -> None:
        next(get(root, id).iter(f"{S}serviceTaskOperator")).set("id", operator)

    return edit


def _remove(node: Node) -> None:
    parent = node.getparent()
    assert parent is not None
    parent.remove(node)


def _unlist(root: Node) -> None:
    """Drop what elements list as their flows, which lint does not need, and what is gone."""
    known = {node.get("id") for node in root.iter() if node.get("id")}
    for node in list(root.iter(f"{B}incoming", f"{B}outgoing", f"{B}flowNodeRef")):
        if node.tag != f"{B}flowNodeRef" or node.text not in known:
            _remove(node)
