"""Which figures a return has, which of them may be put right later, and how they are summed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from engine.hazards.counts import MAXIMA
from engine.statistics import COUNTERS, FIGURES

#: A hazard's moves between units; only a return has them, no month has.
MOVES: Final = ("moved_in", "moved_out")
#: Every figure of a return, in the order of the table.
KEYS: Final = (*FIGURES, *MOVES)
#: Before the key of a figure: how much of it comes from adjusting rows.
ADJUSTED: Final = "~"
#: By how much the open balance differs from the listed cases, since a signer said so by hand.
STATED: Final = "stated"
#: Marks the line of an enterprise that has left: it says only what balance went along.
LEFT: Final = "left"
#: What a month keeps beside its figures; of no meaning in a return.
_BESIDE: Final = frozenset({"late_closed", "max_noncash_fen"})
#: The figures of a return that the kept months count.
KEPT: Final = tuple(key for key in COUNTERS if key not in _BESIDE)
#: What is counted within a month and so can be counted wrongly; the rest follows from it.
ADJUSTABLE: Final = tuple(key for key in KEPT if key not in MAXIMA)
#: The figures by which the open balance moves, and in which direction.
BALANCING: Final[Mapping[str, int]] = {"verified": 1, "closed": -1}

Figures = dict[str, int]


def without_zeros(figures: Mapping[str, int]) -> Figures:
    """Give the figures in one order, without those that are zero: so they are kept and hashed."""
    return {key: figures[key] for key in sorted(figures) if figures[key]}


def counted(figures: Mapping[str, int], key: str) -> int:
    """Give what was counted for a figure, without its adjusting rows."""
    return figures.get(key, 0) - figures.get(ADJUSTED + key, 0)


def add(total: Figures, figures: Mapping[str, int]) -> None:
    """Add a line's figures to a total; the largest single value stays the largest."""
    for key, value in figures.items():
        so_far = total.get(key, 0)
        total[key] = max(so_far, value) if key in MAXIMA else so_far + value


def total_of(lines: Iterable[Mapping[str, int]]) -> Figures:
    """Give the sum of lines."""
    total: Figures = {}
    for figures in lines:
        add(total, figures)
    return without_zeros(total)


def balances(figures: Mapping[str, int]) -> bool:
    """Say whether opening + new - closed + moved in - moved out = closing, adjustments within."""
    start = figures.get("opening", 0) + figures.get("moved_in", 0) - figures.get("moved_out", 0)
    moved = sum(sign * figures.get(key, 0) for key, sign in BALANCING.items())
    return start + moved == figures.get("closing", 0)
