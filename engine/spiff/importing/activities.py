"""Menders of tasks, calls and repetition: what no machine can do here, a person does."""

from __future__ import annotations

from typing import Final

from lxml import etree

from engine.spiff import foreign
from engine.spiff.diagram import definitions_of
from engine.spiff.importing.choices import choose, has_condition
from engine.spiff.importing.drawing import Drawing
from engine.spiff.importing.events import DEFAULT_WAIT, set_wait
from engine.spiff.importing.menders import is_about, leave_out, mends
from engine.spiff.importing.settings import repetition, translate
from engine.spiff.importing.shapes import drop, unset
from engine.spiff.lint.expressions import usable_time
from engine.spiff.lint.loops import NEGATIVE
from engine.spiff.xml import BPMN, SPIFF, Node, child, children, kind, text

_REPEATS: Final = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")


@mends(
    "foreign-setting",
    "把“{name}”上别的引擎的设置换成自己的。",
    "Translate the settings of another engine on '{name}'.",
)
def take_over(drawing: Drawing, node: Node) -> None:
    translate(drawing, node)


@mends(
    "service-operator", "在接上服务之前，“{name}”先由人办。", "Let a person do '{name}' for now."
)
@mends("script-missing", "在写好脚本之前，“{name}”先由人办。", "Let a person do '{name}' for now.")
@mends("call-nothing", "在选好流程之前，“{name}”先由人办。", "Let a person do '{name}' for now.")
@mends("call-foreign", "“{name}”调用的不是流程，先由人办。", "Let a person do '{name}' for now.")
@mends("plain-task", "把“{name}”改成用户任务。", "Make '{name}' a user task.")
def let_people_do(drawing: Drawing, node: Node) -> None:
    drawing.turn_into(node, "userTask")
    for event in drawing.boundaries(node):
        if is_about(event, "error") or is_about(event, "escalation"):
            leave_out(drawing, event)


@mends(
    "decision-missing",
    "在选好决策表之前，“{name}”先由人办。",
    "Let a person do '{name}' until there is a decision table.",
)
def let_people_decide(drawing: Drawing, node: Node) -> None:
    if any(setting.ours == "decision" for setting in foreign.settings_of(node)):
        translate(drawing, node)
    elif not any(part.tag == f"{{{SPIFF}}}calledDecisionId" for part in node.iter()):
        let_people_do(drawing, node)


@mends(
    "script-language",
    "“{name}”的脚本不能执行，先由人办；原脚本留在说明里。",
    "Let a person do '{name}', whose script cannot be run; it is kept as documentation.",
)
def keep_script(drawing: Drawing, node: Node) -> None:
    said = text(child(node, "script"))
    if said is not None and kind(node) == "scriptTask":
        note = etree.Element(f"{{{BPMN}}}documentation")
        note.text = said
        node.insert(0, note)
    let_people_do(drawing, node)


@mends("script-unusable", "去掉“{name}”不能执行的脚本。", "Take out the script of '{name}'.")
def drop_script(drawing: Drawing, node: Node) -> None:
    if kind(node) == "scriptTask":
        keep_script(drawing, node)
    for part in list(node.iter(f"{{{SPIFF}}}preScript", f"{{{SPIFF}}}postScript")):
        drop(part)


@mends(
    "repeat-unclear",
    "按别的引擎写的集合重复“{name}”；没有写的话只做一次。",
    "Repeat '{name}' over the collection named for another engine; without one, do it once.",
)
def repeat_clearly(drawing: Drawing, node: Node) -> None:
    for loop in children(node, "multiInstanceLoopCharacteristics"):
        number, items = child(loop, "loopCardinality"), child(loop, "loopDataInputRef")
        if number is not None and NEGATIVE.fullmatch(text(number) or ""):
            drop(number)
            number = None
        if text(number) is not None and text(items) is not None and items is not None:
            drop(items)
        elif text(number) is None and text(items) is None and not repetition(loop):
            drop(loop)


@mends("repeat-output", "“{name}”不再收集每次的结果。", "Do not collect the results of '{name}'.")
def drop_outputs(drawing: Drawing, node: Node) -> None:
    for loop in children(node, "multiInstanceLoopCharacteristics"):
        for part in children(loop, "loopDataOutputRef", "outputDataItem"):
            drop(part)


@mends("repeat-behavior", "“{name}”每次完成时不发事件。", "Throw no events as '{name}' repeats.")
def drop_behavior(drawing: Drawing, node: Node) -> None:
    for loop in children(node, "multiInstanceLoopCharacteristics"):
        for name in ("behavior", "oneBehaviorEventRef", "noneBehaviorEventRef"):
            unset(loop, name)
        for part in children(loop, "complexBehaviorDefinition"):
            drop(part)


@mends("loop-unclear", "“{name}”只做一次。", "Do '{name}' once.")
def do_once(drawing: Drawing, node: Node) -> None:
    for loop in children(node, "standardLoopCharacteristics"):
        if text(child(loop, "loopCondition")) is not None:
            unset(loop, "loopMaximum")
        else:
            drop(loop)


@mends("quantity-unsupported", "“{name}”只等一个令牌。", "Let '{name}' wait for one token.")
def single_token(drawing: Drawing, node: Node) -> None:
    unset(node, "startQuantity")
    unset(node, "completionQuantity")


@mends("io-inside", "去掉子流程“{name}”的输入输出规格。", "Take the ioSpecification from '{name}'.")
def drop_io(drawing: Drawing, node: Node) -> None:
    for part in children(node, "ioSpecification"):
        drop(part)


@mends(
    "expression-unusable",
    "替换“{name}”不能计算的表达式：条件改由字段选择，时间改成一天（P1D），其余去掉。",
    "Replace what cannot be calculated at '{name}': a field chooses, a timer waits a day (P1D), "
    "the rest is taken out.",
)
def make_calculable(drawing: Drawing, node: Node) -> None:
    if kind(node) == "sequenceFlow" and has_condition(node):
        drawing.set_condition(node, None)
        choose(drawing, node)
        return
    for definition in definitions_of(node):
        if kind(definition) == "timerEventDefinition":
            _retime(definition)
    for loop in children(node, *_REPEATS):
        drop(loop)
    for part in list(node.iter(f"{{{SPIFF}}}messagePayload")):
        drop(part)
    if kind(node) == "serviceTask":
        let_people_do(drawing, node)


def _retime(definition: Node) -> None:
    """Put a written-out time into quotation marks; what is no time becomes a day."""
    for part in children(definition, "timeDate", "timeDuration", "timeCycle"):
        said = f'"{(part.text or "").strip()}"'
        if usable_time(kind(part), said):
            part.text = said
        else:
            set_wait(definition, DEFAULT_WAIT)
