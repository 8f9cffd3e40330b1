"""Which state-owned enterprises of the district led the way 头雁, and by how long (R-11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.hazards.waves import FIRST_WAVES
from engine.permissions import require
from engine.relations.listing import Led, led_by
from engine.store import Organisation, visible_to
from engine.store.tables import MechanismRecord

#: State-owned enterprises of the district were to have it by then (R-04).
LEAD_DUE: Final = next(wave.due_on for wave in FIRST_WAVES if "district_soe" in wave.ownerships)
_MOST: Final = 500


@dataclass(frozen=True)
class Leader:
    """One of them, and how many days before the day it was due it had the mechanism."""

    id: UUID
    name: str
    established_on: date | None
    implemented_on: date | None
    #: Those that work for it or rent from it: how many, and how far they are (R-12).
    led: Led = field(default_factory=Led)

    @property
    def lead_days(self) -> int:
        """Give the days it was early; below nothing it was, or is, late."""
        return (LEAD_DUE - (self.established_on or clock.local_date())).days


def leading(session: Session, *, actor: Actor) -> Sequence[Leader]:
    """Give the district's state-owned enterprises, the earliest first, those without it last.

    Raises:
        NotAllowed: the actor may not look at a district's figures.
    """
    require(actor, "statistics:read_district")
    chosen = visible_to(
        actor,
        select(Organisation.id).where(
            Organisation.kind == "enterprise",
            Organisation.ownership == "district_soe",
            Organisation.status == "active",
        ),
    )
    record = MechanismRecord
    statement = (
        select(Organisation.id, Organisation.name, record.established_on, record.implemented_on)
        .outerjoin(record, record.organisation_id == Organisation.id)
        .where(Organisation.id.in_(chosen))
        .order_by(record.established_on.is_(None), record.established_on, Organisation.name)
        .limit(_MOST)
    )
    rows = session.execute(statement).all()
    led = led_by(session, [row.id for row in rows])
    return [Leader(*row, led=led.get(row.id, Led())) for row in rows]
