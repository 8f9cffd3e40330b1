"""The order in which BPMN's schema wants the parts of an element."""

from __future__ import annotations

import os
from functools import cache
from typing import Final

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import XSD_PATH

from engine.spiff.xml import DI, SPIFF, Node, children, kind

_XSD: Final = "{http://www.w3.org/2001/XMLSchema}"
_FILES: Final = ("BPMN20.xsd", "Semantic.xsd")


def in_order(root: Node) -> Node:
    """Put the parts of every BPMN element into the order of the schema, in place."""
    orders = _orders()
    for node in root.iter():
        _merge(node)
        order = orders.get(kind(node)) if isinstance(node.tag, str) else None
        if order and len(node) > 1:
            last = len(order)
            ranked = sorted(node, key=lambda part: order.get(_name(part), last))
            if ranked != list(node):
                node[:] = ranked
    return root


def _name(part: Node) -> str:
    """Give the local name of a part; the drawing has its place among the parts of BPMN."""
    return "BPMNDiagram" if part.tag == f"{{{DI}}}BPMNDiagram" else kind(part)


def _merge(node: Node) -> None:
    """Make one block of settings of several, as some tools write; ours would not all be read."""
    blocks = children(node, "extensionElements")
    theirs = not any(part.tag.startswith(f"{{{SPIFF}}}") for b in blocks for part in b)
    for block in blocks[1:] if theirs else ():
        blocks[0].extend(list(block))
        node.remove(block)


@cache
def _orders() -> dict[str, dict[str, int]]:
    """Give element → part → its place."""
    return {name: _places(type_) for name, type_ in _elements().items() if type_}


@cache
def _definitions() -> list[Node]:
    folder = os.path.dirname(XSD_PATH)
    parser = etree.XMLParser(no_network=True, resolve_entities=False, remove_comments=True)
    roots = [etree.parse(os.path.join(folder, name), parser).getroot() for name in _FILES]
    return [node for root in roots for node in root]


@cache
def _elements() -> dict[str, str]:
    """Give element → its type."""
    found = [node for node in _definitions() if node.tag == f"{_XSD}element"]
    return {node.get("name", ""): node.get("type", "") for node in found}


@cache
def _types() -> dict[str, Node]:
    found = [node for node in _definitions() if node.tag == f"{_XSD}complexType"]
    return {node.get("name", ""): node for node in found}


@cache
def _substitutes() -> dict[str, list[str]]:
    """Give the head of a substitution group → the elements that may stand for it."""
    found: dict[str, list[str]] = {}
    for node in _definitions():
        head = node.get("substitutionGroup")
        if head:
            found.setdefault(head, []).append(node.get("name", ""))
    return found


def _places(type_: str) -> dict[str, int]:
    """Give part → place; a whole substitution group shares one place."""
    found: dict[str, int] = {}
    for place, names in enumerate(_parts(type_)):
        for name in names:
            found.setdefault(name, place)
    return found


def _parts(type_: str) -> list[list[str]]:
    node = _types().get(type_)
    if node is None:
        return []
    base = next((e.get("base", "") for e in node.iter(f"{_XSD}extension")), "")
    inherited = _parts(base) if base else []
    own = list(node.iter(f"{_XSD}element"))
    return inherited + [_standing_for(e.get("ref") or e.get("name") or "") for e in own]


def _standing_for(name: str) -> list[str]:
    name = name.rpartition(":")[2]
    found = [name]
    for other in _substitutes().get(name, ()):
        found += _standing_for(other)
    return found
