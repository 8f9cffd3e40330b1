"""What earlier returns hand on to a month: where each enterprise's balance stood as it was locked.

An enterprise that was not in the unit's own last return comes from another unit of the kind, and
its balance as that one locked it moves in; where nobody locked it, its histories say what it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from engine.hazards.months import next_month
from engine.returns.figures import LEFT, STATED
from engine.returns.packing import BIT, Cases, unpack
from engine.returns.units import Unit, like
from engine.statistics import months_back
from engine.store import tables as t

#: A return in one of these states never changes again.
FROZEN = ("locked", "submitted")


@dataclass
class Carried:
    """An enterprise's open balance at the end of the month before, as it was locked."""

    closing: int
    stated: int
    row: t.ReturnLine

    @property
    def open_ids(self) -> frozenset[UUID]:
        """Give the cases that were open; read when asked, for many only want numbers."""
        return open_in(unpack(self.row.cases))


@dataclass
class Before:
    """What is known of the month before, of some enterprises."""

    #: From the unit's own return.
    own: dict[UUID, Carried] = field(default_factory=dict)
    #: From another unit's, of those the unit itself had not.
    others: dict[UUID, Carried] = field(default_factory=dict)


def last_frozen(session: Session, unit: Unit) -> str | None:
    """Give the unit's last locked month."""
    return session.scalar(
        select(func.max(t.MonthlyReturn.month)).where(
            t.MonthlyReturn.organisation_id == unit.id, t.MonthlyReturn.state.in_(FROZEN)
        )
    )


def open_month(session: Session, unit: Unit) -> str | None:
    """Give the month in which corrections are counted now; None before anything is locked."""
    last = last_frozen(session, unit)
    return None if last is None else next_month(last)


def before(session: Session, unit: Unit, month: str, ids: Sequence[UUID]) -> Before:
    """Give the balances of the month before that the unit's return of `month` goes on from."""
    previous = months_back(month, 2)[0]
    own = _lines(session, unit.id, previous, ids)
    missing = [id_ for id_ in ids if id_ not in own]
    if not missing or unit.kind == "enterprise":
        return Before(own)
    return Before(own, _of_others(session, unit, previous, missing))


def _lines(session: Session, unit_id: UUID, month: str, ids: Sequence[UUID]) -> dict[UUID, Carried]:
    if not ids:
        return {}
    statement = select(t.ReturnLine).where(
        t.ReturnLine.organisation_id == unit_id,
        t.ReturnLine.month == month,
        # The ids of a chunk lie side by side: so the index is entered once and read on.
        t.ReturnLine.enterprise_id.between(min(ids), max(ids)),
        t.ReturnLine.enterprise_id.in_(ids),
        _is_frozen(),
    )
    rows = session.scalars(statement)
    return {row.enterprise_id: carried(row) for row in rows if not row.figures.get(LEFT)}


def _of_others(
    session: Session, unit: Unit, month: str, ids: Sequence[UUID]
) -> dict[UUID, Carried]:
    statement = select(t.ReturnLine).where(
        t.ReturnLine.organisation_id.in_(like(session, unit)),
        t.ReturnLine.month == month,
        t.ReturnLine.enterprise_id.in_(ids),
        _is_frozen(),
    )
    rows = session.scalars(statement.order_by(t.ReturnLine.organisation_id))
    return {row.enterprise_id: carried(row) for row in rows if not row.figures.get(LEFT)}


def _is_frozen() -> ColumnElement[bool]:
    return (
        select(t.MonthlyReturn.state)
        .where(
            t.MonthlyReturn.organisation_id == t.ReturnLine.organisation_id,
            t.MonthlyReturn.month == t.ReturnLine.month,
            t.MonthlyReturn.state.in_(FROZEN),
        )
        .exists()
    )


def carried(row: t.ReturnLine) -> Carried:
    """Give the balance at the end of a locked line."""
    return Carried(
        closing=row.figures.get("closing", 0),
        stated=row.figures.get(STATED, 0),
        row=row,
    )


def open_in(cases: Cases) -> frozenset[UUID]:
    """Give the cases that were open at the end."""
    bit = BIT["closing"]
    return frozenset(id_ for id_, mask in cases.hazards.items() if mask & bit)
