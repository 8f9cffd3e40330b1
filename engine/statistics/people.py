"""Who took part: the staff, those who reported, and those who never had before (R-02, R-31).

This is the one definition of them. People are counted by a keyed digest in each enterprise, and
nobody is followed from one to another. An anonymous report counts as one person and is never
somebody's first: nobody can know whether they came before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import aliased

from engine.statistics.sums import PERSON_COUNTERS, whole
from engine.store import MonthPerson, Organisation, organisations_of

if TYPE_CHECKING:
    from engine.statistics.axis import Axis
    from engine.statistics.span import Span

#: The kind of person that a report makes.
REPORTER = "reporter"


def staff(axis: Axis) -> dict[str, int]:
    """Give how many work at each place of an axis, in enterprises that run."""
    count = func.coalesce(func.sum(Organisation.staff_count), 0)
    rows = axis.rows(select(count).select_from(Organisation).where(axis.is_active))
    return {key: whole(row[0]) for key, row in rows.items()}


def persons(axis: Axis, span: Span) -> Mapping[str, dict[str, int]]:
    """Give how many persons there were over the whole of `span`, each counted once."""
    each: Any = select(MonthPerson.organisation_id, MonthPerson.kind, MonthPerson.digest)
    each = _narrowed(axis, each.where(MonthPerson.month.between(span.first, span.last)))
    # Not a count of distinct ones: PostgreSQL would sort them all, on disk.
    once = each.distinct().subquery()
    owner = once.c.organisation_id
    counted = [
        func.sum(case((once.c.kind == kind, 1), else_=0)).label(name)
        for kind, name in PERSON_COUNTERS.items()
    ]
    rows = axis.rows(select(*counted), owner)
    names = list(PERSON_COUNTERS.values())
    return {key: dict(zip(names, map(whole, row), strict=True)) for key, row in rows.items()}


def first_timers(axis: Axis, span: Span) -> dict[str, int]:
    """Give how many reported in `span` and never before, each in their enterprise."""
    first = _narrowed(axis, firsts(span)).subquery()
    rows = axis.rows(select(func.count(first.c.month)), first.c.organisation_id)
    return {key: whole(row[0]) for key, row in rows.items()}


def firsts(span: Span) -> Select[Any]:
    """Select organisation and month of everybody's first report, where it lies in `span`."""
    earlier = aliased(MonthPerson)
    came_before = (
        select(earlier.month)
        .where(
            earlier.organisation_id == MonthPerson.organisation_id,
            earlier.kind == REPORTER,
            earlier.digest == MonthPerson.digest,
            earlier.month < MonthPerson.month,
        )
        .exists()
    )
    statement: Any = select(MonthPerson.organisation_id, MonthPerson.month).where(
        MonthPerson.kind == REPORTER,
        MonthPerson.anonymous.is_(False),
        MonthPerson.month.between(span.first, span.last),
        ~came_before,
    )
    chosen: Select[Any] = statement
    return chosen


def _narrowed(axis: Axis, each: Select[Any]) -> Select[Any]:
    if axis.ids is not None:
        return each.where(MonthPerson.organisation_id.in_(axis.ids))
    if axis.actor.is_system:
        return each
    mine = organisations_of(axis.actor, on=axis.span.stood_on)
    return each.where(MonthPerson.organisation_id.in_(mine))
