"""An enterprise's own figures: over everybody, and how they moved over twelve months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.hazards.counts import HUMAN_SOURCES, LEDGER_STATES
from engine.hazards.months import months_back
from engine.participation import axes
from engine.participation.figures import Figures
from engine.permissions import require
from engine.statistics.people import firsts
from engine.statistics.periods import span_of
from engine.statistics.span import Span
from engine.store import Hazard, Month, MonthPerson

MONTHS: Final = 12


@dataclass(frozen=True)
class Point:
    """One month."""

    month: str
    figures: Figures


def whole_enterprise(session: Session, period: str, *, actor: Actor) -> Figures:
    """Give the figures of the actor's enterprise over everybody, however openly they reported.

    Raises:
        NotAllowed: the role. Invalid: the period.
    """
    found = axes.of_enterprise(session, period, actor=actor)
    return replace(found, verified=_verified(session, actor.organisation_id, span_of(period)))


def trend(session: Session, period: str, *, actor: Actor) -> Sequence[Point]:
    """Give twelve months up to the end of a period, the oldest first; two statements and the staff.

    Raises:
        NotAllowed: the role. Invalid: the period.
    """
    require(actor, "participation:read")
    own, last = actor.organisation_id, span_of(period).last
    months = months_back(last, MONTHS)
    span = Span(months[0], months[-1])
    kept = {
        row.month: row
        for row in session.execute(
            select(Month.month, Month.reporters, Month.reported).where(
                Month.organisation_id == own, Month.month.between(span.first, span.last)
            )
        )
    }
    first = firsts(span).where(MonthPerson.organisation_id == own).subquery()
    by_month = select(first.c.month, func.count().label("firsts")).group_by(first.c.month)
    counted = {row.month: row.firsts for row in session.execute(by_month)}
    staff = axes.of_enterprise(session, period, actor=actor).staff
    return [
        Point(
            month,
            Figures(
                staff=staff,
                reporters=kept[month].reporters if month in kept else 0,
                firsts=counted.get(month, 0),
                reported=kept[month].reported if month in kept else 0,
            ),
        )
        for month in months
    ]


def _verified(session: Session, own: UUID | None, span: Span) -> int:
    """Count the hazards reported in a span that are on the ledger by now."""
    is_there = and_(Hazard.registered_at.is_not(None), Hazard.state.in_(LEDGER_STATES))
    statement = select(func.coalesce(func.sum(case((is_there, 1), else_=0)), 0)).where(
        Hazard.organisation_id == own,
        Hazard.kind == "hazard",
        Hazard.source.in_(HUMAN_SOURCES),
        Hazard.reported_at >= span.start,
        Hazard.reported_at < span.end,
    )
    return int(session.execute(statement).scalar_one())
