"""Menders of splits, conditions, default flows and gateways."""

from __future__ import annotations

from engine.spiff.importing.choices import choose, has_condition
from engine.spiff.importing.drawing import Drawing
from engine.spiff.importing.menders import mends
from engine.spiff.importing.shapes import unset
from engine.spiff.xml import Node, kind


@mends(
    "several-ways-out",
    "在“{name}”后面加一个网关来分路。",
    "Put a gateway behind '{name}' that splits the ways.",
)
def split_behind(drawing: Drawing, node: Node) -> None:
    flows, scope = drawing.outgoing(node), node.getparent()
    if scope is None or len(flows) < 2:
        return
    default = node.get("default")
    unset(node, "default")
    choosing = default is not None or any(map(has_condition, flows))
    what = "inclusiveGateway" if choosing else "parallelGateway"
    gateway = drawing.add(scope, what, f"{node.get('id')}_split", node)
    for flow in flows:
        drawing.lead(flow, source=gateway)
        if choosing and not has_condition(flow) and flow.get("id") != default:
            drawing.set_condition(flow, "True")
    if default is not None:
        gateway.set("default", default)
    drawing.connect(node, gateway)


@mends("condition-ignored", "删去“{name}”上不起作用的条件。", "Take the condition from '{name}'.")
def free_way(drawing: Drawing, node: Node) -> None:
    source = drawing.find(node.get("sourceRef"))
    if source is None or kind(source) in ("exclusiveGateway", "inclusiveGateway"):
        return
    if len(drawing.outgoing(source)) > 1:
        split_behind(drawing, source)
    else:
        drawing.set_condition(node, None)


@mends("condition-forbidden", "删去“{name}”上不该有的条件。", "Take the condition from '{name}'.")
@mends("condition-lonely", "删去唯一连线“{name}”的条件。", "Take the condition from '{name}'.")
def drop_condition(drawing: Drawing, node: Node) -> None:
    drawing.set_condition(node, None)


@mends(
    "default-conditional",
    "删去默认路径“{name}”的条件。",
    "Take the condition from default '{name}'.",
)
def free_default(drawing: Drawing, node: Node) -> None:
    drawing.set_condition(node, None)


@mends("default-ignored", "去掉“{name}”的默认路径设置。", "Take the default flow from '{name}'.")
def drop_default(drawing: Drawing, node: Node) -> None:
    if len(drawing.outgoing(node)) > 1:
        split_behind(drawing, node)
    unset(node, "default")


@mends("default-unknown", "去掉“{name}”错误的默认路径。", "Take the wrong default from '{name}'.")
def drop_unknown_default(drawing: Drawing, node: Node) -> None:
    unset(node, "default")


@mends("gateway-direction", "去掉网关“{name}”的方向标记。", "Take the direction from '{name}'.")
def drop_direction(drawing: Drawing, node: Node) -> None:
    unset(node, "gatewayDirection")


@mends(
    "complex-gateway",
    "把复杂网关“{name}”改成包容网关，由字段选择去路。",
    "Make the complex gateway '{name}' an inclusive one; a field chooses the ways.",
)
def make_inclusive(drawing: Drawing, node: Node) -> None:
    drawing.turn_into(node, "inclusiveGateway")
    flows = drawing.outgoing(node)
    for flow in flows if len(flows) > 1 else ():
        if not has_condition(flow):
            choose(drawing, flow)


@mends(
    "condition-missing",
    "让“{name}”成为默认路径；已有默认路径时，由字段 choice_… 选择它。",
    "Make '{name}' the default flow; if there is one, let a field choice_… choose this way.",
)
def give_condition(drawing: Drawing, node: Node) -> None:
    if not has_condition(node):
        choose(drawing, node)


@mends(
    "default-missing",
    "让网关“{name}”的最后一条连线成为默认路径。",
    "Make the last flow of gateway '{name}' its default.",
)
def last_is_default(drawing: Drawing, node: Node) -> None:
    flows = drawing.outgoing(node)
    if flows and not node.get("default"):
        node.set("default", flows[-1].get("id", ""))
        drawing.set_condition(flows[-1], None)
