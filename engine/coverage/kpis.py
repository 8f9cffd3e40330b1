"""Three named figures of how people report: 普遍, 及时, 主动 (R-31), over twelve months.

Universal: those who reported, of the staff. Timely: how long after it was found a hazard was
reported, the middle one. Of their own accord: what staff reported, of all that was found by
people, inspections included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, func, select, type_coerce
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.hazards.counts import HUMAN_SOURCES
from engine.hazards.months import months_back
from engine.permissions import require
from engine.statistics.axis import Axis
from engine.statistics.people import persons, staff
from engine.statistics.scope import AXES, NOWHERE, check_axis, names_of
from engine.statistics.span import Span
from engine.store import organisations_of
from engine.store import tables as t
from engine.store.visibility import UNDER, Sight

#: What narrows a statement to the enterprises that are asked about.
Seen = Sequence[ColumnElement[bool]]
#: Over so many months up to the present one.
MONTHS: Final = 12
_NOBODY: Final = {"reporters": 0}


@dataclass(frozen=True, kw_only=True)
class Kpi:
    """The three figures of an enterprise, or of all that stand at one place of an axis."""

    key: str
    name: str
    #: Distinct people who reported, in each enterprise; of how many.
    reporters: int
    staff: int
    #: Reports by staff; findings of people in all, those of inspections included.
    reported: int
    found: int
    #: The middle time from finding to reporting; None without a report.
    delay: timedelta | None

    @property
    def universal(self) -> float | None:
        """Give how many percent of the staff reported."""
        return round(100 * self.reporters / self.staff, 1) if self.staff else None

    @property
    def own_accord(self) -> float | None:
        """Give how many percent of what was found staff reported by themselves."""
        return round(100 * self.reported / self.found, 1) if self.found else None


def kpis(
    session: Session,
    by: str = "enterprise",
    *,
    actor: Actor,
    organisation_id: UUID | None = None,
    sight: Sight = UNDER,
) -> list[Kpi]:
    """Give the figures over what the actor may see, by an axis, in order of name.

    Five statements, whatever there is; one more for a single enterprise.

    Args:
        organisation_id: one enterprise only, for its page; then `sight` may be "both".

    Raises:
        NotAllowed: the role. Invalid: the axis.
    """
    require(actor, "coverage:read")
    check_axis(by)
    months = months_back(clock.month_of(clock.now()), MONTHS)
    span = Span(months[0], months[-1])
    seen: list[ColumnElement[bool]] = []
    if not actor.is_system:
        seen.append(t.Organisation.id.in_(organisations_of(actor, sight=sight)))
    if organisation_id is not None:
        seen.append(t.Organisation.id == organisation_id)
    axis = Axis(session, actor, span, by, _one_of(session, seen, organisation_id))
    working, people = staff(axis), persons(axis, span)
    counted = _counted(session, seen, by, span)
    delays = _delays(session, seen, by, span)
    keys = {key for key in (*working, *counted) if key}
    names = {} if by == "sector" else names_of(session, keys)
    found = [
        Kpi(
            key=key,
            name=names.get(key, key),
            reporters=people.get(key, _NOBODY)["reporters"],
            staff=working.get(key, 0),
            reported=counted.get(key, (0, 0))[0],
            found=counted.get(key, (0, 0))[1],
            delay=delays.get(key),
        )
        for key in keys
    ]
    return sorted(found, key=lambda one: (one.key == NOWHERE, one.name))


def _one_of(session: Session, seen: Seen, organisation_id: UUID | None) -> list[UUID] | None:
    """Give the one enterprise that is asked about, if the actor sees it; None for all."""
    if organisation_id is None:
        return None
    return list(session.scalars(select(t.Organisation.id).where(*seen)))


def _counted(session: Session, seen: Seen, by: str, span: Span) -> dict[str, tuple[int, int]]:
    """Give the reports of staff, and all that people found."""
    month = t.Month
    reported = func.coalesce(func.sum(month.reported), 0)
    others = func.coalesce(func.sum(month.others), 0)
    statement = (
        select(AXES[by], reported, reported + others)
        .join(month, month.organisation_id == t.Organisation.id)
        .where(month.month.between(span.first, span.last))
    )
    rows = session.execute(statement.where(*seen).group_by(AXES[by]))
    return {_key(row[0]): (int(row[1]), int(row[2])) for row in rows}


def _delays(session: Session, seen: Seen, by: str, span: Span) -> dict[str, timedelta]:
    """Give the median time from finding to reporting; what names no time was reported at once."""
    hazard = t.Hazard
    taken = _seconds(session, hazard.reported_at) - _seconds(
        session, func.coalesce(hazard.found_at, hazard.reported_at)
    )
    axis = AXES[by].label("axis")
    place: Any = {"partition_by": axis}
    ordered = (
        select(
            axis,
            taken.label("taken"),
            func.row_number().over(order_by=taken, **place).label("place"),
            func.count().over(**place).label("many"),
        )
        .join(hazard, hazard.organisation_id == t.Organisation.id)
        .where(
            hazard.reported_at >= span.start,
            hazard.reported_at < span.end,
            hazard.source.in_(HUMAN_SOURCES),
            *seen,
        )
        .subquery()
    )
    middle = ordered.c.place.in_([(ordered.c.many + 1) // 2, (ordered.c.many + 2) // 2])
    rows = session.execute(
        select(ordered.c.axis, func.avg(ordered.c.taken)).where(middle).group_by(ordered.c.axis)
    )
    return {_key(row[0]): timedelta(seconds=max(0.0, float(row[1]))) for row in rows}


def _seconds(session: Session, moment: Any) -> Any:
    if session.get_bind().dialect.name == "postgresql":
        return func.extract("epoch", moment)
    return type_coerce(moment, BigInteger) / 1_000_000


def _key(value: Any) -> str:
    return NOWHERE if value is None else str(value)
