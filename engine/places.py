"""Places with a QR poster (R-27): the code says where one stands, and gives no rights."""

from __future__ import annotations

import secrets as random
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import Conflict, InvalidAnswers, NotAllowed, NotFound
from engine.membership import clean_name
from engine.permissions import require_over
from engine.settings import setting
from engine.store import Organisation, Place, random_id, visible_to

#: No 0/O, 1/I/L: a torn poster's code is read aloud and typed.
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE_LENGTH: Final = 10


def create_place(
    session: Session, organisation_id: UUID, *, name: str, part: str | None = None, actor: Actor
) -> Place:
    """Enter a place of an enterprise and give it a new random code.

    Args:
        part: a finer spot at the place ("3 号反应釜"), or None.

    Raises:
        InvalidAnswers: the name. Conflict: the same place has a poster already.
    """
    require_over(session, actor, "place:manage", organisation_id)
    organisation = session.get_one(Organisation, organisation_id)
    if organisation.kind != "enterprise":
        raise InvalidAnswers.at(
            "name", "只有企业可以设置张贴点。", "Only an enterprise has places with posters."
        )
    name, part = clean_name(name), clean_name(part) if part and part.strip() else None
    _refuse_double(session, organisation_id, name, part)
    place = Place(
        id=random_id(),
        organisation_id=organisation_id,
        code=_new_code(),
        name=name,
        part=part,
        created_at=clock.now(),
    )
    session.add(place)
    session.flush()
    return place


def find_place(session: Session, code: str) -> Place | None:
    """Give the place of a poster's code; None when unknown or revoked."""
    plain = code.strip().upper()
    statement = select(Place).where(Place.code == plain, Place.revoked_at.is_(None))
    return session.scalar(statement) if len(plain) == _CODE_LENGTH else None


def get_place(session: Session, place_id: UUID, *, actor: Actor) -> Place:
    """Give a place the actor's organisation may see, revoked or not; NotFound otherwise."""
    place = session.scalar(visible_to(actor, select(Place).where(Place.id == place_id)))
    if place is None:
        raise NotFound()
    return place


def places(session: Session, organisation_id: UUID, *, actor: Actor) -> list[Place]:
    """Give an organisation's places whose posters hang, by name."""
    statement = (
        select(Place)
        .where(Place.organisation_id == organisation_id, Place.revoked_at.is_(None))
        .order_by(Place.name, Place.part, Place.id)
    )
    return list(session.scalars(visible_to(actor, statement)))


def revoke_place(session: Session, place_id: UUID, *, actor: Actor) -> None:
    """End a place's code; a scan of the old poster then leads nowhere."""
    place = get_place(session, place_id, actor=actor)
    require_over(session, actor, "place:manage", place.organisation_id)
    place.revoked_at = place.revoked_at or clock.now()


def renew_place(session: Session, place_id: UUID, *, actor: Actor) -> Place:
    """End a place's code and give the place a new one, as for a poster that was copied."""
    place = get_place(session, place_id, actor=actor)
    require_over(session, actor, "place:manage", place.organisation_id)
    place.code = _new_code()
    place.revoked_at = None
    return place


def guest(session: Session, organisation_id: UUID) -> Actor:
    """Give the actor who reports without an account (R-24, R-70).

    Raises:
        NotAllowed: the enterprise asks its reporters to sign in.
    """
    organisation = session.get(Organisation, organisation_id)
    if organisation is None or organisation.kind != "enterprise":
        raise NotFound()
    if not setting(organisation, "anonymous_reports"):
        raise NotAllowed(
            "这个单位要求登录后报告。请先登录，或直接告诉班组长。",
            "This enterprise asks you to sign in before you report. Sign in, or tell your "
            "team leader.",
        )
    return Actor(
        user_id=None,
        name="",
        organisation_id=organisation_id,
        organisation_kind="enterprise",
        roles=frozenset({"reporter"}),
    )


def _refuse_double(session: Session, organisation_id: UUID, name: str, part: str | None) -> None:
    same = select(Place).where(
        Place.organisation_id == organisation_id,
        Place.name == name,
        Place.part == part,
    )
    if session.scalar(same) is not None:
        raise Conflict(
            "这个地点已经有张贴码；如已作废，可以重新启用。",
            "This place has a poster code already; if it was revoked, renew it.",
        )


def _new_code() -> str:
    return "".join(random.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
