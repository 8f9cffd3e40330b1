"""Taking part by the axes: by department, town, group, sector or enterprise; a few statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.participation.figures import Figures
from engine.permissions import require
from engine.statistics.axis import TOTAL, Axis, page
from engine.statistics.people import first_timers, persons, staff
from engine.statistics.periods import span_of
from engine.statistics.scope import NOWHERE, check_axis, names_of
from engine.statistics.sums import whole
from engine.store import Month


@dataclass(frozen=True)
class Line:
    """One enterprise, or all that stand at one place of an axis."""

    key: str
    name: str
    figures: Figures


@dataclass(frozen=True)
class Table:
    """The lines of a period in order of name, and the sum over all that the actor sees."""

    period: str
    by: str
    lines: Sequence[Line]
    total: Figures
    #: The cursor of the next page of enterprises.
    next: str | None = None


def table(
    session: Session,
    period: str,
    by: str,
    *,
    actor: Actor,
    after: str | None = None,
    limit: int = 50,
    summed: bool = True,
) -> Table:
    """Give who takes part in a period; enterprises a page at a time, other axes whole.

    An enterprise counts for whom it stood under when the period ended, as in the monthly figures.

    Args:
        after: the cursor of the page before, of enterprises.
        summed: count the total, too; the pages of a file need it once.

    Raises:
        NotAllowed: the role. Invalid: period, axis or cursor.
    """
    require(actor, "participation:read")
    check_axis(by)
    span = span_of(period)
    axis = Axis(session, actor, span, by)
    if by != "enterprise":
        found = figures(axis)
        names = {} if by == "sector" else names_of(session, set(found))
        lines = [Line(key, names.get(key, key), one) for key, one in found.items()]
        lines.sort(key=lambda line: (line.key == NOWHERE, line.name))
        # An enterprise stands at one place of an axis, or nowhere.
        return Table(period, by, lines, _sum(found.values()))
    totals = figures(Axis(session, actor, span, TOTAL)) if summed else {}
    total = totals.get(TOTAL, Figures())
    rows, cursor = page(axis, after, limit)
    found = figures(Axis(session, actor, span, by, [id_ for id_, _name in rows]))
    listed = [Line(str(id_), name, found.get(str(id_), Figures())) for id_, name in rows]
    return Table(period, by, listed, total, cursor)


def _sum(every: Iterable[Figures]) -> Figures:
    counted = list(every)
    return Figures(
        staff=sum(one.staff for one in counted),
        reporters=sum(one.reporters for one in counted),
        firsts=sum(one.firsts for one in counted),
        reported=sum(one.reported for one in counted),
    )


def of_enterprise(session: Session, period: str, *, actor: Actor) -> Figures:
    """Give the figures of the actor's own enterprise, what was verified left out.

    Raises:
        NotAllowed: the role. Invalid: the period.
    """
    require(actor, "participation:read")
    own: list[UUID] = [actor.organisation_id] if actor.organisation_id else []
    found = figures(Axis(session, actor, span_of(period), "enterprise", own))
    return found.get(str(actor.organisation_id), Figures())


def figures(axis: Axis) -> dict[str, Figures]:
    """Give the figures of each place of an axis; four statements, three of one month."""
    span, month = axis.span, Month
    told: Any = select(func.sum(month.reported), func.sum(month.reporters)).where(
        month.month.between(span.first, span.last)
    )
    kept = axis.rows(told, month.organisation_id)
    # In one month nobody is counted twice, and the month itself has kept how many they were.
    people = (
        {key: whole(row[1]) for key, row in kept.items()}
        if span.first == span.last
        else {key: row["reporters"] for key, row in persons(axis, span).items()}
    )
    working, firsts = staff(axis), first_timers(axis, span)
    return {
        key: Figures(
            staff=working.get(key, 0),
            reporters=people.get(key, 0),
            firsts=firsts.get(key, 0),
            reported=whole(kept[key][0]) if key in kept else 0,
        )
        for key in working.keys() | people.keys() | kept.keys()
    }
