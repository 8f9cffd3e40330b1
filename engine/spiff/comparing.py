"""What differs between two drawings of a process, element by element, as modellers say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from engine.spiff.diagram import FLOW_NODES, Diagram, definitions_of, loop_of
from engine.spiff.elements import elements_of
from engine.spiff.sites import sites
from engine.spiff.xml import DI, Node, kind
from engine.values.compared import ADDED, CHANGED, MOVED, REMOVED, Aspect, aspects

_COMPARED: Final = FLOW_NODES | {"sequenceFlow", "lane", "process"}
#: Told of the elements that they lead to or that lie in them.
_ASIDE: Final = FLOW_NODES | {"incoming", "outgoing", "sequenceFlow", "laneSet", "flowNodeRef"}
_REFERENCES: Final = ("messageRef", "signalRef", "errorRef", "escalationRef")


@dataclass(frozen=True, kw_only=True)
class Change:
    """What became of one element.

    element, kind, name: as drawn later, or earlier when it was removed.
    state: added, removed, changed, or moved when only its place on the drawing differs.
    aspects: what differs; of an added or removed element what it says. What is called as in
        `spiffworkflow:properties` is named so; the others are name, kind, lane, documentation,
        decision, operator, called, source, target, default, attachedTo, interrupting, sequential,
        event, other, and the kinds of `engine.spiff.sites`.
    """

    element: str
    kind: str
    name: str
    state: str
    aspects: tuple[Aspect, ...] = ()


def compare(before: bytes, after: bytes) -> list[Change]:
    """Give what differs between two BPMN files, in the order of the later one.

    Raises:
        DefinitionRefused: one of them cannot be read.
    """
    old, new = _Drawing(before), _Drawing(after)
    found = [_change(old, new, key) for key in new.nodes]
    found += [_one(old, key, REMOVED) for key in old.nodes if key not in new.nodes]
    return [change for change in found if change is not None]


def listed(content: bytes, state: str) -> list[Change]:
    """Give everything in a file that was added or removed as a whole; raises as `compare`."""
    drawing = _Drawing(content)
    return [_one(drawing, key, state) for key in drawing.nodes]


def title(content: bytes, process: str) -> str:
    """Give what a process of a file is called, by default its id; raises as `compare`."""
    return _Drawing(content).name(process)


class _Drawing:
    """A file with what is to be compared of it."""

    def __init__(self, content: bytes) -> None:
        self.diagram = Diagram.read(content)
        self.nodes = {
            name: node for name, node in self.diagram.by_id.items() if kind(node) in _COMPARED
        }
        self._elements = {
            element.id: element
            for scope in self.diagram.processes
            for element in elements_of(self.diagram, scope.id, main=True)
        }
        self._sites: dict[str, dict[str, str]] = {}
        for site in sites(self.diagram):
            held = self._sites.setdefault(site.element, {})
            held[site.kind] = "\n".join(filter(None, (held.get(site.kind), site.source.strip())))
        self.places = _places(self.diagram)

    def name(self, key: str | None) -> str:
        """Give what an element is called, by default its id."""
        node = self.diagram.by_id.get(key or "")
        return ((node.get("name") if node is not None else "") or key or "").strip()

    def facts(self, key: str) -> dict[str, Any]:
        """Give what an element says, by aspect; empty ones are left out."""
        node, element = self.nodes[key], self._elements.get(key)
        found: dict[str, Any] = {"name": (node.get("name") or "").strip(), "kind": kind(node)}
        if element is not None:
            found |= {
                "lane": element.lane_id,
                "decision": element.decision,
                "operator": element.operator,
                "called": element.called,
                "documentation": element.documentation,
                **element.properties,
            }
        found |= self._sites.get(key, {})
        found |= dict(self._drawn(node))
        return {what: value for what, value in found.items() if value not in (None, "")}

    def _drawn(self, node: Node) -> Iterator[tuple[str, Any]]:
        """Yield what the drawing says by its lines and signs."""
        if kind(node) == "sequenceFlow":
            yield "source", node.get("sourceRef")
            yield "target", node.get("targetRef")
        if node.get("default"):
            flow = self.diagram.by_id.get(node.get("default", ""))
            yield "default", flow.get("targetRef") if flow is not None else None
        if kind(node) == "boundaryEvent":
            yield "attachedTo", node.get("attachedToRef")
            yield "interrupting", node.get("cancelActivity", "true") != "false"
        yield "event", "、".join(self._event(one) for one in definitions_of(node))
        loop = loop_of(node)
        if loop is not None:
            yield "sequential", loop.get("isSequential", "false") == "true"

    def _event(self, definition: Node) -> str:
        what = kind(definition).removesuffix("EventDefinition")
        named = [self.name(definition.get(name)) for name in _REFERENCES if definition.get(name)]
        return " ".join([what, *named])


def _change(old: _Drawing, new: _Drawing, key: str) -> Change | None:
    if key not in old.nodes:
        return _one(new, key, ADDED)
    differing = tuple(_told(old, new, one) for one in aspects(old.facts(key), new.facts(key)))
    if not differing and _rest(old.nodes[key]) != _rest(new.nodes[key]):
        differing = (Aspect("other", None, None),)
    moved = old.places.get(key) != new.places.get(key) and key in old.places
    if not differing and not moved:
        return None
    return _named(new, key, CHANGED if differing else MOVED, differing)


def _one(drawing: _Drawing, key: str, state: str) -> Change:
    said = {what: value for what, value in drawing.facts(key).items() if what not in _HEAD}
    whole = aspects({}, said) if state == ADDED else aspects(said, {})
    return _named(drawing, key, state, tuple(_told(drawing, drawing, one) for one in whole))


def _told(old: _Drawing, new: _Drawing, aspect: Aspect) -> Aspect:
    """Name the elements that an aspect points to; they were compared by their ids."""
    if aspect.what not in _POINTING:
        return aspect
    before = aspect.before and old.name(aspect.before)
    return Aspect(aspect.what, before, aspect.after and new.name(aspect.after))


_POINTING: Final = ("source", "target", "default", "attachedTo")
#: What the line about an added or removed element begins with anyway.
_HEAD: Final = ("name", "kind")


def _named(drawing: _Drawing, key: str, state: str, found: tuple[Aspect, ...]) -> Change:
    node = drawing.nodes[key]
    name = (node.get("name") or "").strip()
    if not name and kind(node) == "sequenceFlow":
        ends = (drawing.name(node.get("sourceRef")), drawing.name(node.get("targetRef")))
        name = " → ".join(ends)
    return Change(element=key, kind=kind(node), name=name, state=state, aspects=found)


def _places(diagram: Diagram) -> Mapping[str, tuple[str, ...]]:
    """Give where each node is drawn; lines are not looked at, they follow."""
    found = {}
    for shape in diagram.root.iter(f"{{{DI}}}BPMNShape"):
        bounds = next((one for one in shape if etree.QName(one).localname == "Bounds"), None)
        node = diagram.by_id.get(shape.get("bpmnElement", ""))
        if bounds is not None and node is not None and kind(node) in FLOW_NODES:
            spot = tuple(_number(bounds.get(side, "")) for side in ("x", "y", "width", "height"))
            found[node.get("id", "")] = spot
    return found


def _number(text: str) -> str:
    """Give a length as it would be written shortest, so that 10 and 10.0 are the same."""
    try:
        return f"{float(text):g}"
    except ValueError:
        return text


def _rest(node: Node) -> bytes:
    """Give all that an element says, in a form that does not depend on how it is written."""
    plain = copy(node)
    for part in list(plain):
        if kind(part) in _ASIDE:
            plain.remove(part)
    for part in plain.iter():
        part.tail = None
        part.text = part.text if part.text and part.text.strip() else None
    return bytes(etree.tostring(plain, method="c14n"))
