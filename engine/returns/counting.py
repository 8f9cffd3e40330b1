"""The figures of some enterprises in a month as they are now, before anything is carried over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from engine.returns.figures import Figures
from engine.returns.units import stood_on
from engine.returns.versions import column, kept_in, version_for
from engine.statistics.figures import is_still_overdue
from engine.statistics.span import Span
from engine.store import Hazard, Month
from engine.store import tables as t
from engine.store.standing import holds_on


@dataclass(frozen=True)
class Place:
    """An enterprise with where it stood."""

    id: UUID
    name: str
    department_id: UUID | None
    town_id: UUID | None
    group_id: UUID | None
    sector: str
    is_active: bool
    established_on: date | None
    implemented_on: date | None


def places(session: Session, ids: Sequence[UUID], span: Span) -> dict[UUID, Place]:
    """Give the enterprises with where they stood when `span` ended."""
    own, then = t.Organisation, t.Placement
    columns = ("department_id", "town_id", "group_id", "sector", "status")
    on = stood_on(span)
    same = and_(then.organisation_id == own.id, holds_on(on or span.last_on))
    record = t.MechanismRecord
    statement = (
        select(
            own.id,
            own.name,
            then.organisation_id.label("placed"),
            *(getattr(own, name) for name in columns),
            *(getattr(then, name).label(f"then_{name}") for name in columns),
            record.established_on,
            record.implemented_on,
        )
        .outerjoin(then, same)
        .outerjoin(record, record.organisation_id == own.id)
        .where(own.id.in_(ids))
    )
    return {row["id"]: _place(row, on) for row in session.execute(statement).mappings()}


def figures_of(
    session: Session, found: Mapping[UUID, Place], span: Span, *, overdue: bool
) -> dict[UUID, Figures]:
    """Give what the kept months and the mechanism say of each enterprise.

    Args:
        overdue: ask also for what was overdue at the end; who reads the cases knows it from them.
    """
    ids = list(found)
    last_on = span.last_on
    figures = {place.id: _mechanism(place, last_on) for place in found.values()}
    version = version_for(span.first)
    keys = kept_in(version)
    columns = [column(version, key) for key in keys]
    months = select(Month.organisation_id, Month.late_closed, *columns).where(
        Month.month == span.first, Month.organisation_id.in_(ids)
    )
    for owner, late_closed, *values in session.execute(months):
        figures[owner] |= {k: v for k, v in zip(keys, values, strict=True) if v}
        if overdue:
            figures[owner]["overdue"] = late_closed
    if overdue:
        late = select(Hazard.organisation_id, func.count()).where(
            is_still_overdue(span), Hazard.organisation_id.in_(ids)
        )
        for owner, count in session.execute(late.group_by(Hazard.organisation_id)):
            figures[owner]["overdue"] = figures[owner].get("overdue", 0) + count
    for place in found.values():
        mine = figures[place.id]
        mine["silent"] = int(place.is_active and not mine.get("reported"))
    return figures


def open_before(session: Session, ids: Sequence[UUID], span: Span) -> dict[UUID, int]:
    """Give what was open before the month as the kept months have it now."""
    balance = func.sum(Month.verified) - func.sum(Month.closed)
    statement = select(Month.organisation_id, balance).where(
        Month.month < span.first, Month.organisation_id.in_(ids)
    )
    rows = session.execute(statement.group_by(Month.organisation_id))
    return {owner: int(count) for owner, count in rows}


def _mechanism(place: Place, last_on: date) -> Figures:
    established, implemented = place.established_on, place.implemented_on
    if not place.is_active:
        # Who closed owes no mechanism, and is none of those that have it.
        established = implemented = None
    first_on = last_on.replace(day=1)
    return {
        "obliged": int(place.is_active),
        "established": int(established is not None and established <= last_on),
        "established_new": int(established is not None and first_on <= established <= last_on),
        "implemented": int(implemented is not None and implemented <= last_on),
    }


def _place(row: Any, on: date | None) -> Place:
    before = "then_" if on is not None and row["placed"] is not None else ""
    return Place(
        id=row["id"],
        name=row["name"],
        department_id=row[f"{before}department_id"],
        town_id=row[f"{before}town_id"],
        group_id=row[f"{before}group_id"],
        sector=row[f"{before}sector"],
        is_active=row[f"{before}status"] == "active",
        established_on=row["established_on"],
        implemented_on=row["implemented_on"],
    )
