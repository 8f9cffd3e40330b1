"""The enterprises of a draft as SQL: who is in it, and what its balance goes on from.

What is asked of thousands of enterprises is asked in a fixed number of statements.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, null, or_, select, true
from sqlalchemy.orm import Session, aliased

from engine.returns import units
from engine.returns.carrying import FROZEN
from engine.returns.figures import LEFT, STATED
from engine.returns.units import Unit
from engine.statistics import months_back
from engine.statistics.span import Span, month_span
from engine.store import tables as t
from engine.store.json_numbers import number_in, parsed
from engine.store.standing import holds_on

#: The line of an enterprise that a department has locked, and one that another unit has.
_PART: Final = aliased(t.ReturnLine, name="part")
_OTHER: Final = aliased(t.ReturnLine, name="other")


@dataclass
class Roll:
    """What is the same for all enterprises of one return, and the questions to ask of them."""

    session: Session
    unit: Unit
    month: str
    span: Span = field(init=False)
    previous: str = field(init=False)
    #: Whether the unit has never locked a month.
    is_first: bool = field(init=False)
    #: Whether it has locked the month before this one.
    goes_on: bool = field(init=False)

    def __post_init__(self) -> None:
        """Read how far the unit has come."""
        self.span = month_span(self.month)
        self.previous = months_back(self.month, 2)[0]
        row = t.MonthlyReturn
        is_previous = case((row.month == self.previous, 1), else_=0)
        locked, goes_on = self.session.execute(
            select(func.count(), func.max(is_previous)).where(
                row.organisation_id == self.unit.id, row.state.in_(FROZEN)
            )
        ).one()
        self.is_first, self.goes_on = not locked, bool(goes_on)

    @cached_property
    def locked_parts(self) -> Sequence[UUID]:
        """Give the departments that have locked the month; of an office only."""
        if not self.unit.is_office:
            return ()
        below = [row.id for row in units.parts(self.session, self.unit, ("department",))]
        return self._locked(t.MonthlyReturn.organisation_id.in_(below), self.month)

    @cached_property
    def others(self) -> Sequence[UUID]:
        """Give the other units of the kind that have locked the month before.

        An office goes on from its departments, and an enterprise comes from nobody.
        """
        if self.unit.kind in ("office", "enterprise"):
            return ()
        like = units.like(self.session, self.unit)
        return self._locked(t.MonthlyReturn.organisation_id.in_(like), self.previous)

    @cached_property
    def standing(self) -> Select[Any]:
        """Select the ids of those that stood under the unit when the month ended."""
        return units.select_standing(self.unit, self.span)

    @cached_property
    def who(self) -> Any:
        """Give in SQL those that stood there: id, department_id, status, the two days of the
        mechanism, and `part`, the figures that the department has locked of them, or null."""
        own, then, record = t.Organisation, t.Placement, t.MechanismRecord
        on = units.stood_on(self.span)

        def placed(name: str) -> Any:
            now = getattr(own, name)
            if on is None:
                return now
            return case((then.organisation_id.is_not(None), getattr(then, name)), else_=now)

        department = placed("department_id")
        part = parsed(self.session, _PART.figures) if self.locked_parts else null()
        statement: Any = select(
            own.id,
            department.label("department_id"),
            placed("status").label("status"),
            record.established_on,
            record.implemented_on,
            part.label("part"),
        ).select_from(own)
        if on is not None:
            statement = statement.outerjoin(
                then, and_(then.organisation_id == own.id, holds_on(on))
            )
        statement = statement.outerjoin(record, record.organisation_id == own.id)
        if self.locked_parts:
            is_part = and_(
                _PART.organisation_id.in_(self.locked_parts),
                _PART.organisation_id == department,
                _PART.month == self.month,
                _PART.enterprise_id == own.id,
            )
            statement = statement.outerjoin(_PART, is_part)
        statement = statement.where(own.id.in_(self.standing))
        if self.locked_parts:
            statement = statement.offset(0)
        return statement.subquery("who")

    @property
    def is_counted(self) -> ColumnElement[bool]:
        """Say in SQL that one of `who` is counted from the histories, not by its department."""
        found: ColumnElement[bool] = self.who.c.part.is_(None) if self.locked_parts else true()
        return found

    @cached_property
    def before(self) -> Any:
        """Give in SQL what the unit locked in the month before: id, closing and stated balance.

        Those that had left are not among them. The figures are read once: an offset keeps the
        planner from reading them anew wherever one of them is named.
        """
        row = t.ReturnLine
        read = (
            select(
                row.enterprise_id.label("id"),
                parsed(self.session, row.figures).label("figures"),
            )
            .where(row.organisation_id == self.unit.id, row.month == self.previous)
            .offset(0)
            .subquery("read")
        )
        closing, stated = (
            func.coalesce(number_in(read.c.figures, key), 0).label(key)
            for key in ("closing", STATED)
        )
        return (
            select(read.c.id, closing, stated)
            .where(number_in(read.c.figures, LEFT).is_(None))
            .subquery("before")
        )

    def was_here(self) -> ColumnElement[bool]:
        """Say in SQL that one of `who` was in the unit's own return of the month before."""
        return self.has_before(true())

    def has_before(self, condition: ColumnElement[bool]) -> ColumnElement[bool]:
        """Say in SQL that one of `who` has a line there of which `condition` holds."""
        if not self.goes_on:
            return ~true()
        found = select(self.before.c.id).where(self.before.c.id == self.who.c.id, condition)
        return found.correlate(self.who).exists()

    def came_from(self) -> Any:
        """Give in SQL what other units locked of those that were not here: id, closing, stated."""
        rank = func.row_number().over(
            partition_by=_OTHER.enterprise_id, order_by=_OTHER.organisation_id.desc()
        )
        found = (
            select(
                _OTHER.enterprise_id.label("id"),
                func.coalesce(number_in(_OTHER.figures, "closing"), 0).label("closing"),
                func.coalesce(number_in(_OTHER.figures, STATED), 0).label("stated"),
                rank.label("rank"),
            )
            .join(self.who, self.who.c.id == _OTHER.enterprise_id)
            .where(
                _OTHER.organisation_id.in_(self.others),
                _OTHER.month == self.previous,
                number_in(_OTHER.figures, LEFT).is_(None),
                ~self.was_here(),
            )
            .subquery("found")
        )
        return select(found).where(found.c.rank == 1).subquery("came")

    def is_leaving(self) -> ColumnElement[bool]:
        """Say in SQL that one of `before` took an open balance away.

        Of one whose balance is made even by what was stated, cases are open all the same.
        """
        before, stays = self.before.c, self.standing.subquery("stays")
        gone = ~exists().where(stays.c.id == before.id)
        return and_(or_(before.closing != 0, before.stated != 0), gone)

    def count(self) -> int:
        """Give how many enterprises stood there."""
        return self.session.scalar(select(func.count()).select_from(self.standing.subquery())) or 0

    def ids(
        self,
        limit: int,
        *,
        after: UUID | None = None,
        name: str = "",
        only: UUID | None = None,
    ) -> Sequence[UUID]:
        """Give the next enterprises that stood there, in order of their ids.

        Args:
            after: those behind this one. name: those whose name has this in it. only: this one.
        """
        own = t.Organisation
        statement: Any = select(own.id).where(own.id.in_(self.standing))
        statement = _narrowed(statement, own.id, own.name, after, name, only)
        return self.session.scalars(statement.order_by(own.id).limit(limit)).all()

    def leaving(
        self,
        limit: int,
        *,
        after: UUID | None = None,
        name: str = "",
        only: UUID | None = None,
    ) -> Sequence[t.ReturnLine]:
        """Give the next lines of the month before of those that took a balance away.

        Args:
            after, name, only: as for `ids`.
        """
        if not self.goes_on:
            return ()
        own, row = t.Organisation, t.ReturnLine
        gone: Any = (
            select(self.before.c.id)
            .join(own, own.id == self.before.c.id)
            .where(self.is_leaving())
            .order_by(self.before.c.id)
            .limit(limit)
        )
        gone = _narrowed(gone, self.before.c.id, own.name, after, name, only)
        ids = self.session.scalars(gone).all()
        if not ids:
            return ()
        return self.session.scalars(
            select(row)
            .where(
                row.organisation_id == self.unit.id,
                row.month == self.previous,
                row.enterprise_id.in_(ids),
            )
            .order_by(row.enterprise_id)
        ).all()

    def adjustments(self, ids: Sequence[UUID]) -> dict[UUID, list[t.Adjustment]]:
        """Give the adjusting rows of the month about some enterprises."""
        found: dict[UUID, list[t.Adjustment]] = {}
        for row in self.session.scalars(
            select(t.Adjustment).where(
                t.Adjustment.organisation_id == self.unit.id,
                t.Adjustment.month == self.month,
                t.Adjustment.enterprise_id.in_(ids),
            )
        ):
            found.setdefault(row.enterprise_id, []).append(row)
        return found

    def _locked(self, whose: ColumnElement[bool], month: str) -> Sequence[UUID]:
        row = t.MonthlyReturn
        asked = select(row.organisation_id).where(whose, row.month == month, row.state.in_(FROZEN))
        return self.session.scalars(asked).all()


def _narrowed(
    statement: Any, id_: Any, own_name: Any, after: UUID | None, name: str, only: UUID | None
) -> Any:
    if after is not None:
        statement = statement.where(id_ > after)
    if name:
        statement = statement.where(own_name.contains(name, autoescape=True))
    if only is not None:
        statement = statement.where(id_ == only)
    return statement
