"""Reading versions: one's own, those one inherits, and those one looks at from above."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from engine.actors import Actor
from engine.definitions.in_force import inheritance, meant_for
from engine.errors import NotFound
from engine.store import organisations_of, visible_to
from engine.store import tables as t


def versions(session: Session, organisation_id: UUID, key: str) -> Sequence[t.Definition]:
    """Give all versions of one definition, newest first."""
    return session.scalars(
        select(t.Definition)
        .where(t.Definition.organisation_id == organisation_id, t.Definition.key == key)
        .order_by(t.Definition.version.desc())
    ).all()


def lineage(session: Session, organisation: t.Organisation, key: str) -> Sequence[Any]:
    """Give all versions of a definition that `organisation` can see in its own line.

    Its own come first, then its department's, then the office's; each newest first. Columns: id,
    organisation_id, key, name, version, digest, state, created_at, starts_at, reason, base_id,
    pack, changes; `owner`, `author` and `approver` are names, the author None for the system.

    Raises:
        NotFound: nobody in the line has it.
    """
    chain = inheritance(session, organisation)
    approver = aliased(t.User)
    found = session.execute(
        select(
            *(column for column in t.Definition.__table__.c if column.key != "resources"),
            t.Organisation.name.label("owner"),
            t.User.name.label("author"),
            approver.name.label("approver"),
        )
        .join(t.Organisation, t.Organisation.id == t.Definition.organisation_id)
        .outerjoin(t.User, t.User.id == t.Definition.created_by)
        .outerjoin(approver, approver.id == t.Definition.approved_by)
        .where(t.Definition.organisation_id.in_(chain), t.Definition.key == key)
        .where(meant_for(organisation))
        .order_by(t.Definition.version.desc())
    ).all()
    if not found:
        raise NotFound()
    return sorted(found, key=lambda row: chain.index(row.organisation_id))


def get_version(
    session: Session, key: str, version: int, *, owner_id: UUID | None, actor: Actor
) -> t.Definition:
    """Give one version of a definition: the one in the actor's own line, or a named owner's.

    Args:
        owner_id: an organisation in the line, one whose cases the actor may see, or one that
            drew what such a case runs: a group stands beside the district of its enterprises.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    organisation = session.get(t.Organisation, actor.organisation_id)
    if organisation is None:
        raise NotFound()
    owners = inheritance(session, organisation)
    if owner_id is not None:
        theirs = owner_id in owners or _sees(session, actor, owner_id)
        owners = [owner_id] if theirs or _runs(session, actor, owner_id, key) else []
    rows = session.scalars(
        select(t.Definition).where(
            t.Definition.organisation_id.in_(owners),
            t.Definition.key == key,
            t.Definition.version == version,
        )
    ).all()
    if not rows:
        raise NotFound()
    return min(rows, key=lambda row: owners.index(row.organisation_id))


def owner(session: Session, definition: t.Definition) -> t.Organisation:
    """Give the organisation that drew a definition; for those who may read it."""
    return session.get_one(t.Organisation, definition.organisation_id)


def _sees(session: Session, actor: Actor, organisation_id: UUID) -> bool:
    theirs = organisations_of(actor, sight="both")
    wanted = theirs.where(t.Organisation.id == organisation_id)
    return session.scalar(wanted) is not None


def _runs(session: Session, actor: Actor, owner_id: UUID, key: str) -> bool:
    """Say whether a case the actor may see runs a definition of that owner."""
    case = (
        select(t.Instance.id)
        .join(t.Definition, t.Definition.id == t.Instance.definition_id)
        .where(t.Definition.organisation_id == owner_id, t.Definition.key == key)
        .limit(1)
    )
    return session.scalar(visible_to(actor, case, sight="both")) is not None


def resource_content(session: Session, definition: t.Definition, kind: str, key: str) -> Any:
    """Give the bytes of one pinned resource; NotFound when the definition has no such one."""
    pinned = definition.resources.get(kind, {}).get(key)
    if pinned is None:
        raise NotFound()
    return session.scalars(select(t.Resource.content).where(t.Resource.id == UUID(pinned))).one()
