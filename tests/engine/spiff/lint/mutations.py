"""Diagrams damaged at random, in ways a hand or a tool might."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable

from lxml import etree

Node = etree._Element
B = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
KINDS = (
    "task", "userTask", "startEvent", "endEvent", "intermediateCatchEvent", "boundaryEvent",
    "intermediateThrowEvent", "exclusiveGateway", "parallelGateway", "inclusiveGateway",
    "eventBasedGateway", "complexGateway", "subProcess", "transaction", "adHocSubProcess",
    "callActivity", "sequenceFlow", "lane", "message", "process", "serviceTask", "scriptTask",
    "dataObject", "association", "messageFlow", "participant", "laneSet", "nonsense",
    "multiInstanceLoopCharacteristics", "standardLoopCharacteristics", "timerEventDefinition",
    "errorEventDefinition", "linkEventDefinition", "compensateEventDefinition",
)  # fmt: skip
WORDS = (
    "",
    " ",
    "x y",
    "1",
    "-1",
    "${",
    "((",
    "true",
    "R3/PT1H",
    "PT1H",
    "=a",
    "tns:x",
    "é",
    "a" * 300,
)


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Give the file after one to four mutations."""
    root = etree.fromstring(content, etree.XMLParser(remove_comments=True))
    for _ in range(chance.randint(1, 4)):
        chance.choice(_MUTATIONS)(root, chance)
    found = etree.tostring(root)
    return _torn(found, chance) if chance.random() < 0.05 else found


def _torn(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + chance.randbytes(2) + content[at + chance.randint(0, 40) :]


def _any(root: Node, chance: random.Random) -> Node:
    nodes = [node for node in root.iter(f"{B}*") if node is not root]
    return chance.choice(nodes or [root])


def _remove(root: Node, chance: random.Random) -> None:
    node = _any(root, chance)
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def _copy(root: Node, chance: random.Random) -> None:
    node = _any(root, chance)
    _any(root, chance).append(copy.deepcopy(node))


def _move(root: Node, chance: random.Random) -> None:
    node, other = _any(root, chance), _any(root, chance)
    if node not in list(other.iterancestors()) and node is not other:
        other.append(node)


def _rename(root: Node, chance: random.Random) -> None:
    _any(root, chance).tag = B + chance.choice(KINDS)


def _point_elsewhere(root: Node, chance: random.Random) -> None:
    node = _any(root, chance)
    if node.attrib:
        name = chance.choice(list(node.attrib))
        node.set(str(name), _any(root, chance).get("id") or "gone")


def _reword(root: Node, chance: random.Random) -> None:
    node = _any(root, chance)
    if node.attrib and chance.random() < 0.7:
        node.set(str(chance.choice(list(node.attrib))), chance.choice(WORDS))
    else:
        node.text = chance.choice(WORDS)


def _forget(root: Node, chance: random.Random) -> None:
    node = _any(root, chance)
    if node.attrib:
        del node.attrib[chance.choice(list(node.attrib))]


def _insert(root: Node, chance: random.Random) -> None:
    made = etree.SubElement(_any(root, chance), B + chance.choice(KINDS))
    if chance.random() < 0.7:
        made.set("id", chance.choice((*WORDS, "new", _any(root, chance).get("id") or "")))


_MUTATIONS: list[Callable[[Node, random.Random], None]] = [
    _remove, _copy, _move, _rename, _point_elsewhere, _reword, _forget, _insert,
]  # fmt: skip
