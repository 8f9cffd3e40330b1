"""What the XML schema of BPMN 2.0 forbids, told by element instead of by parser.

The schema (it ships with SpiffWorkflow) is read once and fetches nothing. It also fixes the order
of an element's parts, which no tool minds and many mix up; so a file that fails is looked at again
with its parts put in order, and when only the order was wrong that is a warning.
"""

from __future__ import annotations

import copy
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any, Final

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import XSD_PATH

from engine.spiff import xml
from engine.spiff.diagram import Diagram
from engine.spiff.lint.order import in_order
from engine.spiff.lint.rules import problem
from engine.spiff.lint.schema_rules import FORMULA, LOOKS_CALCULATED, RULES
from engine.spiff.problems import Problem
from engine.spiff.xml import Node, kind

_QUOTED: Final = re.compile(r"'([^']*)'")
_LOOSE: Final = re.compile(r"attribute '(errorRef|signalRef)'")
_NAMESPACE: Final = re.compile(r"\{http[^}]*\}")
#: libxml2's type of error → the rule it is told under.
_RULES: Final = {
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": "schema-attribute",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_2": "schema-attribute",
    "SCHEMAV_CVC_COMPLEX_TYPE_4": "schema-attribute-missing",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": "schema-text",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_1": "schema-element",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_2": "schema-element",
    "SCHEMAV_CVC_ELT_1": "schema-element",
}
#: Tools leave out the end of it that is the activity itself, and sets of inputs and outputs.
_DATA: Final = ("dataInputAssociation", "dataOutputAssociation", "ioSpecification")
_VALUES: Final = (
    "CVC_ELT_4",
    "DATATYPE",
    "ENUMERATION",
    "PATTERN",
    "FACET",
    "LENGTH",
    "INCLUSIVE",
    "EXCLUSIVE",
)


@cache
def _schema() -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    return etree.XMLSchema(etree.parse(XSD_PATH, parser))


#: A schema keeps the log of its last validation, so one thread at a time uses it.
_lock = threading.Lock()


class _Fault:
    """One error of the schema: where, of what type, and the words of libxml2."""

    def __init__(self, root: Node, error: Any) -> None:
        self.type: str = error.type_name
        self.message: str = _NAMESPACE.sub("", error.message)
        self.node = _found(root, error.path, error.line)

    @property
    def quoted(self) -> list[str]:
        """What libxml2 puts into quotation marks: the element first."""
        return _QUOTED.findall(self.message)


def _found(root: Node, path: str | None, line: int) -> Node:
    try:
        found: Any = root.getroottree().xpath(path or "/*", namespaces=_prefixes(root))
    except etree.XPathError:
        found = []
    if found and isinstance(found[0], etree._Element):
        return found[0]
    return next((node for node in root.iter() if xml.line(node) == line), root)


def _prefixes(root: Node) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in root.iter():
        found.update({prefix: uri for prefix, uri in node.nsmap.items() if prefix})
    return found


def _faults(root: Node) -> list[_Fault]:
    with _lock:
        schema = _schema()
        if schema.validate(root):
            return []
        log: Any = schema.error_log
        errors = list(log)
    found = [_Fault(root, error) for error in errors]
    return [fault for fault in found if not _is_custom(fault)]


def _is_custom(fault: _Fault) -> bool:
    """Let pass what bpmn.io writes for correlations, collections that are calculated, and ids.

    Ids are judged by rules of their own, which know those that only name a variable; so are
    errors and signals, of which some engines write a bare code or name.
    """
    around = fault.node.getparent()
    name = kind(fault.node)
    if name == "formalExpression" and around is not None:
        return kind(around) == "correlationPropertyRetrievalExpression"
    if name in ("loopDataInputRef", "loopDataOutputRef"):
        return "DATATYPE" in fault.type
    if name.endswith("EventDefinition") and _LOOSE.search(fault.message):
        return True
    if "messagePath" in fault.message and name == "correlationPropertyRetrievalExpression":
        return True
    return fault.type == "SCHEMAV_CVC_DATATYPE_VALID_1_2_1" and ("attribute 'id'" in fault.message)


def violations(diagram: Diagram) -> Iterator[Problem]:
    """Give what the schema forbids, by element."""
    faults = _faults(diagram.root)
    if not faults:
        return
    ordered = in_order(copy.deepcopy(diagram.root))
    remaining = _faults(ordered)
    if not remaining:
        yield from _misordered(faults[0])
    for fault in remaining:
        yield _told(fault)


def _misordered(fault: _Fault) -> Iterator[Problem]:
    around = fault.node if fault.node.get("id") else _named(fault.node)
    yield problem(
        RULES["schema-order"],
        around,
        f"“{around.get('id') or kind(around)}”里各部分没有按规范排列，不影响执行；"
        "重新从绘图工具导出即可。",
        f"The parts of '{around.get('id') or kind(around)}' are not arranged as in the "
        "specification, which does no harm; export it again from the drawing tool.",
    )


def _named(node: Node) -> Node:
    """Give the nearest element with an id, itself included; the outermost one if there is none."""
    around: Node = node
    while around.get("id") is None:
        parent = around.getparent()
        if parent is None:
            break
        around = parent
    return around


def _told(fault: _Fault) -> Problem:
    if LOOKS_CALCULATED.search(fault.message) and "attribute" in fault.message:
        zh, en = _value(fault)
        return problem(FORMULA, _named(fault.node), zh, en)
    name = _RULES.get(fault.type) or (
        "schema-value" if any(part in fault.type for part in _VALUES) else "schema-other"
    )
    if fault.type == "SCHEMAV_ELEMENT_CONTENT":
        name = "schema-element-missing" if "Missing child" in fault.message else "schema-element"
    zh, en = _WORDS[name](fault)
    made = problem(RULES[name], _named(fault.node), zh, en)
    severity = "warning" if _is_harmless(fault) else made.severity
    return replace(made, line=xml.line(fault.node) or made.line, severity=severity)


def _is_harmless(fault: _Fault) -> bool:
    """What drawing tools are known to leave out, and nothing here asks for."""
    name = kind(fault.node)
    unnamed = name == "definitions" and "'targetNamespace' is required" in fault.message
    return unnamed or (name in _DATA and "Missing child" in fault.message)


def _with_id(fault: _Fault, name: str) -> str:
    """Give an element's kind with the id it is known by."""
    known = _named(fault.node).get("id")
    return f"{name} {known[:80]}" if known else name


def _attribute(fault: _Fault) -> tuple[str, str]:
    attribute = ([*fault.quoted, ""])[1]
    name = kind(fault.node) or fault.quoted[0]
    name = _with_id(fault, name)
    return (
        f"“{name}”不能有属性“{attribute}”，请删去。",
        f"'{name}' may not have the attribute '{attribute}'; remove it.",
    )


def _attribute_missing(fault: _Fault) -> tuple[str, str]:
    attribute = ([*fault.quoted, ""])[1]
    name = kind(fault.node) or fault.quoted[0]
    name = _with_id(fault, name)
    return (
        f"“{name}”缺少属性“{attribute}”，请补上。",
        f"'{name}' lacks the attribute '{attribute}'; give it one.",
    )


def _element(fault: _Fault) -> tuple[str, str]:
    name = fault.quoted[0] if fault.quoted else "?"
    parent = fault.node.getparent()
    around = "?" if parent is None else f"{kind(parent)} {parent.get('id') or ''}".strip()
    return (
        f"“{around}”里不能有“{name}”（或不能有这么多），请删去或移到别处。",
        f"'{name}' is not allowed in '{around}', or not that often; remove or move it.",
    )


def _element_missing(fault: _Fault) -> tuple[str, str]:
    expected = fault.message.rpartition("Expected is")[2].strip(" .()").replace("one of ", "")
    name = kind(fault.node) or ([*fault.quoted, "?"])[0]
    name = _with_id(fault, name)
    return (
        f"“{name}”里缺少必需的部分（{expected[:120]}），请补上。",
        f"'{name}' lacks a part it must have ({expected[:120]}); add it.",
    )


def _text(fault: _Fault) -> tuple[str, str]:
    name = kind(fault.node) or ([*fault.quoted, "?"])[0]
    return (
        f"“{name}”里不能直接写文字，请删去。",
        f"'{name}' may not hold text of its own; remove it.",
    )


def _value(fault: _Fault) -> tuple[str, str]:
    said = fault.message.partition(":")[2].strip()
    name = kind(fault.node) or ([*fault.quoted, "?"])[0]
    attribute = f"attribute '{fault.quoted[1]}'" if "attribute" in fault.message else "content"
    name = _with_id(fault, name)
    return (
        f"“{name}”的 {attribute} 的值不对：{said[:160]}请改正。",
        f"The {attribute} of '{name}' has a wrong value: {said[:160]} Correct it.",
    )


def _other(fault: _Fault) -> tuple[str, str]:
    return (
        f"不符合 BPMN 2.0 的 XML 规定：{fault.message[:200]}",
        f"It breaks the XML schema of BPMN 2.0: {fault.message[:200]}",
    )


_WORDS: Final = {
    "schema-attribute": _attribute,
    "schema-attribute-missing": _attribute_missing,
    "schema-element": _element,
    "schema-element-missing": _element_missing,
    "schema-text": _text,
    "schema-value": _value,
    "schema-other": _other,
}
