"""The totals of a draft in SQL: what its lines come to, in as many statements as one line takes.

`engine.returns.lines` says the same line by line; a test holds the two together under histories,
moves and late corrections of every kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    true,
)
from sqlalchemy.orm import Session

from engine.hazards.counts import MAXIMA
from engine.returns.figures import (
    ADJUSTED,
    BALANCING,
    LEFT,
    STATED,
    Figures,
    total_of,
    without_zeros,
)
from engine.returns.roll import Roll
from engine.returns.versions import column, kept_in, version_for
from engine.statistics.figures import is_still_overdue
from engine.store import Hazard, Month
from engine.store import tables as t
from engine.store.json_numbers import number_in, numbers_of

#: Among the sums: how many lines of departments are taken, and how many of those that had left.
_PARTS: Final = "parts"
_PARTS_LEFT: Final = "parts_left"
#: What each level counts anew, since it depends on what that level locked before.
_ANEW: Final = frozenset({"opening", "moved_in", "moved_out", "closing"})


def totals(roll: Roll) -> Figures:
    """Give the totals of a draft as they are now."""
    found: Figures = {}
    counted = _counted(roll)
    parts = _of_parts(roll, counted.pop(_PARTS), counted.pop(_PARTS_LEFT))
    for some in (counted, parts, _adjusted(roll), _left(roll)):
        for key, value in some.items():
            so_far = found.get(key, 0)
            found[key] = max(so_far, value) if key in MAXIMA else so_far + value
    found["closing"] = (
        found.get("opening", 0)
        + found.get("moved_in", 0)
        - found.get("moved_out", 0)
        + sum(sign * found.get(key, 0) for key, sign in BALANCING.items())
    )
    return without_zeros(found)


def sum_of_lines(session: Session, unit_id: UUID, month: str) -> Figures:
    """Give what the kept lines of a return come to."""
    entry = numbers_of(session, t.ReturnLine.figures)
    value = cast(entry.c.value, BigInteger)
    rows = session.execute(
        select(entry.c.key, func.sum(value), func.max(value))
        .select_from(t.ReturnLine)
        .join(entry, true())
        .where(t.ReturnLine.organisation_id == unit_id, t.ReturnLine.month == month)
        .group_by(entry.c.key)
    )
    return without_zeros(
        {key: _whole(max(most, 0) if key in MAXIMA else sum_) for key, sum_, most in rows}
    )


def standing_conditions(roll: Roll) -> dict[str, ColumnElement[bool]]:
    """Say in SQL which of `who` the figures in enterprises count, from the histories.

    For those that are joined to their month: silent is who works and reported nothing in it.
    """
    who, last_on = roll.who.c, roll.span.last_on
    works = who.status == "active"
    return {
        "obliged": works,
        "established": and_(works, who.established_on <= last_on),
        "established_new": and_(works, who.established_on.between(last_on.replace(day=1), last_on)),
        "implemented": and_(works, who.implemented_on <= last_on),
        "silent": and_(works, func.coalesce(Month.reported, 0) == 0),
    }


def with_month(roll: Roll, source: Any = None) -> Any:
    """Give in SQL `who`, or what it is joined to already, each with its month if there is one."""
    same = and_(Month.organisation_id == roll.who.c.id, Month.month == roll.span.first)
    return (roll.who if source is None else source).outerjoin(Month, same)


def _counted(roll: Roll) -> Figures:
    """Sum up mechanism, month and what is overdue, and the balance that is gone on from."""
    late, opening = _late(roll), began(roll)
    conditions = {key: _counts(roll, one) for key, one in standing_conditions(roll).items()}
    columns: dict[str, Any] = {
        key: func.sum(case((condition, 1), else_=0)) for key, condition in conditions.items()
    }
    columns |= {key: _over(roll, key) for key in kept_in(version_for(roll.month))}
    columns["overdue"] = _sum_over(roll, Month.late_closed) + func.coalesce(
        func.sum(case((roll.is_counted, late.c.count))), 0
    )
    columns |= opening.sums
    columns |= {_PARTS: literal(0), _PARTS_LEFT: literal(0)}
    if roll.locked_parts:
        columns[_PARTS] = func.count(roll.who.c.part)
        columns[_PARTS_LEFT] = func.count(number_in(roll.who.c.part, LEFT))
    source = with_month(roll, opening.source).outerjoin(late, late.c.id == roll.who.c.id)
    row = roll.session.execute(select(*columns.values()).select_from(source)).one()
    return dict(zip(columns, map(_whole, row), strict=True))


def _counts(roll: Roll, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(roll.is_counted, condition)


def _over(roll: Roll, key: str) -> Any:
    """Sum up a counter of the month, or take the largest, of those counted from the histories."""
    kept = column(version_for(roll.month), key)
    if key not in MAXIMA:
        return _sum_over(roll, kept)
    return func.coalesce(func.max(case((roll.is_counted, kept))), 0)


def _sum_over(roll: Roll, kept: Any) -> Any:
    return func.coalesce(func.sum(case((roll.is_counted, kept))), 0)


def _late(roll: Roll) -> Any:
    """Give in SQL how many hazards were overdue at the end and are open to this day."""
    return (
        select(Hazard.organisation_id.label("id"), func.count().label("count"))
        .where(is_still_overdue(roll.span))
        .group_by(Hazard.organisation_id)
        .subquery("late")
    )


def _of_parts(roll: Roll, count: int, count_left: int) -> Figures:
    """Sum up the lines that departments have locked.

    Where all of them are taken they come to what the departments locked as their totals.

    Args:
        count: how many of them are taken. count_left: how many of these had left the department.
    """
    if not count:
        return {}
    row, line = t.MonthlyReturn, t.ReturnLine
    is_part = (row.organisation_id.in_(roll.locked_parts), row.month == roll.month)
    locked = roll.session.scalars(select(row.figures).where(*is_part)).all()
    lines = select(func.count()).where(
        line.organisation_id.in_(roll.locked_parts), line.month == roll.month
    )
    left = sum(figures.get(LEFT, 0) for figures in locked)
    if not count_left and count == _whole(roll.session.scalar(lines)) - left:
        whole = total_of(locked)
        return {key: whole[key] for key in whole if key not in _ANEW and key != LEFT}
    entry = numbers_of(roll.session, roll.who.c.part)
    value = cast(entry.c.value, BigInteger)
    rows = roll.session.execute(
        select(entry.c.key, func.sum(value), func.max(value))
        .select_from(roll.who.join(entry, true()))
        .where(~roll.is_counted)
        .group_by(entry.c.key)
    )
    return {
        key: _whole(most if key in MAXIMA else sum_) for key, sum_, most in rows if key not in _ANEW
    }


@dataclass(frozen=True)
class Began:
    """What the balance of each line of a draft goes on from, in SQL."""

    #: `who`, joined to what was locked before.
    source: Any
    #: What the line begins with, and what of it was locked by the unit itself; null for an arrival.
    start: Any
    closing: Any
    sums: dict[str, Any]


def began(roll: Roll) -> Began:
    """Give in SQL with which balance each line begins, and opening and moves summed up."""
    source, stated = roll.who, []
    closing: Any = null()
    if roll.goes_on:
        source = source.outerjoin(roll.before, roll.before.c.id == roll.who.c.id)
        closing = roll.before.c.closing
        stated.append(func.coalesce(roll.before.c.stated, 0))
    # Summed up for all and joined: asked of each it would be so dear that PostgreSQL compiles it.
    kept = (
        select(
            Month.organisation_id.label("id"),
            func.sum(Month.verified - Month.closed).label("balance"),
        )
        .where(Month.month < roll.span.first)
        .group_by(Month.organisation_id)
        .subquery("kept")
    )
    source = source.outerjoin(kept, kept.c.id == roll.who.c.id)
    start: Any = func.coalesce(kept.c.balance, 0)
    if roll.unit.is_office:
        if roll.locked_parts:
            opening, came, went = (
                _number(roll.who.c.part, key) for key in ("opening", "moved_in", "moved_out")
            )
            start = case((roll.is_counted, start), else_=opening + came - went)
        return Began(source, start, closing, _bridged(roll, start, closing))
    if roll.others:
        came = roll.came_from()
        source = source.outerjoin(came, came.c.id == roll.who.c.id)
        start = func.coalesce(came.c.closing, start)
        stated.append(func.coalesce(came.c.stated, 0))
    if roll.goes_on:
        start = case((closing.is_not(None), closing), else_=start)
    new = "opening" if roll.is_first else "moved_in"
    sums = {new: func.sum(start)}
    if roll.goes_on:
        sums = {
            "opening": func.sum(closing),
            "moved_in": func.sum(case((closing.is_(None), start), else_=0)),
        }
    if stated:
        sums[STATED] = func.sum(sum(stated[1:], stated[0]))
    return Began(source, start, closing, sums)


def _bridged(roll: Roll, start: Any, closing: Any) -> dict[str, Any]:
    """Sum up how an office goes on from what it locked to what its departments began with."""
    if not roll.goes_on:
        return {"opening" if roll.is_first else "moved_in": func.sum(start)}
    rest = start - func.coalesce(closing, 0)
    is_less = and_(closing.is_not(None), rest < 0)
    return {
        "opening": func.sum(closing),
        "moved_in": func.sum(case((is_less, 0), else_=rest)),
        "moved_out": func.sum(case((is_less, -rest), else_=0)),
    }


def _number(figures: Any, key: str) -> Any:
    return func.coalesce(number_in(figures, key), 0)


def _adjusted(roll: Roll) -> Figures:
    """Sum up the adjusting rows of the month."""
    row = t.Adjustment
    statement = (
        select(row.figure, row.origin, func.sum(row.delta))
        .select_from(roll.who.join(row, row.enterprise_id == roll.who.c.id))
        .where(row.organisation_id == roll.unit.id, row.month == roll.month)
        .group_by(row.figure, row.origin)
    )
    found: Figures = {}
    for figure, origin, delta in roll.session.execute(statement):
        value = _whole(delta)
        for key in (figure, ADJUSTED + figure):
            found[key] = found.get(key, 0) + value
        if origin == "stated":
            found[STATED] = found.get(STATED, 0) + BALANCING.get(figure, 0) * value
    return found


def _left(roll: Roll) -> Figures:
    """Count those that took their balance along."""
    if not roll.goes_on:
        return {}
    count, balance = roll.session.execute(
        select(func.count(), func.sum(roll.before.c.closing))
        .select_from(roll.before)
        .where(roll.is_leaving())
    ).one()
    return {LEFT: count, "opening": _whole(balance), "moved_out": _whole(balance)}


def _whole(value: Any) -> int:
    return int(value or 0)
