"""What happened, on a drawn diagram: the passed path, how often, and where it was open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from html import escape
from typing import Final

from engine.spiff.drawing import Line, Shape

_BADGE: Final = 22


@dataclass(frozen=True)
class Path:
    """What happened to the elements of one diagram, by their ids in it."""

    #: Id → how often it was passed.
    passed: Mapping[str, int] = field(default_factory=dict)
    open: Set[str] = frozenset()
    #: What the last event did.
    just: Set[str] = frozenset()
    #: Id → a sentence about it, read out and shown when one points at it.
    words: Mapping[str, str] = field(default_factory=dict)

    def mark_shape(self, shape: Shape, drawn: Iterable[str]) -> Iterator[str]:
        """Put a drawn element into a group that says what happened to it, with its count."""
        classes = self._classes(shape.id)
        if not classes:
            yield from drawn
            return
        yield f'<g class="{classes}" data-element="{escape(shape.id)}">'
        if shape.id in self.words:
            yield f"<title>{escape(self.words[shape.id])}</title>"
        yield from drawn
        if (times := self.passed.get(shape.id, 0)) > 1:
            yield from _badge(shape, times)
        yield "</g>"

    def mark_line(self, line: Line, drawn: Iterable[str]) -> Iterator[str]:
        """Put a drawn flow into a group when both its ends were reached."""
        reached = self.passed.keys() | self.open
        was_taken = line.source in self.passed and line.target in reached
        if line.kind == "sequenceFlow" and was_taken:
            yield from ('<g class="is-passed-flow">', *drawn, "</g>")
        else:
            yield from drawn

    def _classes(self, element: str) -> str:
        found = {
            "is-passed": self.passed.get(element, 0) > 0,
            "is-open": element in self.open,
            "is-just": element in self.just,
        }
        return " ".join(name for name, holds in found.items() if holds)


#: A diagram on which nothing happened, as it is printed in rules and handbooks.
NOTHING: Final = Path()


def _badge(shape: Shape, times: int) -> Iterator[str]:
    """Write how often an element was passed at its upper right corner."""
    words = f"×{times}"
    width = _BADGE + 7 * max(len(words) - 2, 0)
    x, y = shape.box.right - width + 8, shape.box.y - _BADGE / 2
    yield (
        f'<g class="drawn-count">'
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{_BADGE - 4}" rx="9"/>'
        f'<text x="{x + width / 2:g}" y="{y + 13:g}" text-anchor="middle">{words}</text></g>'
    )
