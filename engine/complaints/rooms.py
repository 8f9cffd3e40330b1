"""Who handles complaints: the enterprise's own union, or the district's; and the union's room."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.definitions import in_force
from engine.errors import Refused
from engine.settings import setting
from engine.store import Membership, User, upsert
from engine.store import tables as t

#: The kind of organisation that a union's room is; no page offers it.
ROOM: Final = "union"
#: Who is the employer itself: such a person takes no complaint, whatever else they are.
EMPLOYERS: Final = frozenset({"principal", "administrator"})
#: Who has to do with cases and rewards: a complainant is warned of them.
_MANAGING: Final = frozenset({"verifier", "approver", "finance"})
_AT_DISTRICT: Final = frozenset({"officer", "director"})
_UNION: Final = frozenset({"union"})


@dataclass(frozen=True)
class Person:
    """Somebody who may handle complaints."""

    id: UUID
    name: str
    #: Whether they also verify reports, or approve or pay rewards, in the enterprise.
    manages: bool


@dataclass(frozen=True)
class Union:
    """A trade union that a complaint may be sent to."""

    #: own | district
    key: str
    organisation_id: UUID
    name: str
    people: Sequence[Person]

    @property
    def is_mixed(self) -> bool:
        """Say whether somebody of it also has to do with cases in the enterprise."""
        return any(one.manages for one in self.people)


def choices(session: Session, enterprise: t.Organisation) -> list[Union]:
    """Give the unions that somebody of `enterprise` may choose from: its own, the district's."""
    found = []
    own = people(session, enterprise)
    if own:
        found.append(Union("own", enterprise.id, f"{enterprise.name}工会", own))
    district = district_of(session, enterprise)
    if district is not None and (theirs := people(session, district)):
        found.append(Union("district", district.id, district.name, theirs))
    return found


def people(session: Session, handler: t.Organisation) -> list[Person]:
    """Give who may handle complaints that are sent to an organisation, by name."""
    rows = session.execute(
        select(User.id, User.name, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organisation_id == handler.id, User.disabled_at.is_(None))
        .order_by(User.name, User.id)
    )
    roles: dict[tuple[UUID, str], set[str]] = {}
    for row in rows:
        roles.setdefault((row.id, row.name), set()).add(row.role)
    return [
        Person(id_, name, bool(held & _MANAGING))
        for (id_, name), held in roles.items()
        if _handles(handler.kind, held)
    ]


def handles(actor: Actor) -> bool:
    """Say whether the actor, by their roles, is of a union that complaints may be sent to."""
    return actor.user_id is not None and _handles(actor.organisation_kind, actor.roles)


def _handles(kind: str, roles: AbstractSet[str]) -> bool:
    if kind == "enterprise":
        return bool(_UNION & roles) and not EMPLOYERS & roles
    return kind == "department" and bool(_AT_DISTRICT & roles)


def district_of(session: Session, enterprise: t.Organisation) -> t.Organisation | None:
    """Give the organisation that the district's office names to handle complaints, or None."""
    chain = in_force.inheritance(session, enterprise)
    statement = select(t.Organisation).where(
        t.Organisation.id.in_(chain), t.Organisation.kind == "office"
    )
    office = session.scalar(statement.limit(1))
    named = setting(office, "complaints_to") if office is not None else ""
    found = session.get(t.Organisation, UUID(named)) if named else None
    if found is None or found.status != "active" or found.kind != "department":
        return None
    return found if office is not None and found.parent_id == office.id else None


def is_district_union(session: Session, actor: Actor) -> bool:
    """Say whether the office above names the actor's organisation to handle complaints."""
    own = session.get(t.Organisation, actor.organisation_id) if actor.organisation_id else None
    office = session.get(t.Organisation, own.parent_id) if own and own.parent_id else None
    return office is not None and setting(office, "complaints_to") == str(actor.organisation_id)


def room_id(handler_id: UUID) -> UUID:
    """Give the id of a union's room, whether it is there or not."""
    return uuid5(handler_id, ROOM)


def open_room(session: Session, union: Union) -> t.Organisation:
    """Give a union's room; it is made when somebody first complains."""
    id_ = room_id(union.organisation_id)
    # Whoever made it would be who complains, so nobody is noted.
    tail = base64.b32encode(id_.bytes).decode()[:13]
    statement = upsert(session)(t.Organisation).values(
        id=id_,
        kind=ROOM,
        name=union.name[:200],
        code=f"GH{tail}",
        sector="general",
        status="active",
        settings={},
        created_at=clock.now(),
    )
    session.execute(statement.on_conflict_do_nothing())
    return session.get_one(t.Organisation, id_)


def guest(handler_id: UUID) -> Actor:
    """Give the nameless one who complains, in the union's room."""
    return Actor(
        user_id=None,
        name="",
        organisation_id=room_id(handler_id),
        organisation_kind=ROOM,
        roles=frozenset({"reporter"}),
    )


@contextmanager
def refusing(room: UUID) -> Iterator[None]:
    """Have what is refused to one of a union noted in the union's room."""
    try:
        yield
    except Refused as refusal:
        refusal.details["organisation_id"] = str(room)
        raise


@contextmanager
def refusing_unnoted() -> Iterator[None]:
    """Have what is refused to a complainant noted nowhere: it would say who they are."""
    try:
        yield
    except Refused as refusal:
        refusal.details.pop("instance_id", None)
        raise


def inside(actor: Actor, complaint: t.Complaint) -> Actor:
    """Give the actor as one of the union's room, for a complaint that is theirs to handle."""
    is_districts = actor.organisation_kind != "enterprise"
    roles = {"union", "officer"} if is_districts else {"union"}
    return Actor(
        user_id=actor.user_id,
        name=actor.name,
        organisation_id=complaint.organisation_id,
        organisation_kind=ROOM,
        roles=frozenset(roles),
    )
