"""Holds what ran against a diagram: what fits, what was skipped, what came out of place (R-57)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from engine.spiff import Model
from engine.spiff.replaying import Net, Replay, net_of, replay

#: What joins the steps of a way in a key of the sums.
JOINED: Final = " "


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

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Give each departure from the diagram: its kind and the step."""
        kinds = {"skipped": self.skipped, "unknown": self.unknown, "misplaced": self.misplaced}
        return [(kind, step) for kind, steps in kinds.items() for step in steps]


def steps_of(order: str) -> list[str]:
    """Give the steps of an order or way as the sums keep it."""
    return order.split(JOINED) if order else []


def task_of(element: str) -> str:
    """Give the key of a step, which diagrams share, of an element in whichever process."""
    return element.rpartition(":")[2]


def digest_of(path: str) -> str:
    """Name a way or an order of steps in few letters, for addresses and sums."""
    return sha256(path.encode()).hexdigest()[:16]


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


def read(data: list[Any]) -> Verdict:
    """Read a verdict that `plain` gave."""
    return Verdict(bool(data[0]), *(tuple(part) for part in data[1:]))


def plain(one: Verdict) -> list[Any]:
    """Give a verdict as plain data."""
    return [one.is_decided, list(one.skipped), list(one.unknown), list(one.misplaced)]


def _moved(told: Replay, steps: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tell steps that came at the wrong time from such as are missing altogether."""
    misplaced = dict.fromkeys(steps[at] for at in told.extra)
    skipped = [one for one in dict.fromkeys(told.skipped) if one not in misplaced]
    return tuple(misplaced), tuple(skipped)
