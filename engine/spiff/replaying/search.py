"""Replays the steps of a case over a net, with as few departures from it as can be.

Two kinds of departure count one each: a step that the net asks for and the case does not have, and
a step of the case that the net does not allow there. The way with the fewest is looked for among
all ways of the net, so a case that some way allows always fits.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.spiff.replaying.moves import Move, moves
from engine.spiff.replaying.net import Marking, Net, is_mark

#: Past so many states a case is left undecided; the shipped diagrams take some hundreds.
MOST_STATES: Final = 20_000
_State = tuple[Marking, int]


@dataclass(frozen=True)
class Replay:
    """What came of one replay.

    is_decided: whether the search came to an end. skipped: steps the net asks for that are missing.
    extra: positions of steps that the net does not allow where they came.
    passed: (process, id of a node or flow) → how often the way led over it.
    """

    is_decided: bool
    skipped: tuple[str, ...] = ()
    extra: tuple[int, ...] = ()
    passed: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def fits(self) -> bool:
        """Say whether the net allows the case as it ran."""
        return self.is_decided and not self.skipped and not self.extra


def replay(net: Net, steps: Sequence[str], *, most: int = MOST_STATES) -> Replay:
    """Replay a case that ended, by the keys of the steps people did, in their order."""
    came: dict[_State, tuple[_State, Move] | None] = {}
    cost: dict[_State, int] = {}
    queue: deque[_State] = deque()
    for marking in net.start():
        cost[marking, 0], came[marking, 0] = 0, None
        queue.append((marking, 0))
    done: set[_State] = set()
    often = Counter(steps)
    while queue:
        state = queue.popleft()
        if state in done:
            continue
        done.add(state)
        if len(done) > most:
            return Replay(is_decided=False)
        marking, at = state
        if at == len(steps) and all(map(is_mark, marking)):
            return _told(net, state, came)
        for move in moves(net, marking, steps[at] if at < len(steps) else None, often):
            following = (move.marking, at + move.takes)
            price = cost[state] + move.costs
            if price < cost.get(following, price + 1):
                cost[following], came[following] = price, (state, move)
                (queue.append if move.costs else queue.appendleft)(following)
    return Replay(is_decided=False)


def _told(net: Net, state: _State, came: dict[_State, tuple[_State, Move] | None]) -> Replay:
    """Go back along the way that was found."""
    skipped: list[str] = []
    extra: list[int] = []
    passed: Counter[tuple[str, str]] = Counter()
    while (step := came[state]) is not None:
        state, move = step
        if move.costs and move.takes:
            extra.append(state[1])
        elif move.costs:
            skipped.append(net.nodes[move.node].label)
        if move.node >= 0 and not (move.costs and not move.takes):
            node = net.nodes[move.node]
            passed[node.process, node.id] += move.counts
        for flow in move.along:
            source = net.nodes[net.flows[flow].source]
            passed[source.process, net.flows[flow].id] += 1
    for number in net.begins[:1]:
        node = net.nodes[number]
        passed[node.process, node.id] += 1
        for flow in node.out:
            passed[node.process, net.flows[flow].id] += 1
    del passed["", ""]
    return Replay(True, tuple(skipped[::-1]), tuple(extra[::-1]), +passed)
