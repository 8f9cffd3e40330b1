"""Sums over the kept months, one line of SQL an enterprise."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.hazards.counts import MAXIMA
from engine.statistics.figures import is_still_overdue
from engine.statistics.span import Span
from engine.store import Hazard, Month, MonthPerson, visible_to

#: Enterprise → counter → number
Sums = dict[UUID, dict[str, int]]
#: The counters that `month` keeps.
COUNTERS: Final = tuple(
    column.key for column in Month.__table__.c if column.key not in ("organisation_id", "month")
)
#: Kind of person → the counter of such persons.
PERSON_COUNTERS: Final = {"reporter": "reporters", "rewarded": "rewarded"}


def sums(session: Session, actor: Actor, span: Span) -> Sums:
    """Give every counter over the months of `span`."""
    columns = [total(name) for name in COUNTERS]
    statement = select(Month.organisation_id, *columns).where(
        Month.month.between(span.first, span.last)
    )
    rows = _visible(session, actor, statement.group_by(Month.organisation_id), span)
    return {row[0]: dict(zip(COUNTERS, map(int, row[1:]), strict=True)) for row in rows}


def persons(session: Session, actor: Actor, span: Span) -> Sums:
    """Give how many persons there were over the whole of `span`, each counted once."""
    each: Any = select(MonthPerson.organisation_id, MonthPerson.kind, MonthPerson.digest)
    each = each.where(MonthPerson.month.between(span.first, span.last)).distinct()
    # Not a count of distinct ones: PostgreSQL would sort them all, on disk.
    once = visible_to(actor, each, on=span.stood_on).subquery()
    owner, kind = once.c.organisation_id, once.c.kind
    counted: Sums = {}
    statement = select(owner, kind, func.count()).group_by(owner, kind)
    for organisation_id, of_kind, count in session.execute(statement):
        counted.setdefault(organisation_id, {})[PERSON_COUNTERS[of_kind]] = count
    return counted


def standing(session: Session, actor: Actor, span: Span) -> Sums:
    """Give the open balance before `span`, and what was overdue at its end and still is open.

    Those overdue at its end and closed since are in the kept `late_closed`.
    """
    balance = func.sum(Month.verified) - func.sum(Month.closed)
    before = select(Month.organisation_id, balance).where(Month.month < span.first)
    opening = _visible(session, actor, before.group_by(Month.organisation_id), span)
    counted: Sums = {owner: {"opening": int(count)} for owner, count in opening}
    late = select(Hazard.organisation_id, func.count()).where(is_still_overdue(span))
    for owner, count in _visible(session, actor, late.group_by(Hazard.organisation_id), span):
        counted.setdefault(owner, {})["overdue"] = count
    return counted


def total(name: str) -> Any:
    """Give in SQL a counter over several rows: their sum, or the largest of them."""
    column = getattr(Month, name)
    return func.max(column) if name in MAXIMA else func.sum(column)


def _visible(session: Session, actor: Actor, statement: Any, span: Span) -> list[Any]:
    return list(session.execute(visible_to(actor, statement, on=span.stood_on)).all())
