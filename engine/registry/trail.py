"""What the register tells of one organisation: the particulars, the trail of changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import NotFound
from engine.permissions import require
from engine.registry.listing import named
from engine.store import Organisation, User, visible_to
from engine.store.tables import OrganisationChange
from engine.store.visibility import UNDER, Sight

_MOST: Final = 200


def get(session: Session, organisation_id: UUID, *, actor: Actor, sight: Sight = UNDER) -> Row[Any]:
    """Give an organisation with the names of the nodes it stands under.

    Args:
        sight: "both" for what is only read: those who supervise besides read it, too.

    Raises:
        NotAllowed: the actor may not read the register. NotFound: none such, or not theirs.
    """
    require(actor, "registry:read")
    wanted = select(Organisation.id).where(Organisation.id == organisation_id)
    chosen = visible_to(actor, wanted, sight=sight)
    found: Row[Any] | None = session.execute(
        named().where(Organisation.id.in_(chosen))
    ).one_or_none()
    if found is None:
        raise NotFound()
    return found


def changes(
    session: Session, organisation_id: UUID, *, actor: Actor, sight: Sight = UNDER
) -> Sequence[Row[Any]]:
    """Give the latest changes of an organisation, the last one first, with who made them.

    Raises:
        NotAllowed, NotFound: as `get`.
    """
    get(session, organisation_id, actor=actor, sight=sight)
    statement = (
        select(OrganisationChange, User.name.label("person"))
        .outerjoin(User, User.id == OrganisationChange.by)
        .where(OrganisationChange.organisation_id == organisation_id)
        .order_by(OrganisationChange.at.desc(), OrganisationChange.id.desc())
        .limit(_MOST)
    )
    found: Sequence[Any] = session.execute(statement).all()
    return found


def relatives(session: Session, organisation: Organisation) -> list[Organisation]:
    """Give the enterprise one was merged into, and those that were merged into it."""
    statement = select(Organisation).where(
        or_(
            Organisation.merged_into_id == organisation.id,
            Organisation.id == organisation.merged_into_id,
        )
    )
    return list(session.scalars(statement.order_by(Organisation.name).limit(_MOST)))


def names_in(session: Session, rows: Sequence[Row[Any]]) -> dict[str, str]:
    """Give the names of the organisations that a trail speaks of, by their ids as text."""
    ids = {
        UUID(value)
        for row in rows
        for values in (row.OrganisationChange.before, row.OrganisationChange.after)
        for key, value in values.items()
        if key.endswith("_id") and value
    }
    found = session.execute(
        select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    )
    return {str(id_): name for id_, name in found}
