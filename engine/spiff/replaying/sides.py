"""Which steps a diagram lets run side by side: their order among each other says nothing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations, product
from typing import Final

from engine.spiff.replaying.net import Net, Node

_CHOICES: Final = ("exclusiveGateway", "eventBasedGateway", "complexGateway")


@lru_cache(maxsize=64)
def independent(net: Net) -> frozenset[tuple[str, str]]:
    """Give the pairs of steps, both ways round, that lie on different branches of one split."""
    found: set[tuple[str, str]] = set()
    for node in net.nodes:
        for one, other in combinations(_branches(net, node), 2):
            for pair in product(one - other, other - one):
                found |= {pair, pair[::-1]}
    return frozenset(found)


def _branches(net: Net, node: Node) -> Iterator[set[str]]:
    """Give the steps on each branch that begins at a node, if it begins several at once."""
    beside = [number for number in node.events if not net.nodes[number].interrupts]
    ways = [[net.flows[flow].target] for flow in node.out]
    if node.kind in _CHOICES:
        ways = [[target for way in ways for target in way]]
    if beside and node.label:
        # What a reminder starts runs beside the step itself too.
        ways = [[node.number]]
    for way in [*ways, *([number] for number in beside)]:
        without = -1 if way == [node.number] else node.number
        yield {net.nodes[number].label for number in _reached(net, way, node, without)} - {""}


def _reached(net: Net, way: list[int], node: Node, without: int) -> frozenset[int]:
    found = net.reached(way, without)
    return found - {number for number in node.events if way == [node.number]}
