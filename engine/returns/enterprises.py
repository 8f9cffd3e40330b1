"""What the enterprises under a unit told of a month: a return, a zero statement, reports, nothing.

A signed zero is something else than silence (domain.md C5 16).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import Invalid, Message
from engine.permissions import require
from engine.returns.units import Unit, select_standing, stood_on
from engine.statistics.paging import LARGEST_PAGE, Page, after_name, name_cursor
from engine.statistics.span import month_span
from engine.store import tables as t
from engine.store.standing import holds_on

#: How far an enterprise is with a month, the most told first.
TOLD: Final[Mapping[str, Message]] = {
    "returned": Message("已报送月报", "Return handed in"),
    "zero": Message("已签认零报告", "Zero statement signed"),
    "reported": Message("有报告，没有报送月报", "Reports, but no return"),
    "silent": Message("没有报告，也没有签认", "No report, no statement"),
}


def enterprises(
    session: Session,
    unit: Unit,
    month: str,
    *,
    actor: Actor,
    which: str = "",
    after: str | None = None,
    limit: int = 50,
) -> Page[Any]:
    """Give the enterprises that stood under a unit in a month, in order of name.

    Columns: id, name, profile (with the contacts), told (a key of TOLD), reported, submitted_at,
    signed_at (of the zero statement).

    Args:
        unit: one of `get_unit`. which: a key of TOLD to keep to, or "".
        after: the cursor of the page before.

    Raises:
        NotAllowed: the actor may read no returns. Invalid: month, state or cursor is wrong.
    """
    require(actor, "returns:read")
    if which and which not in TOLD:
        raise Invalid("没有这种状态。", "There is no such state.", field="which")
    limit = max(1, min(limit, LARGEST_PAGE))
    own = t.Organisation
    statement = _joined(
        select(
            own.id,
            own.name,
            own.profile,
            _told().label("told"),
            func.coalesce(t.Month.reported, 0).label("reported"),
            t.MonthlyReturn.submitted_at,
            t.ZeroStatement.signed_at,
        ),
        unit,
        month,
    )
    if which:
        statement = statement.where(_told() == which)
    if after is not None:
        statement = statement.where(after_name(own.name, own.id, after))
    rows = session.execute(statement.order_by(own.name, own.id).limit(limit + 1)).all()
    if len(rows) <= limit:
        return Page(rows, None)
    last = rows[limit - 1]
    return Page(rows[:limit], name_cursor(last.id, last.name))


def how_many(session: Session, unit: Unit, month: str, *, actor: Actor) -> dict[str, int]:
    """Give how many enterprises are how far, by the keys of TOLD; one statement.

    Raises:
        NotAllowed: the actor may read no returns. Invalid: the month is wrong.
    """
    require(actor, "returns:read")
    each = _joined(select(_told().label("told")), unit, month).subquery()
    statement = select(each.c.told, func.count()).group_by(each.c.told)
    found = {row[0]: row[1] for row in session.execute(statement)}
    return {key: found.get(key, 0) for key in TOLD}


def _joined(statement: Any, unit: Unit, month: str) -> Any:
    """Join to those that stood there, and worked, when the month ended: as its figures do."""
    own, then, span = t.Organisation, t.Placement, month_span(month)
    statement, on = statement.select_from(own), stood_on(span)
    works = own.status == "active"
    if on is not None:
        statement = statement.outerjoin(then, and_(then.organisation_id == own.id, holds_on(on)))
        works = func.coalesce(then.status, own.status) == "active"
    return (
        statement.outerjoin(
            t.MonthlyReturn,
            and_(t.MonthlyReturn.organisation_id == own.id, t.MonthlyReturn.month == span.first),
        )
        .outerjoin(
            t.ZeroStatement,
            and_(t.ZeroStatement.organisation_id == own.id, t.ZeroStatement.month == span.first),
        )
        .outerjoin(t.Month, and_(t.Month.organisation_id == own.id, t.Month.month == span.first))
        .where(
            own.kind == "enterprise",
            works,
            own.id.in_(select_standing(unit, span)),
        )
    )


def _told() -> ColumnElement[str]:
    """Say in SQL how far an enterprise is: a key of TOLD."""
    return case(
        (t.MonthlyReturn.state == "submitted", "returned"),
        (t.ZeroStatement.signed_at.is_not(None), "zero"),
        (func.coalesce(t.Month.reported, 0) > 0, "reported"),
        else_="silent",
    )
