"""Who hands in a return, for which enterprises, and to whom (R-61, R-62)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import NotAllowed, NotFound
from engine.settings import setting
from engine.statistics.span import Span
from engine.store import organisations_of
from engine.store import tables as t


@dataclass(frozen=True)
class Unit:
    """An organisation that hands in returns."""

    id: UUID
    kind: str
    name: str
    #: To whom it hands them; None: to somebody outside the system.
    above_id: UUID | None
    #: Whether signing and locking takes two people.
    by_two: bool
    #: By which day of the next month those below it have to hand in theirs.
    due_day: int

    @property
    def is_office(self) -> bool:
        """Say whether its return is put together from those of its departments."""
        return self.kind == "office"


def own_unit(session: Session, actor: Actor) -> Unit:
    """Give the unit in whose name `actor` acts.

    Raises:
        NotAllowed: they act for none, as the system does.
    """
    if actor.organisation_id is None:
        raise NotAllowed(
            "月报由单位报送。请以某个单位成员的身份登录。",
            "A return is a unit's. Sign in as a member of a unit.",
        )
    return _unit(session.get_one(t.Organisation, actor.organisation_id))


def get_unit(session: Session, unit_id: UUID | None, *, actor: Actor) -> Unit:
    """Give a unit whose returns the actor may see, by default their own.

    Raises:
        NotFound: there is none, or it is not theirs to see.
    """
    if unit_id is None or unit_id == actor.organisation_id:
        return own_unit(session, actor)
    asked = select(t.Organisation).where(t.Organisation.id == unit_id)
    if not actor.is_system:
        asked = asked.where(t.Organisation.id.in_(organisations_of(actor)))
    found = session.scalar(asked)
    if found is None:
        raise NotFound()
    return _unit(found)


def parts(session: Session, unit: Unit, kinds: tuple[str, ...] = ()) -> list[Any]:
    """Give the units that hand in to this one: id, kind and name, in order of name."""
    wanted = kinds or {"office": ("department", "town"), "group": ("group",)}.get(unit.kind, ())
    statement = (
        select(t.Organisation.id, t.Organisation.kind, t.Organisation.name)
        .where(
            t.Organisation.parent_id == unit.id,
            t.Organisation.kind.in_(wanted),
            t.Organisation.status == "active",
        )
        .order_by(t.Organisation.kind, t.Organisation.name)
    )
    return list(session.execute(statement))


def like(session: Session, unit: Unit) -> Select[Any]:
    """Select the ids of the other units of its kind: an enterprise may come from one of them."""
    return select(t.Organisation.id).where(
        t.Organisation.kind == unit.kind, t.Organisation.id != unit.id
    )


def standing(session: Session, unit: Unit, span: Span) -> list[UUID]:
    """Give the enterprises that stood under the unit when `span` ended, in order of their ids."""
    return sorted(session.scalars(select_standing(unit, span)))


def select_standing(unit: Unit, span: Span) -> Select[Any]:
    """Select the ids of the enterprises that stood under the unit when `span` ended."""
    if unit.kind == "enterprise":
        return select(t.Organisation.id).where(t.Organisation.id == unit.id)
    itself = Actor(
        user_id=None, name=unit.name, organisation_id=unit.id, organisation_kind=unit.kind
    )
    under = organisations_of(itself, on=stood_on(span))
    return under.where(t.Organisation.kind == "enterprise")


def stood_on(span: Span) -> date | None:
    """Give the day whose placements count: the last of `span`; None as long as today's do."""
    return span.last_on if span.last_on < clock.local_date() else None


def _unit(row: t.Organisation) -> Unit:
    above = row.parent_id
    if row.kind == "enterprise":
        above = row.department_id or row.town_id
    return Unit(
        id=row.id,
        kind=row.kind,
        name=row.name,
        above_id=above,
        by_two=setting(row, "returns_by_two"),
        due_day=setting(row, "returns_due_day"),
    )
