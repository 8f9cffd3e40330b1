"""What a unit sets for its months, and what its pages offer to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import Invalid
from engine.permissions import require
from engine.returns.carrying import FROZEN
from engine.returns.figures import Figures, add, without_zeros
from engine.returns.showing import View
from engine.returns.units import Unit, own_unit, select_standing
from engine.settings import clean_settings
from engine.statistics import COUNTERS
from engine.statistics.span import month_span
from engine.store import tables as t

_KEYS: Final = frozenset({"returns_due_day", "returns_by_two"})


def set_up(session: Session, changes: Mapping[str, Any], *, actor: Actor) -> None:
    """Keep how the actor's unit closes its months, from now on.

    A month that is signed keeps the rule it was signed under.

    Raises:
        NotAllowed: the role may not. InvalidAnswers: a value is wrong. Invalid: it is no setting
        of the months.
    """
    require(actor, "returns:manage")
    if not set(changes) <= _KEYS:
        raise Invalid("没有这项设置。", "There is no such setting.")
    unit = own_unit(session, actor)
    row = session.get_one(t.Organisation, unit.id)
    row.settings = clean_settings(row.settings, changes)
    session.flush()


def places_of(session: Session, unit: Unit, month: str, *, limit: int) -> list[tuple[UUID, str]]:
    """Give the enterprises that stood under a unit in a month, by name, at most `limit`."""
    own = t.Organisation
    rows = session.execute(
        select(own.id, own.name)
        .where(own.id.in_(select_standing(unit, month_span(month))))
        .order_by(own.id)
        .limit(limit)
    )
    return sorted(((row.id, row.name) for row in rows), key=lambda row: row[1])


def year_to_date(session: Session, shown: View) -> Figures:
    """Give what is counted from January on, over the months that the unit has locked."""
    rows = session.scalars(
        select(t.MonthlyReturn).where(
            t.MonthlyReturn.organisation_id == shown.unit.id,
            t.MonthlyReturn.month >= f"{shown.month[:4]}-01",
            t.MonthlyReturn.month < shown.month,
            t.MonthlyReturn.state.in_(FROZEN),
        )
    )
    total: Figures = {}
    for figures in [*(row.figures for row in rows), shown.figures]:
        add(total, {key: figures[key] for key in COUNTERS if key in figures})
    return without_zeros(total)
