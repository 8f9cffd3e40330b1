"""Whom the two sides of a relation tell what; words are in `engine.relation_notices`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine import notifications
from engine.actors import Actor
from engine.relations.rules import KINDS
from engine.store import tables as t

#: Who looks after relations on either side, and who handles what is passed on.
KEEPERS = ("principal", "administrator")
HANDLERS = ("principal", "verifier")


def proposed(session: Session, row: Any, host: str) -> None:
    """Tell the principals of the other side that they are asked."""
    tell(session, row, row.related_id, "relation_proposed", ("principal",), host=host)


def keepers(session: Session, row: Any, host: str, asked: Iterable[UUID]) -> None:
    """Tell those who keep the register that somebody invited is to be entered."""
    for one in asked:
        tell(
            session, row, one, "relation_invited", ("officer", "director"), host=host, name=row.name
        )


def tell(
    session: Session,
    row: Any,
    organisation_id: UUID | None,
    key: str,
    roles: Iterable[str],
    **facts: Any,
) -> None:
    """Tell members of an organisation; nobody when there is none."""
    if organisation_id is None:
        return
    kind = KINDS[row.kind].name
    notifications.notify(
        session,
        organisation_id=organisation_id,
        roles=roles,
        key=key,
        facts={"kind": kind.zh, "kind_en": kind.en.lower(), "subject": row.subject, **facts},
    )


def own_name(session: Session, actor: Actor) -> str:
    """Give the name of the actor's organisation."""
    return session.get_one(t.Organisation, actor.organisation_id).name


def name_of(session: Session, organisation_id: UUID) -> str:
    """Give the name of an organisation."""
    return session.get_one(t.Organisation, organisation_id).name
