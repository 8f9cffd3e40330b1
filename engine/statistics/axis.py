"""Sums on an axis: every piece of the monthly table one statement, one row a place (R-01, R-62).

However many enterprises there are, as many rows come out as places are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from engine.actors import SYSTEM, Actor
from engine.statistics.figures import is_still_overdue
from engine.statistics.people import persons
from engine.statistics.scope import AXES, NOWHERE, check_axis, comes_after, placed_enterprises, then
from engine.statistics.span import Span, year_span
from engine.statistics.sums import COUNTERS, total, whole
from engine.store import Hazard, Month, Organisation, organisations_of
from engine.store.tables import MechanismRecord

#: Key of a place → figure → number
Sums = dict[str, dict[str, int]]
#: The axis on which all stand at the same place, under the key "".
TOTAL: Final = ""
#: All axes at once: the places on each in one key, in this order.
EVERY: Final = "every"
CROSSED: Final = ("sector", "town", "group", "department")
_BETWEEN: Final = "|"


@dataclass(frozen=True)
class Axis:
    """Where the enterprises stood that an actor saw when a month ended."""

    session: Session
    actor: Actor
    span: Span
    by: str
    #: Only these enterprises, which the actor saw then.
    ids: Sequence[UUID] | None = None

    def over(self, statement: Select[Any], owner: Any = None) -> Select[Any]:
        """Sum up a statement over the enterprises by their place, which its last columns say.

        Args:
            owner: the column that says whose a row is; the statement is about enterprises itself
                when there is none.
        """
        on = self.span.stood_on
        if owner is not None:
            statement = statement.join(Organisation, Organisation.id == owner)
        statement = statement.where(Organisation.kind == "enterprise")
        if self.ids is not None:
            statement = statement.where(Organisation.id.in_(self.ids))
        # Whoever found these has asked already whose they are: of a city that is half the work.
        actor = self.actor if self.ids is None else SYSTEM
        if on is not None:
            statement = placed_enterprises(actor, statement, on)
        elif not actor.is_system:
            statement = statement.where(Organisation.id.in_(organisations_of(actor)))
        places = self._places
        return statement.add_columns(*places).group_by(*places)

    @property
    def _places(self) -> list[Any]:
        """Give the columns that say where an enterprise stood."""
        axes = {TOTAL: (), EVERY: CROSSED}.get(self.by, (self.by,))
        columns = [then(AXES[by], self.span.stood_on) for by in axes]
        return [getattr(column, "element", column) for column in columns]

    def rows(self, statement: Select[Any], owner: Any = None) -> dict[str, tuple[Any, ...]]:
        """Give the columns of each place."""
        found = self.session.execute(self.over(statement, owner)).all()
        count = len(self._places)
        return {
            _BETWEEN.join(_key(place) for place in row[len(row) - count :]): tuple(
                row[: len(row) - count]
            )
            for row in found
        }

    @property
    def is_active(self) -> ColumnElement[bool]:
        """Say in SQL that an enterprise worked when the month ended."""
        status = then(Organisation.status, self.span.stood_on)
        found: ColumnElement[bool] = getattr(status, "element", status) == "active"
        return found


def figures(axis: Axis) -> Sums:
    """Give every figure of the month for each place; persons of the month are among them."""
    mechanism, balance = _mechanism(axis), _balance(axis)
    month = _months(axis, axis.span, heard=_heard(axis))
    found: Sums = {}
    for key, stages in mechanism.items():
        counted = month.get(key) or dict.fromkeys((*COUNTERS, "heard"), 0)
        row = found[key] = counted | stages | balance.get(key, {"opening": 0, "overdue": 0})
        row["overdue"] += row["late_closed"]
        row["closing"] = row["opening"] + row["verified"] - row["closed"]
        row["silent"] = row["obliged"] - row["heard"]
    return found


def year(axis: Axis, *, with_persons: bool) -> Sums:
    """Give the counters of each place from January up to the month."""
    span = year_span(axis.span.last)
    found = _months(axis, span)
    if with_persons:
        for key, row in persons(axis, span).items():
            found.setdefault(key, dict.fromkeys(COUNTERS, 0)).update(row)
    return found


def page(axis: Axis, after: str | None, limit: int) -> tuple[list[tuple[UUID, str]], str | None]:
    """Give a page of enterprises in order of their names, and the cursor of the next.

    Args:
        after: the id of the last one of the page before.
    """
    actor, on = axis.actor, axis.span.stood_on
    names = select(Organisation.id, Organisation.name)
    statement: Any = names.where(Organisation.kind == "enterprise", _is_listed(axis))
    if on is not None:
        statement = placed_enterprises(actor, statement, on)
    elif not actor.is_system:
        statement = statement.where(Organisation.id.in_(organisations_of(actor)))
    statement = statement.order_by(Organisation.name, Organisation.id)
    if after is not None:
        statement = statement.where(comes_after(axis.session, actor, after, on))
    rows = [(row[0], row[1]) for row in axis.session.execute(statement.limit(limit + 1))]
    return rows[:limit], rows[limit - 1][0].hex if len(rows) > limit else None


def _is_listed(axis: Axis) -> ColumnElement[bool]:
    """Say in SQL that an enterprise is in the table: it works, or has something to tell."""
    told = select(Month.month).where(
        Month.organisation_id == Organisation.id, Month.month <= axis.span.last
    )
    return or_(axis.is_active, told.exists())


def _mechanism(axis: Axis) -> Sums:
    """Say how far those have come that work; whoever has closed owes nothing any more."""
    record, last_on = MechanismRecord, axis.span.last_on
    first_on = last_on.replace(day=1)
    conditions = {
        "obliged": (),
        "established": (record.established_on <= last_on,),
        "established_new": (record.established_on.between(first_on, last_on),),
        "implemented": (record.implemented_on <= last_on,),
    }
    columns = [
        func.sum(case((and_(axis.is_active, *more), 1), else_=0)) for more in conditions.values()
    ]
    statement = (
        select(*columns)
        .select_from(Organisation)
        .outerjoin(record, record.organisation_id == Organisation.id)
        .where(_is_listed(axis))
    )
    rows = axis.rows(statement)
    return {key: dict(zip(conditions, map(whole, row), strict=True)) for key, row in rows.items()}


def _balance(axis: Axis) -> Sums:
    """Give what was open before the month, and what was overdue at its end and still is open."""
    before = select(func.sum(Month.verified) - func.sum(Month.closed))
    opening = axis.rows(before.where(Month.month < axis.span.first), Month.organisation_id)
    late = select(func.count(Hazard.id)).where(is_still_overdue(axis.span))
    overdue = axis.rows(late, Hazard.organisation_id)
    return {
        key: {
            "opening": whole(opening.get(key, (0,))[0]),
            "overdue": whole(overdue.get(key, (0,))[0]),
        }
        for key in opening.keys() | overdue.keys()
    }


def _months(axis: Axis, span: Span, **more: ColumnElement[Any]) -> Sums:
    """Give the counters over the months of a span, and what else is to be summed with them."""
    names = (*COUNTERS, *more)
    statement = select(*map(total, COUNTERS), *more.values()).where(
        Month.month.between(span.first, span.last)
    )
    rows = axis.rows(statement, Month.organisation_id)
    return {key: dict(zip(names, map(whole, row), strict=True)) for key, row in rows.items()}


def _heard(axis: Axis) -> ColumnElement[Any]:
    """Sum up how many of those that work had at least one report in the month."""
    return func.sum(case((and_(Month.reported > 0, axis.is_active), 1), else_=0))


def _key(place: Any) -> str:
    return NOWHERE if place is None else str(place)


def part(key: str, by: str) -> str:
    """Give the place on one axis out of a key of `EVERY`."""
    return key.split(_BETWEEN)[CROSSED.index(by)]


def axis_of(session: Session, actor: Actor, span: Span, by: str) -> Axis:
    """Give an axis; Invalid unless `by` names one."""
    check_axis(by)
    return Axis(session, actor, span, by)
