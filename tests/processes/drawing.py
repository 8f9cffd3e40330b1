"""Reads how a BPMN file is drawn: boxes, lines and labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from lxml import etree

NAMESPACES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
    "spiffworkflow": "http://spiffworkflow.org/bpmn/schema/1.0/core",
}
Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: Box) -> bool:
        """Whether the two share any area."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )

    def holds(self, other: Box) -> bool:
        """Whether the other lies wholly inside."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.x + other.width <= self.x + self.width
            and other.y + other.height <= self.y + self.height
        )

    def on_border(self, point: Point) -> bool:
        """Whether a line may begin or end at `point`."""
        across = point[0] in (self.x, self.x + self.width)
        along = point[1] in (self.y, self.y + self.height)
        inside = (
            self.x <= point[0] <= self.x + self.width and self.y <= point[1] <= self.y + self.height
        )
        return inside and (across or along)


def box_around(start: Point, end: Point) -> Box:
    """Give the thin box a straight piece of a line fills."""
    left, top = min(start[0], end[0]), min(start[1], end[1])
    return Box(left, top, abs(start[0] - end[0]) or 0.1, abs(start[1] - end[1]) or 0.1)


@dataclass(frozen=True)
class Drawing:
    """A file and what is drawn in it, by element id."""

    root: etree._Element
    shapes: dict[str, Box]
    lines: dict[str, list[Point]]
    labels: dict[str, Box]

    def find(self, path: str) -> list[etree._Element]:
        """Give the elements at an XPath."""
        return list(self.root.iterfind(path, NAMESPACES))

    def nodes(self) -> list[etree._Element]:
        """Give the tasks, events and gateways."""
        kinds = ("Task", "Event", "Gateway", "Activity")
        process = self.find("bpmn:process/*")
        return [e for e in process if etree.QName(e).localname.endswith(kinds)]

    def pieces(self, flow: str) -> Iterator[tuple[Point, Point]]:
        """Give the straight pieces of a line."""
        return pairwise(self.lines[flow])


def read(content: bytes) -> Drawing:
    """Read a file."""
    root = etree.fromstring(content)
    shapes = root.iterfind(".//bpmndi:BPMNShape", NAMESPACES)
    edges = list(root.iterfind(".//bpmndi:BPMNEdge", NAMESPACES))
    labelled = root.iterfind(".//bpmndi:BPMNLabel/..", NAMESPACES)
    return Drawing(
        root,
        {shape.get("bpmnElement", ""): _bounds(shape) for shape in shapes},
        {edge.get("bpmnElement", ""): _waypoints(edge) for edge in edges},
        {
            owner.get("bpmnElement", ""): _bounds(owner.find("bpmndi:BPMNLabel", NAMESPACES))
            for owner in labelled
        },
    )


def _bounds(element: etree._Element | None) -> Box:
    assert element is not None
    bounds = element.find("dc:Bounds", NAMESPACES)
    assert bounds is not None
    return Box(*(float(bounds.get(name, "")) for name in ("x", "y", "width", "height")))


def _waypoints(edge: etree._Element) -> list[Point]:
    points = edge.iterfind("di:waypoint", NAMESPACES)
    return [(float(point.get("x", "")), float(point.get("y", ""))) for point in points]
