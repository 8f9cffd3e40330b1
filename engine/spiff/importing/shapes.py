"""How a file is drawn: shapes and lines, made, moved and removed with their elements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from engine.spiff import xml
from engine.spiff.xml import DI, Node

_DC: Final = "http://www.omg.org/spec/DD/20100524/DC"
_DD: Final = "http://www.omg.org/spec/DD/20100524/DI"
#: Kind → width and height as drawing tools draw it.
_SIZES: Final = {"Event": (36.0, 36.0), "Gateway": (50.0, 50.0)}
_TASK: Final = (100.0, 80.0)
_GAP: Final = 40.0
Box = tuple[float, float, float, float]


class Shapes:
    """The shapes and lines of a file; a file that draws nothing stays without."""

    def __init__(self, root: Node) -> None:
        self.root = root

    def of(self, name: str) -> list[Node]:
        """Give the shapes and lines that stand for an element."""
        return [node for node in self._all() if xml.referred(node, node.get("bpmnElement")) == name]

    def box(self, name: str) -> Box | None:
        """Give where an element is drawn: x, y, width, height; None when it is not."""
        for shape in self.of(name):
            bounds = shape.find(f"{{{_DC}}}Bounds")
            if bounds is not None:
                x, y, width, height = (_number(bounds, n) for n in ("x", "y", "width", "height"))
                return x, y, width, height
        return None

    def place(self, name: str, what: str, beside: str) -> None:
        """Draw an element to the right of another; a start event to the left of it."""
        box = self.box(beside)
        if box is not None:
            x, y, width, height = box
            w, h = size_of(what)
            left = x - _GAP - w if what == "startEvent" else x + width + _GAP
            self._draw(name, (left, y + (height - h) / 2, w, h))

    def resize(self, name: str, what: str) -> None:
        """Give an element the size of another kind, around the same middle."""
        width, height = size_of(what)
        box = self.box(name)
        for shape in self.of(name) if box is not None else ():
            bounds = shape.find(f"{{{_DC}}}Bounds")
            if bounds is not None and box is not None:
                left, top = box[0] + (box[2] - width) / 2, box[1] + (box[3] - height) / 2
                _set_bounds(bounds, (left, top, width, height))

    def join(self, flow: str, source: str, target: str) -> None:
        """Draw a straight line between two elements."""
        plane, one, other = self._plane(), self.box(source), self.box(target)
        if plane is None or one is None or other is None:
            return
        edge = etree.SubElement(plane, f"{{{DI}}}BPMNEdge")
        edge.set("id", f"{flow}_edge")
        edge.set("bpmnElement", flow)
        for x, y in (_right(one), _left(other)):
            _set_point(etree.SubElement(edge, f"{{{_DD}}}waypoint"), x, y)

    def move_end(self, flow: str, node: str, *, first: bool) -> None:
        """Let the line of a flow begin or end at another element."""
        box = self.box(node)
        for edge in self.of(flow) if box is not None else ():
            points = edge.findall(f"{{{_DD}}}waypoint")
            if points and box is not None:
                _set_point(points[0 if first else -1], *(_right(box) if first else _left(box)))

    def forget(self, name: str) -> None:
        """Remove what is drawn of an element."""
        for node in self.of(name):
            drop(node)

    def _all(self) -> Iterator[Node]:
        return iter(list(self.root.iter(f"{{{DI}}}BPMNShape", f"{{{DI}}}BPMNEdge")))

    def _plane(self) -> Node | None:
        return next(self.root.iter(f"{{{DI}}}BPMNPlane"), None)

    def _draw(self, name: str, box: Box) -> None:
        plane = self._plane()
        if plane is not None:
            shape = etree.SubElement(plane, f"{{{DI}}}BPMNShape")
            shape.set("id", f"{name}_shape")
            shape.set("bpmnElement", name)
            _set_bounds(etree.SubElement(shape, f"{{{_DC}}}Bounds"), box)


def size_of(what: str) -> tuple[float, float]:
    """Give the width and height that a kind of flow node is drawn with."""
    return next((size for end, size in _SIZES.items() if what.endswith(end)), _TASK)


def unset(node: Node, name: str) -> None:
    """Take an attribute away, if it is there."""
    if name in node.attrib:
        del node.attrib[name]


def drop(node: Node) -> None:
    """Take an element out of the file; what stands behind it stays."""
    parent = node.getparent()
    if parent is not None:
        previous, tail = node.getprevious(), node.tail or ""
        if previous is not None:
            previous.tail = (previous.tail or "").rstrip() + tail
        elif tail.strip():
            parent.text = (parent.text or "") + tail
        parent.remove(node)


def _right(box: Box) -> tuple[float, float]:
    return box[0] + box[2], box[1] + box[3] / 2


def _left(box: Box) -> tuple[float, float]:
    return box[0], box[1] + box[3] / 2


def _number(bounds: Node, name: str) -> float:
    try:
        return float(bounds.get(name) or 0)
    except ValueError:
        return 0.0


def _set_bounds(bounds: Node, box: Box) -> None:
    for name, value in zip(("x", "y", "width", "height"), box, strict=True):
        bounds.set(name, f"{value:g}")


def _set_point(point: Node, x: float, y: float) -> None:
    point.set("x", f"{x:g}")
    point.set("y", f"{y:g}")
