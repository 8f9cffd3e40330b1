"""Looking at returns: the months of a unit, one month with its totals, its lines page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import Message
from engine.permissions import require
from engine.presence import absence
from engine.returns import indicators, states
from engine.returns.drafting import drafted
from engine.returns.figures import Figures
from engine.returns.late import Part, missing
from engine.returns.lines import Composer, Line
from engine.returns.locking import Progress, progress
from engine.returns.units import Unit, get_unit
from engine.returns.versions import keys_of
from engine.statistics import Page, months_back, present_month
from engine.statistics.paging import wrong_cursor
from engine.statistics.span import month_span
from engine.store import tables as t

#: So many months a unit's list goes back.
SHOWN: Final = 13
#: So many months are offered to a unit that has closed none.
_UNTIL_FIRST: Final = 3


@dataclass(frozen=True)
class View:
    """One month of one unit."""

    unit: Unit
    month: str
    #: draft | signed | locking | locked | submitted
    state: str
    #: The row of the return, once it was signed.
    row: t.MonthlyReturn | None
    figures: Figures
    definitions: indicators.Definitions
    #: Of an office or a group: those below that have not locked the month.
    missing: Sequence[Part]
    #: Of one that a job locks: how far it is.
    locking: Progress | None
    #: Who did what, by the names of the columns.
    names: dict[str, str]
    #: Of an enterprise's draft: why it has nothing to sign for in this month, if so.
    absence: Message | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """Give the figures it has, in the order of the table."""
        return keys_of(self.definitions.version)

    @property
    def is_frozen(self) -> bool:
        """Say whether it can never change any more."""
        return self.state in ("locked", "submitted")

    @property
    def is_over(self) -> bool:
        """Say whether the month has ended, so that it can be signed."""
        return month_span(self.month).end <= clock.now()


def months(
    session: Session, *, actor: Actor, unit_id: UUID | None = None
) -> list[tuple[str, t.MonthlyReturn | None]]:
    """Give the latest months of a unit with its returns, the newest first.

    Raises:
        NotAllowed: the actor may not read returns. NotFound: no such unit for them.
    """
    require(actor, "returns:read")
    unit = get_unit(session, unit_id, actor=actor)
    kept = {
        row.month: row
        for row in session.scalars(
            select(t.MonthlyReturn)
            .where(t.MonthlyReturn.organisation_id == unit.id)
            .order_by(t.MonthlyReturn.month.desc())
            .limit(SHOWN)
        )
    }
    # What lies before the first that was closed can be closed no more.
    first = min(kept, default=months_back(present_month(), _UNTIL_FIRST)[0])
    shown = {month for month in months_back(present_month(), SHOWN) if month >= first}
    return [(month, kept.get(month)) for month in sorted(shown | kept.keys(), reverse=True)]


def view(session: Session, month: str, *, actor: Actor, unit_id: UUID | None = None) -> View:
    """Give a month of a unit: as it was locked, or as it is now.

    Raises:
        NotAllowed: the actor may not read returns. NotFound: no such unit for them.
        Invalid: the month is wrong.
    """
    require(actor, "returns:read")
    unit = get_unit(session, unit_id, actor=actor)
    month = month_span(month).first
    row = states.find(session, unit.id, month)
    state = row.state if row else "draft"
    frozen = states.is_frozen(row)
    known = indicators.find_definitions(row.definitions_version) if row and frozen else None
    return View(
        unit=unit,
        month=month,
        state=state,
        row=row,
        figures=row.figures if row and state != "draft" else drafted(session, unit, month),
        definitions=known or indicators.definitions_for(month),
        missing=missing(session, unit, month),
        locking=progress(session, unit, month) if state == "locking" else None,
        names=_names(session, row),
        absence=absence(session, unit.id, month)
        if unit.kind == "enterprise" and state == "draft"
        else None,
    )


def lines(
    session: Session,
    shown: View,
    *,
    name: str = "",
    after: str | None = None,
    limit: int = 100,
) -> Page[Line]:
    """Give a page of a return's lines, in the order the enterprises were entered.

    Args:
        name: only those whose name has this in it.

    Raises:
        Invalid: the cursor is not one that was given out.
    """
    last = read_cursor(after)
    found = (_frozen if shown.is_frozen else _drafted)(session, shown, name, last, limit + 1)
    if len(found) <= limit:
        return Page(found, None)
    return Page(found[:limit], found[limit - 1].enterprise_id.hex)


def read_cursor(text: str | None) -> UUID | None:
    """Read the id of the last enterprise of the page before.

    Raises:
        Invalid: it is none.
    """
    if not text:
        return None
    try:
        return UUID(hex=text)
    except ValueError as error:
        raise wrong_cursor() from error


def _frozen(session: Session, shown: View, name: str, last: UUID | None, limit: int) -> list[Line]:
    statement = select(t.ReturnLine).where(
        t.ReturnLine.organisation_id == shown.unit.id, t.ReturnLine.month == shown.month
    )
    if name:
        statement = statement.where(t.ReturnLine.name.contains(name, autoescape=True))
    if last is not None:
        statement = statement.where(t.ReturnLine.enterprise_id > last)
    rows = session.scalars(statement.order_by(t.ReturnLine.enterprise_id).limit(limit))
    return [line_of(row) for row in rows]


def _drafted(session: Session, shown: View, name: str, last: UUID | None, limit: int) -> list[Line]:
    return Composer(session, shown.unit, shown.month).some(last, limit, name=name)


def line_of(row: Any) -> Line:
    """Give a kept line without its cases."""
    return Line(
        row.enterprise_id,
        row.name,
        row.department_id,
        row.town_id,
        row.group_id,
        row.sector,
        row.figures,
    )


def _names(session: Session, row: t.MonthlyReturn | None) -> dict[str, str]:
    if row is None:
        return {}
    columns = ("signed_by", "locked_by", "submitted_by")
    ids: dict[str, Any] = {column: getattr(row, column) for column in columns}
    known = dict(
        session.execute(
            select(t.User.id, t.User.name).where(t.User.id.in_([i for i in ids.values() if i]))
        ).all()
    )
    above = session.get(t.Organisation, row.submitted_to) if row.submitted_to else None
    names = {column: known.get(id_, "") for column, id_ in ids.items() if id_}
    return names | ({"submitted_to": above.name} if above else {})
