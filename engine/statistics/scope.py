"""Which enterprises a figure is over: those the actor may see, by one of the axes (R-01)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine.actors import Actor
from engine.errors import Invalid
from engine.statistics.paging import aside, wrong_cursor
from engine.statistics.span import Span
from engine.statistics.tree import WITH_BELOW, subtree
from engine.store import Organisation, organisations_of, visible_to
from engine.store.standing import holds_on, never_placed, stood
from engine.store.tables import MechanismRecord, Placement
from engine.store.visibility import UNDER, Sight

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
    """One enterprise behind a figure, and how far its mechanism has come."""

    id: UUID
    name: str
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


def enterprises(
    session: Session,
    actor: Actor,
    span: Span,
    condition: ColumnElement[bool],
    after: str | None,
    limit: int,
) -> list[Enterprise]:
    """Give enterprises the actor saw when `span` ended, in order of name.

    Args:
        condition: about organisation, what was joined of its placement, and its mechanism.
        after: the id of the last one of the page before.
    """
    on, record = span.stood_on, MechanismRecord
    statement: Any = (
        select(Organisation.id, Organisation.name, record.established_on, record.implemented_on)
        .select_from(Organisation)
        .outerjoin(record, record.organisation_id == Organisation.id)
        .where(Organisation.kind == "enterprise", condition)
        .order_by(Organisation.name, Organisation.id)
        .limit(limit)
    )
    statement = (
        visible_to(actor, statement) if on is None else placed_enterprises(actor, statement, on)
    )
    if after is not None:
        statement = statement.where(comes_after(session, actor, after, on))
    return [Enterprise(*row) for row in session.execute(statement)]


def comes_after(
    session: Session,
    actor: Actor,
    cursor: str,
    on: date | None = None,
    *,
    sight: Sight = UNDER,
) -> ColumnElement[bool]:
    """Say in SQL that an enterprise comes after one in the order of names, then ids.

    Args:
        cursor: the id of one that the actor sees, or saw on the day `on`.

    Raises:
        Invalid: the cursor is not the id of such a one.
    """
    name, here = name_in_sight(session, actor, cursor, on, sight=sight), Organisation.name
    # The bare first half is what lets an index be entered at the right place.
    return and_(here >= name, or_(here > name, Organisation.id > UUID(cursor)))


def name_in_sight(
    session: Session,
    actor: Actor,
    cursor: str,
    on: date | None = None,
    *,
    sight: Sight = UNDER,
) -> str:
    """Give the name of the organisation that ends a page, which the next one begins after.

    Raises:
        Invalid: it is no id, or of one that the actor does not see: its name is not theirs to know.
    """
    if not _is_id(cursor):
        raise wrong_cursor()
    asked = select(Organisation.name).where(Organisation.id == UUID(cursor))
    if not actor.is_system:
        asked = asked.where(Organisation.id.in_(organisations_of(actor, on=on, sight=sight)))
    name = session.scalar(asked)
    if name is None:
        raise wrong_cursor()
    return name


def placed_enterprises(actor: Actor, statement: Select[Any], on: date) -> Select[Any]:
    """Join what held on a day, and leave out whoever was not in the register yet."""
    same = and_(Placement.organisation_id == Organisation.id, holds_on(on))
    known = or_(Placement.organisation_id.is_not(None), never_placed())
    statement = statement.outerjoin(Placement, same).where(known)
    if actor.is_system:
        return statement
    return statement.where(Organisation.id.in_(organisations_of(actor, on=on)))


def chosen_ids(actor: Actor, by: str, key: str | None, span: Span) -> Select[Any]:
    """Select the ids of the enterprises that stood at `key` on an axis when `span` ended."""
    check_axis(by)
    on, chosen = span.stood_on, select(Organisation.id).where(Organisation.kind == "enterprise")
    statement = visible_to(actor, chosen, on=on)
    if key is None:
        return statement
    if on is None or by == "enterprise":
        return statement.where(_stands_at(by, key, Organisation))
    return statement.where(Organisation.id.in_(stood(on, lambda row: _stands_at(by, key, row))))


def then(column: InstrumentedAttribute[Any], on: date | None) -> Any:
    """Give what a placement joined by `placed_enterprises` says in place of a column."""
    if on is None or column is Organisation.id:
        return column
    placed = getattr(Placement, column.key)
    return case((Placement.organisation_id.is_not(None), placed), else_=column).label(column.key)


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


def named_like(actor: Actor, part: str, *, sight: Sight = UNDER) -> Select[Any]:
    """Select the ids of the enterprises the actor may see whose names have `part` in them."""
    like = Organisation.name.contains(part, autoescape=True)
    chosen = select(Organisation.id).where(Organisation.kind == "enterprise", like)
    return visible_to(actor, chosen, sight=sight)


def out_of_sight(session: Session, actor: Actor, owners: Iterable[UUID]) -> frozenset[UUID]:
    """Give those of some organisations whose rows the actor may not open any more.

    They stood under the actor in the month that is looked at, and have moved on since.
    """
    asked = frozenset(owners)
    if not asked or not is_over_many(actor):
        return frozenset()
    seen = session.scalars(organisations_of(actor).where(Organisation.id.in_(asked)))
    return asked - frozenset(seen)


def names_of(session: Session, keys: set[str]) -> dict[str, str]:
    """Give the names of organisations by their id as text."""
    ids = [UUID(key) for key in keys if _is_id(key)]
    rows = session.execute(
        select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    )
    return {str(id_): name for id_, name in rows}


def _stands_at(by: str, key: str, row: Any) -> ColumnElement[bool]:
    """Say that a row, an organisation or a placement, stands at `key` on an axis."""
    return at_place(getattr(row, AXES[by].key), by, key, is_code=by == "sector")


def at_place(column: Any, by: str, key: str, *, is_code: bool = False) -> ColumnElement[bool]:
    """Say in SQL that a column stands at `key` on the axis `by`; of a group, with all below it.

    Args:
        is_code: the column holds codes, not organisations.

    Raises:
        Invalid: the key is none of that axis.
    """
    found: ColumnElement[bool]
    if key == NOWHERE:
        found = column.is_(None)
    elif is_code:
        found = column == key
    elif by == "group" and key.endswith(WITH_BELOW) and _is_id(key[: -len(WITH_BELOW)]):
        found = column.in_(subtree(UUID(key[: -len(WITH_BELOW)])))
    elif _is_id(key):
        found = column == UUID(key)
    else:
        raise Invalid(
            "汇总对象不对，请回到上一页重新选择。",
            "The row's key is wrong; go back and choose again.",
            field="key",
        )
    return found


def _is_id(key: str) -> bool:
    try:
        UUID(key)
    except ValueError:
        return False
    return True
