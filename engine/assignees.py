"""The one person a task is for, when it is for one: a voter, a field's person, a doer, a name.

Whoever has left is nobody's assignee: the task then waits for its role, like any other.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from engine.cases import Case
from engine.definitions.assigning import DOER, PERSON
from engine.spiff import OpenTask
from engine.store import tables as t


def find_assignee(session: Session, case: Case, task: OpenTask) -> UUID | None:
    """Give the person whom a task that opens is for, or None: then it is for its role."""
    if task.seat is not None:
        return _person(task.seat.voter)
    said = task.element.properties.get("assignee", "")
    if said.startswith(DOER):
        return _doer(session, case, said.removeprefix(DOER).strip())
    if said.startswith(PERSON):
        return _member(session, case, _person(said.removeprefix(PERSON).strip()))
    return _person(task.data.get(said)) if said else None


def _doer(session: Session, case: Case, key: str) -> UUID | None:
    """Give who completed the task last, by account; a reporter's name is nobody's to know."""
    doer = session.scalars(
        select(t.Task.completed_by)
        .where(
            t.Task.organisation_id == case.organisation_id,
            t.Task.instance_id == case.id,
            t.Task.key == key,
            t.Task.state == "completed",
        )
        .order_by(t.Task.completed_at.desc(), t.Task.id.desc())
        .limit(1)
    ).first()
    return _member(session, case, doer)


def _member(session: Session, case: Case, user_id: UUID | None) -> UUID | None:
    """Give the person if they still belong to the organisation."""
    if user_id is None:
        return None
    belongs = exists().where(
        t.Membership.user_id == t.User.id, t.Membership.organisation_id == case.organisation_id
    )
    return session.scalar(
        select(t.User.id).where(t.User.id == user_id, t.User.disabled_at.is_(None), belongs)
    )


def _person(value: object) -> UUID | None:
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        return None
