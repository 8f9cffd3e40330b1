"""Settings of other engines that their own engine would refuse, so that no translation is right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from lxml import etree

from engine.spiff.diagram import definitions_of
from engine.spiff.foreign import SPACES
from engine.spiff.xml import Node, children, kind

#: What says where a value passed to or from a called process comes from; the first two need a
#: target.
_SOURCES: Final = ("source", "sourceExpression", "variables", "businessKey", "inheritVariables")
_LISTENERS: Final = ("executionListener", "taskListener", "eventListener")
_DOES: Final = ("class", "expression", "delegateExpression", "type", "throwEvent")
#: Setting of Camunda 8 → what it must say.
_REQUIRED: Final = {
    "taskDefinition": ("type",),
    "executionListener": ("eventType", "type"),
    "taskListener": ("eventType", "type"),
    "calledElement": ("processId",),
    "calledDecision": ("decisionId",),
    "script": ("expression", "resultVariable"),
    "loopCharacteristics": ("inputCollection",),
}
_PARAMETERS: Final = ("inputParameter", "outputParameter")
_DAYS: Final = re.compile(r"\d*|P\d+D", re.ASCII)
_FORMULA: Final = re.compile(r"[$#]\{")


class Fault(NamedTuple):
    """A broken setting: the element, its attribute if only that is wrong, and its known name."""

    node: Node
    attribute: str | None
    name: str


def faults_of(node: Node) -> Iterator[Fault]:
    """Give the broken settings of an element, of its event definitions too."""
    for holder in [node, *definitions_of(node)]:
        yield from _attributes(holder)
        for block in children(holder, "extensionElements"):
            for part in block.iter(etree.Element):
                yield from _attributes(part)
                prefix, local = _known(str(part.tag))
                broken = _lacks(part, local) if prefix == "zeebe" else _is_broken(part, local)
                if prefix and (broken or _is_second(part)):
                    yield Fault(part, None, f"{prefix}:{local}")


def _known(name: str) -> tuple[str, str]:
    """Give the prefix that people know a name by, and its local part."""
    found = etree.QName(name)
    return SPACES.get(found.namespace or "", ""), found.localname


def _attributes(node: Node) -> Iterator[Fault]:
    own, _local = _known(str(node.tag))
    for name, value in node.attrib.items():
        prefix, local = _known(str(name))
        told = prefix or own
        lasts = local == "historyTimeToLive" and not _is_days(str(value))
        splits = local == "asyncAfter" and kind(node) == "eventBasedGateway" and value == "true"
        if told and (lasts or splits or _is_open(str(value))):
            yield Fault(node, str(name), f"{told}:{local}")


def _is_days(value: str) -> bool:
    return bool(_DAYS.fullmatch(value.strip()) or _FORMULA.match(value.strip()))


def _is_open(value: str) -> bool:
    """Say whether a formula begins and does not end."""
    return bool(_FORMULA.search(value)) and value.count("{") > value.count("}")


def _lacks(part: Node, local: str) -> bool:
    """Say whether a setting of Camunda 8 lacks what it must say."""
    return not all(part.get(name) for name in _REQUIRED.get(local, ()))


def _is_second(part: Node) -> bool:
    """Say whether Camunda 8 finds a setting twice, of which it takes one."""
    prefix, local = _known(str(part.tag))
    once = prefix == "zeebe" and (local in _REQUIRED or local.endswith("Definition"))
    repeats = any(other.tag == part.tag for other in part.itersiblings(preceding=True))
    return once and local not in _LISTENERS and repeats


def _is_broken(part: Node, local: str) -> bool:
    if local in ("in", "out"):
        said = [name for name in _SOURCES if part.get(name)]
        return not said or (said[0] in _SOURCES[:2] and not part.get("target"))
    if local in _LISTENERS:
        return not any(part.get(name) for name in _DOES) and not len(part)
    return local in _PARAMETERS and not part.get("name")
