"""The marks of a drawn diagram: nodes, flows and their words, as SVG. Used by `diagram_svg`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from typing import Final

from engine.spiff.drawing import Box, Line, Point, Shape

INK: Final = "#22242a"
FONT_SIZE: Final = 12
LEADING: Final = 14
#: Room a label may take when its own box is narrower than a word.
_NARROWEST_LABEL: Final = 92
_ACTIVITIES: Final = ("Task", "task", "Activity", "ubProcess", "transaction")
_NOT_BEFORE: Final = "，。、；：！？”’）》」』】"
#: Outlines in a square of 14 at the upper left of a task.
_TOP_LEFT: Final = {
    "userTask": "M7 1a3 3 0 1 1 0 6a3 3 0 1 1 0-6M1 13c0-4 3-5.5 6-5.5s6 1.5 6 5.5z",
    "manualTask": "M1 5h7M1 8h6M1 11h6M8 5l5 1v6l-6 1",
    "serviceTask": (
        "M7 4a3 3 0 1 1 0 6a3 3 0 1 1 0-6M7 1v2M7 11v2M1 7h2M11 7h2M3 3l1 1M10 10l1 1M11 3l-1 1"
        "M4 10l-1 1"
    ),
    "businessRuleTask": "M1 2h12v10H1zM1 5h12M1 8.5h12M5 5v7",
    "scriptTask": "M2 1h10v12H2zM4 4h6M4 7h6M4 10h6",
    "sendTask": "M1 3h12v8H1zM1 3l6 5l6-5",
    "receiveTask": "M1 3h12v8H1zM1 3l6 5l6-5",
}
#: Signs inside a gateway, from its centre.
_GATEWAYS: Final = {
    "exclusiveGateway": "M-7 -7L7 7M7 -7L-7 7",
    "parallelGateway": "M-9 0H9M0 -9V9",
    "inclusiveGateway": "M0 -9a9 9 0 1 1 0 18a9 9 0 1 1 0-18",
    "eventBasedGateway": "M0 -9L9 -2L6 8H-6L-9 -2Z",
    "complexGateway": "M-9 0H9M0 -9V9M-6 -6L6 6M6 -6L-6 6",
}
#: Signs inside an event, from its centre.
_EVENTS: Final = {
    "timer": "M0 -9V0L6 3",
    "message": "M-8 -5H8V6H-8ZM-8 -5L0 1L8 -5",
    "error": "M-6 7L-2 -4L2 3L6 -7",
    "escalation": "M0 -8L6 7L0 1L-6 7Z",
    "signal": "M0 -8L8 6H-8Z",
    "cancel": "M-6 -6L6 6M6 -6L-6 6",
    "terminate": "M0 -7a7 7 0 1 1 0 14a7 7 0 1 1 0-14",
}
#: Signs at the foot of an activity, from the middle of its lower side.
_BELOW: Final = {
    "parallel": "M-4 -12V-3M0 -12V-3M4 -12V-3",
    "sequential": "M-5 -11H5M-5 -7.5H5M-5 -4H5",
    "loop": "M3 -4A4.5 4.5 0 1 0 -1 -3L-3 -6",
    "call": "M-6 -13H6V-2H-6ZM-3 -7.5H3M0 -10.5V-4.5",
}


def node(shape: Shape) -> Iterator[str]:
    """Draw an activity, event or gateway, or what is only drawn."""
    if shape.kind.endswith(_ACTIVITIES):
        yield from _activity(shape)
    elif shape.kind.endswith("Gateway"):
        yield from _gateway(shape)
    elif shape.kind.endswith("Event"):
        yield from _event(shape)
    else:
        yield from _other(shape)


def _activity(shape: Shape) -> Iterator[str]:
    box, is_call = shape.box, shape.kind == "callActivity"
    yield (
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="10" '
        f'fill="#fff" stroke="{INK}" stroke-width="{4 if is_call else 1.6}"/>'
    )
    if shape.kind in _TOP_LEFT:
        yield _sign(_TOP_LEFT[shape.kind], box.x + 5, box.y + 5, 0.9)
    below = _BELOW.get(shape.marker) or (_BELOW["call"] if is_call else "")
    if below:
        yield _sign(below, box.x + box.width / 2, box.bottom, 1.2)
    yield from _centred(shape.name, box, box.width - 10)


def _gateway(shape: Shape) -> Iterator[str]:
    box = shape.box
    x, y = box.x + box.width / 2, box.y + box.height / 2
    yield (
        f'<path d="M{x:g} {box.y:g}L{box.right:g} {y:g}L{x:g} {box.bottom:g}L{box.x:g} {y:g}Z" '
        f'fill="#fff" stroke="{INK}" stroke-width="1.6"/>'
    )
    yield _sign(_GATEWAYS.get(shape.kind, ""), x, y, 2.8)
    yield from _beside(shape)


def _event(shape: Shape) -> Iterator[str]:
    box = shape.box
    x, y, radius = box.x + box.width / 2, box.y + box.height / 2, box.width / 2
    width = 4 if shape.kind == "endEvent" else 1.6
    is_inner = shape.kind == "boundaryEvent" or shape.kind.startswith("intermediate")
    dashes = "" if shape.is_interrupting else ' stroke-dasharray="4 3"'
    rings = (radius, radius - 4) if is_inner else (radius,)
    for ring in rings:
        yield (
            f'<circle cx="{x:g}" cy="{y:g}" r="{ring:g}" fill="#fff" stroke="{INK}" '
            f'stroke-width="{width}"{dashes}/>'
        )
    if shape.marker:
        yield _sign(_EVENTS.get(shape.marker, ""), x, y, 1.6)
    yield from _beside(shape)


def _sign(path: str, x: float, y: float, width: float) -> str:
    return (
        f'<path transform="translate({x:g} {y:g})" d="{path}" fill="none" stroke="{INK}" '
        f'stroke-width="{width:g}"/>'
    )


def _other(shape: Shape) -> Iterator[str]:
    """Draw a note, a group, a store: what is only drawn."""
    box = shape.box
    yield (
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" '
        f'fill="none" stroke="{INK}" stroke-width="1" stroke-dasharray="6 3"/>'
    )
    yield from _centred(shape.name, box, box.width - 6)


def _beside(shape: Shape) -> Iterator[str]:
    """Write the name of an event or gateway into its label's place, else below it."""
    if not shape.name:
        return
    box = shape.box
    label = shape.label or Box(box.x - 30, box.bottom + 4, box.width + 60, LEADING)
    yield from _label(shape.name, label)


def _label(text: str, label: Box) -> Iterator[str]:
    lines = wrapped(text, max(label.width + 4, _NARROWEST_LABEL))
    yield from text_lines(lines, label.x + label.width / 2, label.y + FONT_SIZE - 1)


def _centred(text: str, box: Box, width: float) -> Iterator[str]:
    most = max(int((box.height - 8) / LEADING), 1)
    lines = wrapped(text, width)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1][:-1]}…"]
    top = box.y + (box.height - len(lines) * LEADING) / 2 + FONT_SIZE - 1
    yield from text_lines(lines, box.x + box.width / 2, top)


def text_lines(lines: Sequence[str], x: float, top: float) -> Iterator[str]:
    """Write lines one under the other, centred on `x`."""
    for number, line in enumerate(lines):
        yield (
            f'<text x="{x:g}" y="{top + number * LEADING:g}" text-anchor="middle">'
            f"{escape(line)}</text>"
        )


def flow(line: Line, left: float, right: float) -> Iterator[str]:
    """Draw the part of a line between two x, with its arrow and name."""
    pieces = list(_within(line.points, left, right))
    dashes = "" if line.kind == "sequenceFlow" else ' stroke-dasharray="5 4"'
    for piece in pieces:
        path = "L".join(f"{x:g} {y:g}" for x, y in piece)
        yield f'<path d="M{path}" fill="none" stroke="{INK}" stroke-width="1.4"{dashes}/>'
    if pieces and line.points[-1] == pieces[-1][-1] and line.kind != "association":
        yield _arrow(pieces[-1][-2], pieces[-1][-1])
    if pieces and line.is_default and line.points[0] == pieces[0][0]:
        yield _slash(pieces[0][0], pieces[0][1])
    if line.name and line.label and left <= line.label.x < right:
        yield from _label(line.name, line.label)


def _within(points: Sequence[Point], left: float, right: float) -> Iterator[list[Point]]:
    """Give the runs of a line that lie between two x."""
    run: list[Point] = []
    for start, end in pairwise(points):
        clipped = _clipped(start, end, left, right)
        if clipped is None:
            if run:
                yield run
            run = []
            continue
        if run and run[-1] != clipped[0]:
            yield run
            run = []
        run = [*(run or [clipped[0]]), clipped[1]]
    if run:
        yield run


def _clipped(start: Point, end: Point, left: float, right: float) -> tuple[Point, Point] | None:
    if max(start[0], end[0]) < left or min(start[0], end[0]) >= right:
        return None

    def at(point: Point, other: Point) -> Point:
        x = min(max(point[0], left), right)
        if x == point[0] or point[0] == other[0]:
            return point
        share = (x - point[0]) / (other[0] - point[0])
        return x, point[1] + share * (other[1] - point[1])

    return at(start, end), at(end, start)


def _arrow(start: Point, end: Point) -> str:
    angle = math.atan2(end[1] - start[1], end[0] - start[0])
    wings = [
        (end[0] - 10 * math.cos(angle + turn), end[1] - 10 * math.sin(angle + turn))
        for turn in (-0.42, 0.42)
    ]
    (ax, ay), (bx, by) = wings
    return f'<path d="M{end[0]:g} {end[1]:g}L{ax:.1f} {ay:.1f}L{bx:.1f} {by:.1f}Z"/>'


def _slash(start: Point, end: Point) -> str:
    """Mark the flow that is taken when no condition holds."""
    angle = math.atan2(end[1] - start[1], end[0] - start[0])
    x, y = start[0] + 12 * math.cos(angle), start[1] + 12 * math.sin(angle)
    dx, dy = 6 * math.cos(angle + 1.1), 6 * math.sin(angle + 1.1)
    return (
        f'<path d="M{x - dx:.1f} {y - dy:.1f}L{x + dx:.1f} {y + dy:.1f}" stroke="{INK}" '
        f'stroke-width="1.4"/>'
    )


def wrapped(text: str, width: float) -> list[str]:
    """Break a text into lines of at most `width`: between signs, and at spaces in Latin words."""
    lines: list[str] = []
    line, used = "", 0.0
    for word in _words(text):
        size = sum(map(_size, word))
        if line and used + size > width and word not in _NOT_BEFORE:
            lines.append(line.strip())
            line, used = "", 0.0
        line, used = line + word, used + size
    return [one for one in [*lines, line.strip()] if one]


def _words(text: str) -> Iterator[str]:
    word = ""
    for sign in text:
        if sign.isascii() and not sign.isspace():
            word += sign
            continue
        if word:
            yield word
        word = ""
        yield " " if sign.isspace() else sign
    if word:
        yield word


def _size(sign: str) -> float:
    return FONT_SIZE * (0.56 if sign.isascii() else 1.0)
