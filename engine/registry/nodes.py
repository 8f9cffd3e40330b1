"""The nodes of a district: departments, streets and towns, groups with their levels (R-01)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from engine.actors import Actor
from engine.errors import InvalidAnswers
from engine.registry.fields import BY_KEY, NODES
from engine.store import Organisation, organisations_of

#: A group, its second-level and its third-level companies; above groups the commission that owns
#: them 国资委 may stand (R-63).
LEVELS: Final = 4


@dataclass(frozen=True)
class Node:
    """One department, town or group."""

    id: UUID
    kind: str
    name: str
    parent_id: UUID | None
    #: For a group: which level, from 1; the name with those of its parents in front.
    level: int = 1
    path: str = ""


def district_of(session: Session, actor: Actor) -> UUID | None:
    """Give the office above the actor's organisation, or that itself; None for the system."""
    if actor.organisation_kind == "office" or actor.organisation_id is None:
        return actor.organisation_id
    own, above, top = Organisation, aliased(Organisation), aliased(Organisation)
    found = session.execute(
        select(own.parent_id, above.kind, above.parent_id, top.kind, top.parent_id)
        .outerjoin(above, above.id == own.parent_id)
        .outerjoin(top, top.id == above.parent_id)
        .where(own.id == actor.organisation_id)
    ).one()
    first, first_kind, second, second_kind, third = found
    if first_kind == "office":
        return UUID(int=first.int) if first else None
    return second if second_kind == "office" else third


def nodes(session: Session, *, actor: Actor, also: Iterable[UUID | None] = ()) -> list[Node]:
    """Give the nodes an enterprise of the actor's district may stand under, in order of name.

    A group that stands beside the district is among them once an enterprise of it is there.

    Args:
        also: further ones to give, such as those it stands under now.
    """
    kinds = Organisation.kind.in_(tuple(NODES.values()))
    top = select(Organisation.id).where(kinds)
    if not actor.is_system:
        office = district_of(session, actor)
        known = [each for each in (actor.organisation_id, *also) if each is not None]
        inside = and_(Organisation.parent_id == office, Organisation.parent_id.is_not(None))
        used = _groups_of_those_seen(actor)
        top = top.where(or_(inside, Organisation.id.in_(known), Organisation.id.in_(used)))
    tree = top.cte(recursive=True)
    below = select(Organisation.id).join(tree, Organisation.parent_id == tree.c.id)
    tree = tree.union(below.where(Organisation.kind == "group"))
    rows = session.scalars(
        select(Organisation)
        .where(Organisation.id.in_(select(tree.c.id)))
        .order_by(Organisation.name, Organisation.id)
    ).all()
    return _as_nodes(rows)


def _groups_of_those_seen(actor: Actor) -> Select[Any]:
    enterprise = aliased(Organisation)
    return select(enterprise.group_id).where(
        enterprise.kind == "enterprise",
        enterprise.group_id.is_not(None),
        enterprise.id.in_(organisations_of(actor)),
    )


def of_kind(found: Sequence[Node], kind: str) -> list[Node]:
    """Give the nodes of one kind; groups with those below them following."""
    chosen = [node for node in found if node.kind == kind]
    return sorted(chosen, key=lambda node: node.path)


def check_nodes(values: dict[str, object], found: Sequence[Node]) -> None:
    """Raise InvalidAnswers unless each axis names a node of its kind among `found`."""
    known = {(node.kind, node.id) for node in found}
    for key, kind in NODES.items():
        value = values.get(key)
        if value is not None and (kind, value) not in known:
            name = BY_KEY[key].name
            raise InvalidAnswers.at(
                key,
                f"{name.zh}不在本区，请重新选择。",
                f"{name.en}: not one of this district; choose again.",
            )


def _as_nodes(rows: Sequence[Organisation]) -> list[Node]:
    by_id = {row.id: row for row in rows}
    found = []
    for row in rows:
        names, at = [row.name], row
        while at.kind == "group" and (above := by_id.get(at.parent_id)) and len(names) < LEVELS:  # type: ignore[arg-type]
            names.append(above.name)
            at = above
        path = " / ".join(reversed(names))
        found.append(Node(row.id, row.kind, row.name, row.parent_id, len(names), path))
    return found
