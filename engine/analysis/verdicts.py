"""Holds what ran against a diagram: what fits, what was skipped, what came out of place (R-57)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from engine.analysis.tally import JOINED
from engine.spiff import Model
from engine.spiff.replaying import Net, Replay, net_of, replay

#: So many orders are held against the diagram, the commonest first.
MOST_REPLAYS: Final = 1_000


@dataclass(frozen=True)
class Verdict:
    """What one order of steps comes to under a diagram.

    skipped: steps it asks for that are missing. unknown: steps it does not have. misplaced: steps
    it has, but not there, or not that often.
    """

    is_decided: bool
    skipped: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    misplaced: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        """Say whether the diagram allows the case as it ran."""
        return self.is_decided and not (self.skipped or self.unknown or self.misplaced)


def steps_of(order: str) -> list[str]:
    """Give the steps of an order or way as the sums keep it."""
    return order.split(JOINED) if order else []


def verdict(net: Net, order: str) -> Verdict:
    """Hold one order of steps against a net."""
    steps = steps_of(order)
    known = net.labels
    told = replay(net, [one for one in steps if one in known])
    unknown = [one for one in steps if one not in known]
    misplaced, skipped = _moved(told, [one for one in steps if one in known])
    return Verdict(told.is_decided, skipped, tuple(dict.fromkeys(unknown)), misplaced)


def path_of(model: Model, steps: Iterable[str]) -> Replay:
    """Give the way of steps through a model, with everything passed between them."""
    net = net_of(model)
    known = net.labels
    return replay(net, [one for one in steps if one in known])


def verdicts(model: Model, orders: Iterable[str]) -> dict[str, Any]:
    """Hold orders against a model; give order → a verdict as plain data."""
    net = net_of(model)
    return {order: _plain(verdict(net, order)) for order in orders}


def read(data: list[Any]) -> Verdict:
    """Read a verdict that `verdicts` gave."""
    return Verdict(data[0], *(tuple(part) for part in data[1:]))


def _plain(one: Verdict) -> list[Any]:
    return [one.is_decided, list(one.skipped), list(one.unknown), list(one.misplaced)]


def _moved(told: Replay, steps: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tell steps that came at the wrong time from such as are missing altogether."""
    misplaced = dict.fromkeys(steps[at] for at in told.extra)
    skipped = [one for one in dict.fromkeys(told.skipped) if one not in misplaced]
    return tuple(misplaced), tuple(skipped)
