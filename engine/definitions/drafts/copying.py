"""The files of a version, copied to be drawn on."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import checklists
from engine.actors import Actor
from engine.definitions.bundle import Bundle
from engine.definitions.in_force import inheritance
from engine.errors import NotFound
from engine.permissions import require
from engine.store import tables as t


def get_drawable(session: Session, definition_id: UUID, *, actor: Actor) -> t.Definition:
    """Give a version that the actor may draw on: their organisation's own, or one it inherits.

    Raises:
        NotFound: there is none, or it belongs to somebody else.
    """
    require(actor, "definition:deploy")
    organisation = session.get(t.Organisation, actor.organisation_id)
    found = session.get(t.Definition, definition_id)
    if organisation is None or found is None:
        raise NotFound()
    if found.organisation_id not in inheritance(session, organisation):
        raise NotFound()
    return found


def files_of(session: Session, definition: t.Definition) -> Bundle:
    """Give everything that was pinned with a version, also of the processes it calls."""
    pinned = {
        UUID(resource): (kind, key)
        for kind, keys in definition.resources.items()
        for key, resource in keys.items()
    }
    rows = session.execute(
        select(t.Resource.id, t.Resource.content).where(t.Resource.id.in_(pinned))
    )
    contents: dict[str, dict[str, bytes]] = {}
    for row in rows:
        kind, key = pinned[row.id]
        contents.setdefault(kind, {})[key] = row.content
    return Bundle(contents)


def checklists_of(
    session: Session, definition: t.Definition, organisation: t.Organisation
) -> dict[str, bytes]:
    """Give the latest checklists of who drew a version, as far as they are for `organisation`.

    Checklists are not pinned: an enterprise is asked by those of all sectors and of its own.
    """
    newest = (
        select(t.Resource.key, func.max(t.Resource.version).label("version"))
        .where(t.Resource.organisation_id == definition.organisation_id)
        .where(t.Resource.kind == "checklist")
        .group_by(t.Resource.key)
        .subquery()
    )
    rows = session.execute(
        select(t.Resource.key, t.Resource.content)
        .join(newest, (newest.c.key == t.Resource.key) & (newest.c.version == t.Resource.version))
        .where(t.Resource.organisation_id == definition.organisation_id)
        .where(t.Resource.kind == "checklist")
    )
    return {row.key: row.content for row in rows if _concerns(row.content, organisation)}


def _concerns(content: bytes, organisation: t.Organisation) -> bool:
    if organisation.kind != "enterprise":
        return True
    sectors = {item.sector for item in checklists.read_items(content)}
    return not sectors.isdisjoint({"general", organisation.sector})
