"""Taking part by the axes: by department, town, group, sector or enterprise; a few statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
    totals = figures(Axis(session, actor, span, TOTAL)) if summed else {}
    total = totals.get(TOTAL, Figures())
    if by != "enterprise":
        found = figures(axis)
        names = {} if by == "sector" else names_of(session, set(found))
        lines = [Line(key, names.get(key, key), one) for key, one in found.items()]
        lines.sort(key=lambda line: (line.key == NOWHERE, line.name))
        return Table(period, by, lines, total)
    rows, cursor = page(axis, after, limit)
    found = figures(Axis(session, actor, span, by, [id_ for id_, _name in rows]))
    listed = [Line(str(id_), name, found.get(str(id_), Figures())) for id_, name in rows]
    return Table(period, by, listed, total, cursor)


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
    """Give the figures of each place of an axis; four statements."""
    span, month = axis.span, Month
    working, people, firsts = staff(axis), persons(axis, span), first_timers(axis, span)
    told = select(func.sum(month.reported)).where(month.month.between(span.first, span.last))
    reported = axis.rows(told, month.organisation_id)
    return {
        key: Figures(
            staff=working.get(key, 0),
            reporters=people[key]["reporters"] if key in people else 0,
            firsts=firsts.get(key, 0),
            reported=whole(reported[key][0]) if key in reported else 0,
        )
        for key in working.keys() | people.keys() | reported.keys()
    }
