"""Menders of whole processes: ids, start and end, and what leads nowhere."""

from __future__ import annotations

from typing import Final

from lxml import etree

from engine.spiff.importing.choices import chosen
from engine.spiff.importing.drawing import Drawing
from engine.spiff.importing.menders import is_about, mends, nodes_in, stands_alone
from engine.spiff.xml import BPMN, Node, children, kind

_LONGEST_SHOWN: Final = 80


@mends("id-missing-declared", "给这个声明编一个 id。", "Give the declaration an id.")
@mends("id-missing", "给这个元素编一个 id。", "Give the element an id.")
def give_id(drawing: Drawing, node: Node) -> None:
    if not node.get("id"):
        node.set("id", drawing.new_id(f"{kind(node)}_1"))


@mends(
    "name-too-long",
    "缩短“{name}”的名称，全文留在说明里。",
    "Shorten the name '{name}' and keep the whole of it as documentation.",
)
def shorten_name(drawing: Drawing, node: Node) -> None:
    note = etree.Element(f"{{{BPMN}}}documentation")
    note.text = name = node.get("name", "")
    node.insert(0, note)
    node.set("name", f"{' '.join(name.split())[:_LONGEST_SHOWN]}…")


@mends(
    "process-not-executable", "把流程“{name}”标为可执行。", "Mark process '{name}' as executable."
)
def make_executable(drawing: Drawing, node: Node) -> None:
    node.set("isExecutable", "true")


@mends(
    "ad-hoc",
    "把“{name}”改成普通子流程，里面的活动同时开始。",
    "Make '{name}' an ordinary sub-process whose activities begin at the same time.",
)
def make_ordinary(drawing: Drawing, node: Node) -> None:
    drawing.turn_into(node, "subProcess")
    for event in children(node, "startEvent", "endEvent"):
        drawing.remove(event)
    add_start(drawing, node)
    add_end(drawing, node)


@mends("start-missing", "给“{name}”加一个开始事件。", "Give '{name}' a start event.")
def add_start(drawing: Drawing, node: Node) -> None:
    if children(node, "startEvent"):
        return
    first = [n for n in nodes_in(node) if not drawing.incoming(n) and _begins(n)]
    first = first or nodes_in(node)[:1]
    begin = drawing.add(node, "startEvent", f"{node.get('id')}_start", *first[:1])
    if not first:
        drawing.connect(begin, drawing.add(node, "endEvent", f"{node.get('id')}_end", begin))
    elif len(first) == 1:
        drawing.connect(begin, first[0])
    else:
        fork = drawing.add(node, "parallelGateway", f"{node.get('id')}_fork", begin)
        drawing.connect(begin, fork)
        for each in first:
            drawing.connect(fork, each)


def _begins(node: Node) -> bool:
    return (
        kind(node) != "boundaryEvent"
        and not stands_alone(node)
        and not (kind(node) == "intermediateCatchEvent" and is_about(node, "link"))
    )


@mends(
    "start-several",
    "把开始事件“{name}”并到第一个开始事件后面，由字段 started_by 选择。",
    "Let the first start event lead to where '{name}' did; the field started_by chooses.",
)
def merge_start(drawing: Drawing, node: Node) -> None:
    scope = node.getparent()
    if scope is None:
        return
    first = children(scope, "startEvent")[0]
    if first is node:
        return
    gateway = _choice_behind(drawing, scope, first)
    for flow in drawing.outgoing(node):
        drawing.lead(flow, source=gateway)
        drawing.set_condition(flow, chosen("started_by", node.get("id", "")))
    drawing.remove(node)


def _choice_behind(drawing: Drawing, scope: Node, first: Node) -> Node:
    """Give the gateway behind the first start event, made if there is none yet."""
    name = f"{first.get('id')}_choice"
    found = drawing.find(name)
    if found is not None:
        return found
    gateway = drawing.add(scope, "exclusiveGateway", name, first)
    for flow in drawing.outgoing(first):
        drawing.lead(flow, source=gateway)
        gateway.set("default", flow.get("id", ""))
    drawing.connect(first, gateway)
    return gateway


@mends("end-missing", "在“{name}”没有去路的地方加结束事件。", "End '{name}' where nothing follows.")
def add_end(drawing: Drawing, node: Node) -> None:
    for last in nodes_in(node):
        if not drawing.outgoing(last):
            end_behind(drawing, last)


@mends("dead-end", "在“{name}”后面加一个结束事件。", "Put an end event behind '{name}'.")
def end_behind(drawing: Drawing, node: Node) -> None:
    scope = node.getparent()
    leads_on = kind(node) == "intermediateThrowEvent" and is_about(node, "link")
    ends = kind(node) == "endEvent" or stands_alone(node) or leads_on
    if scope is None or ends or is_about(node, "compensate") or drawing.outgoing(node):
        return
    drawing.connect(node, drawing.add(scope, "endEvent", f"{node.get('id')}_end", node))


@mends(
    "unreachable",
    "删去没有路径通到的“{name}”。",
    "Take out '{name}', which nothing leads to.",
)
def take_out(drawing: Drawing, node: Node) -> None:
    drawing.remove(node)


@mends(
    "flow-mismatch", "按实际连线重写“{name}”的进出列表。", "List the flows of '{name}' as drawn."
)
def list_again(drawing: Drawing, node: Node) -> None:
    for part in children(node, "incoming", "outgoing"):
        node.remove(part)


@mends("flow-twice", "删去重复的连线“{name}”。", "Take out the flow '{name}', drawn twice.")
def take_out_flow(drawing: Drawing, node: Node) -> None:
    drawing.remove(node)
