"""A district for stories about its register: the cast's, with a second one beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine import organisations, registry
from engine.actors import SYSTEM, Actor
from engine.store import Organisation, new_id
from tests.cast import Cast

#: Fictional but valid codes (domain.md C8 d).
CODES = ("91310105MA0A00014K", "91310105MA0A00022E", "12310105000000019B", "91310105000000035U")


@dataclass(frozen=True)
class District:
    """An office with two departments, two towns and a group of three levels."""

    office: Actor
    departments: tuple[Actor, Actor]
    towns: tuple[Actor, Actor]
    #: group, second level, third level
    groups: tuple[Actor, Actor, Actor]


def found(session: Session, letter: str) -> District:
    """Enter a district; `letter` makes its names differ from another's."""

    def node(kind: str, name: str, parent: Actor | None) -> Actor:
        code = new_id().hex[-12:].upper()
        parent_id = parent.organisation_id if parent else None
        made = organisations.create(
            session, kind=kind, name=f"{letter}{name}", code=code, parent_id=parent_id, actor=SYSTEM
        )
        return officer(made.id, kind)

    office = node("office", "区安委办", None)
    top = node("group", "集团", office)
    second = node("group", "二级公司", top)
    return District(
        office,
        (node("department", "应急局", office), node("department", "教育局", office)),
        (node("town", "江湾街道", office), node("town", "五角场镇", office)),
        (top, second, node("group", "三级公司", second)),
    )


def officer(organisation_id: UUID, kind: str) -> Actor:
    """Give somebody who acts for a node, without an account."""
    return Actor(
        user_id=None,
        name="监管员",
        organisation_id=organisation_id,
        organisation_kind=kind,
        roles=frozenset({"officer"}),
    )


def firm(
    session: Session,
    name: str,
    department: Actor | None = None,
    town: Actor | None = None,
    group: Actor | None = None,
    *,
    actor: Actor = SYSTEM,
    **more: Any,
) -> Organisation:
    """Enter an enterprise under the nodes given."""
    return organisations.create(
        session,
        kind="enterprise",
        name=name,
        code=new_id().hex[-12:].upper(),
        department_id=department.organisation_id if department else None,
        town_id=town.organisation_id if town else None,
        group_id=group.organisation_id if group else None,
        actor=actor,
        **more,
    )


def move(session: Session, firm: Organisation, office: Actor, on: date, **places: Actor) -> None:
    """Move an enterprise, naming whom it moves to by department, town or group."""
    registry.move(
        session,
        firm.id,
        {f"{axis}_id": node.organisation_id for axis, node in places.items()},
        effective_on=on,
        reason="区划调整",
        actor=office,
    )


def administrator(cast: Cast) -> Actor:
    """Give the cast's own administrator of 甲: of an enterprise, not of a node."""
    return cast.administrator
