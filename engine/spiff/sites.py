"""Every place in a diagram where something is calculated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from engine.spiff import xml
from engine.spiff.diagram import Diagram
from engine.spiff.elements import parameters_of
from engine.spiff.xml import SPIFF, Node, kind


@dataclass(frozen=True, kw_only=True)
class Site:
    """One expression or script.

    process: the process it belongs to; empty for what is declared beside the processes.
    element: id of the nearest element that has one.
    kind: "condition", "script", "timeDuration", "parameter", …
    is_script: statements instead of one expression.
    """

    process: str
    element: str
    kind: str
    source: str
    line: int | None
    is_script: bool = False


#: Children of BPMN elements that hold an expression.
_EXPRESSIONS = frozenset(
    {
        "conditionExpression",
        "timeDate",
        "timeDuration",
        "timeCycle",
        "loopCardinality",
        "completionCondition",
        "loopCondition",
        "condition",
        "messagePath",
        "loopDataInputRef",
    }
)
#: Elements that are only parts of the one around them.
_INSIDE = _EXPRESSIONS | {
    "multiInstanceLoopCharacteristics",
    "standardLoopCharacteristics",
    "correlationPropertyRetrievalExpression",
    "formalExpression",
    "extensionElements",
    "script",
}
_EXTENSIONS = frozenset({"messagePayload", "payloadExpression", "expression"})
_SCRIPTS = frozenset({"preScript", "postScript"})


def sites(diagram: Diagram) -> Iterator[Site]:
    """Give all sites of a file, including those of steps that nothing leads to."""
    for scope in diagram.processes:
        yield from _below(scope.node, scope.id, scope.id)
    for node in diagram.root:
        if kind(node) != "process":
            yield from _below(node, "", node.get("id", ""))


def variables(diagram: Diagram, process: str) -> Iterator[str]:
    """Give the names of fields that services, messages and repetitions of a process make."""
    for node in diagram.process(process).node.iter():
        name = etree.QName(node).localname if isinstance(node.tag, str) else ""
        if name == "serviceTaskOperator":
            yield node.get("resultVariable", "")
        elif name in ("inputDataItem", "outputDataItem", "dataObject"):
            yield node.get("id", "")
        elif name in ("loopDataOutputRef", "messageVariable", "variableName"):
            yield (node.text or "").strip()


def _below(node: Node, process: str, element: str) -> Iterator[Site]:
    stack = [(node, element)]
    while stack:
        current, holder = stack.pop()
        if _names(current):
            holder = current.get("id", "")
        yield from _here(current, process, holder)
        stack.extend((child, holder) for child in reversed(current))


def _names(node: Node) -> bool:
    """Say whether problems are told by this element's id rather than by that around it."""
    name = kind(node)
    return bool(name and node.get("id")) and name not in _INSIDE and not name.endswith("Definition")


def _here(node: Node, process: str, element: str) -> Iterator[Site]:
    name = kind(node)
    if name == "script":
        yield _site(node, process, element, "script", node.text, is_script=True)
    elif name in _EXPRESSIONS or _retrieves(node):
        yield _site(node, process, element, name, node.text)
    elif node.tag == f"{{{SPIFF}}}serviceTaskOperator":
        owner = node.getparent()
        task = None if owner is None else owner.getparent()
        for parameter, source in ({} if task is None else parameters_of(task)).items():
            yield _site(node, process, element, f"parameter {parameter}", source)
    elif isinstance(node.tag, str) and node.tag.startswith(f"{{{SPIFF}}}"):
        local = node.tag[len(SPIFF) + 2 :]
        if local in _SCRIPTS:
            yield _site(node, process, element, local, node.text, is_script=True)
        elif local in _EXTENSIONS:
            yield _site(node, process, element, local, node.text)


def _retrieves(node: Node) -> bool:
    """Say whether this is the expression that finds a correlation key in a message."""
    around = node.getparent()
    return (
        kind(node) == "formalExpression"
        and around is not None
        and kind(around) == "correlationPropertyRetrievalExpression"
    )


def _site(
    node: Node, process: str, element: str, what: str, source: str | None, is_script: bool = False
) -> Site:
    return Site(
        process=process,
        element=element,
        kind=what,
        source=source or "",
        line=xml.line(node),
        is_script=is_script,
    )
