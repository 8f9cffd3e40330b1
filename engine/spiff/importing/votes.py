"""Menders of tasks that several people decide on."""

from __future__ import annotations

from typing import Final

from lxml import etree

from engine.spiff.elements import ballot_of
from engine.spiff.importing.drawing import Drawing
from engine.spiff.importing.menders import mends
from engine.spiff.importing.shapes import drop
from engine.spiff.xml import BPMN, SPIFF, Node, children, kind

#: Proposed where no ratio can be read: what a weighty decision commonly needs.
_RATIO: Final = "2/3"


@mends(
    "vote-marker",
    "给“{name}”画上与表决方式一致的多实例标记，去掉里面的次数、集合和条件。",
    "Give '{name}' the plain multi-instance marker that its vote needs.",
)
def mark(drawing: Drawing, node: Node) -> None:
    for loop in children(node, "multiInstanceLoopCharacteristics", "standardLoopCharacteristics"):
        drop(loop)
    ballot = ballot_of(node)
    marker = etree.Element(f"{{{BPMN}}}multiInstanceLoopCharacteristics")
    if ballot is not None and ballot.is_sequence:
        marker.set("isSequential", "true")
    place = next((n for n, part in enumerate(node) if kind(part) == "rendering"), len(node))
    node.insert(place, marker)


@mends(
    "vote-ratio",
    f"“{{name}}”的通过比例定为 {_RATIO}。",
    f"Let '{{name}}' pass at {_RATIO}.",
)
def set_ratio(drawing: Drawing, node: Node) -> None:
    for one in node.iter(f"{{{SPIFF}}}property"):
        if one.get("name") == "ratio":
            one.set("value", _RATIO)
            return
    drawing.set_property(node, "ratio", _RATIO)
