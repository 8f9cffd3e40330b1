"""Draws a diagram as SVG for paper: shapes, flows, labels and lanes, as its modeller laid it out.

Pure: no browser, no style sheet. A wide diagram is cut into strips that each fit a page; every
strip shows the names of the lanes again. Colours and sizes are those of bpmn.io's viewer.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape
from itertools import pairwise
from typing import Final

from engine.spiff.drawing import Box, Drawing, Shape
from web.diagram_marks import FONT_SIZE, INK, LEADING, flow, node, text_lines, wrapped
from web.diagram_path import NOTHING, Path

_MARGIN: Final = 12
#: So far from a node may a drawing be cut, and so wide is a strip at least.
_GAP: Final = 6
_LEAST: Final = 100
#: Where pools and lanes write their names.
_HEAD: Final = 30


def draw(drawing: Drawing, *, title: str, path: Path = NOTHING, width: int | None = None) -> str:
    """Give the whole drawing as one SVG element.

    Args:
        width: how wide a page shows it, in pixels; None leaves it to the page.
        path: what happened on it; a page's style sheet colours the classes it leaves.
    """
    bounds = drawing.bounds
    drawn = _framed(drawing, bounds.x, bounds.right, title, repeat=False, path=path)
    return drawn if width is None else drawn.replace("<svg ", f'<svg width="{width}" ', 1)


def strips(drawing: Drawing, *, title: str, width: float, height: float) -> list[str]:
    """Give the drawing cut into SVG elements that each fit a page of that size.

    Args:
        width, height: of the page, in units of the drawing at full size. A drawing that is not
            high enough to fill the page is not enlarged.
    """
    bounds = drawing.bounds
    scale = min(1.0, height / (bounds.height + 2 * _MARGIN))
    room = max(width / scale - 2 * _MARGIN, 200.0)
    edges = _cuts(drawing, room)
    return [
        _framed(drawing, left, right, title, repeat=left > bounds.x)
        for left, right in pairwise(edges)
    ]


def _cuts(drawing: Drawing, room: float) -> list[float]:
    """Give the x at which the drawing is cut, from its left to its right side, evenly."""
    bounds, head = drawing.bounds, _head(drawing)
    least = max(math.ceil((bounds.width - head) / max(room - head, 1)), 1)
    for count in range(least, least + 3):
        share = (bounds.width - head) / count
        edges = [bounds.x]
        for number in range(1, count):
            edges.append(_clear(drawing, edges[-1], bounds.x + head + number * share))
        edges.append(bounds.right)
        heads = [0.0, *[head] * (count - 1)]
        if all(
            end - start + more <= room
            for (start, end), more in zip(pairwise(edges), heads, strict=True)
        ):
            break
    return edges


def _clear(drawing: Drawing, left: float, wanted: float) -> float:
    """Give the x nearest to `wanted` at which no node and no label is cut."""
    boxes = [one.box for one in drawing.shapes if one.kind not in ("participant", "lane")]
    boxes += drawing.labels
    places = [wanted, *(box.x - _GAP for box in boxes), *(box.right + _GAP for box in boxes)]
    clear = [
        place
        for place in places
        if left + _LEAST <= place < drawing.bounds.right
        and not any(box.x - _GAP < place < box.right + _GAP for box in boxes)
    ]
    return min(clear, key=lambda place: abs(place - wanted), default=wanted)


def _head(drawing: Drawing) -> float:
    """Give how far the names of pools and lanes reach from the left."""
    around = [one.box.x for one in drawing.shapes if one.kind in ("participant", "lane")]
    return max(around, default=0) - min(around, default=0) + (_HEAD if around else 0)


def _framed(
    drawing: Drawing,
    left: float,
    right: float,
    title: str,
    *,
    repeat: bool,
    path: Path = NOTHING,
) -> str:
    """Give what lies between two x, with the lane names beside it again when `repeat` is set."""
    bounds = drawing.bounds
    head = _head(drawing) if repeat else 0.0
    width, top = right - left + head + 2 * _MARGIN, bounds.y - _MARGIN
    height = bounds.height + 2 * _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" '
        f'viewBox="{left - head - _MARGIN:g} {top:g} {width:g} {height:g}" '
        f'font-family="Bihuan Sans" font-size="{FONT_SIZE}" fill="{INK}">',
        f"<title>{escape(title)}</title>",
    ]
    for shape in drawing.shapes:
        if shape.kind in ("participant", "lane"):
            parts += _area(shape, left, right, head if repeat else None, drawing)
    for line in drawing.lines:
        parts += path.mark_line(line, flow(line, left, right))
    for shape in drawing.shapes:
        if shape.kind not in ("participant", "lane") and left <= shape.box.x < right:
            parts += path.mark_shape(shape, node(shape))
    return "".join([*parts, "</svg>"])


def _area(
    shape: Shape, left: float, right: float, head: float | None, drawing: Drawing
) -> Iterator[str]:
    """Draw the part of a pool or lane that lies in the strip, with its name."""
    box = shape.box
    start, end = max(box.x, left), min(box.right, right)
    if end <= start:
        return
    outer = min(one.box.x for one in drawing.shapes if one.kind in ("participant", "lane"))
    if head is not None:
        start = left - head + (box.x - outer)
    yield (
        f'<rect x="{start:g}" y="{box.y:g}" width="{end - start:g}" height="{box.height:g}" '
        f'fill="none" stroke="{INK}" stroke-width="1.2"/>'
    )
    if shape.is_upright:
        yield from text_lines(wrapped(shape.name, box.width - 8), start + box.width / 2, box.y + 16)
        return
    if shape.kind == "participant":
        yield (
            f'<path d="M{start + _HEAD:g} {box.y:g}V{box.bottom:g}" stroke="{INK}" '
            f'stroke-width="1.2"/>'
        )
    yield from _upright(shape.name, start + _HEAD / 2, box)


def _upright(text: str, x: float, box: Box) -> Iterator[str]:
    """Write a name from top to bottom, sign by sign, as Chinese is written on a narrow strip."""
    signs = [sign for sign in text if not sign.isspace()][: max(int(box.height / LEADING), 1)]
    top = box.y + (box.height - len(signs) * LEADING) / 2 + FONT_SIZE
    for number, sign in enumerate(signs):
        yield (
            f'<text x="{x:g}" y="{top + number * LEADING:g}" text-anchor="middle">'
            f"{escape(sign)}</text>"
        )
