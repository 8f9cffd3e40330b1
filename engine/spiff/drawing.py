"""How a diagram is drawn: its boxes, lines and labels, read from the file's own layout.

For pictures on paper. What the layout does not draw is not in the picture, and what it draws
wrongly is left out: a picture never stops a process from being read.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from engine.spiff import xml
from engine.spiff.xml import Node, kind

_DC: Final = "http://www.omg.org/spec/DD/20100524/DC"
_DD: Final = "http://www.omg.org/spec/DD/20100524/DI"
_BPMNDI: Final = "http://www.omg.org/spec/BPMN/20100524/DI"
#: No drawing is wider; a number beyond it is a slip or a joke.
_FARTHEST: Final = 100_000.0

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the drawing."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of its right side."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of its lower side."""
        return self.y + self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A node, lane or pool.

    kind: BPMN's, such as "userTask"; "participant" and "lane" for what lies around.
    marker: of an event: "timer", "message", "error" …; of a repeated activity: "parallel",
        "sequential" or "loop".
    is_upright: of a lane or pool: drawn as a column.
    is_interrupting: of a boundary event.
    """

    id: str
    kind: str
    name: str
    box: Box
    label: Box | None = None
    marker: str = ""
    is_upright: bool = False
    is_interrupting: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A flow, message flow or association.

    source, target: the ids of what it leads from and to.
    """

    id: str
    kind: str
    name: str
    points: tuple[Point, ...]
    label: Box | None = None
    is_default: bool = False
    source: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a file draws, in the order in which it draws it: pools and lanes first."""

    shapes: tuple[Shape, ...]
    lines: tuple[Line, ...]

    @property
    def labels(self) -> list[Box]:
        """Where names stand beside their elements."""
        found = [shape.label for shape in self.shapes] + [line.label for line in self.lines]
        return [label for label in found if label is not None]

    @property
    def bounds(self) -> Box:
        """The smallest box around everything; empty when nothing is drawn."""
        boxes = [shape.box for shape in self.shapes] + self.labels
        boxes += [Box(x, y, 0, 0) for line in self.lines for x, y in line.points]
        if not boxes:
            return Box(0, 0, 0, 0)
        left, top = min(box.x for box in boxes), min(box.y for box in boxes)
        right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
        return Box(left, top, right - left, bottom - top)


def read_drawing(content: bytes) -> Drawing:
    """Read how a BPMN file is drawn.

    Raises:
        DefinitionRefused: it is no BPMN file.
    """
    root = xml.read(content)
    nodes = {node.get("id", ""): node for node in root.iter() if kind(node) and node.get("id")}
    defaults = {node.get("default") for node in nodes.values()} - {None}
    shapes = [_shape(drawn, nodes) for drawn in root.iter(f"{{{_BPMNDI}}}BPMNShape")]
    lines = [_line(drawn, nodes, defaults) for drawn in root.iter(f"{{{_BPMNDI}}}BPMNEdge")]
    found = [shape for shape in shapes if shape is not None]
    around = ("participant", "lane")
    found.sort(key=lambda one: around.index(one.kind) if one.kind in around else len(around))
    return Drawing(tuple(found), tuple(line for line in lines if line is not None))


def _shape(drawn: Node, nodes: dict[str, Node]) -> Shape | None:
    node = nodes.get(drawn.get("bpmnElement", ""))
    box = _bounds(drawn)
    if node is None or box is None:
        return None
    return Shape(
        id=node.get("id", ""),
        kind=kind(node),
        name=_name(node),
        box=box,
        label=_label(drawn),
        marker=_marker(node),
        is_upright=drawn.get("isHorizontal") == "false",
        is_interrupting=node.get("cancelActivity", "true") != "false",
    )


def _line(drawn: Node, nodes: dict[str, Node], defaults: set[str | None]) -> Line | None:
    node = nodes.get(drawn.get("bpmnElement", ""))
    points = tuple(_points(drawn))
    if node is None or len(points) < 2:
        return None
    return Line(
        id=node.get("id", ""),
        kind=kind(node),
        name=(node.get("name") or "").strip(),
        points=points,
        label=_label(drawn),
        is_default=node.get("id") in defaults,
        source=node.get("sourceRef", ""),
        target=node.get("targetRef", ""),
    )


def _name(node: Node) -> str:
    if kind(node) == "textAnnotation":
        return (xml.text(xml.child(node, "text")) or "").strip()
    return (node.get("name") or "").strip()


def _marker(node: Node) -> str:
    for inner in node:
        name = kind(inner)
        if name.endswith("EventDefinition"):
            return name.removesuffix("EventDefinition")
        if name == "multiInstanceLoopCharacteristics":
            return "sequential" if inner.get("isSequential") == "true" else "parallel"
        if name == "standardLoopCharacteristics":
            return "loop"
    return ""


def _label(drawn: Node) -> Box | None:
    label = drawn.find(f"{{{_BPMNDI}}}BPMNLabel")
    return None if label is None else _bounds(label)


def _bounds(drawn: Node) -> Box | None:
    bounds = drawn.find(f"{{{_DC}}}Bounds")
    if bounds is None:
        return None
    numbers = [_number(bounds.get(name)) for name in ("x", "y", "width", "height")]
    known = [number for number in numbers if number is not None]
    return Box(*known) if len(known) == len(numbers) else None


def _points(drawn: Node) -> Iterator[Point]:
    for point in drawn.iterfind(f"{{{_DD}}}waypoint"):
        x, y = _number(point.get("x")), _number(point.get("y"))
        if x is not None and y is not None:
            yield x, y


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) and abs(number) <= _FARTHEST else None
