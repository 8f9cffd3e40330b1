"""The one place for tenancy: which rows an actor's organisation may see (R-01)."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, Literal, TypeVar

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.sql.expression import FromClause

from engine.actors import Actor
from engine.store.people import Organisation
from engine.store.registry import CoSupervision
from engine.store.standing import stood

_S = TypeVar("_S", bound=Select[Any])
#: Whose rows: those of organisations that stand under the actor's own; those of enterprises that a
#: department supervises beside the primary one (R-08); or both. Figures are of the first alone, so
#: that no enterprise counts twice; what tells of one enterprise names another.
Sight = Literal["under", "beside", "both"]
UNDER: Final[Sight] = "under"


def visible_to(actor: Actor, statement: _S, *, on: date | None = None, sight: Sight = UNDER) -> _S:
    """Narrow `statement` to what `actor`'s organisation may see.

    The first table in FROM that has an `organisation_id` decides; `organisation` itself is
    narrowed by its id. A statement with neither is a mistake of the programmer.

    Args:
        on: the figures of a month that is over belong to whom the enterprises stood under when
            it ended, on this day; by default to whom they stand under now.
        sight: as `Sight` says; who supervises besides does so now, never on a day.

    Raises:
        TypeError: nothing in the statement belongs to an organisation.
    """
    column = _owner_column(statement)
    if actor.is_system:
        return statement
    if actor.organisation_kind == "enterprise":
        return statement.where(column == actor.organisation_id)
    return statement.where(column.in_(organisations_of(actor, on=on, sight=sight)))


def organisations_of(actor: Actor, *, on: date | None = None, sight: Sight = UNDER) -> Select[Any]:
    """Give the ids of the organisations whose rows `actor` may see, or those of a day."""
    conditions = {
        "under": lambda: is_seen(actor, on=on),
        "beside": lambda: _beside(actor),
        "both": lambda: or_(is_seen(actor, on=on), _beside(actor)),
    }
    return select(Organisation.id).where(conditions[sight]())


def is_seen(actor: Actor, *, on: date | None = None) -> ColumnElement[bool]:
    """Say in SQL that an organisation is the actor's own, or stands under it, now or on a day.

    In a statement that has the organisation anyhow only those are asked that it comes to.
    """
    own = Organisation.id == actor.organisation_id
    match actor.organisation_kind:
        case "enterprise":
            condition: ColumnElement[bool] = own
        case "group":
            condition = or_(Organisation.id.in_(_subtree(actor)), _stands(actor, on))
        case "office":
            entered = Organisation.parent_id == actor.organisation_id
            condition = or_(own, entered, _stands(actor, on))
        case _:
            condition = or_(own, _stands(actor, on))
    return condition


def _beside(actor: Actor) -> ColumnElement[bool]:
    """Say in SQL that an organisation is one the actor's department supervises besides."""
    if actor.organisation_kind != "department":
        return false()
    besides = select(CoSupervision.organisation_id).where(
        CoSupervision.department_id == actor.organisation_id
    )
    return Organisation.id.in_(besides)


def is_under(actor: Actor, row: Any) -> ColumnElement[bool]:
    """Say in SQL that a row, an organisation or a placement, stands under the actor's node."""
    under: ColumnElement[bool] = false()
    match actor.organisation_kind:
        case "department":
            under = row.department_id == actor.organisation_id
        case "town":
            under = row.town_id == actor.organisation_id
        case "group":
            under = row.group_id.in_(_subtree(actor))
        case "office":
            nodes = select(Organisation.id).where(
                Organisation.parent_id == actor.organisation_id,
                Organisation.kind.in_(("department", "town")),
            )
            under = or_(row.department_id.in_(nodes), row.town_id.in_(nodes))
    return under


def _stands(actor: Actor, on: date | None) -> ColumnElement[bool]:
    if on is None:
        return is_under(actor, Organisation)
    return Organisation.id.in_(stood(on, lambda row: is_under(actor, row)))


def _subtree(actor: Actor) -> Select[Any]:
    tree = (
        select(Organisation.id).where(Organisation.id == actor.organisation_id).cte(recursive=True)
    )
    below = select(Organisation.id).join(tree, Organisation.parent_id == tree.c.id)
    tree = tree.union(below)
    return select(tree.c.id)


def _owner_column(statement: Select[Any]) -> ColumnElement[Any]:
    for source in statement.get_final_froms():
        for table in _leaves(source):
            if "organisation_id" in table.c:
                return table.c.organisation_id
            # In a join it may be a copy of the table that only carries annotations.
            if getattr(table, "name", "") == Organisation.__tablename__:
                return table.c.id
    raise TypeError("visible_to needs a table that belongs to an organisation")


def _leaves(source: FromClause) -> list[FromClause]:
    left, right = getattr(source, "left", None), getattr(source, "right", None)
    if left is None or right is None:
        return [source]
    return _leaves(left) + _leaves(right)
