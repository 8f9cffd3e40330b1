"""Enterprises that came under somebody, or left them, within some months (R-62).

They are few, and are counted apart: in each month that ended with them there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, case, or_, select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.statistics.span import month_span
from engine.store import Month
from engine.store.tables import Placement
from engine.store.visibility import is_under


@dataclass
class Moved:
    """What those enterprises add to the months."""

    #: Their ids; None when there are none.
    ids: Select[Any] | None = None
    #: Enterprise → from which day to which it stood under the actor.
    stays: dict[UUID, list[tuple[date, date | None]]] = field(default_factory=dict)
    rows: dict[UUID, list[Any]] = field(default_factory=dict)

    def figures(self, month: str, names: Sequence[str]) -> dict[str, int]:
        """Give the sums of `month` over those that stood under the actor when it ended."""
        found = dict.fromkeys((*names, "closing"), 0)
        last_on = month_span(month).last_on
        for owner, stays in self.stays.items():
            if any(begin <= last_on and (end is None or end > last_on) for begin, end in stays):
                _add(found, self.rows.get(owner, []), month, names)
        return found


def moved(session: Session, actor: Actor, months: Sequence[str]) -> Moved:
    """Give those that did not stand under the actor all the time from the first month on."""
    if actor.is_system or actor.organisation_kind == "enterprise":
        return Moved()
    since = month_span(months[0]).last_on
    here = is_under(actor, Placement)
    # Where nothing is said, nothing is said to be elsewhere.
    is_here = case((here, 1), else_=0)
    arrived = select(Placement.organisation_id).where(here, Placement.from_on > since)
    chosen = select(Placement.organisation_id).where(
        Placement.until_on > since, or_(here, Placement.organisation_id.in_(arrived))
    )
    told = session.execute(
        select(Placement, is_here.label("is_here")).where(Placement.organisation_id.in_(chosen))
    ).all()
    if not told:
        return Moved()
    found = Moved(chosen)
    for row in told:
        stays = found.stays.setdefault(row.Placement.organisation_id, [])
        if row.is_here:
            stays.append((row.Placement.from_on, row.Placement.until_on))
    counted: dict[UUID, list[Any]] = defaultdict(list)
    statement = select(Month).where(Month.organisation_id.in_(chosen), Month.month <= months[-1])
    for one in session.scalars(statement):
        counted[one.organisation_id].append(one)
    found.rows = dict(counted)
    return found


def _add(found: dict[str, int], rows: Sequence[Row[Any]], month: str, names: Sequence[str]) -> None:
    for row in rows:
        if row.month == month:
            for name in names:
                found[name] += getattr(row, name)
        if row.month <= month:
            found["closing"] += row.verified - row.closed
