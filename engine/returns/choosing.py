"""Which enterprises of a draft a figure comes from, asked in SQL: only their lines are counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true

from engine.returns.figures import ADJUSTED, STATED
from engine.returns.lines import Composer, Line
from engine.returns.roll import Roll
from engine.returns.totals import began, standing_conditions, with_month
from engine.returns.versions import column, kept_in, version_for
from engine.statistics import FIGURES
from engine.statistics.figures import is_still_overdue
from engine.store import Hazard, Month
from engine.store.json_numbers import number_in

#: What those that left took along stands in these.
_OF_LEAVING: Final = ("opening", "moved_out")


def lines_behind(
    composer: Composer, key: str, *, since: UUID | None, only: UUID | None, size: int
) -> Iterator[Line]:
    """Yield the lines that a figure of a draft may come from, in order of the enterprises.

    Nearly every line that is given counts something, so that a page takes one round.

    Args:
        since: from this enterprise on. only: of this enterprise. size: how many at a time.
    """
    roll, after = composer.roll, _before(since)
    while True:
        ids = roll.session.scalars(_candidates(roll, key, after, only).limit(size)).all()
        gone = {}
        if key in _OF_LEAVING:
            gone = {row.enterprise_id: row for row in roll.leaving(size, after=after, only=only)}
        chosen = sorted({*ids, *gone})[:size]
        made = composer.lines([id_ for id_ in chosen if id_ not in gone])
        made += composer.leaving(gone[id_] for id_ in chosen if id_ in gone)
        yield from sorted(made, key=lambda line: line.enterprise_id)
        if len(chosen) < size:
            return
        after = chosen[-1]


def _before(since: UUID | None) -> UUID | None:
    return UUID(int=since.int - 1) if since is not None and since.int else None


def _candidates(roll: Roll, key: str, after: UUID | None, only: UUID | None) -> Any:
    who = roll.who.c
    if key in ("moved_in", "moved_out"):
        source, condition = _moving(roll, key)
    else:
        source, condition = with_month(roll), _condition(roll, key)
    statement = select(who.id).select_from(source).where(condition).order_by(who.id)
    if after is not None:
        statement = statement.where(who.id > after)
    return statement if only is None else statement.where(who.id == only)


def _condition(roll: Roll, key: str) -> ColumnElement[bool]:
    """Say in SQL of one of `who`, joined to its month, that its line counts something."""
    in_part = _of_part(roll, key)
    if key in (standing := standing_conditions(roll)):
        return _either(roll, standing[key], in_part != 0)
    if key == "opening":
        # What is carried over was locked with the line that the unit goes on from.
        return or_(_was_open_here(roll), _starts(roll)) if roll.is_first else _was_open_here(roll)
    if key == "closing":
        here = _has_hazard(roll, FIGURES["closing"].condition(roll.span))
        return _either(roll, here, in_part != _of_part(roll, STATED))
    if key == "overdue":
        late = _has_hazard(roll, is_still_overdue(roll.span))
        return _either(roll, or_(Month.late_closed > 0, late), in_part != 0)
    version = version_for(roll.month)
    if key in kept_in(version):
        return _either(roll, column(version, key) > 0, in_part != _of_part(roll, ADJUSTED + key))
    return ~true()


def _moving(roll: Roll, key: str) -> tuple[Any, ColumnElement[bool]]:
    """Give in SQL where moves come from: arrivals, and in a roll-up what bridges two months."""
    came = and_(~roll.was_here(), _starts(roll))
    if roll.is_first or key == "moved_out":
        came = ~true()
    if not (roll.unit.is_office and roll.goes_on):
        return roll.who, came
    balance = began(roll)
    differs = balance.start > balance.closing
    if key == "moved_out":
        differs = balance.start < balance.closing
    return balance.source, or_(came, and_(balance.closing.is_not(None), differs))


def _either(
    roll: Roll, counted: ColumnElement[bool], in_part: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Ask the histories, or the line that the department has locked, whichever the line is."""
    if not roll.locked_parts:
        return counted
    return or_(and_(roll.is_counted, counted), and_(~roll.is_counted, in_part))


def _of_part(roll: Roll, key: str) -> Any:
    return func.coalesce(number_in(roll.who.c.part, key), 0)


def _has_hazard(roll: Roll, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Hazard.organisation_id == roll.who.c.id, condition)


def _was_open_here(roll: Roll) -> ColumnElement[bool]:
    """Say that the unit locked open cases of it: its balance but for what was stated by hand."""
    return roll.has_before(roll.before.c.closing != roll.before.c.stated)


def _starts(roll: Roll) -> ColumnElement[bool]:
    """Say that one that was not here before begins with open cases."""
    open_then = _has_hazard(roll, FIGURES["opening"].condition(roll.span))
    if roll.others:
        came = roll.came_from()
        open_then = or_(open_then, exists().where(came.c.id == roll.who.c.id))
    in_part = or_(_of_part(roll, "opening") != 0, _of_part(roll, "moved_in") != 0)
    return _either(roll, open_then, in_part)
