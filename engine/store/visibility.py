"""The one place for tenancy: which rows an actor's organisation may see (R-01)."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.sql.expression import FromClause

from engine.actors import Actor
from engine.store.people import Organisation

_S = TypeVar("_S", bound=Select[Any])


def visible_to(actor: Actor, statement: _S) -> _S:
    """Narrow `statement` to what `actor`'s organisation may see.

    The first table in FROM that has an `organisation_id` decides; `organisation` itself is
    narrowed by its id. A statement with neither is a mistake of the programmer.

    Raises:
        TypeError: nothing in the statement belongs to an organisation.
    """
    column = _owner_column(statement)
    if actor.is_system:
        return statement
    return statement.where(_condition(actor, column))


def organisations_of(actor: Actor) -> Select[Any]:
    """Give the ids of the organisations whose rows `actor` may see."""
    own = actor.organisation_id
    match actor.organisation_kind:
        case "enterprise":
            condition: ColumnElement[bool] = Organisation.id == own
        case "department":
            condition = or_(Organisation.id == own, Organisation.department_id == own)
        case "town":
            condition = or_(Organisation.id == own, Organisation.town_id == own)
        case "group":
            tree = _subtree(actor)
            condition = or_(Organisation.id.in_(tree), Organisation.group_id.in_(tree))
        case "office":
            nodes = select(Organisation.id).where(Organisation.parent_id == own)
            condition = or_(
                Organisation.id == own,
                Organisation.parent_id == own,
                Organisation.department_id.in_(nodes),
                Organisation.town_id.in_(nodes),
            )
        case _:
            condition = false()
    return select(Organisation.id).where(condition)


def _condition(actor: Actor, column: ColumnElement[Any]) -> ColumnElement[bool]:
    if actor.organisation_kind == "enterprise":
        return column == actor.organisation_id
    return column.in_(organisations_of(actor))


def _subtree(actor: Actor) -> Select[Any]:
    tree = (
        select(Organisation.id)
        .where(Organisation.id == actor.organisation_id)
        .cte("subtree", recursive=True)
    )
    below = select(Organisation.id).join(tree, Organisation.parent_id == tree.c.id)
    tree = tree.union(below)
    return select(tree.c.id)


def _owner_column(statement: Select[Any]) -> ColumnElement[Any]:
    for source in statement.get_final_froms():
        for table in _leaves(source):
            if "organisation_id" in table.c:
                return table.c.organisation_id
            if table is Organisation.__table__:
                return table.c.id
    raise TypeError("visible_to needs a table that belongs to an organisation")


def _leaves(source: FromClause) -> list[FromClause]:
    left, right = getattr(source, "left", None), getattr(source, "right", None)
    if left is None or right is None:
        return [source]
    return _leaves(left) + _leaves(right)
