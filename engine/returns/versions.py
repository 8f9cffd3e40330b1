"""Counting a month by a version of the indicators.

The kept months count what was given instead of money apart (domain.md C5 14). Version 1 of the
indicators did not: what was given was paid. What it was locked by, or holds for, is counted so
for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from sqlalchemy import case

from engine.hazards.counts import MAXIMA
from engine.returns.figures import KEPT, KEYS, Figures
from engine.returns.indicators import definitions_for, find_definitions
from engine.returns.packing import BIT
from engine.store import Month

#: Figure → the counter of the kept months that version 1 counts in it, too.
_WITHIN: Final[Mapping[str, str]] = {"paid_fen": "noncash_fen", "max_paid_fen": "max_noncash_fen"}
#: The bits of a reward that was not money, and those that it has by version 1.
_APART: Final = BIT["noncash_fen"] | BIT["noncash_count"]
_AS_PAID: Final = BIT["paid_fen"] | BIT["max_paid_fen"]


def version_for(month: str) -> str:
    """Give the version by which a month is counted that is not locked."""
    return definitions_for(month).version


@cache
def keys_of(version: str) -> tuple[str, ...]:
    """Give the figures of a return, in the order of the table; all where it is not known."""
    known = find_definitions(version)
    return tuple(key for key in KEYS if known is None or key in known.indicators)


@cache
def kept_in(version: str) -> tuple[str, ...]:
    """Give those of its figures that the kept months count."""
    return tuple(key for key in KEPT if key in keys_of(version))


def column(version: str, key: str) -> Any:
    """Give in SQL what the kept month counts for one of `kept_in`."""
    kept = getattr(Month, key)
    if key not in _WITHIN or _is_apart(version):
        return kept
    other = getattr(Month, _WITHIN[key])
    return case((other > kept, other), else_=kept) if key in MAXIMA else kept + other


def as_counted(version: str, figures: Mapping[str, int]) -> Figures:
    """Give sums of the monthly table, which counts as the latest version, as a return has them."""
    found = dict(figures)
    if not _is_apart(version):
        found["paid_fen"] = found.get("paid_fen", 0) + found.pop("noncash_fen", 0)
    return found


def mask_in(version: str, mask: int) -> int:
    """Give the bits of the figures that count a reward."""
    if not mask & _APART or _is_apart(version):
        return mask
    return mask & ~_APART | _AS_PAID


def _is_apart(version: str) -> bool:
    return "noncash_fen" in keys_of(version)
