"""The order of a case's steps, apart from what the diagram lets run side by side.

Two cases that differ only in how steps of different branches fell between each other went the same
way. Of all orders that are the same in this sense one stands for all: the branch that was begun
is followed as far as it goes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

#: So many different orders are remembered; then it is begun anew.
_REMEMBERED: Final = 20_000


@dataclass(frozen=True)
class Way:
    """One order of steps in its standing form.

    path: the steps in that form. after: for each step of the given order the position of the one
    it followed on, or -1: another branch's step is not what it waited for.
    """

    path: tuple[str, ...]
    after: tuple[int, ...]


class Ordering:
    """Gives the standing form of orders, under what may run side by side."""

    def __init__(
        self, beside: Collection[tuple[str, str]], places: Mapping[str, int] | None = None
    ) -> None:
        """Take the pairs of steps that may run side by side, and each step's place if drawn."""
        self.beside = beside
        self.places = places or {}
        self._known: dict[tuple[str, ...], Way] = {}

    def way(self, steps: Sequence[str]) -> Way:
        """Give the standing form of an order."""
        key = tuple(steps)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[key] = self._made(key)
        return found

    def _made(self, steps: tuple[str, ...]) -> Way:
        before = [
            {one for one in range(at) if (steps[one], step) not in self.beside}
            for at, step in enumerate(steps)
        ]
        left = list(range(len(steps)))
        done: set[int] = set()
        path: list[str] = []
        last = -1
        while left:
            free = [at for at in left if before[at] <= done]
            last = min(free, key=lambda at: self._rank(at, steps, last in before[at]))
            left.remove(last)
            done.add(last)
            path.append(steps[last])
        return Way(tuple(path), tuple(max(found, default=-1) for found in before))

    def _rank(self, at: int, steps: tuple[str, ...], follows: bool) -> tuple[bool, int, str]:
        step = steps[at]
        return not follows, self.places.get(step, len(self.places)), step
