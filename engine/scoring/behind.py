"""What is counted by a value that no figure of the monthly table stands behind (R-15, R-56)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, String, func, literal, select
from sqlalchemy.orm import Session

from engine import clock
from engine.errors import NotFound
from engine.scoring import values
from engine.statistics.paging import Page, after_name, name_cursor
from engine.store import tables as t


@dataclass(frozen=True)
class Piece:
    """One thing a value counts, or counts over."""

    id: UUID
    #: The enterprise, or the month of a return.
    name: str
    #: What was asked, taught or told; "" where the name says all.
    about: str
    on: date | None
    #: As its own table writes it; "" where there is none.
    state: str
    #: Whether it is part of the value, rather than only of what the value is a share of.
    counts: bool


def pieces(
    session: Session, sheet: Any, value: str, *, after: str | None = None, limit: int = 50
) -> Page[Piece]:
    """Give what a value of a sheet counts today, by name.

    Args:
        sheet: a row of `sheets.get`; who may read it may read this.
        value: a key of VALUES.

    Raises:
        NotFound: nothing but a figure stands behind it. Invalid: the cursor is wrong.
    """
    if value not in VALUES:
        raise NotFound()
    found = VALUES[value](sheet.kind, sheet.scored_id, sheet.year).subquery()
    statement = select(found)
    if after is not None:
        statement = statement.where(after_name(found.c.name, found.c.id, after))
    rows = session.execute(statement.order_by(found.c.name, found.c.id).limit(limit + 1)).all()
    shown = [_piece(value, row) for row in rows[:limit]]
    more = name_cursor(shown[-1].id, shown[-1].name) if len(rows) > limit else None
    return Page(shown, more)


def _piece(value: str, row: Any) -> Piece:
    counts = row.state in _COUNTED[value] if value in _COUNTED else True
    day = row.day if row.day is None or type(row.day) is date else clock.local_date(row.day)
    return Piece(row.id, row.name, row.about or "", day, row.state or "", counts)


def _visited(kind: str, scored_id: UUID, year: int) -> Select[Any]:
    own = t.Organisation.id if kind == "enterprise" else t.Visit.organisation_id
    return (
        select(
            t.Organisation.id,
            t.Organisation.name,
            func.max(t.Visit.number).label("about"),
            func.max(t.Visit.visited_on).label("day"),
            _none("state"),
        )
        .join(t.Visit, t.Visit.enterprise_id == t.Organisation.id)
        .where(own == scored_id, t.Visit.visited_on.between(*values.days(year)))
        .group_by(t.Organisation.id, t.Organisation.name)
    )


def _asked(kind: str, scored_id: UUID, year: int) -> Select[Any]:
    own = t.FollowUp.organisation_id if kind == "enterprise" else t.FollowUp.visitor_id
    columns: Sequence[Any] = (
        t.FollowUp.id,
        t.Organisation.name,
        t.FollowUp.text.label("about"),
        t.FollowUp.due_on.label("day"),
        t.FollowUp.state,
    )
    return (
        select(*columns)
        .join(t.Organisation, t.Organisation.id == t.FollowUp.organisation_id)
        .where(
            own == scored_id,
            t.FollowUp.due_on.between(*values.days(year)),
            t.FollowUp.due_on < clock.local_date(),
        )
    )


def _trained(kind: str, scored_id: UUID, year: int) -> Select[Any]:
    there = values.trained_in(year).subquery()
    return (
        select(
            t.Organisation.id,
            t.Organisation.name,
            func.max(there.c.topic).label("about"),
            func.max(there.c.held_on).label("day"),
            _none("state"),
        )
        .join(there, there.c.enterprise_id == t.Organisation.id)
        .where(*values.running(kind, scored_id))
        .group_by(t.Organisation.id, t.Organisation.name)
    )


def _handed_in(kind: str, scored_id: UUID, year: int) -> Select[Any]:
    return select(
        t.MonthlyReturn.organisation_id.label("id"),
        t.MonthlyReturn.month.label("name"),
        _none("about"),
        t.MonthlyReturn.submitted_at.label("day"),
        t.MonthlyReturn.state,
    ).where(
        t.MonthlyReturn.organisation_id == scored_id,
        *values.months_due(values.month_of_year(year)),
    )


def _told(kind: str, scored_id: UUID, year: int) -> Select[Any]:
    columns: Sequence[Any] = (
        t.Practice.id,
        t.Organisation.name,
        t.Practice.title.label("about"),
        t.Practice.published_at.label("day"),
        t.Practice.state,
    )
    return (
        select(*columns)
        .join(t.Organisation, t.Organisation.id == t.Practice.organisation_id)
        .where(values.axis(kind) == scored_id, *values.published_in(year))
    )


def _none(name: str) -> Any:
    return literal("", String).label(name)


#: Value → what it counts, given a kind, an organisation of it, and a year.
VALUES: Final[Mapping[str, Callable[[str, UUID, int], Select[Any]]]] = {
    "visited_rate": _visited,
    "settled_rate": _asked,
    "trained_rate": _trained,
    "returns_rate": _handed_in,
    "practices": _told,
}
#: Value that lists more than it counts → the states that count.
_COUNTED: Final = {"settled_rate": ("passed",), "returns_rate": values.HANDED_IN}
