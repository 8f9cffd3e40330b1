"""Menders of events."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from engine.spiff.diagram import definitions_of
from engine.spiff.importing.drawing import Drawing
from engine.spiff.importing.menders import is_about, leave_out, mends
from engine.spiff.importing.shapes import drop, unset
from engine.spiff.lint.events import RUNNING, what
from engine.spiff.xml import BPMN, Node, children, kind

#: Waited when the drawing does not say how long.
DEFAULT_WAIT: Final = '"P1D"'
_INTERVAL: Final = re.compile(r"P[0-9YMWDTHS.]+")
_TIMES: Final = ("timeDate", "timeDuration", "timeCycle")


@mends(
    "event-several", "“{name}”只保留第一种事件。", "Keep only the first kind of event of '{name}'."
)
def keep_first(drawing: Drawing, node: Node) -> None:
    found = definitions_of(node)
    runs = [each for each in found if what(each) in RUNNING[kind(node)]]
    for each in found:
        if each is not (runs or found)[0]:
            drop(each)
    unset(node, "parallelMultiple")


@mends(
    "event-unsupported",
    "把“{name}”改成引擎能执行的：开始和抛出改成普通事件，等待改成人工任务，附在边界的去掉，"
    "链接改成连线，结束时的信号改在结束之前发出。",
    "Make '{name}' something that runs: a plain start or throw, a task for a person instead of "
    "waiting, none at a border, a flow for a link, a signal just before the end.",
)
@mends(
    "condition-empty", "不等没有写的条件“{name}”。", "Do not wait for '{name}', a condition unsaid."
)
def make_runnable(drawing: Drawing, node: Node) -> None:
    if kind(node) == "boundaryEvent":
        leave_out(drawing, node)
    elif kind(node) == "intermediateCatchEvent" and not is_about(node, "link"):
        drawing.turn_into(node, "userTask")
    elif kind(node) == "endEvent" and is_about(node, "signal"):
        _signal_before(drawing, node)
    elif is_about(node, "link"):
        _replace_link(drawing, node)
    else:
        _make_plain(node)


def _make_plain(node: Node) -> None:
    for part in [*definitions_of(node), *children(node, "eventDefinitionRef")]:
        drop(part)


def _signal_before(drawing: Drawing, node: Node) -> None:
    scope = node.getparent()
    if scope is None:
        return
    throw = drawing.add(scope, "intermediateThrowEvent", f"{node.get('id')}_signal")
    throw.extend(definitions_of(node))
    for definition in definitions_of(throw):
        _refer(drawing, definition, "signal", node.get("name") or node.get("id", ""))
    for flow in drawing.incoming(node):
        drawing.lead(flow, target=throw)
    drawing.connect(throw, node)


def _replace_link(drawing: Drawing, node: Node) -> None:
    """Let a flow lead from where a link is thrown to where it is caught; both become plain."""
    scope = node.getparent()
    names = {part.get("name") for part in definitions_of(node)}
    thrown = kind(node) == "intermediateThrowEvent"
    for other in [] if scope is None else children(scope, _CAUGHT if thrown else _THROWN):
        if is_about(other, "link") and names & {p.get("name") for p in definitions_of(other)}:
            drawing.connect(*((node, other) if thrown else (other, node)))
            if not thrown:
                _plain_throw(drawing, other)
    _plain_throw(drawing, node)


_CAUGHT: Final = "intermediateCatchEvent"
_THROWN: Final = "intermediateThrowEvent"


def _plain_throw(drawing: Drawing, node: Node) -> None:
    drawing.turn_into(node, _THROWN)


@mends(
    "event-nameless",
    "给“{name}”声明一个同名的消息、信号、错误或升级。",
    "Declare what '{name}' sends or waits for, called as it is.",
)
def declare_event(drawing: Drawing, node: Node) -> None:
    name = " ".join((node.get("name") or "").split()) or node.get("id", "")
    kinds = ("message", "signal", "error", "escalation")
    holders = {d: what(d) for d in definitions_of(node) if what(d) in kinds}
    if kind(node) in ("sendTask", "receiveTask"):
        holders[node] = "message"
    for holder, kept in holders.items():
        _refer(drawing, holder, kept, name)


def _refer(drawing: Drawing, holder: Node, kept: str, name: str | None) -> None:
    """Let an event name a message or signal, declared if there is none of that name."""
    name = name or kept
    if not holder.get(f"{kept}Ref"):
        known = [node for node in drawing.all(kept) if node.get("name") == name]
        declared = known[0] if known else drawing.declare(kept, name)
        if kept in ("error", "escalation") and not declared.get(f"{kept}Code"):
            declared.set(f"{kept}Code", name)
        holder.set(f"{kept}Ref", declared.get("id", ""))


@mends(
    "declared-twice",
    "把同名的“{name}”合并成一个。",
    "Merge '{name}' with the other one of that name.",
)
def merge_declared(drawing: Drawing, node: Node) -> None:
    code = f"{kind(node)}Code"
    said = node.get(code) or node.get("name")
    first = next(
        other for other in drawing.all(kind(node)) if (other.get(code) or other.get("name")) == said
    )
    for holder in drawing.root.iter(f"{{{BPMN}}}*") if first is not node else ():
        for name, value in holder.attrib.items():
            if str(name) == f"{kind(node)}Ref" and _names(str(value), node):
                holder.set(str(name), first.get("id", ""))
        if kind(holder).endswith("MessageRef") and _names(holder.text, node):
            holder.text = first.get("id")
    if first is not node:
        drawing.remove(node)


def _names(reference: str | None, node: Node) -> bool:
    return (reference or "").strip().rpartition(":")[2] == node.get("id")


@mends("error-undeclared", "声明“{name}”用到的错误。", "Declare the error that '{name}' uses.")
def declare_error(drawing: Drawing, node: Node) -> None:
    for made in _declared(drawing, node, "error"):
        made.set("errorCode", made.get("name", ""))


@mends("signal-undeclared", "声明“{name}”用到的信号。", "Declare the signal that '{name}' uses.")
def declare_signal(drawing: Drawing, node: Node) -> None:
    for _made in _declared(drawing, node, "signal"):
        pass


def _declared(drawing: Drawing, node: Node, kept: str) -> Iterator[Node]:
    """Declare what an event names and the file does not hold."""
    for holder in [node, *definitions_of(node)]:
        name = (holder.get(f"{kept}Ref") or "").rpartition(":")[2]
        if name and drawing.find(name) is None:
            made = drawing.declare(kept, name)
            holder.set(f"{kept}Ref", made.get("id", ""))
            yield made


@mends("declared-nameless", "用编号给“{name}”所用的取名。", "Call what '{name}' uses by its id.")
def name_declared(drawing: Drawing, node: Node) -> None:
    for holder in [node, *definitions_of(node)]:
        for kept in ("message", "signal", "error", "escalation"):
            declared = drawing.find((holder.get(f"{kept}Ref") or "").rpartition(":")[2])
            wanted = "name" if kept in ("message", "signal") else f"{kept}Code"
            if declared is not None and not declared.get(wanted):
                declared.set(wanted, declared.get("name") or declared.get("id") or kept)


@mends(
    "timer-unclear",
    "让定时器“{name}”等一天（P1D），以后再改。",
    "Let the timer '{name}' wait a day (P1D), to be changed later.",
)
def wait_a_day(drawing: Drawing, node: Node) -> None:
    for definition in definitions_of(node):
        if what(definition) == "timer":
            set_wait(definition, DEFAULT_WAIT)


@mends(
    "timer-cycle",
    "把定时器“{name}”的周期改成一次的时长。",
    "Make the cycle of timer '{name}' a single duration.",
)
def wait_once(drawing: Drawing, node: Node) -> None:
    for definition in definitions_of(node):
        for cycle in children(definition, "timeCycle"):
            found = _INTERVAL.findall(cycle.text or "")
            set_wait(definition, f'"{found[-1]}"' if found else DEFAULT_WAIT)


def set_wait(definition: Node, duration: str) -> None:
    """Give a timer one duration instead of what it had."""
    for old in children(definition, *_TIMES):
        drop(old)
    etree.SubElement(definition, f"{{{BPMN}}}timeDuration").text = duration


@mends(
    "boundary-never", "去掉永远不会触发的“{name}”。", "Take out '{name}', which can never happen."
)
def take_out_boundary(drawing: Drawing, node: Node) -> None:
    leave_out(drawing, node)


@mends(
    "boundary-interrupts", "让边界事件“{name}”中断活动。", "Let boundary event '{name}' interrupt."
)
def let_interrupt(drawing: Drawing, node: Node) -> None:
    unset(node, "cancelActivity")


@mends(
    "compensation",
    "去掉补偿活动“{name}”；有连线的改成普通活动。",
    "Take out '{name}', which compensates; with flows, make it ordinary.",
)
def take_out_compensation(drawing: Drawing, node: Node) -> None:
    if drawing.incoming(node) or drawing.outgoing(node):
        unset(node, "isForCompensation")
    else:
        leave_out(drawing, node)


@mends("event-subprocess", "去掉事件子流程“{name}”。", "Take out the event sub-process '{name}'.")
def take_out_triggered(drawing: Drawing, node: Node) -> None:
    leave_out(drawing, node)
