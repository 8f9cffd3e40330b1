"""What may happen next at a marking.

What one token does by itself is independent of the others, so only one of them is moved at a time;
joins come when all others wait, and people's steps last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from engine.spiff.replaying.net import Marking, Net, Node, inside, is_mark, mark

_CHOICES: Final = ("exclusiveGateway", "eventBasedGateway", "complexGateway")
_JOINS: Final = ("parallelGateway", "inclusiveGateway")
#: More ways than this out of an inclusive gateway: single ways and all of them are tried.
_MOST_WAYS: Final = 4


@dataclass(frozen=True, slots=True)
class Move:
    """One move: where the tokens are then, and what it was.

    takes: how many steps of the case it uses up. costs: 1 for a departure from the net.
    node: what was passed, or -1. along: the flows that were taken. counts: 1 when the node was
    passed by it, 0 when it was only entered or left.
    """

    marking: Marking
    takes: int = 0
    costs: int = 0
    node: int = -1
    along: tuple[int, ...] = ()
    counts: int = 0


def moves(net: Net, marking: Marking, step: str | None, often: Mapping[str, int]) -> Iterator[Move]:
    """Give the moves from a marking.

    Args:
        step: the next step of the case, None when all were replayed.
        often: how often the case has each step; nothing happens beside the way more often.
    """
    for place in marking:
        if place >= 0:
            node = net.nodes[net.flows[place].target]
            if node.kind not in _JOINS or len(node.into) < 2:
                yield from _entered(net, _without(marking, place), node)
                return
    for node in _joins(net, marking):
        used = _joined(net, marking, node)
        if used:
            yield from _left(net, _less(marking, used), node, counts=1)
            return
    yield from _inside(net, marking, step, often)


def _entered(net: Net, rest: Marking, node: Node) -> Iterator[Move]:
    """Give what comes of a token that reaches a node."""
    if node.label or node.is_container:
        starts = [-1] if node.is_loose else node.starts or [-1]
        for start in starts:
            begun = net.nodes[start].out if start >= 0 else []
            marking = _more(rest, [inside(node.number), *begun])
            yield Move(marking, node=node.number, along=tuple(begun), counts=int(not node.label))
        return
    if node.carries == "terminate" or (node.carries == "error" and node.kind == "endEvent"):
        yield from _broken(net, rest, node)
        return
    yield from _left(net, rest, node, counts=1)
    for event in (net.nodes[number] for number in node.events):
        yield Move(_more(rest, event.out), node=event.number, along=tuple(event.out), counts=1)


def _broken(net: Net, rest: Marking, node: Node) -> Iterator[Move]:
    """End all of the scope that an event ends; an error goes on where it is caught."""
    holder = node.around[-1] if node.around else -1
    left = tuple(p for p in rest if holder >= 0 and not net.is_within(p, holder))
    yield Move(left, node=node.number, counts=1)
    if node.carries != "error" or holder < 0:
        return
    for event in (net.nodes[number] for number in net.nodes[holder].events):
        if event.carries == "error":
            caught = _without(left, inside(holder))
            yield Move(_more(caught, event.out), node=event.number, along=(*event.out,), counts=1)


def _left(net: Net, rest: Marking, node: Node, *, counts: int) -> Iterator[Move]:
    """Give each set of flows by which a token may leave a node."""
    ways: Iterable[tuple[int, ...]] = [tuple(node.out)]
    if node.kind in _CHOICES and node.out:
        ways = [(flow,) for flow in node.out]
    elif node.kind == "inclusiveGateway" and len(node.out) > 1:
        most = len(node.out)
        sizes = range(1, most + 1) if most <= _MOST_WAYS else (1, most)
        ways = [way for size in sizes for way in combinations(node.out, size)]
    for way in ways:
        yield Move(_more(rest, way), node=node.number, along=way, counts=counts)


def _joins(net: Net, marking: Marking) -> list[Node]:
    numbers = {net.flows[place].target for place in marking if place >= 0}
    return [net.nodes[number] for number in sorted(numbers)]


def _joined(net: Net, marking: Marking, node: Node) -> list[int]:
    """Give the tokens that go on together at a join, if they may."""
    waiting = [flow for flow in node.into if flow in marking]
    if node.kind == "parallelGateway":
        return waiting if len(waiting) == len(node.into) else []
    for place in marking:
        if place in waiting or is_mark(place):
            continue
        # A token that can still come here by a flow that has none is waited for.
        goal = net.reached([_next(net, place)], node.number)
        for flow in node.into:
            if flow not in waiting and net.flows[flow].source in goal:
                return []
    return waiting


def _next(net: Net, place: int) -> int:
    return -place - 1 if place < 0 else net.flows[place].target


def _inside(
    net: Net, marking: Marking, step: str | None, often: Mapping[str, int]
) -> Iterator[Move]:
    """Give what may happen when every token is in a step or waits at a join."""
    held = [net.nodes[-place - 1] for place in dict.fromkeys(marking) if _is_held(place)]
    for node in held:
        is_empty = not any(net.is_within(place, node.number) for place in marking)
        if node.is_container and not node.is_loose and is_empty:
            yield from _ended(net, marking, node)
            return
    for node in held:
        if node.label:
            yield from _worked(net, marking, node, step)
        elif node.is_loose:
            yield from _loose(net, marking, node, step)
        yield from _interrupted(net, marking, node, often)
    if step is not None:
        yield Move(marking, takes=1, costs=1)


def _loose(net: Net, marking: Marking, node: Node, step: str | None) -> Iterator[Move]:
    """Do any step inside, or leave: how its instances fell between each other is not told."""
    for one in net.nodes:
        if step is not None and one.label == step and node.number in one.around:
            yield Move(marking, takes=1, node=one.number, counts=1)
    yield from _left(net, _without(marking, inside(node.number)), node, counts=0)


def _ended(net: Net, marking: Marking, node: Node) -> Iterator[Move]:
    """Leave a container that has no token left; one that repeats may begin again."""
    yield from _left(net, _without(marking, inside(node.number)), node, counts=0)
    if node.repeats:
        for start in node.starts:
            out = net.nodes[start].out
            yield Move(_more(marking, out), along=tuple(out))


def _worked(net: Net, marking: Marking, node: Node, step: str | None) -> Iterator[Move]:
    rest = _without(marking, inside(node.number))
    for move in _left(net, rest, node, counts=1):
        if step == node.label:
            yield Move(move.marking, takes=1, node=node.number, along=move.along, counts=1)
        yield Move(move.marking, costs=1, node=node.number, along=move.along)
    if step == node.label and node.repeats:
        yield Move(marking, takes=1, node=node.number, counts=1)


def _interrupted(
    net: Net, marking: Marking, node: Node, often: Mapping[str, int]
) -> Iterator[Move]:
    """Let the boundary events of a node in progress happen; beside it, only where steps follow."""
    for event in (net.nodes[number] for number in node.events):
        if event.interrupts:
            kept = tuple(p for p in marking if not net.is_within(p, node.number))
            left = _more(_without(kept, inside(node.number)), event.out)
            yield Move(left, node=event.number, along=tuple(event.out), counts=1)
        elif marking.count(mark(event.number)) < _most(net, event, often):
            left = _more(marking, [*event.out, mark(event.number)])
            yield Move(left, node=event.number, along=tuple(event.out), counts=1)


def _is_held(place: int) -> bool:
    return place < 0 and not is_mark(place)


def _most(net: Net, event: Node, often: Mapping[str, int]) -> int:
    """Give how often an event beside the way can have happened: as often as what follows it."""
    follows = {net.nodes[number].label for number in net.reached([event.number])} - {""}
    return max((often.get(label, 0) for label in follows), default=0)


def _without(marking: Marking, place: int) -> Marking:
    at = marking.index(place)
    return marking[:at] + marking[at + 1 :]


def _less(marking: Marking, places: list[int]) -> Marking:
    for place in places:
        marking = _without(marking, place)
    return marking


def _more(marking: Marking, places: Iterable[int]) -> Marking:
    return tuple(sorted((*marking, *places)))
