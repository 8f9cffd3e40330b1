"""Which enterprises a figure is over: those the actor may see, by one of the axes (R-01)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine.actors import Actor
from engine.errors import Invalid
from engine.statistics.paging import aside
from engine.store import Organisation, organisations_of, visible_to

#: The axis → the column of an enterprise that says where it stands on it.
AXES: Final[dict[str, InstrumentedAttribute[Any]]] = {
    "enterprise": Organisation.id,
    "sector": Organisation.sector,
    "town": Organisation.town_id,
    "group": Organisation.group_id,
    "department": Organisation.department_id,
}
#: The key of the row for enterprises that stand nowhere on an axis.
NOWHERE: Final = "none"


@dataclass(frozen=True)
class Enterprise:
    """What the monthly table has to know of an enterprise."""

    id: UUID
    name: str
    #: Its key on the chosen axis: an id, a sector, or NOWHERE.
    key: str
    is_active: bool
    established_on: date | None
    implemented_on: date | None


def check_axis(by: str) -> None:
    """Raise Invalid unless `by` names an axis."""
    if by not in AXES:
        raise Invalid(
            f"不能按“{by[:20]}”汇总，可选：{'、'.join(AXES)}。",
            f"Cannot group by '{by[:20]}'; choose one of {', '.join(AXES)}.",
            field="by",
        )


def enterprises(session: Session, actor: Actor, by: str) -> list[Enterprise]:
    """Give the enterprises the actor may see, in order of name."""
    check_axis(by)
    statement = select(
        Organisation.id,
        Organisation.name,
        AXES[by].label("axis"),
        Organisation.status,
        Organisation.settings,
    ).where(Organisation.kind == "enterprise")
    rows = session.execute(visible_to(actor, statement).order_by(Organisation.name))
    return [_enterprise(row) for row in rows]


def chosen_ids(actor: Actor, by: str, key: str | None) -> Select[Any]:
    """Select the ids of the enterprises the actor may see that stand at `key` on an axis."""
    check_axis(by)
    statement = visible_to(actor, select(Organisation.id).where(Organisation.kind == "enterprise"))
    return statement if key is None else statement.where(_stands_at(by, key))


def visible_in_order(actor: Actor, statement: Any, column: Any) -> Any:
    """Narrow as `visible_to` does a list that is walked in order of time.

    Args:
        column: the column of the organisation that owns a row.
    """
    if is_over_many(actor):
        return statement.where(aside(column).in_(organisations_of(actor)))
    return visible_to(actor, statement)


def is_over_many(actor: Actor) -> bool:
    """Say whether the actor sees the rows of some enterprises: not of one, and not of all."""
    return not actor.is_system and actor.organisation_kind != "enterprise"


def named_like(actor: Actor, part: str) -> Select[Any]:
    """Select the ids of the enterprises the actor may see whose names have `part` in them."""
    like = Organisation.name.contains(part, autoescape=True)
    return chosen_ids(actor, "enterprise", None).where(like)


def names_of(session: Session, keys: set[str]) -> dict[str, str]:
    """Give the names of organisations by their id as text."""
    ids = [UUID(key) for key in keys if _is_id(key)]
    rows = session.execute(
        select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    )
    return {str(id_): name for id_, name in rows}


def _stands_at(by: str, key: str) -> ColumnElement[bool]:
    column = AXES[by]
    if key == NOWHERE:
        return column.is_(None)
    if by == "sector":
        return column == key
    if not _is_id(key):
        raise Invalid(
            "汇总对象不对，请回到统计页重新选择。",
            "The row's key is wrong; choose again on the statistics page.",
            field="key",
        )
    return column == UUID(key)


def _is_id(key: str) -> bool:
    try:
        UUID(key)
    except ValueError:
        return False
    return True


def _enterprise(row: Any) -> Enterprise:
    mechanism = row.settings.get("mechanism") or {}
    return Enterprise(
        id=row.id,
        name=row.name,
        key=NOWHERE if row.axis is None else str(row.axis),
        is_active=row.status == "active",
        established_on=_day(mechanism.get("established_on")),
        implemented_on=_day(mechanism.get("implemented_on")),
    )


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None
