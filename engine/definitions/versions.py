"""Which version runs: an organisation's own, else the one it inherits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.store import tables as t


def find_latest(session: Session, organisation: t.Organisation, key: str) -> t.Definition | None:
    """Give the definition that a new instance of `key` starts with, or None.

    The organisation's own comes first, then its primary department's, then the office's: an
    enterprise runs its sector's flow until it draws its own.
    """
    chain = inheritance(session, organisation)
    rows = session.scalars(
        select(t.Definition)
        .where(t.Definition.organisation_id.in_(chain), t.Definition.key == key)
        .where(t.Definition.state == "active")
        .order_by(t.Definition.version.desc())
    ).all()
    by_owner: dict[UUID, t.Definition] = {}
    for row in rows:
        by_owner.setdefault(row.organisation_id, row)
    return next((by_owner[owner] for owner in chain if owner in by_owner), None)


def get_latest(session: Session, organisation: t.Organisation, key: str) -> t.Definition:
    """As `find_latest`, but raise NotFound when there is none."""
    found = find_latest(session, organisation, key)
    if found is None:
        raise NotFound(
            f"没有可以启动的流程“{key}”。请管理员先发布流程。",
            f"There is no process '{key}' to start. Ask an administrator to deploy it.",
        )
    return found


def startable(session: Session, organisation: t.Organisation) -> list[t.Definition]:
    """Give the latest definition of every key the organisation can start, by key."""
    chain = inheritance(session, organisation)
    keys = session.scalars(
        select(t.Definition.key)
        .where(t.Definition.organisation_id.in_(chain), t.Definition.state == "active")
        .distinct()
        .order_by(t.Definition.key)
    )
    return [get_latest(session, organisation, key) for key in keys]


def inheritance(session: Session, organisation: t.Organisation) -> list[UUID]:
    """Give the organisations whose definitions `organisation` runs, nearest first."""
    chain = [organisation.id]
    nearest = organisation.department_id or organisation.parent_id
    while nearest is not None and nearest not in chain:
        chain.append(nearest)
        nearest = session.scalar(
            select(t.Organisation.parent_id).where(t.Organisation.id == nearest)
        )
    return chain


def versions(session: Session, organisation_id: UUID, key: str) -> Sequence[t.Definition]:
    """Give all versions of one definition, newest first."""
    return session.scalars(
        select(t.Definition)
        .where(t.Definition.organisation_id == organisation_id, t.Definition.key == key)
        .order_by(t.Definition.version.desc())
    ).all()


def resource_content(session: Session, definition: t.Definition, kind: str, key: str) -> Any:
    """Give the bytes of one pinned resource; NotFound when the definition has no such one."""
    pinned = definition.resources.get(kind, {}).get(key)
    if pinned is None:
        raise NotFound()
    return session.scalars(select(t.Resource.content).where(t.Resource.id == UUID(pinned))).one()
