"""A return that is not locked: counted from the histories whenever it is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine.returns.figures import MOVES, Figures
from engine.returns.roll import Roll
from engine.returns.totals import totals
from engine.returns.units import Unit

#: So many enterprises are counted at a time: few statements, and little memory.
AT_ONCE: Final = 2_000


def drafted(session: Session, unit: Unit, month: str) -> Figures:
    """Give the totals of a month as they are now, in a fixed number of statements."""
    return totals(Roll(session, unit, month))


def chunks(ids: Sequence[UUID], size: int = AT_ONCE) -> Iterator[Sequence[UUID]]:
    """Yield ids some at a time."""
    return (ids[at : at + size] for at in range(0, len(ids), size))


def moved(signed: Figures, now: Figures) -> list[str]:
    """Give the figures that are not as they were signed.

    Moves of a roll-up are netted as long as no cases are looked at; what they come to is in the
    closing balance, which is compared.
    """
    keys = (signed.keys() | now.keys()) - set(MOVES)
    return sorted(key for key in keys if signed.get(key, 0) != now.get(key, 0))
