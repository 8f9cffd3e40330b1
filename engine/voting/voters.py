"""Who votes on a task: found when a round begins, each person once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import separation
from engine.actors import TASK_ROLES
from engine.spiff import Element, Voters
from engine.store import Membership, User

if TYPE_CHECKING:
    from engine.steps import Step


def found(step: Step, element: Element, data: Mapping[str, Any]) -> Voters:
    """Give who votes: members with the roles, or those whom the data names, unless they are barred.

    Args:
        element: a task with a ballot. data: the case's data as the task sees it.
    """
    seats = _named(step, element, data)
    barred = separation.barred(step, element, data, [person for person, _role in seats])
    kept = [(str(person), role) for person, role in seats if person not in barred]
    return Voters(kept, left_out=len(seats) - len(kept))


def is_member(session: Session, organisation_id: UUID, voter: str) -> bool:
    """Say whether a voter still has an open account in the organisation."""
    person = _as_id(voter)
    return person is not None and bool(_roles_of(session, organisation_id, [person]))


def _named(step: Step, element: Element, data: Mapping[str, Any]) -> list[tuple[UUID, str]]:
    lane = element.properties.get("candidateGroups") or element.lane_id or ""
    said = element.ballot.voters if element.ballot and element.ballot.voters else lane
    roles = [role.strip() for role in said.split(",") if role.strip()]
    owner = step.case.organisation_id
    if roles and all(role in TASK_ROLES for role in roles):
        return _holders(step.session, owner, roles)
    people = list(dict.fromkeys(_ids(data.get(said))))
    held = _roles_of(step.session, owner, people)
    return [(one, lane if lane in held[one] else min(held[one])) for one in people if one in held]


def _holders(session: Session, owner: UUID, roles: list[str]) -> list[tuple[UUID, str]]:
    """Give the active members who hold the roles, in the order of the roles and then of names."""
    rows = session.execute(
        select(User.id, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.organisation_id == owner,
            Membership.role.in_(roles),
            User.disabled_at.is_(None),
        )
        .order_by(User.name, User.id)
    ).all()
    seats: dict[UUID, str] = {}
    for role in roles:
        for row in rows:
            if row.role == role:
                seats.setdefault(row.id, role)
    return list(seats.items())


def _roles_of(session: Session, owner: UUID, people: Collection[UUID]) -> dict[UUID, set[str]]:
    """Give the roles of those who are active members."""
    if not people:
        return {}
    rows = session.execute(
        select(User.id, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organisation_id == owner, User.id.in_(people), User.disabled_at.is_(None))
    )
    held: dict[UUID, set[str]] = {}
    for person, role in rows:
        held.setdefault(person, set()).add(role)
    return held


def _ids(value: object) -> Iterator[UUID]:
    for one in value if isinstance(value, list) else [value]:
        person = _as_id(one)
        if person is not None:
            yield person


def _as_id(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
