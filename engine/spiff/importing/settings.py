"""Settings of other engines, said in ours."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from engine.spiff.foreign import ELEMENTS, SPACES, settings_of
from engine.spiff.foreign_faults import faults_of
from engine.spiff.importing.drawing import Drawing
from engine.spiff.importing.menders import mends
from engine.spiff.importing.shapes import drop, unset
from engine.spiff.xml import BPMN, Node, children

_PREFIXES: Final = re.compile(r"^(camunda-forms|embedded|camunda|classpath|app|deployment|bpmn):")
_NAME: Final = re.compile(r"[^\W\d]\w*")
_FORMULA: Final = re.compile(r"\$\{(.*)\}|#\{(.*)\}|=(.*)", re.DOTALL)
_HANDLED: Final = (
    "formKey", "formRef", "formId", "assignee", "candidateGroups", "dueDate", "decisionRef",
)  # fmt: skip


def translate(drawing: Drawing, node: Node) -> None:
    """Say an element's settings of other engines in ours, and take the old ones away."""
    for setting in settings_of(node):
        if setting.ours == "decision":
            drawing.extension(node, "calledDecisionId").text = plain(setting.value)
        elif setting.ours is not None and setting.value:
            drawing.set_property(node, setting.ours, _said(setting.ours, setting.value))
    _take_away(node)


def _said(name: str, value: str) -> str:
    if name == "formKey":
        return form_key(value)
    return plain(value)


def form_key(value: str) -> str:
    """Give the key of a form from what another engine writes: "embedded:app:forms/x.html" is x."""
    bare = plain(value)
    while _PREFIXES.match(bare):
        bare = _PREFIXES.sub("", bare, count=1)
    return bare.rpartition("/")[2].partition(".")[0]


def plain(value: str) -> str:
    """Give what is inside "${…}", "#{…}" or "= …"; a plain text as it is."""
    found = _FORMULA.fullmatch(value.strip())
    inside = next((part for part in found.groups() if part is not None), "") if found else value
    return inside.strip().strip('"')


def _take_away(node: Node) -> None:
    for name in list(node.attrib):
        space, _, local = str(name)[1:].partition("}")
        if space in SPACES and local in _HANDLED:
            del node.attrib[name]
    for block in children(node, "extensionElements"):
        for part in [p for p in block if _is_handled(p)]:
            drop(part)


def _is_handled(part: Node) -> bool:
    space, _, local = str(part.tag)[1:].partition("}")
    return space in SPACES and local in ("calledDecision", *ELEMENTS)


def repetition(loop: Node) -> bool:
    """Take over the collection of another engine's repetition; say whether there was one."""
    items = _attribute(loop, "collection") or _element(loop, "inputCollection")
    each = _attribute(loop, "elementVariable") or _element(loop, "inputElement")
    name = plain(items or "")
    if not _NAME.fullmatch(name):
        return False
    etree.SubElement(loop, f"{{{BPMN}}}loopDataInputRef").text = name
    if each and _NAME.fullmatch(plain(each)):
        etree.SubElement(loop, f"{{{BPMN}}}inputDataItem").set("id", plain(each))
    return True


def _attribute(loop: Node, name: str) -> str | None:
    return next(
        (loop.get(f"{{{space}}}{name}") for space in SPACES if loop.get(f"{{{space}}}{name}")), None
    )


def _element(loop: Node, name: str) -> str | None:
    return next((str(part.get(name)) for part in loop.iter() if part.get(name)), None)


@mends(
    "foreign-broken",
    "删去“{name}”写错了的、别的引擎的设置。",
    "Remove the broken settings of another engine from '{name}'.",
)
def drop_broken(drawing: Drawing, node: Node) -> None:
    for fault in list(faults_of(node)):
        if fault.attribute is not None:
            unset(fault.node, fault.attribute)
        else:
            drop(fault.node)
