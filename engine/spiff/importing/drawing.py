"""A BPMN file being changed: elements made, turned into others and removed; the rest stays."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from engine.spiff import xml
from engine.spiff.diagram import FLOW_NODES
from engine.spiff.importing.shapes import Shapes, drop, size_of, unset
from engine.spiff.xml import BPMN, SPIFF, Node, child, children, kind

_ENDS: Final = (("sourceRef", "outgoing"), ("targetRef", "incoming"))
#: Attributes and parts that only some kinds of flow node have.
_OWN_ATTRIBUTES: Final = frozenset(
    {
        "activityRef", "attachedToRef", "calledElement", "cancelActivity",
        "cancelRemainingInstances", "eventGatewayType", "implementation", "instantiate",
        "isInterrupting", "messageRef", "method", "operationRef", "ordering", "parallelMultiple",
        "scriptFormat", "triggeredByEvent",
    }
)  # fmt: skip
_OWN_PARTS: Final = frozenset(
    {
        "activationCondition", "completionCondition", "dataInput", "dataOutput",
        "eventDefinitionRef", "inputSet", "outputSet", "script",
    }
)  # fmt: skip
_OWN_EXTENSIONS: Final = ("calledDecisionId", "serviceTaskOperator")


class Drawing:
    """The file."""

    def __init__(self, content: bytes) -> None:
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        self.root: Node = etree.fromstring(content, parser)
        self.shapes = Shapes(self.root)

    def bytes(self) -> bytes:
        """Give the file."""
        tree = self.root.getroottree()
        found: bytes = etree.tostring(tree, encoding="UTF-8", xml_declaration=True)
        return found

    # -- finding

    def all(self, *kinds: str) -> list[Node]:
        """Give the BPMN elements of those kinds, in the order of the file."""
        return [node for node in self.root.iter(f"{{{BPMN}}}*") if kind(node) in kinds]

    def find(self, id: str | None) -> Node | None:
        """Give the BPMN element of that id, or None."""
        found = (node for node in self.root.iter(f"{{{BPMN}}}*") if node.get("id") == id)
        return next(found, None) if id else None

    def outgoing(self, node: Node) -> list[Node]:
        """Give the flows out of an element."""
        return [flow for flow in _flows(node) if flow.get("sourceRef") == node.get("id")]

    def incoming(self, node: Node) -> list[Node]:
        """Give the flows into an element."""
        return [flow for flow in _flows(node) if flow.get("targetRef") == node.get("id")]

    def boundaries(self, node: Node) -> list[Node]:
        """Give the boundary events on an activity."""
        around = node.getparent()
        events = [] if around is None else children(around, "boundaryEvent")
        name = node.get("id")
        return [e for e in events if xml.referred(e, e.get("attachedToRef")) == name]

    # -- making

    def new_id(self, base: str) -> str:
        """Give an id that nothing has yet."""
        base = re.sub(r"[^\w.-]", "_", base)
        base = base if re.match(r"[^\W\d]", base) else f"_{base}"
        used = {node.get("id") for node in self.root.iter() if isinstance(node.tag, str)}
        name, number = base, 1
        while name in used:
            number += 1
            name = f"{base}_{number}"
        return name

    def add(self, scope: Node, what: str, base: str, beside: Node | None = None) -> Node:
        """Make a flow node in a scope, drawn next to another."""
        node = _put(scope, what)
        node.set("id", self.new_id(base))
        if beside is not None:
            self.shapes.place(node.get("id", ""), what, beside.get("id", ""))
        return node

    def connect(self, source: Node, target: Node, condition: str | None = None) -> Node:
        """Make a sequence flow between two elements of one scope."""
        scope = source.getparent()
        flow = _put(self.root if scope is None else scope, "sequenceFlow")
        ends = source.get("id", ""), target.get("id", "")
        flow.set("id", self.new_id("_to_".join(ends)))
        flow.set("sourceRef", ends[0])
        flow.set("targetRef", ends[1])
        self.set_condition(flow, condition)
        _list(source, "outgoing", flow)
        _list(target, "incoming", flow)
        self.shapes.join(flow.get("id", ""), *ends)
        return flow

    def set_condition(self, flow: Node, condition: str | None) -> None:
        """Give a flow a condition, or take it away."""
        for old in children(flow, "conditionExpression"):
            drop(old)
        if condition is not None:
            _put(flow, "conditionExpression").text = condition

    def lead(self, flow: Node, *, source: Node | None = None, target: Node | None = None) -> None:
        """Lead a flow from or to another element; its line follows."""
        for (end, part), node in zip(_ENDS, (source, target), strict=True):
            if node is not None:
                old = self.find(flow.get(end))
                if old is not None:
                    _unlist(old, part, flow)
                flow.set(end, node.get("id", ""))
                _list(node, part, flow)
                self.shapes.move_end(
                    flow.get("id", ""), node.get("id", ""), first=end == "sourceRef"
                )

    def declare(self, what: str, name: str) -> Node:
        """Make a message or signal beside the processes."""
        node = etree.Element(f"{{{BPMN}}}{what}")
        node.set("id", self.new_id(f"{what}_{name}"))
        node.set("name", name)
        first = next(iter(self.all("process", "collaboration")), None)
        self.root.insert(0 if first is None else self.root.index(first), node)
        return node

    def extension(self, node: Node, name: str) -> Node:
        """Give the spiffworkflow:`name` extension of an element, made if it is not there."""
        found = xml.extensions(node, name)
        if found:
            return found[0]
        block = child(node, "extensionElements")
        if block is None:
            block = etree.Element(f"{{{BPMN}}}extensionElements")
            node.insert(len(children(node, "documentation")), block)
        return etree.SubElement(block, f"{{{SPIFF}}}{name}", nsmap={"spiffworkflow": SPIFF})

    def set_property(self, node: Node, name: str, value: str) -> None:
        """Give an element one of our properties."""
        made = etree.SubElement(self.extension(node, "properties"), f"{{{SPIFF}}}property")
        made.set("name", name)
        made.set("value", value)

    # -- changing and removing

    def turn_into(self, node: Node, what: str) -> None:
        """Make an element another kind, under the same id and name."""
        old = size_of(kind(node))
        node.tag = f"{{{BPMN}}}{what}"
        for name in _OWN_ATTRIBUTES:
            unset(node, name)
        for part in list(node):
            if kind(part) in _OWN_PARTS or kind(part).endswith("EventDefinition"):
                drop(part)
        for name in _OWN_EXTENSIONS:
            for part in xml.extensions(node, name):
                drop(part)
        if size_of(what) != old:
            self.shapes.resize(node.get("id", ""), what)

    def remove(self, node: Node) -> None:
        """Take an element out with its flows, boundary events, lines and shapes."""
        if kind(node) in FLOW_NODES:
            for part in [*self.incoming(node), *self.outgoing(node), *self.boundaries(node)]:
                self.remove(part)
        if kind(node) == "sequenceFlow":
            for end, part_name in _ENDS:
                holder = self.find(node.get(end))
                if holder is not None:
                    _unlist(holder, part_name, node)
        inside = [part.get("id", "") for part in node.iter() if isinstance(part.tag, str)]
        drop(node)
        for name in filter(None, inside):
            self._forget(name)

    def _forget(self, name: str) -> None:
        """Remove what refers to an element that is gone: shapes, lanes, associations, messages."""
        self.shapes.forget(name)
        for node in self.all("flowNodeRef"):
            if (node.text or "").strip() == name:
                drop(node)
        for node in self.all("association", "messageFlow"):
            if name in (xml.referred(node, node.get(end)) for end, _part in _ENDS):
                self.shapes.forget(node.get("id", ""))
                drop(node)


def _flows(node: Node) -> list[Node]:
    around = node.getparent()
    return [] if around is None else children(around, "sequenceFlow")


def _put(around: Node, what: str) -> Node:
    """Make a child, indented as its neighbours are."""
    made = etree.SubElement(around, f"{{{BPMN}}}{what}")
    previous = made.getprevious()
    if previous is not None:
        made.tail = previous.tail
        first = around.text
        previous.tail = first if first is not None and not first.strip() else previous.tail
    return made


def _list(node: Node, part: str, flow: Node) -> None:
    listed = [p for p in node if kind(p) in ("incoming", "outgoing")]
    head = children(node, "documentation", "extensionElements")
    before = [p for p in listed if part == "outgoing" or kind(p) == "incoming"]
    after = before[-1] if before else (head[-1] if head else None)
    made = etree.Element(f"{{{BPMN}}}{part}")
    made.text = flow.get("id")
    node.insert(0 if after is None else node.index(after) + 1, made)


def _unlist(node: Node, part: str, flow: Node) -> None:
    for listed in children(node, part):
        if xml.referred(listed, listed.text) == flow.get("id"):
            drop(listed)
