"""The files of a version, copied to be drawn on."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

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
