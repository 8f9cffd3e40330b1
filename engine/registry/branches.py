"""The nodes above the enterprises, with whom to call there (R-01, R-69)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import clock, placing
from engine.actors import Actor
from engine.errors import InvalidAnswers, Message, NotFound
from engine.membership import clean_name
from engine.organisations import clean_code, insert
from engine.permissions import require
from engine.registry.entering import (
    clean_all,
    require_keeper,
    require_office,
    stamped,
)
from engine.registry.fields import BY_KEY, NODES, Field
from engine.registry.nodes import LEVELS, Node, district_of, nodes, of_kind
from engine.store import Organisation, new_id, organisations_of

#: Whom to call at a department, town or group; and its region, which those under it inherit.
PARTICULARS: Final = (
    Field("contact_name", Message("联系人", "Contact"), "text", "people"),
    Field("contact_phone", Message("联系电话", "Phone"), "phone", "people", most=30),
    BY_KEY["region_code"],
)
#: The digits a region's code has, where one length would not do for all.
_DIGITS: Final = {"office": (6,), "town": (9, 12)}


@dataclass(frozen=True)
class Branch:
    """A node, whom to call there, and how many enterprises stand under it and nowhere below."""

    node: Node
    contact: Mapping[str, str]
    enterprises: int
    #: Its own code, and the one that holds for it: the office's where it has none.
    region_code: str | None = None
    region: str | None = None


def branches(session: Session, *, actor: Actor) -> list[Branch]:
    """Give the office and the nodes of the actor's district: departments, towns, groups as trees.

    Raises:
        NotAllowed: the actor keeps no register.
    """
    require_keeper(actor)
    found = nodes(session, actor=actor)
    ordered = [node for kind in NODES.values() for node in of_kind(found, kind)]
    office_id = district_of(session, actor)
    rows = _rows(session, [*(node.id for node in ordered), *([office_id] if office_id else [])])
    office = rows.get(office_id) if office_id else None
    counts = _counts(session, actor)
    region = office.region_code if office else None
    if office is not None and office.kind == "office":
        ordered.insert(0, Node(office.id, "office", office.name, office.parent_id))
    return [_branch(node, rows[node.id], counts.get(node.id, 0), region) for node in ordered]


def set_node(
    session: Session, organisation_id: UUID, values: Mapping[str, Any], *, actor: Actor
) -> Organisation:
    """Say whom to call at a node and its region: by its own people, or by the district office.

    Raises:
        NotAllowed: the actor keeps no register. NotFound: not theirs. Conflict: nothing changed.
        InvalidAnswers: field by field.
    """
    require_keeper(actor)
    statement = select(Organisation).where(
        Organisation.id == organisation_id, Organisation.kind != "enterprise"
    )
    if actor.organisation_kind != "office" and not actor.is_system:
        statement = statement.where(Organisation.id == actor.organisation_id)
    known = {node.id for node in nodes(session, actor=actor)} | {actor.organisation_id}
    found = session.scalar(statement.with_for_update())
    if found is None or found.id not in known:
        raise NotFound()
    new = clean_all(values, [each for each in PARTICULARS if each.key in values])
    columns = {key: value for key, value in new.items() if key in BY_KEY}
    contact = {key: value for key, value in new.items() if key not in columns}
    _check_region(found, columns.get("region_code"))
    kept = found.profile or {}
    before = {key: kept.get(key) for key in contact}
    profile = kept if before == contact else stamped({**kept, **contact})
    before |= {key: getattr(found, key) for key in columns}
    placing.change(
        session, found, {"profile": profile, **columns}, kind="corrected", on=clock.local_date(),
        reason=None, actor=actor, told=(before, new),
    )  # fmt: skip
    return found


def add_node(
    session: Session,
    *,
    kind: str,
    name: str,
    code: str,
    above_id: UUID | None = None,
    actor: Actor,
) -> Organisation:
    """Enter a department, a town, or a group of up to three levels.

    Args:
        above_id: for a second or third level, the group it belongs to.

    Raises:
        NotAllowed: only the office enters nodes. Conflict: the code is taken.
        InvalidAnswers: kind, name or code is wrong, or the group above is none or too deep.
    """
    require_office(actor)
    if kind not in NODES.values():
        raise InvalidAnswers.at("kind", "请选择部门、街镇或集团。", "Choose what it is.")
    made = Organisation(
        id=new_id(),
        kind=kind,
        name=clean_name(name),
        code=clean_code(code),
        parent_id=_above(session, kind, above_id, actor),
        status="active",
        settings={},
        created_at=clock.now(),
    )
    insert(session, made, actor=actor)
    return made


def _above(session: Session, kind: str, above_id: UUID | None, actor: Actor) -> UUID | None:
    if above_id is None:
        return actor.organisation_id
    groups = {node.id: node for node in of_kind(nodes(session, actor=actor), "group")}
    if kind != "group" or above_id not in groups:
        raise InvalidAnswers.at(
            "above_id",
            "只有集团的下级公司才选上级集团。",
            "Only a company of a group has a group above it.",
        )
    if groups[above_id].level >= LEVELS:
        raise InvalidAnswers.at(
            "above_id",
            "集团到三级公司为止，国资委可以在集团之上。",
            "Below a group there are two levels; above it only who owns it.",
        )
    return above_id


def _check_region(node: Organisation, code: str | None) -> None:
    digits = _DIGITS.get(node.kind)
    if code and digits and len(code) not in digits:
        zh, en = "、".join(map(str, digits)), " or ".join(map(str, digits))
        raise InvalidAnswers.at(
            "region_code",
            f"{'区' if node.kind == 'office' else '街镇'}的代码为 {zh} 位。",
            f"The code of such a place has {en} digits.",
        )


def _branch(node: Node, row: Any, enterprises: int, of_office: str | None) -> Branch:
    # A group stands beside the district.
    inherited = None if node.kind == "group" else of_office
    region = row.region_code or inherited
    return Branch(node, row.profile or {}, enterprises, row.region_code, region)


def _rows(session: Session, ids: Sequence[UUID]) -> dict[UUID, Any]:
    own = Organisation
    columns = (own.id, own.kind, own.name, own.parent_id, own.profile, own.region_code)
    return {row.id: row for row in session.execute(select(*columns).where(own.id.in_(ids)))}


def _counts(session: Session, actor: Actor) -> dict[UUID, int]:
    """Give how many enterprises that the actor sees stand directly under each node."""
    require(actor, "registry:read")
    found: dict[UUID, int] = {}
    for key in NODES:
        column = getattr(Organisation, key)
        statement = select(column, func.count()).where(
            Organisation.kind == "enterprise", column.is_not(None), Organisation.status != "closed"
        )
        if not actor.is_system:
            statement = statement.where(Organisation.id.in_(organisations_of(actor)))
        found |= {row[0]: row[1] for row in session.execute(statement.group_by(column))}
    return found
