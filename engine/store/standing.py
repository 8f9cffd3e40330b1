"""Where organisations stood on a day: by their placements, else by the columns of today (R-62)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, union_all
from sqlalchemy.orm import aliased

from engine.store.people import Organisation
from engine.store.registry import Placement

#: Says of a row, a placement or an organisation, whether it stands where it is looked for.
Where = Callable[[Any], ColumnElement[bool]]


def holds_on(day: date) -> ColumnElement[bool]:
    """Say in SQL that a placement held on `day`."""
    return and_(
        Placement.from_on <= day, or_(Placement.until_on.is_(None), Placement.until_on > day)
    )


def never_placed() -> ColumnElement[bool]:
    """Say in SQL that an organisation has no placement: its columns count for all times."""
    any_placement = aliased(Placement)
    return ~exists().where(any_placement.organisation_id == Organisation.id)


def stood(day: date, where: Where) -> Select[Any]:
    """Select the ids of the organisations that stood on `day` where `where` says.

    Those that were entered later stood nowhere. Two halves, so that each enters an index.

    Args:
        where: uses department_id, town_id, group_id, sector or status of the row it is given.
    """
    placed = select(Placement.organisation_id.label("id")).where(holds_on(day), where(Placement))
    others = select(Organisation.id).where(where(Organisation), never_placed())
    return select(union_all(placed, others).subquery().c.id)
