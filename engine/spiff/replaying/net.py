"""A process with all it calls as one flat net: nodes, and flows on which tokens lie."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

#: Where tokens are, sorted; a place is a flow's number, or `inside(node)` of a node in progress.
Marking = tuple[int, ...]
#: Places below this one hold no token; they keep in mind that a boundary event happened.
_MARKS: Final = -(10**9)


@dataclass(slots=True)
class Node:
    """A flow node, once for every call that leads to it.

    key: of its element in the model. label: the same for a step that people do, else "".
    around: the nodes that contain it, outermost first.
    into, out: numbers of flows. events: the boundary events on it. starts: those of its inside.
    """

    number: int
    key: str
    id: str
    process: str
    kind: str
    label: str = ""
    around: tuple[int, ...] = ()
    into: list[int] = field(default_factory=list)
    out: list[int] = field(default_factory=list)
    events: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    is_container: bool = False
    #: Whether it may be done several times before its token goes on.
    repeats: bool = False
    #: Of a container that runs several times at once: its steps may come in any order.
    is_loose: bool = False
    #: Of a boundary event: whether it ends what it stands on, and where it stands.
    interrupts: bool = True
    host: int = -1
    #: Of an event, what it carries: terminate, error, …; of a link its name.
    carries: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; `id` is empty for one that is not drawn."""

    id: str
    source: int
    target: int


@dataclass(eq=False)
class Net:
    """The nodes and flows, and the start events by which a case may begin."""

    nodes: list[Node] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    begins: list[int] = field(default_factory=list)
    #: Node → what it leads to in one move, its inside included.
    after: list[set[int]] = field(default_factory=list)
    _reached: dict[tuple[tuple[int, ...], int], frozenset[int]] = field(default_factory=dict)

    @cached_property
    def labels(self) -> dict[str, int]:
        """Give the steps that people do, each with its last place in the order of the drawing."""
        last = {node.label: node.number for node in self.nodes if node.label}
        return {label: at for at, label in enumerate(sorted(last, key=last.__getitem__))}

    def start(self) -> list[Marking]:
        """Give the markings with which a case may begin."""
        return [tuple(sorted(self.nodes[number].out)) for number in self.begins]

    def is_within(self, place: int, container: int) -> bool:
        """Say whether a token at `place` lies somewhere inside a container."""
        return place > _MARKS and container in self.nodes[self.holder(place)].around

    def holder(self, place: int) -> int:
        """Give the node that a token is in, or that it came from."""
        return -place - 1 if place < 0 else self.flows[place].source

    def reached(self, numbers: list[int], without: int = -1) -> frozenset[int]:
        """Give the nodes that those lead to, themselves too, not passing one of them."""
        key = tuple(numbers), without
        known = self._reached.get(key)
        if known is None:
            known = self._reached[key] = frozenset(self._walk(numbers, without))
        return known

    def _walk(self, numbers: list[int], without: int) -> set[int]:
        found: set[int] = set()
        stack = [number for number in numbers if number != without]
        while stack:
            number = stack.pop()
            if number not in found:
                found.add(number)
                stack += [one for one in self.after[number] if one != without]
        return found


def inside(number: int) -> int:
    """Give the place of a token that is in a node."""
    return -number - 1


def mark(number: int) -> int:
    """Give the place that keeps in mind that a boundary event happened in the case."""
    return _MARKS - number


def is_mark(place: int) -> bool:
    """Say whether a place only keeps something in mind."""
    return place <= _MARKS
