"""What a department sees of the enterprises it supervises beside their primary one (R-08).

A list and no figure: what is counted is of those that stand under a unit (decision 30).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, aliased

from engine import clock
from engine.actors import Actor
from engine.hazards.counts import HUMAN_SOURCES
from engine.hazards.mechanism import Days, stage_of
from engine.permissions import require
from engine.statistics.figures import IS_OPEN, is_overdue_at
from engine.statistics.paging import LARGEST_PAGE, Page
from engine.statistics.scope import comes_after
from engine.statistics.span import month_span, present_month
from engine.store import tables as t

_PRIMARY = aliased(t.Organisation)


@dataclass(frozen=True, kw_only=True)
class Supervised:
    """One enterprise, how it stands, and what it is supervised for."""

    id: UUID
    name: str
    #: The name of its primary department, "" while there is none.
    department: str
    area: str | None
    subject: str | None
    since_on: date | None
    stage: str
    open_majors: int
    overdue: int
    #: When anybody last looked at how its mechanism works, and when somebody next will.
    visited_on: date | None
    planned_on: date | None


def listed(
    session: Session, *, actor: Actor, text: str = "", after: str | None = None, limit: int = 50
) -> Page[Supervised]:
    """Give a page of the enterprises that the actor's department supervises besides, by name.

    Args:
        text: part of a name.

    Raises:
        NotAllowed: the actor reads no register. Invalid: the cursor is wrong.
    """
    require(actor, "registry:read")
    limit = max(1, min(limit, LARGEST_PAGE))
    statement = _select().where(
        t.CoSupervision.department_id == actor.organisation_id, t.Organisation.kind == "enterprise"
    )
    if words := text.strip():
        statement = statement.where(t.Organisation.name.contains(words, autoescape=True))
    if after is not None:
        statement = statement.where(comes_after(session, actor, after, sight="beside"))
    order = (t.Organisation.name, t.Organisation.id)
    rows = session.execute(statement.order_by(*order).limit(limit + 1)).all()
    shown, signs = rows[:limit], _signs(session, [row.id for row in rows[:limit]])
    items = [_supervised(row, signs.get(row.id)) for row in shown]
    return Page(items, shown[-1].id.hex if len(rows) > limit else None)


def _select() -> Any:
    besides, record, visit, hazard = t.CoSupervision, t.MechanismRecord, t.Visit, t.Hazard
    own = t.Organisation.id
    ahead = (visit.state == "planned", visit.planned_on >= clock.local_date())
    major = (hazard.kind == "hazard", IS_OPEN, hazard.level == "major")
    late = is_overdue_at(month_span(present_month()))
    return (
        select(
            own,
            t.Organisation.name,
            t.Organisation.status,
            _PRIMARY.name.label("department"),
            besides.area,
            besides.subject,
            besides.since_on,
            record.drafted_on,
            record.established_on,
            record.implemented_on,
            record.implemented_by,
            _of(func.count(), hazard.organisation_id == own, *major).label("open_majors"),
            _of(func.count(), hazard.organisation_id == own, late).label("overdue"),
            _of(func.max(visit.visited_on), visit.enterprise_id == own).label("visited_on"),
            _of(func.min(visit.planned_on), visit.enterprise_id == own, *ahead).label("planned_on"),
        )
        .join(besides, besides.organisation_id == own)
        .outerjoin(record, record.organisation_id == own)
        .outerjoin(_PRIMARY, _PRIMARY.id == t.Organisation.department_id)
    )


def _of(column: Any, *conditions: Any) -> Any:
    return select(column).where(*conditions).correlate(t.Organisation).scalar_subquery()


def _signs(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, date]:
    """Give when somebody last reported or signed a zero statement, by enterprise."""
    hazard, zero, found = t.Hazard, t.ZeroStatement, dict[UUID, date]()
    reported = select(hazard.organisation_id, func.max(hazard.reported_at)).where(
        hazard.organisation_id.in_(ids), hazard.source.in_(HUMAN_SOURCES)
    )
    signed = select(zero.organisation_id, func.max(zero.signed_at)).where(
        zero.organisation_id.in_(ids)
    )
    for statement, by in ((reported, hazard), (signed, zero)):
        for owner, at in session.execute(statement.group_by(by.organisation_id)):
            found[owner] = max(clock.local_date(at), found.get(owner, date.min))
    return found


def _supervised(row: Row[Any], last_sign_on: date | None) -> Supervised:
    days = Days(row.drafted_on, row.established_on, row.implemented_on, row.implemented_by)
    return Supervised(
        id=row.id,
        name=row.name,
        department=row.department or "",
        area=row.area,
        subject=row.subject,
        since_on=row.since_on,
        stage=stage_of(
            days,
            is_active=row.status == "active",
            last_sign_on=last_sign_on,
            today=clock.local_date(),
        ),
        open_majors=row.open_majors,
        overdue=row.overdue,
        visited_on=row.visited_on,
        planned_on=row.planned_on,
    )
