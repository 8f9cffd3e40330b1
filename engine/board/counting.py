"""Counting a board afresh: a fixed number of statements, whatever the size of the district."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.board import coverage, steps
from engine.board.content import Board, Late, Major, Sums
from engine.hazards.counts import HUMAN_SOURCES
from engine.hazards.months import months_back
from engine.permissions import require
from engine.statistics import AGES, HazardFilters, line, present_month
from engine.statistics.filters import of_hazards
from engine.store import organisations_of, visible_to
from engine.store import tables as t

#: An enterprise from which nobody has reported for so long is silent.
SILENT_DAYS: Final = 90
#: So many of the oldest majors are named.
_MAJORS: Final = 5
_INDICATORS: Final = (
    "established", "implemented", "reported", "verified", "paid_fen", "noncash_fen",
    "noncash_count", "paid_count",
)  # fmt: skip


def count(session: Session, *, actor: Actor) -> Board:
    """Count the board of what the actor may see, as it is now.

    Raises:
        NotAllowed: the actor reads no board.
    """
    require(actor, "board:read")
    now = clock.now()
    return Board(
        month=present_month(),
        on=clock.local_date(now),
        enterprises=_active(session, actor),
        targets=coverage.reached(session, actor),
        ages=_ages(session, actor, now),
        majors=_majors(session, actor),
        late=_late(session, actor),
        sums=_sums(session, actor),
        steps=steps.slowest(session, actor, now),
        silent=_silent(session, actor, now),
    )


def conditions(**filters: Any) -> ColumnElement[bool]:
    """Say in SQL which hazards a list with these filters shows: a board counts by its lists."""
    return and_(*of_hazards(HazardFilters(**filters)))


def is_silent(now: datetime) -> ColumnElement[bool]:
    """Say in SQL that nobody has reported from an enterprise for `SILENT_DAYS`.

    One that was entered since then has had no time to; what sensors report is nobody's voice.
    """
    since = now - timedelta(days=SILENT_DAYS)
    heard = select(t.Hazard.id).where(
        t.Hazard.organisation_id == t.Organisation.id,
        t.Hazard.reported_at >= since,
        t.Hazard.source.in_(HUMAN_SOURCES),
    )
    is_active = and_(t.Organisation.kind == "enterprise", t.Organisation.status == "active")
    return and_(is_active, t.Organisation.created_at < since, ~heard.exists())


def _active(session: Session, actor: Actor) -> int:
    is_active = and_(t.Organisation.kind == "enterprise", t.Organisation.status == "active")
    return _enterprises(session, actor, is_active)


def _silent(session: Session, actor: Actor, now: datetime) -> int:
    return _enterprises(session, actor, is_silent(now))


def _enterprises(session: Session, actor: Actor, condition: ColumnElement[bool]) -> int:
    mine = t.Organisation.id.in_(organisations_of(actor))
    statement = select(func.count(t.Organisation.id)).where(mine, condition)
    return session.execute(statement).scalar_one()


def _ages(session: Session, actor: Actor, now: datetime) -> dict[str, int]:
    columns = [_how_many(conditions(age=key)) for key in AGES]
    statement = (
        select(*columns).select_from(t.Hazard).where(conditions(state="open", level="major"))
    )
    return dict(zip(AGES, session.execute(visible_to(actor, statement)).one(), strict=True))


def _majors(session: Session, actor: Actor) -> list[Major]:
    statement: Any = (
        select(t.Hazard, t.Organisation.name)
        .join(t.Organisation, t.Organisation.id == t.Hazard.organisation_id)
        .where(conditions(state="open", level="major"))
        .order_by(t.Hazard.registered_at, t.Hazard.id)
        .limit(_MAJORS)
    )
    return [
        Major(
            report_number=row.report_number,
            number=row.number or row.report_number,
            enterprise=name,
            place=row.place or "",
            registered_on=clock.local_date(row.registered_at),
            due_on=row.due_on,
        )
        for row, name in session.execute(visible_to(actor, statement))
    ]


def _late(session: Session, actor: Actor) -> Late:
    overdue = conditions(overdue=True)
    statement = (
        select(
            func.count(),
            _how_many(overdue),
            _how_many(and_(overdue, conditions(level="major"))),
        )
        .select_from(t.Hazard)
        .where(conditions(state="open"))
    )
    told = session.execute(visible_to(actor, statement)).one()
    return Late(open=told[0], overdue=told[1], overdue_major=told[2])


def _sums(session: Session, actor: Actor) -> list[Sums]:
    """Give this month, the last one, and this one a year ago, as the monthly tables count them."""
    back = months_back(present_month(), 13)
    found = []
    for month in (back[-1], back[-2], back[0]):
        told = line(session, actor=actor, month=month)
        figures = told.figures if told else {}
        found.append(Sums(month=month, **{name: figures.get(name, 0) for name in _INDICATORS}))
    return found


def _how_many(condition: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
